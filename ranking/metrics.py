"""Measures, pure numpy: how well people were served.

Legend: U people, N pictures, H pictures of a history, D width of an embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ranking.looks import LOOK_NAMES, Scale, look_distance, look_scale, look_statistics
from studio.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

__all__ = [
    "LOOK_NAMES",
    "Interval",
    "Scale",
    "copy_rate",
    "interval",
    "lift",
    "look_distance",
    "look_scale",
    "look_statistics",
    "specificity",
    "user_retrieval_at_1",
    "win",
    "win_rate",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean over people with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float


def interval(values_U: Sequence[float], *, seed: int = 0, resamples: int = 2000) -> Interval:
    """Mean over people and its 95 % percentile bootstrap interval (people drawn with replacement).

    InputError where there is nobody.
    """
    values = np.asarray(values_U, np.float64)
    if values.size == 0:
        raise InputError("no people to average over; make at least one")
    draws = np.random.default_rng(seed).integers(0, len(values), (resamples, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return Interval(value=float(values.mean()), low=float(low), high=float(high))


def win(ours: float, theirs: float, *, tolerance: float = 1e-9) -> float:
    """1 where our distance is the smaller one, 0 where it is the larger, ½ for a tie."""
    if abs(ours - theirs) <= tolerance:
        return 0.5
    return 1.0 if ours < theirs else 0.0


def win_rate(wins_U: Sequence[float], *, seed: int = 0, resamples: int = 2000) -> Interval:
    """Share of people for whom we won (1 a win, ½ a tie, 0 a loss), with its interval."""
    return interval(wins_U, seed=seed, resamples=resamples)


def lift(ours_U: Sequence[float], twins_U: Sequence[float]) -> float:
    """Mean over people of our figure minus the twin's; above 0: personalizing raised it."""
    return float(np.mean(np.asarray(ours_U, np.float64) - np.asarray(twins_U, np.float64)))


def specificity(near_UU: Numbers) -> float:
    """Nearness to one's own history minus mean nearness to the others', averaged over people.

    ``near_UU[i, j]``: how near the slate of person i is to the history of person j, higher nearer.
    InputError for fewer than two people.
    """
    people = len(near_UU)
    if people < 2 or near_UU.shape != (people, people):
        raise InputError("specificity compares people: give a square table of at least two")
    own = np.trace(near_UU) / people
    others = (near_UU.sum() - np.trace(near_UU)) / (people * (people - 1))
    return float(own - others)


def user_retrieval_at_1(near_UU: Numbers) -> float:
    """Share of slates whose nearest history is that of the person they were made for.

    A tie for the nearest counts by 1 / (number tied).
    """
    best_U1 = near_UU.max(axis=1, keepdims=True)
    tied_UU = near_UU >= best_U1 - 1e-12
    hit_U = np.diag(tied_UU) / tied_UU.sum(axis=1)
    return float(hit_U.mean())


def copy_rate(copies_U: Sequence[int], shown_U: Sequence[int]) -> float:
    """Copies per picture shown, over all people; 0 where nothing was shown."""
    shown = sum(shown_U)
    return sum(copies_U) / shown if shown else 0.0
