"""The judge's network: an embedding of what is drawn, and a head for every other question.

Residual network (arXiv 1512.03385) over 4 × 4 pixel blocks. What is drawn is told by an embedding,
to be compared with pictures of known things; everything else by linear heads.
Legend: B pictures, C channels, H × W pixels or cells, K answers of a head, D embedding width,
V width of the perceptual vector.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

SIDE = 64
"""Pixels; what a judge sees of a picture."""
WIDTHS = (48, 128, 256)
EMBEDDING = 192
CELLS = 4
"""Each stage is pooled to so many cells a side for the perceptual vector."""


class Block(nn.Module):
    """Two 3 × 3 convolutions with a way around them."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.first_norm = nn.BatchNorm2d(width)
        self.second = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.second_norm = nn.BatchNorm2d(width)

    def forward(self, cells_BCHW: Tensor) -> Tensor:
        """The same shape."""
        found = fn.relu(self.first_norm(self.first(cells_BCHW)))
        return fn.relu(cells_BCHW + self.second_norm(self.second(found)))


class Trunk(nn.ModuleList):
    """Stages of residual blocks, each of half the cells a side."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        super().__init__()
        channels = 3 * 4 * 4
        for place, width in enumerate(widths):
            blocks = 2 if place == len(widths) - 1 else 1
            self.append(
                nn.Sequential(
                    nn.Conv2d(channels, width, 3, padding=1, stride=1 + (place > 0), bias=False),
                    nn.BatchNorm2d(width),
                    nn.ReLU(),
                    *(Block(width) for _ in range(blocks)),
                )
            )
            channels = width

    def maps(self, picture_B3HW: Tensor) -> list[Tensor]:
        """What each stage answers, B×C×H×W, finest first."""
        cells = fn.pixel_unshuffle(picture_B3HW, 4)
        found = []
        for stage in self:
            cells = stage(cells)
            found.append(cells)
        return found


class Network(nn.Module):
    """Pictures B×3×64×64 in −1…1 to a unit embedding B×D and logits B×K of every head.

    Two trunks: the embedding learns to overlook the look and what is worn, the heads to see them.
    """

    def __init__(self, heads: Mapping[str, int], *, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.widths = widths
        cells = SIDE // 4 // 2 ** (len(widths) - 1)
        self.stages = Trunk(widths)
        self.embed = nn.Linear(widths[-1] * cells * cells, EMBEDDING)
        self.sharpness = nn.Parameter(torch.tensor(2.3))
        narrow = tuple(max(8, width // 2) for width in widths)
        if heads:
            self.side = Trunk(narrow)
        told = narrow[-1] * cells * cells + 2 * sum(narrow)
        self.heads = nn.ModuleDict({name: nn.Linear(told, k) for name, k in heads.items()})

    def embedded(self, last_BCHW: Tensor) -> Tensor:
        """Unit embeddings of the last stage's maps."""
        return fn.normalize(self.embed(last_BCHW.flatten(1)).float(), dim=1)

    def answers(self, picture_B3HW: Tensor) -> dict[str, Tensor]:
        """Logits by head: from the last stage, and each stage's mean and spread (texture)."""
        if not self.heads:
            return {}
        maps = self.side.maps(picture_B3HW)
        parts = [maps[-1].flatten(1)]
        for cells in maps:
            parts += [cells.mean((2, 3)), cells.float().var((2, 3)).add(1e-4).sqrt()]
        told = torch.cat([part.float() for part in parts], 1)
        return {name: head(told).float() for name, head in self.heads.items()}

    def forward(self, picture_B3HW: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Embedding and logits by head."""
        unit = self.embedded(self.stages.maps(picture_B3HW)[-1])
        return unit, self.answers(picture_B3HW)


def perceptual(maps: list[Tensor]) -> Tensor:
    """(B, V) vectors whose squared distance is a perceptual one: LPIPS without learned weights.

    Each stage's channels are normalised cell by cell (arXiv 1801.03924, eq. 1), then pooled to
    ``CELLS`` cells a side, so that a shift of a few pixels costs little; stages weigh the same.
    """
    parts = []
    for cells in maps:
        unit = fn.normalize(cells.float(), dim=1)
        coarse = fn.adaptive_avg_pool2d(unit, CELLS)
        parts.append(coarse.flatten(1) / (CELLS * len(maps) ** 0.5))
    return torch.cat(parts, 1)
