"""HSTU-style attention (arXiv 2402.17152): no softmax over places, a gate, a bias by distance.

Of the paper only the block is taken: no time buckets, since the sequence files hold no times."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from ranking.baselines.options import chosen
from ranking.baselines.teaching import Teaching, scores_of, taught
from ranking.recommenders import ByScores, Recommender
from ranking.sequences.splits import Material
from studio.progress import OnProgress, silent


def learn(
    material: Material,
    *,
    options: Mapping[str, Any],
    seed: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Recommender:
    """Taught like SASRec; options: ``Teaching``."""
    teaching = chosen(Teaching, options)
    network = taught(
        material.complete,
        teaching.shape(material.items, block="hstu"),
        teaching,
        seed=seed,
        kept=keep / "checkpoint.pt" if keep else None,
        on_progress=on_progress,
        stage="hstu",
    )
    return ByScores(scores=partial(scores_of, network))
