"""Popularity: the items with the most events, for everybody the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ranking.baselines.options import chosen
from ranking.recommenders import ByScores, Recommender, Scores, unseeded
from ranking.sequences.interactions import Histories
from ranking.sequences.splits import Material
from studio.progress import OnProgress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Nothing to choose."""


@unseeded
def learn(
    material: Material,
    *,
    options: Mapping[str, Any],
    seed: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Recommender:
    """Counts events."""
    chosen(Options, options)
    counts_N = material.complete.counts(material.items).astype(np.float32)

    def scores(histories: Histories) -> Scores:
        return np.tile(counts_N, (len(histories), 1))

    return ByScores(scores=scores)
