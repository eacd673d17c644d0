"""One compact transformer for the three sequence baselines; they differ in block, sight and task.

Legend: B people, L places, D width, H heads, C width of a head, N items, T places that predict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

Block = Literal["softmax", "hstu"]
DISTANCES = 32
"""Distances between two places that HSTU's bias tells apart; farther ones share the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The size of a network and what its places may see."""

    items: int
    """N."""
    width: int = 64
    """D."""
    layers: int = 2
    heads: int = 2
    length: int = 50
    """L at most."""
    dropout: float = 0.5
    """Share of the values dropped after embedding, attention and feed-forward, in [0, 1)."""
    block: Block = "softmax"
    ahead: bool = False
    """Places also see what comes after them."""


class SoftmaxBlock(nn.Module):
    """Softmax attention and a feed-forward layer, normalised before each (arXiv 1706.03762)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.norm, self.norm_after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.three, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, x_BLD: Tensor, seen_BLL: Tensor) -> Tensor:
        """(B, L, D) after attention to the places that ``seen_BLL`` marks and feed-forward."""
        query, key, value = _by_head(self.three(self.norm(x_BLD)), 3, self.shape.heads)
        mixed_BHLC = fn.scaled_dot_product_attention(query, key, value, attn_mask=seen_BLL[:, None])
        x_BLD = x_BLD + self.drop(self.out(mixed_BHLC.transpose(1, 2).flatten(2)))
        inner = self.narrow(fn.gelu(self.wide(self.norm_after(x_BLD))))
        out_BLD: Tensor = x_BLD + self.drop(inner)
        return out_BLD


class HstuBlock(nn.Module):
    """Pointwise attention without softmax, gated (HSTU, arXiv 2402.17152, eq. 1 to 3)."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.norm, self.norm_after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.four, self.out = nn.Linear(width, 4 * width), nn.Linear(width, width)
        self.bias = nn.Parameter(torch.zeros(shape.heads, DISTANCES))
        self.drop = nn.Dropout(shape.dropout)

    def forward(self, x_BLD: Tensor, seen_BLL: Tensor) -> Tensor:
        """(B, L, D): U ⊙ norm(SiLU(QKᵀ + bias) V / L), with a bias by distance."""
        gate, value, query, key = _by_head(
            fn.silu(self.four(self.norm(x_BLD))), 4, self.shape.heads
        )
        place = torch.arange(x_BLD.shape[1], device=x_BLD.device)
        apart_LL = (place[:, None] - place[None]).abs().clamp(max=DISTANCES - 1)
        scores_BHLL = query @ key.transpose(2, 3) + self.bias[:, apart_LL]
        weight_BHLL = fn.silu(scores_BHLL) * seen_BLL[:, None]
        mixed_BHLC = (weight_BHLL / seen_BLL.sum(2).clamp(min=1)[:, None, :, None]) @ value
        flat_BLD = mixed_BHLC.transpose(1, 2).flatten(2)
        gated_BLD = self.norm_after(flat_BLD) * gate.transpose(1, 2).flatten(2)
        out_BLD: Tensor = x_BLD + self.out(self.drop(gated_BLD))
        return out_BLD


def _by_head(x_BLD: Tensor, parts: int, heads: int) -> tuple[Tensor, ...]:
    """``parts`` tensors (B, H, L, C) out of one (B, L, parts · D)."""
    batch, length, width = x_BLD.shape
    split = x_BLD.view(batch, length, parts, heads, width // parts // heads)
    return tuple(split.permute(2, 0, 3, 1, 4).unbind(0))


class Network(nn.Module):
    """Item numbers in, a vector a place out; the same item table scores what comes next.

    Numbers 0 to N - 1 are items, N is "nothing here" and N + 1 "guess this".
    """

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.table = nn.Embedding(shape.items + 2, shape.width)
        self.place = nn.Parameter(torch.zeros(shape.length, shape.width))
        kind = SoftmaxBlock if shape.block == "softmax" else HstuBlock
        self.blocks = nn.ModuleList(kind(shape) for _ in range(shape.layers))
        self.norm, self.drop = nn.LayerNorm(shape.width), nn.Dropout(shape.dropout)
        nn.init.normal_(self.table.weight, std=0.02)
        nn.init.normal_(self.place, std=0.02)

    def forward(self, items_BL: Tensor) -> Tensor:
        """(B, L, D) of histories set to the left, N behind them."""
        length = items_BL.shape[1]
        there_BL = items_BL != self.shape.items
        # Whoever has nothing to see sees the first place, so that no softmax runs over nothing.
        seen_BLL = there_BL[:, None, :].expand(-1, length, -1) | (
            torch.arange(length, device=items_BL.device) == 0
        )
        if not self.shape.ahead:
            seen_BLL = seen_BLL.tril()
        x_BLD = self.drop(self.table(items_BL) + self.place[:length])
        for block in self.blocks:
            x_BLD = block(x_BLD, seen_BLL)
        out_BLD: Tensor = self.norm(x_BLD)
        return out_BLD

    @property
    def items_ND(self) -> Tensor:  # noqa: N802 - a shape, as in any tensor name
        """(N, D) the vectors that score."""
        return self.table.weight[: self.shape.items]
