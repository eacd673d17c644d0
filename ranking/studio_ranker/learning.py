"""Learning a version of the ranker from a logbook: names, rewards, network, alignment.

Each part keeps a checkpoint, so a run that was killed goes on where it was, and each depends on
nothing but the log, the plan and the seed. Legend: S slates, W pool, P people, K places.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from ranking.alignment.dpo import Alignment, aligned, paired
from ranking.defence.influence import Influence, influence
from ranking.rewards.model import RewardModel
from ranking.rewards.training import LEAST, RewardLessons, answered, rewarded
from ranking.studio_ranker.contexts import of_slates
from ranking.studio_ranker.logbook import Logbook, Whole, require_something
from ranking.studio_ranker.naming import Names, named
from ranking.studio_ranker.network import Shape, StudioNetwork
from ranking.studio_ranker.shelf import Shelf, shelf_of_log
from ranking.studio_ranker.training import Lessons, taught
from studio.progress import OnProgress, silent

POOL = 16
"""Pictures that slates are drawn from in alignment."""
NEAR = 48
"""Catalogue pictures nearest to the words, of which a pool is filled up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a version is learned."""

    seed: int = 0
    lessons: Lessons = field(default_factory=Lessons)
    rewards: RewardLessons | None = field(default_factory=RewardLessons)
    """None: no reward model, so no alignment."""
    alignment: Alignment = field(default_factory=Alignment)
    rounds: int = 1
    """Rounds of alignment; 0: none."""
    asked: int = 2500
    """Slates of the log that a round draws anew, the newest."""
    defended: bool = True
    """Whether fakes are looked for and everybody's influence is bounded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a training leaves behind, ready to rank."""

    names: Names = field(repr=False)
    shape: Shape
    network: StudioNetwork = field(repr=False)
    rewards: RewardModel | None = field(repr=False)
    """None: too few slates were answered."""
    encoder: str
    """Digest of the encoder whose vectors it learned."""
    figures: dict[str, Any] = field(default_factory=dict, compare=False)
    """JSON: sizes, calibration, rounds."""


def shape_of(names: Names) -> Shape:
    """The network's size for a catalogue."""
    return Shape(
        catalogue=len(names.items),
        digits=names.ids.digits_NG.shape[1],
        codes=names.ids.codes,
        fused=names.fused_CF.shape[1],
        encoder=len(names.mean_D),
    )


def learned(
    log: Logbook,
    plan: Plan,
    *,
    start: Version | None = None,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Version:
    """A version learned from a log; InputError where there is nothing to learn from.

    ``start``: a version of the same catalogue and encoder to go on from. ``keep``: a folder for
    checkpoints.
    """
    log = require_something(log)
    torch.manual_seed(plan.seed)
    trusted = influence(log) if plan.defended else Influence.everybody(log)
    names = named(log, seed=plan.seed) if start is None else start.names
    shelf = shelf_of_log(names, log)
    shape = shape_of(names) if start is None else start.shape
    before = None if start is None else start.rewards
    places = log.shown_SK.shape[1]
    looked_K = np.ones(places)
    if before is not None:  # what is known of how far people look corrects what is learned now
        known_K = before.examined_K()
        looked_K = known_K[np.minimum(np.arange(places), len(known_K) - 1)]
    network = taught(
        log,
        shelf,
        shape,
        plan.lessons,
        heard=trusted,
        examined_K=looked_K,
        start=None if start is None else start.network,
        seed=plan.seed,
        kept=_kept(keep, "ranker"),
        on_progress=on_progress,
    )
    model, calibration = None, None
    if plan.rewards is not None and len(answered(log)) >= LEAST:
        found = rewarded(
            log,
            shelf,
            shape,
            plan.rewards,
            heard=trusted,
            start=network,
            seed=plan.seed,
            kept=_kept(keep, "reward"),
            on_progress=on_progress,
        )
        model, calibration = found.model, found.calibration
    version = Version(
        names=names,
        shape=shape,
        network=network,
        rewards=model,
        encoder=log.encoder,
        figures={
            "people": len(log.people),
            "events": len(log.item_E),
            "slates": len(log.person_S),
            "catalogue": log.catalogue,
            "doubted": len(trusted.doubted),
            "calibration_error": None if calibration is None else round(calibration.error, 4),
            "examined": []
            if model is None
            else [round(float(one), 3) for one in model.examined_K()],
            "rounds": [],
        },
    )
    for number in range(plan.rounds if model is not None else 0):
        version = one_round(
            version, log, plan, trusted, shelf, number=number, keep=keep, on_progress=on_progress
        )
    return version


def one_round(
    version: Version,
    log: Logbook,
    plan: Plan,
    trusted: Influence,
    shelf: Shelf,
    *,
    number: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Version:
    """One round of alignment on slates that the version draws for the log's own askings."""
    if version.rewards is None:
        return version
    seed = plan.seed * 1000 + number
    slates = np.sort(np.argsort(log.time_S, kind="stable")[-plan.asked :])
    pool_BW = pools(log, slates, seed=seed)
    pairs = paired(
        version.network,
        version.rewards,
        shelf,
        of_slates(log, slates, log.before_S),
        pool_BW,
        size=log.shown_SK.shape[1],
        course=plan.alignment,
        seed=seed,
    )
    network = aligned(
        version.network,
        pairs,
        shelf,
        plan.alignment,
        weight_B=torch.from_numpy(trusted.weight_P[log.person_S[slates]]).float(),
        seed=seed,
        kept=_kept(keep, f"align-{number}"),
        on_progress=on_progress,
        stage=f"align {number + 1}",
    )
    gap = round(float(pairs.gap_B.mean()), 4)
    rounds = [*version.figures.get("rounds", []), {"pairs": len(pairs), "reward_gap": gap}]
    return replace(version, network=network, figures={**version.figures, "rounds": rounds})


def pools(log: Logbook, slates: Whole, *, seed: int, size: int = POOL) -> Tensor:
    """(B, W) what each asking could have been answered with: what was shown, and pictures of the
    catalogue near to the words, drawn from the nearest; -1 behind the end of a small catalogue."""
    random = np.random.default_rng((seed, 7))
    table = np.full((len(slates), size), -1, np.int64)
    near_count = min(NEAR, log.catalogue)
    units_CD = log.vectors_ND[: log.catalogue]
    for row, slate in enumerate(slates.tolist()):
        shown = log.shown_SK[slate]
        shown = shown[shown >= 0][:size]
        worth_C = units_CD @ log.words_SD[slate]
        near = np.argpartition(-worth_C, near_count - 1)[:near_count]
        rest = random.permutation(np.setdiff1d(near, shown))[: size - len(shown)]
        table[row, : len(shown) + len(rest)] = np.concatenate([shown, rest])
    return torch.from_numpy(table)


def _kept(keep: Path | None, name: str) -> Path | None:
    return None if keep is None else keep / f"{name}.pt"
