"""Progress: what a long call tells its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a stage."""

    stage: str
    done: int
    total: int

    def __str__(self) -> str:
        return f"{self.stage} {self.done}/{self.total}"


OnProgress = Callable[[Step], object]
IsCancelled = Callable[[], bool]


def silent(step: Step) -> None:
    """Tell nobody."""


def never() -> bool:
    """Never cancelled."""
    return False
