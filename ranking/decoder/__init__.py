"""The generative ranker: reads a history as semantic IDs and decodes the slate."""
