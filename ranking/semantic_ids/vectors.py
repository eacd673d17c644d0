"""What semantic IDs are made of: what an item is (content) and who goes with it (collaboration).

Legend: N items, D width of the content, C width of the collaboration, F = D + C fused width.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.sparse.linalg import svds

from ranking.sequences.interactions import Histories
from studio.errors import ModelError

Vectors = npt.NDArray[np.float32]
Flags = npt.NDArray[np.bool_]


def unit(rows_ND: Vectors) -> Vectors:
    """Rows of length 1; a row of zeros stays one. ModelError where a number is not finite."""
    if not np.isfinite(rows_ND).all():
        raise ModelError("an item vector is not finite; embed the item again")
    lengths_N1 = np.linalg.norm(rows_ND, axis=1, keepdims=True)
    return (rows_ND / np.where(lengths_N1 > 1e-12, lengths_N1, 1)).astype(np.float32)


def together(histories: Histories, items: int) -> sparse.csr_matrix:
    """(N, N) in how many histories two items stand together, the diagonal 0."""
    held = sparse.csr_matrix(
        (np.ones(len(histories.items_E), np.float32), (histories.people_E, histories.items_E)),
        shape=(len(histories), items),
    )
    held.data[:] = 1
    pairs = (held.T @ held).tocsr()
    pairs.setdiag(0)
    pairs.eliminate_zeros()
    return pairs


def surprise(pairs_NN: sparse.csr_matrix) -> sparse.csr_matrix:
    """Positive pointwise mutual information of co-occurrence counts (Levy and Goldberg, 2014)."""
    table = pairs_NN.tocoo()
    margin_N = np.asarray(pairs_NN.sum(axis=1), np.float64).ravel()
    expected = margin_N[table.row] * margin_N[table.col] / max(margin_N.sum(), 1e-12)
    told = np.log(table.data / np.maximum(expected, 1e-12))
    kept = told > 0
    return sparse.csr_matrix(
        (told[kept].astype(np.float32), (table.row[kept], table.col[kept])), shape=table.shape
    )


def collaborative_vectors(histories: Histories, items: int, *, dim: int, seed: int = 0) -> Vectors:
    """(N, dim) unit vectors whose products follow who goes with whom; 0 for an item never seen.

    Truncated SVD of the positive pointwise mutual information, singular values to the power ½.
    Where the catalogue has fewer than ``dim`` directions, the rest are 0.
    """
    told_NN = surprise(together(histories, items))
    rank = min(dim, items - 1)
    found = np.zeros((items, dim), np.float32)
    if rank < 1 or not told_NN.nnz:
        return found
    start = np.random.default_rng(seed).standard_normal(items).astype(np.float32)
    left, values, _ = svds(told_NN, k=rank, v0=start)
    order = np.argsort(-values)
    left, values = left[:, order], np.maximum(values[order], 0)
    # A singular vector's sign is anybody's choice: its largest entry is made positive.
    left *= np.sign(left[np.abs(left).argmax(axis=0), np.arange(rank)])
    # Where nothing is told, the solver leaves rounding errors; a row of them is no direction.
    left[np.diff(told_NN.indptr) == 0] = 0
    found[:, :rank] = left * np.sqrt(values)
    return unit(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class FusedSpace:
    """Content and collaboration side by side, and the way from content alone into that space.

    Both halves are unit vectors before they are weighed, so neither drowns the other.
    """

    weight: float
    """Share of the squared length that is content, in [0, 1]."""
    mean_C: Vectors = field(compare=False, repr=False)
    """Mean collaborative vector: of an item that nothing is known of."""
    map_DC: Vectors = field(compare=False, repr=False)
    """Ridge regression from content to collaboration."""

    def __call__(
        self,
        content_ND: Vectors,
        collaborative_NC: Vectors | None = None,
        known_N: Flags | None = None,
    ) -> Vectors:
        """(N, F) fused vectors; an item that is not known by its company gets it by its content.

        ``known_N`` marks the items with company; by default those whose vector is not 0.
        """
        content_ND = unit(content_ND)
        company_NC = unit(content_ND @ self.map_DC + self.mean_C)
        if collaborative_NC is not None:
            if known_N is None:
                known_N = np.abs(collaborative_NC).sum(axis=1) > 0
            company_NC = np.where(known_N[:, None], unit(collaborative_NC), company_NC)
        halves = [np.sqrt(self.weight) * content_ND, np.sqrt(1 - self.weight) * company_NC]
        return np.concatenate(halves, axis=1).astype(np.float32)


def fused_space(
    content_ND: Vectors, collaborative_NC: Vectors, *, weight: float, ridge: float = 1.0
) -> FusedSpace:
    """Fit the way from content to company on the items that have company (not all zeros)."""
    if not 0 <= weight <= 1:
        raise ModelError(f"the weight of the content is {weight}; it is a share in [0, 1]")
    known_N = np.abs(collaborative_NC).sum(axis=1) > 0
    content, company = unit(content_ND)[known_N], unit(collaborative_NC)[known_N]
    if not len(content):
        zeros = np.zeros(collaborative_NC.shape[1], np.float32)
        return FusedSpace(
            weight=weight,
            mean_C=zeros,
            map_DC=np.zeros((content_ND.shape[1], len(zeros)), np.float32),
        )
    mean_D, mean_C = content.mean(axis=0), company.mean(axis=0)
    apart = (content - mean_D).astype(np.float64)
    gram = apart.T @ apart + ridge * np.eye(apart.shape[1])
    map_DC = np.linalg.solve(gram, apart.T @ (company - mean_C)).astype(np.float32)
    return FusedSpace(
        weight=weight, mean_C=(mean_C - mean_D @ map_DC).astype(np.float32), map_DC=map_DC
    )
