"""Protocols: what of each history is learned from, what is tuned on and what is asked at the end.

Both hold out two items of each person: one to tune on (validation), one to be judged by (test).
*leave-last*: the newest is the test, the one before it the validation. *order-free*: both are drawn
at random, so that the order of a file says nothing of them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from ranking.sequences.interactions import Catalogue, Histories, Numbers, Sequences
from studio.errors import InputError

Protocol = Literal["leave-last", "order-free"]
PROTOCOLS: tuple[str, ...] = get_args(Protocol)
SHORTEST = 3
"""Events a person needs to be asked about: one to know them by, one to tune on, one to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Questions: of each of Q people, what came with (or after) this history?"""

    people: Numbers = field(compare=False, repr=False)
    """(Q,) number of each person in ``Material.train``."""
    histories: Histories
    """What may be known of each when asked."""
    targets: Numbers = field(compare=False, repr=False)
    """(Q,) the one item that was held out."""

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """All that a model may learn from: never the test."""

    catalogue: Catalogue = field(repr=False)
    train: Histories
    """Histories of all people without validation and test items."""
    validation: Asked
    """To choose settings and the moment to stop by; asked with ``train`` as the histories."""
    complete: Histories
    """What is learned from: ``train`` with the validation items in their places."""

    @property
    def items(self) -> int:
        """N."""
        return len(self.catalogue)

    def rehearsal(self) -> Material:
        """The same with ``complete`` without the validation items, to choose settings by them."""
        return replace(self, complete=self.train)

    @property
    def digest(self) -> str:
        """sha256 of everything in it."""
        total = hashlib.sha256()
        for part in (self.catalogue.digest, self.train.digest, self.complete.digest):
            total.update(part.encode())
        total.update(self.validation.targets.tobytes())
        return total.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """A data set under a protocol."""

    dataset: str
    protocol: Protocol
    material: Material
    test: Asked
    """Asked with ``material.complete`` as the histories."""


def split(sequences: Sequences, protocol: Protocol, *, seed: int = 0) -> Split:
    """Hold out one test and one validation item of each person with ``SHORTEST`` events or more.

    The others are learned from and not asked about. ``seed`` draws what *order-free* holds out.
    InputError where the protocol is unknown or nobody has enough events.
    """
    if protocol not in PROTOCOLS:
        raise InputError(f"no protocol {protocol!r}; use one of {', '.join(PROTOCOLS)}")
    histories = sequences.histories
    asked_U = np.flatnonzero(histories.lengths_U >= SHORTEST).astype(np.int32)
    if not len(asked_U):
        raise InputError(
            f"nobody in {sequences.name!r} has {SHORTEST} interactions; longer histories are needed"
        )
    tests, validations = held_out(histories, asked_U, protocol, seed=seed)
    kept_E = np.ones(len(histories.items_E), np.bool_)
    kept_E[tests] = False
    complete = histories.keep(kept_E)
    kept_E[validations] = False
    train = histories.keep(kept_E)
    material = Material(
        catalogue=sequences.catalogue,
        train=train,
        validation=Asked(
            people=asked_U, histories=train.take(asked_U), targets=histories.items_E[validations]
        ),
        complete=complete,
    )
    test = Asked(people=asked_U, histories=complete.take(asked_U), targets=histories.items_E[tests])
    return Split(dataset=sequences.name, protocol=protocol, material=material, test=test)


def held_out(
    histories: Histories, people: Numbers, protocol: Protocol, *, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Places in ``items_E`` of the test and the validation event of each of ``people``."""
    starts, ends = histories.offsets_U1[people], histories.offsets_U1[people + 1]
    if protocol == "leave-last":
        return ends - 1, ends - 2
    random = np.random.default_rng(seed)
    lengths = ends - starts
    first = random.integers(0, lengths)
    second = random.integers(0, lengths - 1)
    second += second >= first
    return starts + first, starts + second
