"""Generators make: three routes over one backbone, finished into stickers."""
