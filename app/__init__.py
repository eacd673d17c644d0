"""Every face: command line, web studio, HTTP API and batch. A face translates; it decides nothing."""
