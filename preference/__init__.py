"""Preference learns: encoders, the mask, concepts, taste, commands and the instructor."""
