"""The course of a training on the log: short, so its warm-up is a share of it.

Legend: none; everything random in step k is derived from (seed, k).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from ranking.baselines.teaching import Regime
from ranking.judges.training import Course
from studio.errors import ModelError
from studio.progress import OnProgress, Step

WARM = 0.1
"""Share of the course in which the rate rises."""
EVERY_S = 10.0
"""Seconds between checkpoints."""


def weights_digest(network: torch.nn.Module | None) -> str:
    """sha256 of a network's weights; empty where there is none."""
    if network is None:
        return ""
    total = hashlib.sha256()
    for value in network.state_dict().values():
        total.update(value.detach().numpy().tobytes())
    return total.hexdigest()


def practised(
    network: torch.nn.Module,
    regime: Regime,
    lesson: Callable[[int], tuple[Tensor, Tensor]],
    *,
    people: int,
    told: object,
    seed: int,
    kept: Path | None,
    on_progress: OnProgress,
    stage: str,
) -> None:
    """Train in place: AdamW, warm-up, then cosine; from the checkpoint ``kept`` on.

    ``lesson(step)``: the loss to learn from, and the one to note. ``people``: rows an epoch.
    ``told``: all that the result depends on; a checkpoint of anything else is left. ModelError
    where a loss is not finite.
    """
    tables = [p for name, p in network.named_parameters() if p.ndim > 1]
    alone = [p for name, p in network.named_parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": tables, "weight_decay": regime.decay}, {"params": alone, "weight_decay": 0.0}],
        lr=regime.rate,
        betas=(0.9, 0.98),
    )
    course = Course(
        seed=seed,
        steps=None
        if regime.minutes is not None
        else math.ceil(regime.epochs * max(1, math.ceil(people / regime.batch))),
        minutes=regime.minutes,
        kept=kept,
        every_s=EVERY_S,
    )
    parts = {"network": network, "optimizer": optimizer}
    digest = hashlib.sha256(repr(told).encode()).hexdigest()
    course.resume(parts, digest)
    for step in course.each(parts, digest):
        fall = 0.5 * (1 + math.cos(math.pi * course.progress)) + 1e-2
        for group in optimizer.param_groups:
            group["lr"] = regime.rate * min(1.0, (course.progress + 1e-3) / WARM) * fall
        loss, noted = lesson(step)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(f"the loss became {value} at step {step}; lower the rate")
        optimizer.zero_grad(set_to_none=True)
        if loss.requires_grad:
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(network.parameters(), 2.0)
            optimizer.step()
        course.losses.append(round(float(noted.detach()), 4))
        on_progress(Step(stage=stage, done=round(1000 * course.progress), total=1000))
