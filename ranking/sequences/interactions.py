"""Interactions as arrays: histories of people over a numbered catalogue.

Legend: U people, E events of all people together, N items, L length of a history.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from studio.errors import InputError

Numbers = npt.NDArray[np.int32]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Histories:
    """Items by number, person after person, each person's oldest first."""

    items_E: Numbers = field(compare=False, repr=False)
    """Number of the item of each event, in [0, N)."""
    offsets_U1: Places = field(compare=False, repr=False)
    """(U + 1,) where each person begins in ``items_E``; the last is E."""

    @classmethod
    def of(cls, histories: Iterable[Sequence[int] | Numbers]) -> Histories:
        """From one list of item numbers a person."""
        rows = [np.asarray(row, np.int32) for row in histories]
        lengths = np.fromiter((len(row) for row in rows), np.int64, len(rows))
        return cls(
            items_E=np.concatenate(rows) if rows else np.zeros(0, np.int32),
            offsets_U1=np.concatenate(([0], np.cumsum(lengths))).astype(np.int64),
        )

    def __len__(self) -> int:
        return len(self.offsets_U1) - 1

    def __getitem__(self, person: int) -> Numbers:
        """(L,) item numbers of one person, oldest first."""
        return self.items_E[self.offsets_U1[person] : self.offsets_U1[person + 1]]

    def __iter__(self) -> Iterator[Numbers]:
        return (self[person] for person in range(len(self)))

    @property
    def lengths_U(self) -> Places:  # noqa: N802 - a shape
        """(U,) L of each person."""
        return np.diff(self.offsets_U1)

    @property
    def people_E(self) -> Places:  # noqa: N802 - a shape
        """(E,) whose event each is."""
        return np.repeat(np.arange(len(self)), self.lengths_U)

    @property
    def back_E(self) -> Places:  # noqa: N802 - a shape
        """(E,) how many events of the same person come after each: 0 for the newest."""
        return np.repeat(self.offsets_U1[1:], self.lengths_U) - 1 - np.arange(len(self.items_E))

    def take(self, people: npt.NDArray[np.integer] | slice) -> Histories:
        """The histories of some people, in the order given."""
        chosen = np.arange(len(self))[people]
        lengths = self.lengths_U[chosen]
        offsets = np.concatenate(([0], np.cumsum(lengths)))
        within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], lengths)
        return Histories(
            items_E=self.items_E[np.repeat(self.offsets_U1[chosen], lengths) + within],
            offsets_U1=offsets.astype(np.int64),
        )

    def keep(self, kept_E: npt.NDArray[np.bool_]) -> Histories:
        """The same people with the events that ``kept_E`` marks."""
        counts = np.bincount(self.people_E[kept_E], minlength=len(self))
        return Histories(
            items_E=self.items_E[kept_E],
            offsets_U1=np.concatenate(([0], np.cumsum(counts))).astype(np.int64),
        )

    def last(self, length: int) -> Histories:
        """The newest ``length`` events of each person."""
        return self.keep(self.back_E < length)

    def padded(self, length: int, *, fill: int = -1) -> Numbers:
        """(U, length) the newest events, set to the left, ``fill`` behind them."""
        newest = self.last(length)
        table_UL = np.full((len(self), length), fill, np.int32)
        place_E = np.arange(len(newest.items_E)) - np.repeat(
            newest.offsets_U1[:-1], newest.lengths_U
        )
        table_UL[newest.people_E, place_E] = newest.items_E
        return table_UL

    def counts(self, items: int) -> Places:
        """(N,) events of each item."""
        return np.bincount(self.items_E, minlength=items).astype(np.int64)

    @property
    def digest(self) -> str:
        """sha256 of the events and of whose they are."""
        total = hashlib.sha256(self.items_E.tobytes())
        total.update(self.offsets_U1.tobytes())
        return total.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What is known of the items besides who interacted with them."""

    items: tuple[str, ...]
    """Id of each item; its place is its number."""
    words: tuple[tuple[str, ...], ...] = ()
    """Words of each item, in order; () for an item without any."""
    images: tuple[str, ...] = ()
    """Path of each item's picture, "" where it has none."""

    def __post_init__(self) -> None:
        for name, values in (("words", self.words), ("images", self.images)):
            if values and len(values) != len(self.items):
                raise InputError(
                    f"{len(values)} {name} for {len(self.items)} items; give one an item"
                )

    def __len__(self) -> int:
        return len(self.items)

    @property
    def digest(self) -> str:
        """sha256 of ids, words and paths."""
        return hashlib.sha256(repr((self.items, self.words, self.images)).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequences:
    """A data set: people, their histories and the catalogue."""

    name: str
    people: tuple[str, ...] = field(repr=False)
    """Id of each person; the place is the number."""
    histories: Histories
    catalogue: Catalogue = field(repr=False)

    @property
    def digest(self) -> str:
        """sha256 of histories and catalogue."""
        return hashlib.sha256((self.histories.digest + self.catalogue.digest).encode()).hexdigest()
