"""Recency-kNN with a Markov counter: item-kNN that trusts new events more, and what comes next.

On the public sequence files the order within a day is that of the file (see docs/ranking.md), and
the counter gains from it: a figure of it says something about the file as well as about taste.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ranking.baselines.choosing import best
from ranking.baselines.counting import damped, followed, held, together
from ranking.baselines.options import chosen
from ranking.recommenders import ByScores, Recommender, Scores, unseeded
from ranking.sequences.interactions import Histories
from ranking.sequences.splits import Material
from studio.progress import OnProgress, silent

HALF = 0.5
LADDER: Mapping[str, tuple[float, ...]] = {
    "reach": (1, 2, 5),
    "fall": (0.4, 0.5, 0.6, 0.7, 0.9, 1.0),
    "power": (0.1, 0.2, 0.4, 0.5),
    "markov_power": (0.1, 0.2, 0.3),
    "markov": (0.0, 0.3, 0.6, 2.0, 4.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of recency-kNN and its counter."""

    power: float = 0.3
    """How far popularity is divided out of co-occurrence: 0.5 is the cosine."""
    fall: float = 0.8
    """Trust in an event over that in the one after it."""
    markov: float = 1.0
    """Weight of the counter beside the nearness."""
    markov_power: float = 0.0
    """How far popularity is divided out of the counter."""
    reach: int = 3
    """Events that the counter looks ahead; one event further is worth half."""


@unseeded
def learn(
    material: Material,
    *,
    options: Mapping[str, Any],
    seed: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Recommender:
    """Nearness to each event, by its age, plus what came after the events like it.

    Options are chosen on validation items where none is given.
    """
    own = chosen(Options, options)
    if not options:
        own = best(own, LADDER, fitted, material)
    return fitted(material, own)


def fitted(material: Material, options: Options) -> Recommender:
    """Recency-kNN with the options given."""
    items, learned = material.items, material.complete
    counts_N, reach = learned.counts(items), options.reach
    near_NN = damped(together(held(learned, items)), counts_N, options.power)
    next_NN = damped(
        followed(learned, items, reach=reach, fall=HALF), counts_N, options.markov_power
    )

    def scores(histories: Histories) -> Scores:
        back_E = histories.back_E
        recent = held(histories, items, options.fall**back_E)
        last = held(histories, items, options.markov * HALF**back_E * (back_E < reach))
        summed: Scores = (recent @ near_NN + last @ next_NN).toarray()
        return summed.astype(np.float32, copy=False)

    return ByScores(scores=scores, settings=asdict(options))
