"""Warming: what pages need is read when the server starts, not when somebody asks."""

from __future__ import annotations

import gc
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio import Studio


def begin(studio: Studio) -> None:
    """Read what it takes to show a taste, in a thread of its own; the worker reads the rest."""
    Thread(target=_read, args=(studio,), name="warming", daemon=True).start()


def end() -> None:
    """What stayed may go; for a process that ends."""
    gc.unfreeze()


def _read(studio: Studio) -> None:
    from app.web.sitemap import ENTRIES

    for name in ENTRIES:
        import_module(f"app.web.screens.{name}")
    parts = studio.parts
    parts.encoder.texts(["a cat"])
    _ = (parts.commander, parts.profiler, parts.taste)
    studio.gallery.mean()
    gc.collect()
    gc.freeze()  # what is loaded stays: no collection need look at it again
