"""Instructors: request, history and profile into guidance."""
