"""Beam search over semantic IDs, many people at once; every word it ends with is an item.

Legend: B people, W beams of each, G digits, K codes a digit, N items.
"""

from __future__ import annotations

import torch
from torch import Tensor

from ranking.decoder.network import Network
from ranking.decoder.trie import NOWHERE, Trie


@torch.no_grad()
def beams(network: Network, trie: Trie, state_BD: Tensor, *, width: int) -> tuple[Tensor, Tensor]:
    """(B, W) item numbers and their log-probabilities, best first.

    A digit that no item goes on with has probability 0, and what is left is shared again among
    those that may follow, so the leaves' probabilities add up to 1. Where fewer than W items
    exist, the rest are -1 at -inf. Keys and values of the digits before are kept by beam.
    """
    batch = len(state_BD)
    start_MD = network.start(state_BD)
    node_BW = torch.zeros(batch, 1, dtype=torch.int64)
    score_BW = torch.zeros(batch, 1)
    digit_M: Tensor | None = None
    past: tuple[Tensor, Tensor] | None = None
    for depth in range(trie.depth):
        told_MK, past = network.digit_step(start_MD, digit_M, past)
        child_MK = trie.allowed(depth, node_BW.clamp(min=0).flatten())
        told_MK = told_MK.masked_fill_(child_MK == NOWHERE, -torch.inf).log_softmax(1)
        total_BWK = score_BW[:, :, None] + told_MK.view(batch, -1, trie.codes)
        total_BC = total_BWK.flatten(1)
        score_BW, place_BW = total_BC.topk(min(width, total_BC.shape[1]), dim=1)
        dead_BW = score_BW == -torch.inf
        came_BW = place_BW // trie.codes
        digit_M = (place_BW % trie.codes).flatten()
        node_BW = child_MK.view(batch, -1).gather(1, place_BW).masked_fill(dead_BW, 0)
        rows_M = (came_BW + torch.arange(batch)[:, None] * total_BWK.shape[1]).flatten()
        past = (past[0][rows_M], past[1][rows_M])
        start_MD = start_MD[rows_M]
    items_BW = trie.item_N[node_BW].masked_fill(score_BW == -torch.inf, -1)
    spare = width - items_BW.shape[1]
    if spare > 0:
        items_BW = torch.nn.functional.pad(items_BW, (0, spare), value=-1)
        score_BW = torch.nn.functional.pad(score_BW, (0, spare), value=-torch.inf)
    return items_BW, score_BW


@torch.no_grad()
def word_scores(network: Network, trie: Trie, state_MD: Tensor, digits_MG: Tensor) -> Tensor:
    """(M,) log-probabilities of given words, by the same rule as ``beams``; the slow reference."""
    told_MGK = network.digit_scores(state_MD, digits_MG)
    node_M = torch.zeros(len(digits_MG), dtype=torch.int64)
    total_M = torch.zeros(len(digits_MG))
    for depth in range(trie.depth):
        child_MK = trie.allowed(depth, node_M)
        told_MK = told_MGK[:, depth].masked_fill(child_MK == NOWHERE, -torch.inf).log_softmax(1)
        digit_M1 = digits_MG[:, depth : depth + 1].long()
        total_M += told_MK.gather(1, digit_M1)[:, 0]
        node_M = child_MK.gather(1, digit_M1)[:, 0].clamp(min=0)
    return total_M
