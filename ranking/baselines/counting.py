"""Sparse tables of who had what, for the models that count.

Legend: U people, N items, E events, B people asked about.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ranking.sequences.interactions import Histories

Weights = npt.NDArray[np.floating] | npt.NDArray[np.integer]


def held(histories: Histories, items: int, weight_E: Weights | None = None) -> sparse.csr_matrix:
    """(U, N) 1 (or the weight) where a person has the item."""
    given = np.ones(len(histories.items_E)) if weight_E is None else weight_E
    return sparse.csr_matrix(
        (given.astype(np.float32), histories.items_E, histories.offsets_U1),
        shape=(len(histories), items),
    )


def together(held_UN: sparse.csr_matrix) -> sparse.csr_matrix:
    """(N, N) how much two items stand together in histories, the diagonal 0."""
    pairs = sparse.csr_matrix(held_UN.T @ held_UN)
    pairs.setdiag(0)
    pairs.eliminate_zeros()
    return pairs


def damped(pairs_NN: sparse.csr_matrix, counts_N: Weights, power: float) -> sparse.csr_matrix:
    """Co-occurrence over (count of one · count of the other) to the power; ½ is the cosine."""
    scale_N = 1 / np.maximum(1, counts_N) ** power
    scale = sparse.diags(scale_N.astype(np.float32))
    return sparse.csr_matrix(scale @ pairs_NN @ scale)


def followed(histories: Histories, items: int, *, reach: int, fall: float) -> sparse.csr_matrix:
    """(N, N) how often the column came after the row, at most ``reach`` events later.

    d events later counts fall^(d - 1).
    """
    total = sparse.csr_matrix((items, items), dtype=np.float32)
    people_E = histories.people_E
    for gap in range(1, reach + 1):
        same_E = people_E[gap:] == people_E[:-gap]
        before, after = histories.items_E[:-gap][same_E], histories.items_E[gap:][same_E]
        worth = np.full(len(before), fall ** (gap - 1), np.float32)
        total = total + sparse.csr_matrix((worth, (before, after)), shape=(items, items))
    return sparse.csr_matrix(total)
