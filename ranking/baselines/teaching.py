"""Teaching a sequence network, and asking it.

Everything random in step k is derived from (seed, k), so a run that was killed and goes on from its
checkpoint ends where an uninterrupted one does. Legend: B people, L places, D width, N items.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ranking.baselines.network import Block, Network, Shape
from ranking.baselines.softmax import full_softmax_loss
from ranking.judges.training import Course
from ranking.recommenders import Scores
from ranking.sequences.interactions import Histories, Numbers
from studio.errors import ConfigError, ModelError
from studio.progress import OnProgress, Step, silent

TOGETHER = 16
"""Batches whose people are sorted by length together, so that little is padding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """How long and how fast a network is trained."""

    rate: float = 2e-3
    """Highest learning rate of AdamW: warm-up, then cosine to 0."""
    decay: float = 0.01
    """Weight decay."""
    batch: int = 128
    """People a step."""
    epochs: float = 20.0
    minutes: float | None = None
    """Train for so long instead of ``epochs``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How a course begins and ends."""

    warm_steps: int = 100
    """Steps in which the rate rises."""
    warm_share: float | None = None
    """Share of the course in which it rises instead, where the whole of it is short."""
    floor: float = 1e-3
    """Share of the rate that is left at the end."""
    clip: float = 5.0
    """Longest gradient."""
    lone_decay: bool = True
    """Whether weights that stand alone, in no table, decay too."""
    every_s: float = 60.0
    """Seconds between checkpoints."""
    digits: int = 3
    """Of the losses that are noted."""

    def risen(self, step: int, progress: float) -> float:
        """Share of the rate that the warm-up has reached."""
        if self.warm_share is None:
            return min(1.0, (step + 1) / self.warm_steps)
        return min(1.0, (progress + 1e-3) / self.warm_share)

    def groups(self, network: torch.nn.Module, regime: Regime) -> Any:
        """The weights, as AdamW takes them."""
        if self.lone_decay:
            return network.parameters()
        tables = [p for p in network.parameters() if p.ndim > 1]
        alone = [p for p in network.parameters() if p.ndim <= 1]
        return [
            {"params": tables, "weight_decay": regime.decay},
            {"params": alone, "weight_decay": 0.0},
        ]


STEADY = Pace()


@dataclass(frozen=True, slots=True, kw_only=True)
class Teaching(Regime):
    """Size and course of a sequence network; docs/ranking.md says how the defaults were found."""

    rate: float = 6e-3
    epochs: float = 6.0
    width: int = 64
    layers: int = 2
    heads: int = 2
    length: int = 50
    dropout: float = 0.2
    masked: float = 0.3
    """Share of the places hidden, where the task is to fill them in."""

    def __post_init__(self) -> None:
        if min(self.width, self.layers, self.heads, self.length, self.batch) < 1:
            raise ConfigError("width, layers, heads, length and batch count from 1")
        if self.width % self.heads or not 0 <= self.dropout < 1 or not 0 < self.masked < 1:
            raise ConfigError("width is a multiple of heads; dropout and masked are shares below 1")

    def shape(self, items: int, *, block: Block = "softmax", ahead: bool = False) -> Shape:
        """The shape of the network over ``items`` items."""
        return Shape(
            items=items,
            width=self.width,
            layers=self.layers,
            heads=self.heads,
            length=self.length,
            dropout=self.dropout,
            block=block,
            ahead=ahead,
        )


Task = Callable[[Numbers, int, np.random.Generator], tuple[Numbers, Numbers]]
"""Of (B, L) items with N behind them: what goes in, and what each place should say or -1."""


def next_item(
    items_BL: Numbers, items: int, random: np.random.Generator
) -> tuple[Numbers, Numbers]:
    """Every place says the item after it."""
    given, wanted = items_BL[:, :-1], items_BL[:, 1:]
    return given, np.where(wanted == items, -1, wanted)


def batch_of(
    histories: Histories, teaching: Teaching, step: int, *, seed: int
) -> npt.NDArray[np.int64]:
    """Numbers of the people of one step: of like lengths, everybody once an epoch."""
    each = max(1, math.ceil(len(histories) / teaching.batch))
    epoch, within = divmod(step, each)
    random = np.random.default_rng((seed, epoch))
    order = random.permutation(len(histories))
    lengths_U = np.minimum(histories.lengths_U, teaching.length + 1)
    span = teaching.batch * TOGETHER
    parts = [
        part[np.argsort(lengths_U[part], kind="stable")]
        for part in np.split(order, range(span, len(order), span))
    ]
    batches = np.array_split(np.concatenate(parts), each)
    return np.asarray(batches[random.permutation(each)[within]], np.int64)


