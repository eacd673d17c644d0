"""BERT4Rec (arXiv 1904.06690): fill in hidden items, seen from both sides, over the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ranking.baselines.options import chosen
from ranking.baselines.teaching import Task, Teaching, scores_of, taught
from ranking.recommenders import ByScores, Recommender
from ranking.sequences.interactions import Numbers
from ranking.sequences.splits import Material
from studio.progress import OnProgress, silent


def cloze(share: float) -> Task:
    """The task: of every history ``share`` of the places hidden, or one, or (in ½) the last."""

    def hide(items_BL: Numbers, items: int, random: np.random.Generator) -> tuple[Numbers, Numbers]:
        there_BL = items_BL != items
        drawn_BL = np.where(there_BL, random.random(items_BL.shape), 2.0)
        hidden_BL = drawn_BL < share
        hidden_BL[np.arange(len(items_BL)), drawn_BL.argmin(1)] = True
        # Only the last place is asked when ranking, so half of the histories practise that.
        alone_B = random.random(len(items_BL)) < 0.5
        last_B = there_BL.sum(1) - 1
        hidden_BL[alone_B] = False
        hidden_BL[np.flatnonzero(alone_B), last_B[alone_B]] = True
        given_BL = np.where(hidden_BL, items + 1, items_BL).astype(np.int32)
        return given_BL, np.where(hidden_BL, items_BL, -1)

    hide.__name__ = f"cloze {share:g}"
    return hide


def learn(
    material: Material,
    *,
    options: Mapping[str, Any],
    seed: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Recommender:
    """Places see all others; asked by a hidden place behind the end. Options: ``Teaching``."""
    teaching = chosen(Teaching, {"epochs": 18.0, **options})
    network = taught(
        material.complete,
        teaching.shape(material.items, ahead=True),
        teaching,
        task=cloze(teaching.masked),
        beyond=0,
        seed=seed,
        kept=keep / "checkpoint.pt" if keep else None,
        on_progress=on_progress,
        stage="bert4rec",
    )
    return ByScores(scores=partial(scores_of, network, end=True))
