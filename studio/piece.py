"""Pieces: the pictures that were shown to a person, one by one, and the boards they lie on."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

RATINGS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {"liked": ("like", "choose", "prefer", "share"), "disliked": ("dislike", "reject")}
)
"""Rating to the events of ``studio.history`` that say so."""
UNRATED = "unrated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One picture of one slate of a person."""

    candidate_id: str
    slate_id: str
    item_id: str
    """The item it is once the person has said something of it."""
    created: float
    """Seconds since the epoch, UTC."""
    rank: int
    """From 1."""
    route: str
    seed: int
    blob: str
    """sha256 of the stored picture."""
    source_item: str
    score: float
    """In [0, 1]."""
    kind: str
    instruction: str
    personalization: float = 1.0
    """In [0, 2]; 0: a twin."""
    event: str = ""
    """The newest rating event; empty: none yet."""

    @property
    def rating(self) -> str:
        """``liked``, ``disliked`` or empty."""
        return next((name for name, events in RATINGS.items() if self.event in events), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What of a collection is looked at; an empty field takes everything."""

    words: str = ""
    """Each must stand in the instruction."""
    route: str = ""
    kind: str = ""
    rating: str = ""
    """``liked``, ``disliked`` or ``unrated``."""
    since: float = 0.0
    """Seconds since the epoch, UTC; 0: from the start."""
    until: float = 0.0
    """Exclusive; 0: until now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A named pile of pictures."""

    board_id: str
    """``b`` and 16 hex digits."""
    name: str
    created: float
    """Seconds since the epoch, UTC."""
    count: int
    """Pictures on it."""


def item_id_of(blob: str, *, owner: str) -> str:
    """The id of the item that holds this picture for this owner; see ``catalog.make_item``."""
    key = hashlib.sha256(f"{owner}\x1f{blob}".encode()).hexdigest()
    return f"i{key[:16]}"
