"""Progress: what a long call tells its caller."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a stage."""

    stage: str
    done: int
    total: int
    look: Callable[[], Image | None] | None = field(default=None, compare=False, repr=False)
    """Draws the unfinished picture, where there is one; to be called before the step returns."""

    def __str__(self) -> str:
        return f"{self.stage} {self.done}/{self.total}"


OnProgress = Callable[[Step], object]
IsCancelled = Callable[[], bool]


def silent(step: Step) -> None:
    """Tell nobody."""


def never() -> bool:
    """Never cancelled."""
    return False
