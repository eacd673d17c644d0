"""Recommenders: the seam between models that rank a whole catalogue and the harness around them.

A *learner* learns from a ``Material`` and gives a *recommender*; a recommender ranks the catalogue
for people it is given the histories of. Learners are entry points ``bespoke.recommenders``.

Legend: B people asked about, N items, K length of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import numpy as np
import numpy.typing as npt

from ranking.sequences.interactions import Histories, Numbers
from ranking.sequences.splits import Material
from studio import plugins
from studio.errors import ModelError
from studio.progress import OnProgress, silent

GROUP = "recommenders"
ROWS = 128
"""People scored at once: 128 x 18,357 float32 scores are 9 MB, so they stay near the processor."""

Scores = npt.NDArray[np.float32]
_UNSEEDED: set[object] = set()


class Recommender(Protocol):
    """Ranks the whole catalogue for each person."""

    def __call__(self, histories: Histories, *, size: int) -> Numbers:
        """(B, size) item numbers, best first; -1 behind the end of a list that is shorter.

        No item twice in a list, and none of the person's own history. ``size`` is at least 1.
        """


class Learner(Protocol):
    """Learns a recommender. Same material, options and seed: the same recommender."""

    def __call__(
        self,
        material: Material,
        *,
        options: Mapping[str, Any],
        seed: int = 0,
        keep: Path | None = None,
        on_progress: OnProgress = silent,
    ) -> Recommender:
        """Learn from ``material`` alone.

        ``options`` are the learner's own, its defaults where one is missing (ConfigError for one
        that it does not know); ``options["minutes"]`` bounds the training time of those that
        train. ``keep`` is a folder for checkpoints, so that a killed run goes on where it was.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class ByScores:
    """A recommender out of a function that scores every item, higher better."""

    scores: Callable[[Histories], Scores] = field(repr=False)
    """(B, N) of a batch of histories; -inf for an item that must not be listed."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What was chosen while learning, for the report."""

    def __call__(self, histories: Histories, *, size: int) -> Numbers:
        """See ``Recommender``."""
        lists = [
            listed(self.scores(part), part, size=size)
            for part in (
                histories.take(slice(start, start + ROWS))
                for start in range(0, len(histories), ROWS)
            )
        ]
        return np.concatenate(lists) if lists else np.zeros((0, size), np.int32)


def listed(scores_BN: Scores, histories: Histories, *, size: int) -> Numbers:
    """(B, size) the items of highest score that are not in the history, -1 where there are fewer.

    Ties go to the lower number, so a list does not depend on how it was sorted.
    """
    scores_BN = scores_BN.copy()
    scores_BN[histories.people_E, histories.items_E] = -np.inf
    count = min(size, scores_BN.shape[1])
    border_B1 = -np.partition(-scores_BN, count - 1, axis=1)[:, count - 1 : count]
    table = np.full((len(scores_BN), size), -1, np.int32)
    for row, (scores_N, border) in enumerate(zip(scores_BN, border_B1[:, 0], strict=True)):
        near = np.flatnonzero((scores_N >= border) & (scores_N > -np.inf))
        best = near[np.argsort(-scores_N[near], kind="stable")][:count]
        table[row, : len(best)] = best
    return table


def checked(lists_QK: Numbers, histories: Histories, *, items: int, name: str) -> Numbers:
    """The lists, if they keep the promise of ``Recommender``; ModelError saying what they broke."""
    broken = ""
    if lists_QK.ndim != 2 or len(lists_QK) != len(histories):
        broken = f"gave lists of shape {lists_QK.shape} for {len(histories)} people"
    elif lists_QK.min(initial=0) < -1 or lists_QK.max(initial=-1) >= items:
        broken = f"listed an item that is none of the {items}"
    else:
        ordered = np.sort(lists_QK, axis=1)
        twice = (ordered[:, 1:] == ordered[:, :-1]) & (ordered[:, 1:] >= 0)
        rows = np.arange(len(lists_QK))[:, None] * np.int64(items)
        own = rows[histories.people_E, 0] + histories.items_E
        if twice.any():
            broken = f"listed an item twice for person {int(np.flatnonzero(twice.any(1))[0])}"
        elif np.isin((lists_QK + rows)[lists_QK >= 0], own).any():
            broken = "listed what is in the person's own history"
    if broken:
        raise ModelError(f"recommender {name!r} {broken}; correct it")
    return lists_QK


Learn = TypeVar("Learn", bound=Callable[..., Recommender])


def unseeded(learn: Learn) -> Learn:
    """Marks a learner whose outcome does not depend on the seed: one run stands for all."""
    _UNSEEDED.add(learn)
    return learn


def is_seeded(learn: Learner) -> bool:
    """False for a learner marked ``unseeded``."""
    return learn not in _UNSEEDED


def learner(name: str) -> Learner:
    """The learner registered as ``name``; PluginError where there is none or it does not load."""
    return cast("Learner", plugins.builder(GROUP, name))


def names() -> tuple[str, ...]:
    """Names of the learners that are installed."""
    return plugins.names(GROUP)
