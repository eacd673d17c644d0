"""A training run that can be stopped at any moment and goes on where it was.

Everything random in step k is derived from (seed, k), so a resumed run repeats an uninterrupted
one. A run ends after `steps` steps or `minutes` minutes of work, whichever is given.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from recipes import workers


@dataclass(slots=True, kw_only=True)
class Run:
    """Where a run stands and how it is kept.

    `minutes` or `steps` bounds it; `kept` holds what a checkpoint stores (anything with
    `state_dict` and `load_state_dict`).
    """

    out: Path
    seed: int = 0
    minutes: float | None = None
    steps: int | None = None
    every_s: float = 120.0
    kept: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    elapsed_s: float = 0.0
    losses: list[tuple[int, float]] = field(default_factory=list)

    @property
    def progress(self) -> float:
        """Share of the run that is done, 0…1."""
        if self.steps is not None:
            return min(1.0, self.step / self.steps)
        assert self.minutes is not None, "a run needs minutes or steps"
        return min(1.0, self.elapsed_s / (60 * self.minutes))

    def resume(self) -> bool:
        """Load the checkpoint when there is one; True when the run goes on from it."""
        path = self.out / "checkpoint.pt"
        if not path.exists():
            return False
        state = torch.load(path, map_location="cpu", weights_only=True)
        for name, part in self.kept.items():
            part.load_state_dict(state[name])
        self.step, self.elapsed_s = state["step"], state["elapsed_s"]
        self.losses = [(int(k), float(v)) for k, v in state["losses"]]
        return True

    def save(self) -> None:
        """Write the checkpoint; a kill while it is written leaves the old one."""
        self.out.mkdir(parents=True, exist_ok=True)
        state = {name: part.state_dict() for name, part in self.kept.items()}
        state.update(step=self.step, elapsed_s=self.elapsed_s, losses=self.losses)
        partial = self.out / "checkpoint.pt.part"
        torch.save(state, partial)
        partial.replace(self.out / "checkpoint.pt")

    def loop(
        self, *, report_every: int = 50, on_save: Callable[[], None] | None = None
    ) -> Iterator[int]:
        """Yield step numbers until the end; seeds torch for each, reports, saves now and then."""
        started, base, saved = time.monotonic(), self.elapsed_s, time.monotonic()
        reported = (self.step, started)
        while self.progress < 1.0:
            torch.manual_seed(self.seed * 1_000_003 + self.step + 7_919 * workers.rank())
            yield self.step
            self.step += 1
            now = time.monotonic()
            self.elapsed_s = workers.agreed(base + now - started)
            if workers.rank() > 0:
                continue
            if self.step % report_every == 0:
                pace = (self.step - reported[0]) / max(1e-9, now - reported[1])
                recent = [v for k, v in self.losses if k >= reported[0]]
                mean = sum(recent) / max(1, len(recent))
                reported = (self.step, now)
                print(
                    f"step {self.step} loss {mean:.4f} {pace:.2f} steps/s {self.progress:.1%}",
                    flush=True,
                )
            if now - saved > self.every_s:
                self.save()
                saved = time.monotonic()
                if on_save is not None:
                    on_save()
        if workers.rank() == 0:
            self.save()

    def note(self, loss: float) -> None:
        """Keep this step's loss for the curve; refuses one that is not finite."""
        if not np.isfinite(loss):
            raise FloatingPointError(f"the loss became {loss} at step {self.step}; lower the rate")
        self.losses.append((self.step, loss))

    def random(self) -> np.random.Generator:
        """This step's own random numbers, another stream in each worker."""
        return np.random.default_rng((self.seed, self.step, workers.rank()))


class Average(nn.Module):
    """Exponential moving average of a model's weights (decay grows in over the first steps)."""

    def __init__(self, model: nn.Module, decay: float) -> None:
        super().__init__()
        self.decay = decay
        self.register_buffer("count", torch.zeros((), dtype=torch.long))
        for name, value in model.state_dict().items():
            self.register_buffer(name.replace(".", "/"), value.detach().clone().float())

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        """Move towards the model's present weights."""
        count = int(self.get_buffer("count")) + 1
        self.get_buffer("count").fill_(count)
        decay = min(self.decay, (1 + count) / (10 + count))
        mine, theirs = [], []
        for name, value in model.state_dict().items():
            mine.append(self.get_buffer(name.replace(".", "/")))
            theirs.append(value.detach().float())
        torch._foreach_lerp_(mine, theirs, 1 - decay)

    def weights(self) -> dict[str, torch.Tensor]:
        """The averaged weights, named as the model names them."""
        return {n.replace("/", "."): b.clone() for n, b in self.named_buffers() if n != "count"}


def rate(progress: float, step: int, peak: float, *, warmup: int = 100) -> float:
    """Learning rate: linear warm-up, flat, then a straight fall to zero over the last 30 %."""
    return peak * min(1.0, (step + 1) / warmup) * min(1.0, max(0.0, 1.0 - progress) / 0.3 + 1e-3)


def set_rate(optimizer: torch.optim.Optimizer, value: float) -> None:
    """Give every parameter group this learning rate."""
    for group in optimizer.param_groups:
        group["lr"] = value


def options(description: str) -> argparse.ArgumentParser:
    """The options every recipe takes."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, help="folder of captioned sticker art (splits.csv)")
    parser.add_argument("--out", type=Path, required=True, help="folder the model is written to")
    parser.add_argument("--work", type=Path, default=Path("build"), help="caches and checkpoints")
    parser.add_argument("--minutes", type=float, default=20.0, help="training time")
    parser.add_argument("--steps", type=int, help="train this many steps instead")
    parser.add_argument("--drawn", type=int, default=6000, help="drawn pictures beside the art")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument("--device", choices=["cpu", "cuda"], default="cpu")
    parser.add_argument("--evaluate", action="store_true", help="only measure what is in --out")
    return parser


def curve(losses: list[tuple[int, float]], points: int = 12) -> str:
    """The loss curve as text: step and mean loss over equal stretches of the run."""
    if not losses:
        return "no steps yet"
    chunks = np.array_split(np.asarray(losses, dtype=np.float64), min(points, len(losses)))
    return json.dumps([[int(c[-1, 0]), round(float(c[:, 1].mean()), 4)] for c in chunks])


def pseudo_huber(gap: torch.Tensor, width: float) -> torch.Tensor:
    """Elementwise, of any shape (arXiv 2310.14189, eq. 7): below `width` squared, above it not."""
    found: torch.Tensor = (gap.square() + width**2).sqrt() - width
    return found
