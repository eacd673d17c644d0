"""Item-kNN, blind to order: items that go together with those of the history, by co-occurrence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ranking.baselines.choosing import best
from ranking.baselines.counting import damped, held, together
from ranking.baselines.options import chosen
from ranking.recommenders import ByScores, Recommender, Scores, unseeded
from ranking.sequences.interactions import Histories
from ranking.sequences.splits import Material
from studio.progress import OnProgress, silent

POWERS = (0.1, 0.2, 0.4, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of item-kNN."""

    power: float = 0.3
    """How far popularity is divided out: 0 counts, 0.5 cosine, 1 lift."""


@unseeded
def learn(
    material: Material,
    *,
    options: Mapping[str, Any],
    seed: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Recommender:
    """Scores are the sums of nearness to the items of the history (Sarwar et al., 2001).

    Nearness is co-occurrence with popularity divided out; how far is chosen on validation items
    where no option is given.
    """
    own = chosen(Options, options)
    if not options:
        own = best(own, {"power": POWERS}, fitted, material)
    return fitted(material, own)


def fitted(material: Material, options: Options) -> Recommender:
    """Item-kNN with the options given."""
    items = material.items
    near_NN = damped(
        together(held(material.complete, items)), material.complete.counts(items), options.power
    )

    def scores(histories: Histories) -> Scores:
        summed: Scores = (held(histories, items) @ near_NN).toarray()
        return summed.astype(np.float32, copy=False)

    return ByScores(scores=scores, settings=asdict(options))
