"""Slates decoded as a whole: each place knows the places before it.

Beams propose items that exist; then the slate is written place by place. What was placed is read as
one more event (action ``SHOWN``) through the kept keys and values, and the next place is scored
from the new state, so a slate is a sequence and not the top of a list of points (session-wise
generation, OneRec, arXiv 2502.18965, section 3.2).

Legend: B people, S places, W beams, D width, N items.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from ranking.decoder.beam import beams
from ranking.decoder.network import SHOWN, Memory, Network
from ranking.decoder.training import states
from ranking.decoder.trie import Trie
from ranking.sequences.interactions import Histories
from studio.errors import InputError

NEVER = -1e9


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedSlates:
    """Slates of B people, in the order in which they were written."""

    items_BS: Tensor = field(compare=False, repr=False)
    """Item numbers; -1 where nothing was left to place."""
    told_BS: Tensor = field(compare=False, repr=False)
    """Log-probability of each choice among what could still be placed; 0 where nothing was."""


@torch.no_grad()
def decoded(
    network: Network,
    trie: Trie,
    histories: Histories,
    *,
    size: int,
    width: int = 40,
    again: bool = False,
    temperature: float = 0.0,
    generator: torch.Generator | None = None,
) -> DecodedSlates:
    """Slates of ``size`` items for every person, none twice, none of their own unless ``again``.

    ``temperature`` 0 takes the likeliest item for each place; above it they are drawn with
    ``generator``, and ``told_BS`` are the log-probabilities of what was drawn: a slate's sum is the
    logarithm of its propensity among the proposals. InputError where ``size`` is below 1.
    """
    if size < 1:
        raise InputError(f"a slate of {size} places; ask for one at least")
    state_BD, memory = states(network, histories)
    # So many beams that a place can be filled whatever of them is the person's own.
    wide = max(width, size + (0 if again else int(histories.lengths_U.max(initial=0))))
    pool_BW, told_BW = beams(network, trie, state_BD, width=min(wide, len(trie.item_N)))
    open_BW = pool_BW >= 0
    if not again:
        open_BW &= ~_own(histories, pool_BW, len(trie.item_N))
    tokens_BWD = network.some(pool_BW.clamp(min=0))
    first_BW = _beside(network, state_BD, tokens_BWD)
    # What the digits say of an item beyond what the first state's item head says stays with it.
    beyond_BW = told_BW.clamp(min=-40) - first_BW.log_softmax(1)
    items, told = [], []
    for _ in range(size):
        scores_BW = (_beside(network, state_BD, tokens_BWD).log_softmax(1) + beyond_BW / 2) / max(
            temperature, 1.0 if temperature == 0 else 1e-6
        )
        share_BW = scores_BW.masked_fill(~open_BW, NEVER).log_softmax(1)
        if temperature:
            noise_BW = torch.rand(share_BW.shape, generator=generator).clamp(min=1e-12)
            place_B1 = (share_BW - (-noise_BW.log()).log()).argmax(1, keepdim=True)
        else:
            place_B1 = share_BW.argmax(1, keepdim=True)
        left_B1 = open_BW.any(1, keepdim=True)
        items.append(torch.where(left_B1, pool_BW.gather(1, place_B1), -1))
        told.append(torch.where(left_B1, share_BW.gather(1, place_B1), 0.0))
        open_BW = open_BW.scatter(1, place_B1, False)
        if len(items) < size:
            state_BD, memory = _written(network, tokens_BWD, place_B1, left_B1, memory)
    return DecodedSlates(items_BS=torch.cat(items, 1), told_BS=torch.cat(told, 1))


def _beside(network: Network, state_BD: Tensor, tokens_BWD: Tensor) -> Tensor:
    """(B, W) scores of each person's proposals by the item head."""
    return torch.einsum("bd,bwd->bw", network.item_head(state_BD), tokens_BWD)


def _written(
    network: Network, tokens_BWD: Tensor, place_B1: Tensor, left_B1: Tensor, memory: Memory
) -> tuple[Tensor, Memory]:
    """The state after what was placed has been read; a place left empty is not read."""
    width = tokens_BWD.shape[2]
    token_B1D = tokens_BWD.gather(1, place_B1[:, :, None].expand(-1, -1, width))
    actions_B1 = torch.full_like(place_B1, SHOWN)
    state_B1D, memory = network.read(token_B1D, actions_B1, there_BL=left_B1, memory=memory)
    return state_B1D[:, 0], memory


def _own(histories: Histories, pool_BW: Tensor, items: int) -> Tensor:
    """(B, W) whether a proposal stands in the person's own history."""
    people = torch.from_numpy(histories.people_E).long()
    own_E = people * items + torch.from_numpy(histories.items_E).long()
    rows_B1 = torch.arange(len(histories))[:, None]
    return torch.isin(rows_B1 * items + pool_BW, own_E)
