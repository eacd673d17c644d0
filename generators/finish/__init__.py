"""Finish: from a model's pixels to a sticker or a poster."""
