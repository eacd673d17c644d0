"""History: what a person interacted with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from studio.content import Item

EVENT_WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "choose": 1.0,
        "like": 1.0,
        "prefer": 1.0,
        "share": 0.8,
        "view": 0.2,
        "skip": -0.2,
        "pass": -0.3,
        "reject": -0.7,
        "dislike": -1.0,
    }
)
"""How much one event says, in [-1, 1]. ``pass``: shown beside the chosen one; ``reject``: the
worse one of a preference pair."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One event of a history."""

    item: Item
    event: str
    """A key of ``EVENT_WEIGHTS``."""
    timestamp: float
    """Seconds since the epoch, UTC."""
    note: str = ""

    @property
    def weight(self) -> float:
        """What the event says, in [-1, 1]."""
        return EVENT_WEIGHTS[self.event]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All interactions of one person, oldest first."""

    user: str
    interactions: tuple[Interaction, ...] = ()

    def __len__(self) -> int:
        return len(self.interactions)

    @property
    def liked(self) -> tuple[Interaction, ...]:
        """Interactions with positive weight, oldest first."""
        return tuple(event for event in self.interactions if event.weight > 0)

    @property
    def disliked(self) -> tuple[Interaction, ...]:
        """Interactions with negative weight, oldest first."""
        return tuple(event for event in self.interactions if event.weight < 0)
