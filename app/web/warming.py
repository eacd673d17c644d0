"""Warming: what pages need is read when the server starts, not when somebody asks."""

from __future__ import annotations

import gc
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio import Studio

WORDS = "a cat"


def begin(studio: Studio) -> None:
    """Read what it takes to show a taste, in a thread of its own; the worker reads the rest."""
    Thread(target=_warm, args=(studio,), name="warming", daemon=True).start()


def end() -> None:
    """What stayed may go; for a process that ends."""
    gc.unfreeze()


def read(studio: Studio) -> None:
    """The models that pages use, and the catalogue as a search wants it; they stay."""
    parts = studio.parts
    query_D = parts.encoder.texts([WORDS])[0]
    _ = (parts.commander, parts.profiler, parts.taste)
    studio.gallery.mean()
    studio.gallery.search(query_D, k=1, words=WORDS)
    gc.collect()
    gc.freeze()  # what is loaded stays: no collection need look at it again


def _warm(studio: Studio) -> None:
    from app.web.sitemap import ENTRIES

    for name in ENTRIES:
        import_module(f"app.web.screens.{name}")
    read(studio)
