"""Telling styles by plain statistics of colour and edge: a linear rule, learned in seconds.

Multinomial logistic regression on ``ranking.looks``. It learns from crisp and from softened
pictures, so that a soft decoder is not taken for another style.
Legend: N pictures, F statistics, K styles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image, ImageFilter

from ranking.looks import look_statistics

if TYPE_CHECKING:
    Numbers = npt.NDArray[np.float32]

CLIP = 4.0
"""Standard deviations beyond which a statistic says no more."""
DECAY = 3e-3
MOST = 900
"""Pictures a style that are learned from."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StyleRule:
    """A linear rule; ``rule(images)`` gives (N, K) probabilities."""

    names: tuple[str, ...]
    mean_F: Numbers = field(repr=False)
    spread_F: Numbers = field(repr=False)
    weights_FK: Numbers = field(repr=False)
    bias_K: Numbers = field(repr=False)

    def __call__(self, images: Sequence[Image.Image]) -> Numbers:
        """(N, K) probabilities; transparent pixels count as white."""
        if not images:
            return np.zeros((0, len(self.names)), np.float32)
        told_NF = np.stack([look_statistics(image) for image in images]).astype(np.float32)
        scores = self.scaled(told_NF) @ self.weights_FK + self.bias_K
        chances = np.exp(scores - scores.max(1, keepdims=True))
        made: Numbers = (chances / chances.sum(1, keepdims=True)).astype(np.float32)
        return made

    def scaled(self, told_NF: Numbers) -> Numbers:
        """Statistics in standard deviations."""
        made: Numbers = np.clip((told_NF - self.mean_F) / self.spread_F, -CLIP, CLIP)
        return made


def fitted(
    picture: Callable[[int], Image.Image], rows: Sequence[int], styles: Sequence[str], *, seed: int
) -> StyleRule:
    """The rule of ``rows`` (``styles[row]`` names each), at most ``MOST`` a style."""
    random = np.random.default_rng(seed)
    names = tuple(sorted({styles[row] for row in rows}))
    chosen: list[int] = []
    for name in names:
        own = [row for row in rows if styles[row] == name]
        chosen += [own[at] for at in random.permutation(len(own))[:MOST]]
    told = []
    for row in chosen:
        image = picture(row)
        told += [look_statistics(image), look_statistics(softened(image, random))]
    told_NF = np.stack(told).astype(np.float32)
    right_N = torch.tensor([names.index(styles[row]) for row in chosen for _ in range(2)])
    mean_F, spread_F = told_NF.mean(0), told_NF.std(0) + 1e-3
    blank = StyleRule(
        names=names,
        mean_F=mean_F,
        spread_F=spread_F,
        weights_FK=np.zeros((told_NF.shape[1], len(names)), np.float32),
        bias_K=np.zeros(len(names), np.float32),
    )
    weights, bias = _descended(torch.from_numpy(blank.scaled(told_NF)), right_N, len(names))
    return StyleRule(names=names, mean_F=mean_F, spread_F=spread_F, weights_FK=weights, bias_K=bias)


def _descended(
    told_NF: torch.Tensor, right_N: torch.Tensor, styles: int
) -> tuple[Numbers, Numbers]:
    """Weights (F, K) and bias (K,) of least regularised cross-entropy, by L-BFGS."""
    weights = torch.zeros(told_NF.shape[1], styles, requires_grad=True)
    bias = torch.zeros(styles, requires_grad=True)
    optimizer: Any = torch.optim.LBFGS([weights, bias], max_iter=200, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(told_NF @ weights + bias, right_N)
        loss = loss + DECAY * (weights**2).sum()
        torch.autograd.backward(loss)
        return float(loss.detach())

    optimizer.step(closure)
    return weights.detach().numpy(), bias.detach().numpy()


def softened(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """On white, blurred as by a decoder, with a little grain."""
    rgba = image.convert("RGBA")
    rgb = Image.new("RGB", rgba.size, "white")
    rgb.paste(rgba, mask=rgba.getchannel("A"))
    side = max(rgb.size) / 128
    blurred = rgb.filter(ImageFilter.GaussianBlur(float(random.uniform(0.4, 1.6)) * side))
    values = np.asarray(blurred, np.float32)
    grain = random.normal(0, float(random.uniform(0, 5)), values.shape)
    return Image.fromarray((values + grain).clip(0, 255).astype(np.uint8))
