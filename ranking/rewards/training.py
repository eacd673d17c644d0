"""Teaching the reward model from logged slates, weighed against what the policy liked to show.

Legend: S slates, B of a step, K places, P people.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ranking.baselines.teaching import Regime, practised
from ranking.defence.influence import Influence
from ranking.rewards.calibration import Calibration, calibrated
from ranking.rewards.model import RewardModel, told
from ranking.studio_ranker.contexts import of_slates
from ranking.studio_ranker.course import SHORT, weights_digest
from ranking.studio_ranker.logbook import Floats, Logbook, Whole
from ranking.studio_ranker.network import Shape, StudioNetwork
from ranking.studio_ranker.shelf import Shelf
from ranking.studio_ranker.training import forgetful, shuffled
from studio.errors import InputError
from studio.progress import OnProgress, silent

CLIPPED = 5.0
"""Largest weight 1 / propensity of a place."""
HELD = 8
"""One slate in so many is held out, to calibrate by."""
LEAST = 16
"""Slates with an answer from which a reward model is learned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewardLessons(Regime):
    """How the reward model is taught."""

    rate: float = 1e-3
    decay: float = 0.1
    batch: int = 96
    epochs: float = 2.0
    forget: float = 0.2
    order: float = 1.0
    """Weight of which of a slate was liked, corrected for exposure, beside whether each was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewarded:
    """A reward model and how well it is calibrated on slates it has not learned."""

    model: RewardModel
    calibration: Calibration


def answered(log: Logbook) -> Whole:
    """Slates of which anything was said: of the others nobody knows whether they were seen."""
    return np.flatnonzero((log.said_SK != 0).any(axis=1))


def propensity_weights(propensity_BK: Floats, *, most: float = CLIPPED) -> Floats:
    """(B, K) 1 / propensity, clipped at ``most``, then divided by their mean."""
    weight = np.minimum(1 / propensity_BK, most)
    scaled: Floats = weight / max(float(weight.mean()), 1e-9)
    return scaled


@torch.no_grad()
def halfway(network: StudioNetwork, start: StudioNetwork) -> None:
    """Move a network back halfway to where it began: the mean of both forgets less than either
    (weight-space ensembles, Wortsman et al., arXiv 2109.01903, eq. 1 with α = ½)."""
    for own, before in zip(network.parameters(), start.parameters(), strict=True):
        own.lerp_(before, 0.5)


def order_loss(
    logit_BK: Tensor, said_BK: Tensor, there_BK: Tensor, examined_K: Tensor, heard_BK: Tensor
) -> Tensor:
    """(B,) cross-entropy of what was liked among what was shown, each like by 1 / examined.

    ``heard_BK``: what each like counts. Likes do not compete with one another; 0 where nothing was
    liked.
    """
    liked_BK = (said_BK > 0) & there_BK
    others_BK = logit_BK.masked_fill(liked_BK | ~there_BK, -torch.inf)
    rest_B1 = torch.cat([others_BK, torch.full_like(logit_BK[:, :1], -30.0)], 1).logsumexp(1)
    told_BK = logit_BK - torch.logaddexp(logit_BK, rest_B1[:, None])
    weight_BK = liked_BK * (1 / examined_K.clamp(min=1e-6)).clamp(max=CLIPPED) * heard_BK
    return -(told_BK * weight_BK).sum(1) / liked_BK.sum(1).clamp(min=1)


def rewarded(
    log: Logbook,
    shelf: Shelf,
    shape: Shape,
    lessons: RewardLessons,
    *,
    heard: Influence,
    start: StudioNetwork | None = None,
    seed: int = 0,
    kept: Path | None = None,
    on_progress: OnProgress = silent,
    stage: str = "reward",
) -> Rewarded:
    """Learn and calibrate. InputError where fewer than ``LEAST`` slates have an answer.

    ``start``: a network to begin from, the ranker's own; it stays as it is.
    """
    slates = answered(log)
    if len(slates) < LEAST:
        raise InputError(
            f"{len(slates)} slates have an answer; a reward model needs {LEAST} at least"
        )
    held = slates[np.arange(len(slates)) % HELD == HELD - 1]
    learned = slates[np.arange(len(slates)) % HELD != HELD - 1]
    before_S = log.before_S
    torch.manual_seed(seed)
    model = RewardModel(shape, log.shown_SK.shape[1]).train()
    model.begin(torch.from_numpy(log.said_SK[learned]), torch.from_numpy(log.shown_SK[learned]))
    if start is not None:
        model.network.load_state_dict(start.state_dict())
    weight_S1 = heard.weight_P[log.person_S][:, None]
    weight_SK = propensity_weights(log.propensity_SK) * weight_S1 * heard.heard_SK
    rows = shuffled(len(learned), lessons.batch, seed=seed)

    def losses(part: Whole) -> Tensor:
        shown_BK = torch.from_numpy(log.shown_SK[part])
        said_BK = torch.from_numpy(log.said_SK[part])
        asked = forgetful(of_slates(log, part, before_S), lessons.forget)
        logit_BK = model.raw(shelf, asked, shown_BK)
        examined_K = model.examined()
        each_BK = -told(logit_BK, examined_K, said_BK)
        weight_BK = torch.from_numpy(weight_SK[part]).float() * (shown_BK >= 0)
        whether = (each_BK * weight_BK).sum() / weight_BK.sum().clamp(min=1e-6)
        heard_BK = torch.from_numpy(heard.heard_SK[part]).float()
        which_B = order_loss(logit_BK, said_BK, shown_BK >= 0, examined_K.detach(), heard_BK)
        who_B = torch.from_numpy(weight_S1[part, 0]).float()
        return whether + lessons.order * (which_B * who_B).sum() / who_B.sum().clamp(min=1e-6)

    def lesson(step: int) -> tuple[Tensor, Tensor]:
        loss = losses(learned[rows(step)])
        return loss, loss

    practised(
        model,
        lessons,
        lesson,
        people=len(learned),
        told=(
            *(asdict(shape), asdict(lessons), seed, log.digest, heard.digest, stage),
            weights_digest(start),
        ),
        seed=seed,
        kept=kept,
        on_progress=on_progress,
        stage=stage,
        pace=SHORT,
    )
    if start is not None:
        halfway(model.network, start)
    model.eval()
    with torch.no_grad():
        shown_BK = torch.from_numpy(log.shown_SK[held])
        logit_BK = model.raw(shelf, of_slates(log, held, before_S), shown_BK)
        found = calibrated(
            logit_BK, model.examined(), torch.from_numpy(log.said_SK[held]), shown_BK >= 0
        )
        model.calibration.copy_(torch.tensor([found.scale, found.shift]))
    return Rewarded(model=model, calibration=found)