def taught(
    histories: Histories,
    shape: Shape,
    teaching: Teaching,
    *,
    task: Task = next_item,
    beyond: int = 1,
    seed: int = 0,
    kept: Path | None = None,
    on_progress: OnProgress = silent,
    stage: str = "learn",
) -> Network:
    """A network that has learned ``task`` on the histories, in evaluation mode.

    Where nobody has two events there is nothing to learn, and the network is as it was drawn.
    ``beyond``: events that the task takes besides those it shows. ``kept``: file of the checkpoint.
    ModelError where the loss is not finite.
    """
    histories = histories.keep((histories.lengths_U >= 2)[histories.people_E])
    histories = histories.take(np.flatnonzero(histories.lengths_U))
    torch.manual_seed(seed)
    network = Network(shape).train()
    if not len(histories):
        return network.eval()

    def lesson(step: int) -> tuple[Tensor, Tensor]:
        people = batch_of(histories, teaching, step, seed=seed)
        part = histories.take(people)
        longest = int(min(teaching.length + beyond, part.lengths_U.max()))
        given, wanted = task(
            part.padded(longest, fill=shape.items),
            shape.items,
            np.random.default_rng((seed, step, 1)),
        )
        loss = loss_of(network, torch.from_numpy(given), torch.from_numpy(wanted))
        return loss, loss

    practised(
        network,
        teaching,
        lesson,
        people=len(histories),
        told=(asdict(shape), asdict(teaching), seed, task.__name__, histories.digest),
        seed=seed,
        kept=kept,
        on_progress=on_progress,
        stage=stage,
    )
    return network.eval()


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
    pace: Pace = STEADY,
) -> None:
    """Train in place: AdamW, warm-up, then cosine; from the checkpoint ``kept`` on.

    ``lesson(step)``: the loss to learn from, and the one to note. ``people``: rows an epoch.
    ``told``: all that the result depends on; a checkpoint of anything else is left. ModelError
    where a loss is not finite.
    """
    optimizer = torch.optim.AdamW(
        pace.groups(network, regime), lr=regime.rate, betas=(0.9, 0.98), weight_decay=regime.decay
    )
    total = math.ceil(regime.epochs * max(1, math.ceil(people / regime.batch)))
    course = Course(
        seed=seed,
        steps=None if regime.minutes is not None else total,
        minutes=regime.minutes,
        kept=kept,
        every_s=pace.every_s,
    )
    parts = {"network": network, "optimizer": optimizer}
    digest = hashlib.sha256(repr(told).encode()).hexdigest()
    course.resume(parts, digest)
    for step in course.each(parts, digest):
        fall = 0.5 * (1 + math.cos(math.pi * course.progress)) + pace.floor
        for group in optimizer.param_groups:
            group["lr"] = regime.rate * pace.risen(step, course.progress) * fall
        loss, noted = lesson(step)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(f"the loss became {value} at step {step}; lower the rate")
        optimizer.zero_grad(set_to_none=True)
        if loss.requires_grad:
            torch.autograd.backward(loss)
            torch.nn.utils.clip_grad_norm_(network.parameters(), pace.clip)
            optimizer.step()
        course.losses.append(round(float(noted.detach()), pace.digits))
        on_progress(Step(stage=stage, done=round(1000 * course.progress), total=1000))


def loss_of(network: Network, given_BL: Tensor, wanted_BL: Tensor) -> Tensor:
    """Mean cross-entropy over the places that are to say something (``wanted_BL`` at least 0)."""
    with torch.autocast("cpu", torch.bfloat16):
        hidden_BLD = network(given_BL.long())
    asked_BL = wanted_BL >= 0
    return full_softmax_loss(
        hidden_BLD[asked_BL].float(), network.items_ND, wanted_BL[asked_BL].long()
    )


@torch.no_grad()
def scores_of(network: Network, histories: Histories, *, end: bool = False) -> Scores:
    """(B, N) what comes after each history; ``end`` puts "guess this" behind it and asks there."""
    shape = network.shape
    room = shape.length - end
    longest = int(max(1, min(room, histories.lengths_U.max(initial=1))))
    items_BL = histories.padded(longest, fill=shape.items)
    last_B = np.minimum(histories.lengths_U, room) - 1
    if end:
        items_BL = np.concatenate([items_BL, np.full_like(items_BL[:, :1], shape.items)], axis=1)
        last_B = last_B + 1
        items_BL[np.arange(len(items_BL)), last_B] = shape.items + 1
    with torch.autocast("cpu", torch.bfloat16):
        hidden_BLD = network(torch.from_numpy(items_BL).long())
    place_B = torch.from_numpy(np.maximum(last_B, 0))
    hidden_BD = hidden_BLD[torch.arange(len(place_B)), place_B].float()
    scores: Scores = (hidden_BD @ network.items_ND.T).numpy()
    return scores
