"""Warming: models are read while the first visitor still looks around, not when they ask."""

from __future__ import annotations

from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio import Studio

_begun: set[Path] = set()
_lock = Lock()


def begin(studio: Studio) -> None:
    """Read the parts that every page needs, once a process, in a thread of its own."""
    with _lock:
        if studio.home in _begun:
            return
        _begun.add(studio.home)
    Thread(target=_read, args=(studio,), name="warming", daemon=True).start()


def _read(studio: Studio) -> None:
    """What it takes to read a taste, before what it takes to draw."""
    parts = studio.parts
    parts.encoder.texts(["a cat"])
    _ = (parts.profiler, parts.taste, parts.instructor)
    for route in parts.config.parts.generators:
        parts.generator(route)
