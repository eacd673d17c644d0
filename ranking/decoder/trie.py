"""The trie of all semantic IDs, as flat arrays: which digits may follow, for many words at once.

Level by level its nodes stand in the order of their words, so a node's children are neighbours:
a first place and a count (compressed rows). Memory is O(N · G), a step O(words · K), whatever N.

Legend: N items, G digits, K codes a digit, M words being decoded.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ranking.semantic_ids.identifiers import SemanticIds, words
from studio.errors import ModelError

NOWHERE = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Trie:
    """Nodes of each depth: depth 0 is the root, depth G are the items."""

    codes: int
    """K."""
    first: tuple[Tensor, ...] = field(compare=False, repr=False)
    """Of each depth below G: place, among the nodes of the next depth, of each node's first child;
    one more entry ends the last node's children."""
    digit: tuple[Tensor, ...] = field(compare=False, repr=False)
    """Of each depth from 1: the digit that leads to each node."""
    item_N: Tensor = field(compare=False, repr=False)
    """Item number of each leaf."""

    @property
    def depth(self) -> int:
        """G."""
        return len(self.digit)

    def allowed(self, depth: int, node_M: Tensor) -> Tensor:
        """(M, K) the child of each node by digit, ``NOWHERE`` where no item goes on so."""
        start_M, end_M = self.first[depth][node_M], self.first[depth][node_M + 1]
        widest = int((end_M - start_M).max())
        place_MW = start_M[:, None] + torch.arange(widest)
        real_MW = place_MW < end_M[:, None]
        place_MW = torch.where(real_MW, place_MW, start_M[:, None])
        # The first child stands in for what is not there: it is written again, to the same place.
        child_MK = torch.full((len(node_M), self.codes), NOWHERE, dtype=torch.int64)
        return child_MK.scatter_(1, self.digit[depth][place_MW].long(), place_MW)

    @property
    def bytes(self) -> int:
        """Memory of the arrays."""
        every = (*self.first, *self.digit, self.item_N)
        return sum(one.numel() * one.element_size() for one in every)


def trie(ids: SemanticIds) -> Trie:
    """The trie of a catalogue; ModelError where it is empty."""
    table_NG, codes = ids.digits_NG, ids.codes
    if not len(table_NG):
        raise ModelError("the catalogue is empty; add items before decoding")
    order_N = np.argsort(words(table_NG, codes), kind="stable")
    sorted_NG = table_NG[order_N]
    first: list[Tensor] = []
    digit: list[Tensor] = []
    parents_N = np.zeros(len(sorted_NG), np.int64)
    for depth in range(table_NG.shape[1]):
        stems_N = parents_N * codes + sorted_NG[:, depth]
        begins = np.flatnonzero(np.diff(stems_N, prepend=-1))
        parent = parents_N[begins]
        starts = np.searchsorted(parent, np.arange(parent[-1] + 2))
        first.append(torch.from_numpy(starts.astype(np.int64)))
        digit.append(torch.from_numpy(sorted_NG[begins, depth].astype(np.int16)))
        parents_N = np.cumsum(np.diff(stems_N, prepend=-1) != 0) - 1
    return Trie(
        codes=codes,
        first=tuple(first),
        digit=tuple(digit),
        item_N=torch.from_numpy(order_N.astype(np.int64)),
    )
