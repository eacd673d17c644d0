"""The network of the studio's ranker: reads events, profile and words, and scores pools by place.

The body is ``ranking.decoder.network``: a history is read once, an item is the sum of its own row,
its digits and its vector. What the studio adds: who asks for what (words and profile stand behind
the history, before the slate), how old an event is, and evidence of likeness, a learned kernel
between a candidate and what was liked, seen, disliked or placed before it, so that a person of five
likes is served well by a network that has met few people.

Legend: B askings, L events, W pictures of a pool, S places, D width, E width of the encoder,
G digits, K codes, N pictures of the shelf.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from ranking.decoder.network import ACTIONS, SEEN, SHOWN, Memory, Network
from ranking.decoder.network import Shape as BodyShape
from ranking.studio_ranker.contexts import AGES, LENGTH, Contexts
from ranking.studio_ranker.shelf import Shelf

KERNELS = 4
"""Linear cosine, two local ones, and the cosine in a space that is learned."""
GAIN = 10.0
"""Weights that stand alone are kept at a tenth, so that they learn as fast as they should."""
METRIC = 32
"""Width of the learned space."""
LOCAL = (0.36, 0.1)
"""Length scale squared of the local ones, in 1 - cosine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The size of a network."""

    catalogue: int
    digits: int
    codes: int
    fused: int
    """F: width of the pictures' fused vectors."""
    encoder: int
    """E."""
    width: int = 48
    layers: int = 2
    heads: int = 4
    dropout: float = 0.0
    """Of histories, events are left out instead (``Lessons.forget``), which costs nothing."""


@dataclass(slots=True, kw_only=True)
class Read:
    """What was read of each asking."""

    state_BLD: Tensor
    """After each event."""
    state_BD: Tensor
    """Before the first place of the slate."""
    memory: Memory
    event_BLD: Tensor
    """The events' pictures as tokens."""

    def take(self, rows: Tensor) -> Read:
        """Of some askings, in the order given."""
        return Read(
            state_BLD=self.state_BLD[rows],
            state_BD=self.state_BD[rows],
            memory=self.memory.picked(rows),
            event_BLD=self.event_BLD[rows],
        )


@dataclass(slots=True, kw_only=True)
class Reading:
    """What was read of each asking, and its pool, ready to be scored place by place."""

    state_BD: Tensor
    memory: Memory
    tokens_BWD: Tensor
    steady_BW: Tensor
    """What does not change from place to place: digits, evidence of the history, fit to words."""
    alike: tuple[Tensor, ...]
    """Kernels (B, W, W) of the pool's pictures with one another."""


