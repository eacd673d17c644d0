"""Semantic IDs: a short word of code digits for each item; like items share their first digits."""
