"""The decoder's network: a transformer over the history, and a smaller one over an ID's digits.

The split of time and depth is the RQ-transformer's (arXiv 2203.01941, section 3.2): the history is
read once, and the few digits of the next item are decoded from its last state, so a beam costs G
small steps whatever the length of the history.

Legend: B people, L places, D width, H heads, C width of a head, N items, G digits of an ID,
K codes a digit, F width of the items' fixed vectors, M words of digits.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

SEEN, LIKED, DISLIKED, SHOWN = range(4)
ACTIONS = 4
"""What happened to an item: seen, liked, disliked, or placed in the slate that is being decoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The size of a network."""

    items: int
    """N."""
    digits: int
    """G; 0: items have no IDs, and there is nothing to decode."""
    codes: int
    """K."""
    vectors: int = 0
    """F; 0: items have no vectors."""
    width: int = 64
    """D."""
    layers: int = 2
    heads: int = 4
    length: int = 50
    """L at most; also the farthest distance that attention tells from the next."""
    dropout: float = 0.4


@dataclass(slots=True)
class Memory:
    """Keys and values of the places read so far, a pair a layer, and which places are real."""

    keys: list[Tensor]
    """(B, H, L, C) each."""
    values: list[Tensor]
    there_BL: Tensor
    """False where a shorter history was filled up on its left."""

    def picked(self, rows: Tensor) -> Memory:
        """The memory of some people, in the order given."""
        return Memory(
            [key[rows] for key in self.keys],
            [value[rows] for value in self.values],
            self.there_BL[rows],
        )


class Block(nn.Module):
    """Attention with a learned bias by distance, then feed-forward; normalised before each."""

    def __init__(self, width: int, heads: int, length: int, dropout: float) -> None:
        super().__init__()
        self.heads, self.length = heads, length
        self.norm, self.norm_after = nn.LayerNorm(width), nn.LayerNorm(width)
        self.three, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)
        self.far = nn.Parameter(torch.zeros(heads, length))
        self.drop = nn.Dropout(dropout)

    def forward(
        self, x_BLD: Tensor, there_BS: Tensor | None, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, Tensor, Tensor]:
        """(B, L, D), and the keys and values (B, H, S, C) of all places so far."""
        batch, length, width = x_BLD.shape
        parts = self.three(self.norm(x_BLD)).view(batch, length, 3, self.heads, -1)
        query, key, value = parts.permute(2, 0, 3, 1, 4).unbind(0)
        if past is not None:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
        bias = self.bias(length, key.shape[2]).to(query.dtype)
        if there_BS is not None:
            bias = bias.masked_fill(~there_BS[:, None, None, :], -1e4)
        mixed = fn.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        x_BLD = x_BLD + self.drop(self.out(mixed.transpose(1, 2).reshape(batch, length, width)))
        inner = self.narrow(self.drop(fn.gelu(self.wide(self.norm_after(x_BLD)))))
        return x_BLD + self.drop(inner), key, value

    def bias(self, length: int, total: int) -> Tensor:
        """(1, H, length, total): by how far back a place lies; -1e4 for what comes after."""
        here = torch.arange(total - length, total, device=self.far.device)
        back = here[:, None] - torch.arange(total, device=self.far.device)[None]
        bias = self.far[:, back.clamp(0, self.length - 1)]
        return bias.masked_fill(back < 0, -1e4)[None]


class Network(nn.Module):
    """Item numbers in; out: a state a place, scores over items and over digits.

    An item is the sum of what is its own (a row of ``own``), its digits and its fixed vector. The
    same sum scores it: an item that nobody has met yet still has digits and a vector.
    """

    digits_NG: Tensor
    vectors_NF: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        width = shape.width
        self.own = nn.Embedding(shape.items, width)
        self.code = nn.Parameter(torch.randn(shape.digits, shape.codes, width) * 0.02)
        self.project = nn.Linear(max(1, shape.vectors), width, bias=False)
        self.action = nn.Embedding(ACTIONS, width)
        self.blocks = nn.ModuleList(
            Block(width, shape.heads, shape.length, shape.dropout) for _ in range(shape.layers)
        )
        self.norm, self.drop = nn.LayerNorm(width), nn.Dropout(shape.dropout)
        self.item_head = nn.Linear(width, width)
        self.start = nn.Linear(width, width)
        self.depth = Block(width, shape.heads, shape.digits, shape.dropout)
        self.depth_norm = nn.LayerNorm(width)
        self.digit_bias = nn.Parameter(torch.zeros(shape.digits, shape.codes))
        unknown_NG = torch.zeros(shape.items, shape.digits, dtype=torch.int32)
        self.register_buffer("digits_NG", unknown_NG)
        self.register_buffer("vectors_NF", torch.zeros(shape.items, max(1, shape.vectors)))
        for table in (self.own, self.action):
            nn.init.normal_(table.weight, std=0.02)
        nn.init.normal_(self.project.weight, std=0.05)

    def know(self, digits_NG: Tensor, vectors_NF: Tensor | None = None) -> None:
        """Take the items' digits and vectors."""
        self.digits_NG.copy_(digits_NG)
        if vectors_NF is not None:
            self.vectors_NF.copy_(vectors_NF)

    def items(self, *, own_N1: Tensor | None = None) -> Tensor:
        """(N, D) the items; ``own_N1`` in {0, 1} takes away what is an item's own."""
        return self.some(torch.arange(self.shape.items, device=self.own.weight.device), own_N1)

    def some(self, numbers: Tensor, own: Tensor | None = None) -> Tensor:
        """(…, D) the items of these numbers."""
        mine = self.own(numbers) if own is None else self.own(numbers) * own
        named = sum(
            self.code[level][self.digits_NG[numbers, level].long()]
            for level in range(self.shape.digits)
        )
        out: Tensor = mine + named + self.project(self.vectors_NF[numbers])
        return out

    def read(
        self,
        tokens_BLD: Tensor,
        actions_BL: Tensor,
        *,
        there_BL: Tensor | None = None,
        memory: Memory | None = None,
    ) -> tuple[Tensor, Memory]:
        """(B, L, D) states of new places behind those of ``memory``, and the longer memory."""
        x_BLD = self.drop(tokens_BLD + self.action(actions_BL))
        if there_BL is None:
            there_BL = torch.ones(x_BLD.shape[:2], dtype=torch.bool, device=x_BLD.device)
        whole = there_BL if memory is None else torch.cat([memory.there_BL, there_BL], 1)
        seen = None if bool(whole.all()) else whole
        keys, values = [], []
        for number, block in enumerate(self.blocks):
            past = None if memory is None else (memory.keys[number], memory.values[number])
            x_BLD, key, value = block(x_BLD, seen, past)
            keys.append(key)
            values.append(value)
        return self.norm(x_BLD), Memory(keys, values, whole)

    def digit_scores(self, state_MD: Tensor, digits_MG: Tensor) -> Tensor:
        """(M, G, K) log-probabilities of each digit after the digits before it (teacher-forced)."""
        inputs = [self.start(state_MD)]
        for level in range(self.shape.digits - 1):
            inputs.append(self.code[level][digits_MG[:, level].long()] + inputs[0])
        out_MGD, _, _ = self.depth(torch.stack(inputs, 1), None, None)
        return self._scored(self.depth_norm(self.drop(out_MGD)), 0).log_softmax(-1)

    def digit_step(
        self, start_MD: Tensor, before_M: Tensor | None, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """(M, K) scores of the next digit of M words, unshared; ``before_M``: the digit before.

        ``start_MD`` is ``start(state)``; ``past`` the keys and values of the digits before.
        """
        level = 0 if past is None else past[0].shape[2]
        x_MD = start_MD
        if before_M is not None:
            x_MD = self.code[level - 1][before_M] + x_MD
        out, key, value = self.depth(x_MD[:, None], None, past)
        return self._scored(self.depth_norm(out), level)[:, 0], (key, value)

    def _scored(self, hidden_MGD: Tensor, first: int) -> Tensor:
        levels = slice(first, first + hidden_MGD.shape[1])
        scores = torch.einsum("mgd,gkd->mgk", hidden_MGD, self.code[levels].to(hidden_MGD.dtype))
        return scores.float() + self.digit_bias[levels]
