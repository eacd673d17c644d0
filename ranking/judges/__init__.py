"""Judges: classifiers and distances that take no part in making, guiding or choosing."""
