"""Shelving: the starter pictures put into an empty home, once, while the person types."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio import Studio
    from studio.progress import Step


STAGES = {"draw": (0.0, 0.5), "read": (0.5, 0.4), "store": (0.9, 0.1)}
"""Stage to where it begins and how much of the whole it is."""


@dataclass
class Filling:
    """The starter catalogue on its way into one home."""

    outcome: Future[int] = field(default_factory=Future)
    fraction: float = 0.0
    """In [0, 1]."""

    def note(self, step: Step) -> None:
        """Progress: drawing is the first half, reading and storing the second."""
        begun, share = STAGES[step.stage]
        self.fraction = begun + share * step.done / max(1, step.total)


_fillings: dict[Path, Filling] = {}
_lock = Lock()


def begin(studio: Studio) -> Filling | None:
    """The filling of this home, begun where its catalogue is empty; None where it is not.

    It belongs to the home, not to a person, so it has no place in anybody's queue. Filling is the
    same every time and adds all or nothing: after a kill it simply begins anew.
    """
    with _lock:
        filling = _fillings.get(studio.home)
        if filling is not None and not filling.outcome.done():
            return filling
        if len(studio.catalog):
            return None
        if filling is not None:
            filling.outcome.result()
        filling = _fillings[studio.home] = Filling()
    pool = ThreadPoolExecutor(1, thread_name_prefix="starter")
    filling.outcome = pool.submit(_fill, studio, filling)
    pool.shutdown(wait=False)
    return filling


def _fill(studio: Studio, filling: Filling) -> int:
    from app.starter import fill

    return fill(studio, on_progress=filling.note)