class StudioNetwork(nn.Module):
    """Scores of candidates given a person, what they ask, and what stands in the slate already."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.body = Network(
            BodyShape(
                items=shape.catalogue,
                digits=shape.digits,
                codes=shape.codes,
                vectors=shape.fused,
                width=shape.width,
                layers=shape.layers,
                heads=shape.heads,
                length=LENGTH + 2,
                dropout=shape.dropout,
            )
        )
        self.words = nn.Linear(shape.encoder, shape.width)
        self.profile = nn.Linear(shape.encoder, shape.width)
        self.age = nn.Embedding(len(AGES) + 1, shape.width)
        nn.init.normal_(self.age.weight, std=0.02)
        evidence = torch.zeros(ACTIONS, KERNELS)
        evidence[1], evidence[2], evidence[3] = 1.0, -0.7, -0.1
        self.evidence = nn.Parameter(evidence / GAIN)
        self.metric = nn.Linear(shape.width, METRIC, bias=False)
        self.fit = nn.Parameter(torch.tensor([2.0, 1.0]) / GAIN)
        """What nearness to the words and to the profile is worth."""
        self.part = nn.Parameter(torch.tensor([1.0, 0.3]) / GAIN)
        """What the item head and the digits are worth."""

    def tokens(self, shelf: Shelf, numbers: Tensor, *, nameless: Tensor | None = None) -> Tensor:
        """(…, D) pictures by number on the shelf; ``nameless`` marks those read as if new."""
        own = shelf.own_N[numbers]
        has = own >= 0 if nameless is None else (own >= 0) & ~nameless
        mine = self.body.own(own.clamp(min=0)) * has[..., None]
        digits = shelf.digits_NG[numbers]
        named = sum(self.body.code[level][digits[..., level]] for level in range(self.shape.digits))
        out: Tensor = mine + named + self.body.project(shelf.fused_NF[numbers])
        return out

    def read(self, shelf: Shelf, asked: Contexts, *, nameless_BL: Tensor | None = None) -> Read:
        """Read events, profile and words; ``nameless_BL`` marks events read as new pictures."""
        there_BL = asked.item_BL >= 0
        numbers_BL = asked.item_BL.clamp(min=0)
        event_BLD = self.tokens(shelf, numbers_BL, nameless=nameless_BL)
        tokens_BLD = (event_BLD + self.age(asked.age_BL)) * there_BL[:, :, None]
        known_B2D = torch.stack([self.profile(asked.profile_BD), self.words(asked.words_BD)], 1)
        seen_B2 = torch.full(known_B2D.shape[:2], SEEN)
        state_BLD, memory = self.body.read(
            torch.cat([tokens_BLD, known_B2D], 1),
            torch.cat([asked.action_BL, seen_B2], 1),
            there_BL=torch.cat([there_BL, torch.ones_like(seen_B2, dtype=torch.bool)], 1),
        )
        return Read(
            state_BLD=state_BLD[:, :LENGTH],
            state_BD=state_BLD[:, -1],
            memory=memory,
            event_BLD=event_BLD,
        )

    def opened(self, shelf: Shelf, asked: Contexts, pool_BW: Tensor, read: Read) -> Reading:
        """The pool beside what was read; numbers below 0 are no picture and are scored as one."""
        numbers_BW = pool_BW.clamp(min=0)
        digits_BWG = shelf.digits_NG[numbers_BW]
        looks_BWE = shelf.looks_ND[numbers_BW]
        tokens_BWD = self.tokens(shelf, numbers_BW)
        near_BWM = fn.normalize(self.metric(tokens_BWD), dim=2)
        steady_BW = GAIN * self.part[1] * self.spelled(read.state_BD, digits_BWG)
        there_BL = asked.item_BL >= 0
        events_BLE = shelf.looks_ND[asked.item_BL.clamp(min=0)]
        event_BLM = fn.normalize(self.metric(read.event_BLD), dim=2)
        kernels = kernels_of(
            looks_BWE @ events_BLE.transpose(1, 2), near_BWM @ event_BLM.transpose(1, 2)
        )
        steady_BW = steady_BW + self._evidence(asked.action_BL, there_BL, kernels)
        units_BWE = shelf.units_ND[numbers_BW]
        for worth, told_BE in zip(self.fit, (asked.words_BD, asked.profile_BD), strict=True):
            steady_BW = steady_BW + GAIN * worth * torch.einsum("bwe,be->bw", units_BWE, told_BE)
        return Reading(
            state_BD=read.state_BD,
            memory=read.memory,
            tokens_BWD=tokens_BWD,
            steady_BW=steady_BW,
            alike=kernels_of(
                looks_BWE @ looks_BWE.transpose(1, 2), near_BWM @ near_BWM.transpose(1, 2)
            ),
        )

    def spelled(self, state_BD: Tensor, digits_BWG: Tensor) -> Tensor:
        """(B, W) mean log-probability of a digit of each picture's ID."""
        batch, pool, levels = digits_BWG.shape
        states_MD = state_BD[:, None].expand(-1, pool, -1).reshape(batch * pool, -1)
        named_MG = digits_BWG.reshape(batch * pool, levels)
        told_MGK = self.body.digit_scores(states_MD, named_MG)
        return told_MGK.gather(2, named_MG[:, :, None]).mean((1, 2)).view(batch, pool)

    def _evidence(self, action_BL: Tensor, there_BL: Tensor, kernels: tuple[Tensor, ...]) -> Tensor:
        """(B, W) likeness to what was liked less likeness to what was not."""
        weights: list[Tensor] = []
        for action in range(ACTIONS):
            mine_BL = ((action_BL == action) & there_BL).float()
            weights.append(mine_BL / (1 + mine_BL.sum(1, keepdim=True)).sqrt())
        share_BLA = torch.stack(weights, 2)
        total = torch.zeros(())
        for number, kernel_BWL in enumerate(kernels):
            worth_BL = GAIN * share_BLA @ self.evidence[:, number]
            total = total + (kernel_BWL @ worth_BL[:, :, None])[:, :, 0]
        return total

    def scores(self, reading: Reading, placed_BW: Tensor) -> Tensor:
        """(B, W) scores at the next place; ``placed_BW`` counts what stands in the slate."""
        head_BW = torch.einsum(
            "bd,bwd->bw", self.body.item_head(reading.state_BD), reading.tokens_BWD
        )
        return GAIN * self.part[0] * head_BW + reading.steady_BW + self.beside(reading, placed_BW)

    def beside(self, reading: Reading, placed_BW: Tensor) -> Tensor:
        """(B, W) what likeness to the places before is worth."""
        total_BW = torch.zeros_like(reading.steady_BW)
        for weight, kernel_BWW in zip(self.evidence[SHOWN], reading.alike, strict=True):
            total_BW = total_BW + GAIN * weight * (kernel_BWW @ placed_BW[:, :, None])[:, :, 0]
        return total_BW

    def written(self, reading: Reading, place_BS: Tensor) -> Tensor:
        """(B, S, D) states after reading the pictures at these rows of the pool, one by one."""
        width = reading.tokens_BWD.shape[2]
        tokens_BSD = reading.tokens_BWD.gather(1, place_BS[:, :, None].expand(-1, -1, width))
        state_BSD, _ = self.body.read(
            tokens_BSD, torch.full_like(place_BS, SHOWN), memory=reading.memory
        )
        return state_BSD


