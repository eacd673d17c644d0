"""The web studio: one file a page under ``screens``, their pieces under ``components``."""
