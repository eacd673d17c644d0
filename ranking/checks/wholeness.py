"""Wholeness: has a drawn picture come out, or is it a smear? A tiny no-reference quality network.

It learned from pictures whose true form is known how far a generator's answer lies from it, and
judges without that form (`recipes.wholeness`). It sees 64 pixels: shapes, not grain.

Legend: B pictures, C channels, H × W pixels or cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from studio.errors import ModelError

if TYPE_CHECKING:
    import torch
    from numpy.typing import NDArray

    from ranking.pixels import Pixels

WEIGHTS = Path(__file__).parents[1] / "bundled" / "wholeness" / "model.safetensors"
SIDE = 64
WIDTHS = (24, 48, 72)
"""Channels at a half, a quarter and an eighth of ``SIDE``."""


def network(widths: tuple[int, ...] = WIDTHS) -> Any:
    """A fresh network: B×4×64×64 as ``view`` gives it → B logits, high where nothing came out.

    Convolutions with batch normalisation; the mean and the spread of each stage's cells are
    weighed, so that it asks how a picture is made and not where.
    """
    import torch
    from torch import nn

    def stage(narrow: int, wide: int, stride: int) -> Any:
        return nn.Sequential(
            nn.Conv2d(narrow, wide, 3, padding=1, stride=stride, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
            nn.Conv2d(wide, wide, 3, padding=1, bias=False),
            nn.BatchNorm2d(wide),
            nn.ReLU(),
        )

    class Wholeness(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.open = nn.PixelUnshuffle(2)
            self.stages = nn.ModuleList(
                stage(narrow, wide, 1 + (place > 0))
                for place, (narrow, wide) in enumerate(zip((16, *widths[:-1]), widths, strict=True))
            )
            self.weigh = nn.Linear(2 * sum(widths), 1)

        def forward(self, view_B4HW: torch.Tensor) -> torch.Tensor:
            cells, told = self.open(view_B4HW), []
            for stage in self.stages:
                cells = stage(cells)
                told += [cells.mean((2, 3)), cells.var((2, 3)).add(1e-4).sqrt()]
            answer: torch.Tensor = self.weigh(torch.cat(told, 1).float())[:, 0]
            return answer

    return Wholeness()


@lru_cache(maxsize=2)
def loaded(path: Path = WEIGHTS) -> Any:
    """The network with the weights at ``path``; ModelError where they are missing or not finite."""
    import torch
    from safetensors.torch import load_file

    if not path.is_file():
        raise ModelError("the weights of the quality check are missing; install Bespoke again")
    weights = {name: value.float() for name, value in load_file(path).items()}
    if not all(torch.isfinite(value).all() for value in weights.values()):
        raise ModelError("the weights of the quality check hold NaN or Inf; install Bespoke again")
    model = network()
    model.load_state_dict(model.state_dict() | weights)  # how many batches it saw is not kept
    return model.eval()


def view(pixels: Pixels) -> NDArray[np.float32]:
    """(4, 64, 64) of a picture: its colours on white and its alpha, −1…1, letterboxed."""
    rgba_HW4 = np.concatenate([pixels.rgb_HW3, pixels.alpha_HW[..., None]], axis=-1)
    height, width = rgba_HW4.shape[:2]
    longest = max(height, width)
    if height != width:
        top, left = (longest - height) // 2, (longest - width) // 2
        square_HW4 = np.ones((longest, longest, 4), np.float32)
        square_HW4[..., 3] = 0
        square_HW4[top : top + height, left : left + width] = rgba_HW4
        rgba_HW4 = square_HW4
    if longest % SIDE:
        places = np.arange(SIDE) * longest // SIDE
        rgba_HW4 = rgba_HW4[np.ix_(places, places)]
    fold = len(rgba_HW4) // SIDE
    small = rgba_HW4.reshape(SIDE, fold, SIDE, fold, 4).mean(axis=(1, 3))
    seen: NDArray[np.float32] = small.transpose(2, 0, 1).astype(np.float32) * 2 - 1
    return seen


def brokenness(views: Sequence[NDArray[np.float32]], *, weights: Path = WEIGHTS) -> list[float]:
    """Of each view, in [0, 1]: 0 as whole as real art, 1 a smear in which nothing can be told."""
    import torch

    if not views:
        return []
    with torch.inference_mode():
        logits = loaded(weights)(torch.from_numpy(np.stack(views)))
        found: list[float] = logits.sigmoid().tolist()
    return found