def kernels_of(cosine: Tensor, learned: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Kernels of likeness: linear, wide, narrow, and the cosine of the learned space."""
    wide, narrow = (torch.exp(-(1 - cosine) / scale) for scale in LOCAL)
    return cosine, wide, narrow, learned


def place_scores(
    network: StudioNetwork, reading: Reading, pool_BW: Tensor, slate_BS: Tensor
) -> Tensor:
    """(B, S, W) scores of the whole pool at each place of given slates (rows of the pool).

    Every place sees the places before it. What is not in the pool (-1) is at -inf; what was placed
    before is still there: ``placed_before`` tells which to take away.
    """
    states = [reading.state_BD[:, None]]
    if slate_BS.shape[1] > 1:
        states.append(network.written(reading, slate_BS[:, :-1].clamp(min=0)))
    state_BSD = torch.cat(states, 1)
    head_BSW = network.body.item_head(state_BSD) @ reading.tokens_BWD.transpose(1, 2)
    before_BSW = placed_before(slate_BS, pool_BW.shape[1])
    beside_BSW = torch.zeros_like(head_BSW)
    for weight, kernel_BWW in zip(network.evidence[SHOWN], reading.alike, strict=True):
        beside_BSW = beside_BSW + GAIN * weight * (before_BSW @ kernel_BWW)
    total_BSW: Tensor = GAIN * network.part[0] * head_BSW + reading.steady_BW[:, None] + beside_BSW
    return total_BSW.masked_fill((pool_BW < 0)[:, None], -torch.inf)


def placed_before(slate_BS: Tensor, pool: int) -> Tensor:
    """(B, S, W) 1 where a picture of the pool stands before the place, else 0."""
    placed_BSW = fn.one_hot(slate_BS.clamp(min=0), pool).float() * (slate_BS >= 0)[:, :, None]
    before_BSW: Tensor = placed_BSW.cumsum(1) - placed_BSW
    return before_BSW
