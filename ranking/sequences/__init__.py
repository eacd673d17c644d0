"""Interaction sequences: who interacted with what, in which order, and how that is split."""
