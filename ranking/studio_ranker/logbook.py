"""The logbook: what a home's people did and what they were shown, as arrays.

Legend: N pictures known (the C of the catalogue first), P people, E events of all together,
S slates, K places of the longest slate, D width of the encoder.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, fields, replace

import numpy as np
import numpy.typing as npt

from ranking.sequences.interactions import Histories
from studio.errors import InputError

Vectors = npt.NDArray[np.float32]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
SEEN, LIKED, DISLIKED, SHOWN = range(4)
"""What happened to a picture; the same numbers as in ``ranking.decoder.network``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logbook:
    """The log. Arrays are not compared; ``digest`` is."""

    items: tuple[str, ...] = field(repr=False)
    """Ids: the catalogue, then what belongs to somebody (by digest of its bytes)."""
    catalogue: int
    """C."""
    vectors_ND: Vectors = field(compare=False, repr=False)
    """Unit vectors of the encoder."""
    encoder: str
    """Its digest."""
    people: tuple[str, ...] = field(repr=False)
    offsets_P1: Whole = field(compare=False, repr=False)
    """(P + 1,) where each person's events begin; the last is E."""
    item_E: Whole = field(compare=False, repr=False)
    action_E: Whole = field(compare=False, repr=False)
    """``SEEN``, ``LIKED`` or ``DISLIKED``."""
    time_E: Floats = field(compare=False, repr=False)
    """Seconds since the epoch; ascending within a person."""
    person_S: Whole = field(compare=False, repr=False)
    time_S: Floats = field(compare=False, repr=False)
    words_SD: Vectors = field(compare=False, repr=False)
    """What was asked, as the encoder reads it; zeros: nothing."""
    shown_SK: Whole = field(compare=False, repr=False)
    """Pictures by rank; -1 behind the end."""
    propensity_SK: Floats = field(compare=False, repr=False)
    """In (0, 1], of each place given the places before it."""
    said_SK: Whole = field(compare=False, repr=False)
    """1: liked or chosen; -1: disliked; 0: nothing."""
    profile_PD: Vectors = field(compare=False, repr=False)
    """What each person set or said by hand: weighted mean of the concepts' vectors; else zeros."""

    def __post_init__(self) -> None:
        events, slates = len(self.item_E), len(self.person_S)
        if not len(self.items) == len(self.vectors_ND) >= self.catalogue:
            raise InputError("the log has more pictures than vectors; read it again")
        if int(self.offsets_P1[-1]) != events or len(self.offsets_P1) != len(self.people) + 1:
            raise InputError("the log's events do not add up; read it again")
        numbers = np.concatenate([self.item_E, self.shown_SK.ravel()])
        if len(numbers) and (numbers.min() < -1 or numbers.max() >= len(self.items)):
            raise InputError("the log names a picture that it does not hold; read it again")
        if slates and not (self.propensity_SK.min() > 0 and self.propensity_SK.max() <= 1):
            raise InputError("a logged propensity lies outside (0, 1]; the log is broken")

    @property
    def lengths_P(self) -> Whole:  # noqa: N802 - a shape
        """(P,) events of each person."""
        return np.diff(self.offsets_P1)

    @property
    def person_E(self) -> Whole:  # noqa: N802 - a shape
        """(E,) whose event each is."""
        return np.repeat(np.arange(len(self.people)), self.lengths_P)

    @property
    def before_S(self) -> Whole:  # noqa: N802 - a shape
        """(S,) place in the events up to which each slate's history goes: those before its time."""
        found = np.empty(len(self.person_S), np.int64)
        for person in np.unique(self.person_S):
            start, end = self.offsets_P1[person], self.offsets_P1[person + 1]
            mine = self.person_S == person
            found[mine] = start + np.searchsorted(self.time_E[start:end], self.time_S[mine])
        return found

    @property
    def liked(self) -> Histories:
        """What each person liked of the catalogue, each picture once, for counting company."""
        kept = (self.action_E == LIKED) & (self.item_E < self.catalogue)
        pairs = np.unique(
            self.person_E[kept] * np.int64(max(1, len(self.items))) + self.item_E[kept]
        )
        rows: list[list[int]] = [[] for _ in self.people]
        for pair in pairs.tolist():
            rows[pair // max(1, len(self.items))].append(pair % max(1, len(self.items)))
        return Histories.of(rows)

    @property
    def digest(self) -> str:
        """sha256 of everything in it."""
        total = hashlib.sha256(repr((self.items, self.catalogue, self.people)).encode())
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, np.ndarray):
                total.update(np.ascontiguousarray(value).tobytes())
        return total.hexdigest()

    def of(self, people: Whole) -> Logbook:
        """The log of some people alone, over the same pictures."""
        starts, ends = self.offsets_P1[people], self.offsets_P1[people + 1]
        events = np.concatenate(
            [np.arange(a, b) for a, b in zip(starts, ends, strict=True)] or [np.zeros(0, np.int64)]
        )
        number = np.full(len(self.people), -1, np.int64)
        number[people] = np.arange(len(people))
        slates = np.flatnonzero(number[self.person_S] >= 0)
        slates = slates[np.argsort(number[self.person_S[slates]], kind="stable")]
        return replace(
            self,
            people=tuple(self.people[person] for person in people.tolist()),
            offsets_P1=np.concatenate(([0], np.cumsum(ends - starts))).astype(np.int64),
            item_E=self.item_E[events],
            action_E=self.action_E[events],
            time_E=self.time_E[events],
            person_S=number[self.person_S[slates]],
            time_S=self.time_S[slates],
            words_SD=self.words_SD[slates],
            shown_SK=self.shown_SK[slates],
            propensity_SK=self.propensity_SK[slates],
            said_SK=self.said_SK[slates],
            profile_PD=self.profile_PD[people],
        )


def require_something(log: Logbook) -> Logbook:
    """The log, if there is anything to learn from; InputError saying what is missing."""
    if not log.catalogue:
        raise InputError("the catalogue is empty; add pictures with `bespoke catalog add` first")
    if not (log.action_E == LIKED).any() and not (log.said_SK > 0).any():
        raise InputError(
            "nobody has liked or chosen anything yet, so there is nothing to learn from; "
            "use the studio for a while, or import a history"
        )
    return log
