"""Speed, each printing a table; never run as a timed test."""
