"""Telling small traits of a drawing (mood, what is worn): a network of its own, at 128 pixels.

A mouth is three pixels wide at the 64 at which things are told, and a batch that is mostly real art
says nothing of moods; so traits are learned apart, from drawings alone. Where on the figure a trait
shows differs by subject: each trait looks at the cells by weights that it gives them itself
(attention pooling, arXiv 1802.04712, eq. 7).
Legend: N pictures, B batch, C channels, H × W pixels or cells, S cells, T traits, K answers.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from ranking.judges.art import Art
from ranking.judges.disturbance import disturbed
from ranking.judges.network import Trunk
from ranking.judges.training import NOT_ASKED, PEAK_RATE, SMOOTHING, Average, Course
from studio.errors import ModelError
from studio.progress import OnProgress, Step, silent

if TYPE_CHECKING:
    Numbers = npt.NDArray[np.float32]

WIDTHS = (32, 64, 128)
BATCH = 48


class TraitNetwork(nn.Module):
    """Pictures B×3×SIDE×SIDE in −1…1 to logits B×K of every trait."""

    def __init__(self, answers: Mapping[str, int], *, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.widths = widths
        self.names = tuple(answers)
        self.stages = Trunk(widths)
        self.looks = nn.Conv2d(widths[-1], len(answers), 1)
        self.heads = nn.ModuleDict({k: nn.Linear(widths[-1], n) for k, n in answers.items()})

    def forward(self, picture_B3HW: Tensor) -> dict[str, Tensor]:
        """Logits by trait."""
        cells_BCHW = self.stages.maps(picture_B3HW)[-1]
        weight_BTS = self.looks(cells_BCHW).flatten(2).float().softmax(2)
        seen_BTC = weight_BTS @ cells_BCHW.flatten(2).float().transpose(1, 2)
        return {name: self.heads[name](seen_BTC[:, at]) for at, name in enumerate(self.names)}

    @torch.inference_mode()
    def chances(self, picture_N3HW: Tensor) -> dict[str, Numbers]:
        """(N, K) probabilities by trait."""
        parts = [
            self(part.contiguous(memory_format=torch.channels_last))
            for part in torch.split(picture_N3HW, 64)
        ]
        return {name: torch.cat([p[name] for p in parts]).softmax(1).numpy() for name in self.names}


def answers_of(art: Art) -> dict[str, tuple[str, ...]]:
    """By trait, its answers, sorted."""
    return {name: tuple(sorted({*own} - {""})) for name, own in art.traits.items()}


def taught_traits(
    art: Art,
    learned_N: npt.NDArray[np.bool_],
    course: Course,
    *,
    widths: tuple[int, ...] = WIDTHS,
    batch: int = BATCH,
    device: str = "cpu",
    on_progress: OnProgress = silent,
) -> TraitNetwork:
    """A network that has learned the traits of the pictures of which ``learned_N`` is True.

    The average of its last weights; AdamW, warm-up and cosine. ModelError where the loss is not
    finite.
    """
    answers = answers_of(art)
    labels = {name: labelled(art.traits[name], answers[name]) for name in answers}
    asked_N = np.any([own != NOT_ASKED for own in labels.values()], axis=0)
    rows = np.flatnonzero(learned_N & asked_N)
    odds = np.mean([evened(own[rows]) for own in labels.values()], axis=0)
    torch.manual_seed(course.seed)
    network = TraitNetwork({name: len(k) for name, k in answers.items()}, widths=widths)
    network = network.to(device).to(memory_format=torch.channels_last).train()
    average = Average(network)  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(network.parameters(), lr=PEAK_RATE, weight_decay=0.05)
    parts = {"network": network, "average": average, "optimizer": optimizer}
    digest = hashlib.sha256(rows.tobytes() + repr(sorted(answers.items())).encode()).hexdigest()
    course.resume(parts, digest)
    for step in course.each(parts, digest):
        random = np.random.default_rng((course.seed, step))
        some = np.sort(random.choice(rows, size=batch, p=odds))
        image = disturbed(art.rgba_NHW4[some], random).to(device)
        for group in optimizer.param_groups:
            fall = 0.5 * (1 + math.cos(math.pi * course.progress)) + 1e-3
            group["lr"] = PEAK_RATE * min(1.0, (step + 1) / 50) * fall
        with torch.autocast(image.device.type, torch.bfloat16):
            logits = network(image.contiguous(memory_format=torch.channels_last))
        loss = torch.stack(
            [
                fn.cross_entropy(
                    told_BK.float(),
                    torch.from_numpy(labels[name][some]).to(device),
                    ignore_index=NOT_ASKED,
                    label_smoothing=SMOOTHING,
                )
                for name, told_BK in logits.items()
            ]
        ).sum()
        value = float(loss.detach())
        if not math.isfinite(value):
            raise ModelError(f"the loss of traits became {value} at step {step}; train it anew")
        optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        average.update(network)  # type: ignore[arg-type]
        course.losses.append(value)
        on_progress(Step(stage="traits", done=round(1000 * course.progress), total=1000))
    learned: TraitNetwork = average.network.eval()  # type: ignore[assignment]
    return learned


def evened(labels_N: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """(N,) chances that sum to 1 and by which every answer comes up as often as any other."""
    _, place_N, count = np.unique(labels_N, return_inverse=True, return_counts=True)
    made: npt.NDArray[np.float64] = 1 / (count[place_N] * len(count))
    return made


def labelled(own: Sequence[str], answers: Sequence[str]) -> npt.NDArray[np.int64]:
    """(N,): a number among the answers, or ``NOT_ASKED`` where nothing is known."""
    place = {name: at for at, name in enumerate(answers)}
    return np.array([place.get(one, NOT_ASKED) for one in own], np.int64)
