"""Fidelity checks, one file a check."""
