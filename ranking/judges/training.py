"""Training a judge: a run that can be stopped at any moment and goes on where it was.

Everything random in step k is derived from (seed, k), so a resumed run repeats an uninterrupted
one. Legend: N pictures, B batch, H × W pixels.
"""

from __future__ import annotations

import copy
import hashlib
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as fn

from ranking.judges.disturbance import disturbed
from ranking.judges.network import SIDE, WIDTHS, Network
from studio.errors import InputError, ModelError
from studio.progress import OnProgress, Step, silent

PEAK_RATE = 2e-3
BATCH = 128
DECAY = 0.998
SMOOTHING = 0.05
HEADS = 1.0
"""What a head's loss weighs beside the contrastive one."""
NOT_ASKED = -1
"""The label where a picture says nothing of a head."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """What a judge learns: pictures and, for each head, what each of them shows."""

    rgba_NHW4: npt.NDArray[np.uint8] = field(compare=False, repr=False)
    """``SIDE`` pixels square, straight alpha."""
    things: npt.NDArray[np.int64] = field(compare=False, repr=False)
    """(N,): pictures of one number show the same thing."""
    labels: Mapping[str, npt.NDArray[np.int64]]
    """By head, (N,): a number among its answers, or ``NOT_ASKED``."""
    answers: Mapping[str, tuple[str, ...]]
    """By head, the name of every answer."""
    learned: npt.NDArray[np.bool_] = field(compare=False, repr=False)
    """(N,) True where the picture is learned from; the others are the examination."""

    @property
    def digest(self) -> str:
        """sha256 of heads, labels and which are learned."""
        total = hashlib.sha256(repr(sorted(self.answers.items())).encode())
        for name in sorted(self.labels):
            total.update(self.labels[name].tobytes())
        total.update(self.things.tobytes() + self.learned.tobytes())
        return total.hexdigest()

    @property
    def groups(self) -> list[npt.NDArray[np.int64]]:
        """Learned rows of every thing that has two or more; InputError where none has."""
        order = np.flatnonzero(self.learned)
        order = order[np.argsort(self.things[order], kind="stable")]
        parts = np.split(order, np.flatnonzero(np.diff(self.things[order])) + 1)
        found = [part for part in parts if len(part) > 1]
        if not found:
            raise InputError("a judge learns from pairs: give several pictures of one thing")
        return found


def small(rgba_NHW4: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Pictures at ``SIDE`` pixels by area averaging, colours weighted by alpha."""
    count, height = rgba_NHW4.shape[:2]
    if height == SIDE:
        return rgba_NHW4
    if height % SIDE:
        raise InputError(f"a judge takes pictures of a multiple of {SIDE} pixels, not {height}")
    factor = height // SIDE
    made = np.empty((count, SIDE, SIDE, 4), np.uint8)
    for start in range(0, count, 256):
        part = np.asarray(rgba_NHW4[start : start + 256]).astype(np.float32) / 255
        part[..., :3] *= part[..., 3:]
        cells = part.reshape(len(part), SIDE, factor, SIDE, factor, 4).mean((2, 4))
        cells[..., :3] /= np.maximum(cells[..., 3:], 1e-3)
        made[start : start + 256] = (cells.clip(0, 1) * 255).round()
    return made


@dataclass(slots=True, kw_only=True)
class Course:
    """How far a training is; ends after ``steps`` or ``minutes``, whichever is given."""

    seed: int = 0
    minutes: float | None = None
    steps: int | None = None
    kept: Path | None = None
    """File of the checkpoint; None: none is kept."""
    every_s: float = 60.0
    step: int = 0
    elapsed_s: float = 0.0
    losses: list[float] = field(default_factory=list)

    @property
    def progress(self) -> float:
        """Share that is done, 0…1."""
        if self.steps is not None:
            return min(1.0, self.step / self.steps)
        if self.minutes is None:
            raise InputError("a course needs minutes or steps; give one")
        return min(1.0, self.elapsed_s / max(1e-6, 60 * self.minutes))

    def resume(self, parts: Mapping[str, Any], digest: str) -> bool:
        """Go on from the checkpoint, if there is one of the same lessons."""
        if self.kept is None or not self.kept.exists():
            return False
        state = torch.load(self.kept, map_location="cpu", weights_only=True)
        if state["digest"] != digest:
            return False
        for name, part in parts.items():
            part.load_state_dict(state[name])
        self.step, self.elapsed_s, self.losses = state["step"], state["elapsed_s"], state["losses"]
        return True

    def save(self, parts: Mapping[str, Any], digest: str) -> None:
        """Write the checkpoint; a kill while it is written leaves the old one."""
        if self.kept is None:
            return
        self.kept.parent.mkdir(parents=True, exist_ok=True)
        state = {name: part.state_dict() for name, part in parts.items()}
        partial = self.kept.with_suffix(".part")
        torch.save(
            state
            | {
                "digest": digest,
                "step": self.step,
                "elapsed_s": self.elapsed_s,
                "losses": self.losses,
            },
            partial,
        )
        partial.replace(self.kept)

    def each(self, parts: Mapping[str, Any], digest: str) -> Iterator[int]:
        """Step numbers until the end, torch seeded for each, a checkpoint now and then."""
        began, before, saved = time.monotonic(), self.elapsed_s, time.monotonic()
        while self.progress < 1.0:
            torch.manual_seed(self.seed * 1_000_003 + self.step)
            yield self.step
            self.step += 1
            now = time.monotonic()
            self.elapsed_s = before + now - began
            if now - saved > self.every_s:
                self.save(parts, digest)
                saved = now
        self.save(parts, digest)


