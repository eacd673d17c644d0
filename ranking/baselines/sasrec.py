"""SASRec (arXiv 1808.09781) with cross-entropy over the whole catalogue (arXiv 2309.07602)."""

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
    """Each place sees what came before it and says the next item; options: ``Teaching``."""
    teaching = chosen(Teaching, options)
    network = taught(
        material.complete,
        teaching.shape(material.items),
        teaching,
        seed=seed,
        kept=keep / "checkpoint.pt" if keep else None,
        on_progress=on_progress,
        stage="sasrec-ce",
    )
    return ByScores(scores=partial(scores_of, network))
