"""Alignment: the ranker learns to write the slates that the reward model prefers."""