def _pairs(
    groups: list[npt.NDArray[np.int64]], random: np.random.Generator, batch: int
) -> npt.NDArray[np.int64]:
    """``batch`` / 2 things, two pictures each; things of many pictures come up more often."""
    weight = np.sqrt([len(one) for one in groups])
    few = len(groups) < batch // 2
    chosen = random.choice(len(groups), size=batch // 2, replace=few, p=weight / weight.sum())
    return np.concatenate([random.choice(groups[one], size=2, replace=False) for one in chosen])


def contrast(unit_BD: Tensor, thing_B: Tensor, sharpness: Tensor) -> Tensor:
    """Supervised contrastive loss (arXiv 2004.11362, eq. 2): pictures of one thing attract."""
    eye = torch.eye(len(unit_BD), dtype=torch.bool, device=unit_BD.device)
    alike = (thing_B[:, None] == thing_B[None]) & ~eye
    logits = (unit_BD @ unit_BD.T) * sharpness.exp().clamp(max=60)
    logs = logits.masked_fill(eye, -1e4).log_softmax(1)
    return -((logs * alike).sum(1) / alike.sum(1).clamp(min=1)).mean()


def loss_of(
    network: Network, image_B3HW: Tensor, labels: Mapping[str, Tensor], thing_B: Tensor
) -> Tensor:
    """Contrastive loss, and cross-entropy of each head over the pictures that it asks of."""
    with torch.autocast(image_B3HW.device.type, torch.bfloat16):
        unit_BD, logits = network(image_B3HW)
    total = contrast(unit_BD, thing_B, network.sharpness)
    for name, given_BK in logits.items():
        asked = labels[name] != NOT_ASKED
        if asked.any():
            total = total + HEADS * fn.cross_entropy(
                given_BK[asked], labels[name][asked], label_smoothing=SMOOTHING
            )
    return total


class Average(torch.nn.Module):
    """Exponential moving average of a network; the decay grows in over the first steps."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.network = copy.deepcopy(network)
        self.register_buffer("count", torch.zeros((), dtype=torch.long))

    @torch.no_grad()
    def update(self, network: Network) -> None:
        """Move towards the network's present weights."""
        count = int(self.get_buffer("count")) + 1
        self.get_buffer("count").fill_(count)
        keep = min(DECAY, (1 + count) / (10 + count))
        own, given = self.network.state_dict(), network.state_dict()
        for name, value in own.items():
            if value.is_floating_point():
                value.lerp_(given[name], 1 - keep)
            else:
                value.copy_(given[name])


def taught(
    lessons: Lessons,
    course: Course,
    *,
    widths: tuple[int, ...] = WIDTHS,
    device: str = "cpu",
    batch: int = BATCH,
    on_progress: OnProgress = silent,
) -> Network:
    """A network that has learned the lessons: the average of its last weights.

    AdamW, warm-up and cosine. ModelError where the loss is not finite.
    """
    torch.manual_seed(course.seed)
    network = Network({name: len(k) for name, k in lessons.answers.items()}, widths=widths)
    network = network.to(device).to(memory_format=torch.channels_last).train()
    average = Average(network)
    optimizer = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=0.05)
    parts = {"network": network, "average": average, "optimizer": optimizer}
    digest, groups = lessons.digest, lessons.groups
    course.resume(parts, digest)
    for step in course.each(parts, digest):
        random = np.random.default_rng((course.seed, step))
        rows = _pairs(groups, random, batch)
        image = disturbed(lessons.rgba_NHW4[rows], random).to(
            device, memory_format=torch.channels_last
        )
        told = {k: torch.from_numpy(own[rows]).to(device) for k, own in lessons.labels.items()}
        things = torch.from_numpy(lessons.things[rows]).to(device)
        fall = 0.5 * (1 + math.cos(math.pi * course.progress)) + 1e-3
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * min(1.0, (step + 1) / 50) * fall
        loss = loss_of(network, image, told, things)
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(f"the judge's loss became {value} at step {step}; train it anew")
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        average.update(network)
        course.losses.append(value)
        on_progress(Step(stage="judges", done=round(1000 * course.progress), total=1000))
    return average.network.eval()
