"""Evidence: what a history shows of a concept, next to how common it is in the catalogue.

Every source gives a concept's *presence* in each picture, in [0, 1], and its base rate. One rule
turns both into a weight and a confidence, whatever the source.

Legend: M interactions, C concepts of one source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from preference.vocabulary import HUES, canonical

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.history import Interaction

    Vectors = NDArray[np.float32]

BRIGHTNESS = ("black", "mono", "white", "grey", "dark", "light")
"""Colour words that say much the same of a picture, the plainest first."""
TAKEN, LEFT = ("choose", "prefer"), ("pass", "reject")
"""Events of one act: one picture taken, others left for it."""
PRIOR = 2.0
"""Pseudo-interactions at the base rate: one picture proves little."""
SUPPORT = 1.5
"""Supporting pictures at which confidence is half of what the contrast alone would give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Presence of C concepts in M pictures."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    presence_MC: Vectors = field(compare=False, repr=False)
    """In [0, 1]."""
    base_C: Vectors = field(compare=False, repr=False)
    """Mean presence over the catalogue, in (0, 1)."""
    std_C: Vectors = field(compare=False, repr=False)
    """Standard deviation of the presence over the catalogue."""
    emphasis_M: Vectors = field(compare=False, repr=False)
    """How much each interaction speaks of this source, 1 where nothing was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one source says of one concept."""

    name: str
    kind: str
    weight: float
    """In [-1, 1]."""
    confidence: float
    """In [0, 1]."""
    presence_M: Vectors = field(compare=False, repr=False)
    """In the pictures that speak for it (liked ones for a positive weight)."""

    @property
    def strength(self) -> float:
        """Weight times confidence, without sign."""
        return abs(self.weight) * self.confidence


def lift(
    presence_MC: Vectors, weights_M: Vectors, base_C: Vectors, std_C: Vectors
) -> tuple[Vectors, Vectors]:
    """(C,) lift in [0, 1] and (C,) confidence in [0, 1] of C concepts over M pictures.

    Lift is (rate - base) / (1 - base) where the rate carries ``PRIOR`` pseudo-pictures at the base
    rate: the share of the pictures that chance does not explain. Confidence joins the z value of
    the contrast, 1 - exp(-z²/8), with the support n / (n + 1.5).
    """
    mass = float(weights_M.sum())
    if mass <= 0.0:
        return np.zeros_like(base_C), np.zeros_like(base_C)
    support_C = weights_M @ presence_MC
    rate_C = (support_C + PRIOR * base_C) / (mass + PRIOR)
    lift_C = np.clip((rate_C - base_C) / (1.0 - base_C), 0.0, 1.0)
    effective = mass**2 / float((weights_M**2).sum())
    z_C = (support_C / mass - base_C) / (std_C / np.sqrt(effective))
    certain_C = 1.0 - np.exp(-(np.clip(z_C, 0.0, None) ** 2) / 8.0)
    return lift_C.astype(np.float32), (certain_C * support_C / (support_C + SUPPORT)).astype(
        np.float32
    )


def better_ones(events: Sequence[Interaction]) -> NDArray[np.intp]:
    """(M,) the row of the picture taken in one act before each that was not; -1: there is none."""
    taken = {event.timestamp: row for row, event in enumerate(events) if event.event in TAKEN}
    return np.array(
        [taken.get(event.timestamp, -1) if event.event in LEFT else -1 for event in events],
        np.intp,
    )


def unshared(presence_MC: Vectors, better_M: NDArray[np.intp]) -> Vectors:
    """Presence less what the picture taken before it shows too: four cats, one of them chosen, say
    nothing against cats."""
    return np.where(
        better_M[:, None] >= 0,
        np.clip(presence_MC - presence_MC[better_M], 0.0, None),
        presence_MC,
    ).astype(np.float32)


def readings(
    source: Source, *, liked_M: Vectors, disliked_M: Vectors, better_M: NDArray[np.intp]
) -> list[Reading]:
    """A reading a concept: its lift among the liked less its lift among the disliked.

    ``liked_M`` and ``disliked_M`` weigh the same M interactions, each 0 where the other is not;
    ``better_M`` as ``better_ones`` gives it.
    """
    if not source.names:
        return []
    liked_M, disliked_M = liked_M * source.emphasis_M, disliked_M * source.emphasis_M
    against_MC = unshared(source.presence_MC, better_M)
    for_C, sure_for_C = lift(source.presence_MC, liked_M, source.base_C, source.std_C)
    against_C, sure_against_C = lift(against_MC, disliked_M, source.base_C, source.std_C)
    weight_C = for_C - against_C
    found = []
    for column, (name, kind) in enumerate(zip(source.names, source.kinds, strict=True)):
        positive = weight_C[column] >= 0
        speaks_M = liked_M if positive else disliked_M
        shown_MC = source.presence_MC if positive else against_MC
        found.append(
            Reading(
                name=name,
                kind=kind,
                weight=float(weight_C[column]),
                confidence=float((sure_for_C if positive else sure_against_C)[column]),
                presence_M=shown_MC[:, column] * speaks_M,
            )
        )
    return found


def merged(found: Sequence[Reading]) -> list[Reading]:
    """One reading a concept name: the strongest, surer where another source agrees."""
    by_name: dict[str, Reading] = {}
    for reading in sorted(found, key=lambda one: (-one.strength, one.kind)):
        name = canonical(reading.name) if reading.kind != "look" else reading.name
        first = by_name.get(name)
        if first is None:
            by_name[name] = replace(reading, name=name)
        elif first.weight * reading.weight > 0:
            sure = 1.0 - (1.0 - first.confidence) * (1.0 - reading.confidence)
            by_name[name] = replace(first, confidence=sure)
    return list(by_name.values())


def distinct(found: Sequence[Reading], *, overlap: float = 0.7) -> list[Reading]:
    """Strongest first, less those that say the same of the same pictures.

    Two readings of one facet and sign are the same where Σ min / Σ max of their presence reaches
    ``overlap``. A facet is a look, what is shown, or one of three of colour: pink and pastel may
    stand together, black and dark do not.
    """
    kept: list[Reading] = []
    for reading in sorted(found, key=lambda one: (-round(one.strength, 2), *_plainness(one))):
        twins = (
            other
            for other in kept
            if _facet(other) == _facet(reading) and other.weight * reading.weight > 0
        )
        if all(_overlap(other.presence_M, reading.presence_M) < overlap for other in twins):
            kept.append(reading)
    return kept


def _plainness(reading: Reading) -> tuple[int, int, str]:
    """Of readings as strong as each other the plainest name stands for all."""
    named = BRIGHTNESS.index(reading.name) if reading.name in BRIGHTNESS else 0
    return (named, len(reading.name), reading.name)


def _facet(reading: Reading) -> str:
    if reading.kind != "colour":
        return "look" if reading.kind == "look" else "content"
    if reading.name in BRIGHTNESS:
        return "brightness"
    return "hue" if reading.name in HUES else "tone"


def _overlap(a_M: Vectors, b_M: Vectors) -> float:
    union = float(np.maximum(a_M, b_M).sum())
    return float(np.minimum(a_M, b_M).sum()) / union if union > 0 else 0.0
