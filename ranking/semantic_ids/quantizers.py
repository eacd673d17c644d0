"""Residual quantization: each level names, by one digit, what the levels before left over.

Legend: N items, F width, L levels, K codes a level.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from ranking.semantic_ids.vectors import Vectors
from studio.errors import ModelError

Codes = npt.NDArray[np.int32]
ROWS = 8192
"""Vectors compared with a codebook at once: 8,192 x 256 float32 distances are 8 MB."""


class Quantizer(Protocol):
    """Frozen codebooks: the same vector gets the same digits, today and in a year."""

    @property
    def books(self) -> Vectors:
        """The codebooks."""

    def latent(self, vectors_NF: Vectors) -> Vectors:
        """What is quantized: the vectors themselves, or an encoder's view of them."""


def distances(vectors_NF: Vectors, table_KF: Vectors) -> Vectors:
    """(N, K) squared distances less the squared length of the vector, which is every code's."""
    apart: Vectors = (table_KF**2).sum(axis=1) - 2 * (vectors_NF @ table_KF.T)
    return apart


def nearest(vectors_NF: Vectors, table_KF: Vectors) -> Codes:
    """(N,) number of the nearest code."""
    found = np.empty(len(vectors_NF), np.int32)
    for start in range(0, len(vectors_NF), ROWS):
        part = slice(start, start + ROWS)
        found[part] = distances(vectors_NF[part], table_KF).argmin(axis=1)
    return found


def digits(quantizer: Quantizer, vectors_NF: Vectors) -> Codes:
    """(N, L) the nearest code of each level, greedily, coarse to fine."""
    rest_NF = quantizer.latent(vectors_NF).copy()
    columns = []
    for table_KF in quantizer.books:
        column_N = nearest(rest_NF, table_KF)
        rest_NF -= table_KF[column_N]
        columns.append(column_N)
    return np.stack(columns, axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualMeans:
    """Codebooks of residual k-means over the vectors as they are."""

    books: Vectors = field(compare=False, repr=False)

    def latent(self, vectors_NF: Vectors) -> Vectors:
        """The vectors."""
        if vectors_NF.shape[1] != self.books.shape[2]:
            raise ModelError(
                f"vectors of width {vectors_NF.shape[1]} for codebooks of width "
                f"{self.books.shape[2]}; use the encoder that the codebooks were made with"
            )
        return np.asarray(vectors_NF, np.float32)

    @property
    def digest(self) -> str:
        """sha256 of the codebooks."""
        return hashlib.sha256(self.books.tobytes()).hexdigest()


def residual_means(
    vectors_NF: Vectors, *, levels: int, codes: int, seed: int = 0, rounds: int = 20
) -> ResidualMeans:
    """Residual k-means (as RQ-K-means of OneRec, arXiv 2502.18965): level after level on what is
    left. Codes that are not needed (fewer items than codes) repeat the first one and stay dead.
    """
    if levels < 1 or codes < 2 or not len(vectors_NF):
        raise ModelError("semantic IDs need a level, two codes and an item at least")
    rest_NF = np.asarray(vectors_NF, np.float32).copy()
    tables = []
    for level in range(levels):
        table_KF = means(rest_NF, codes=codes, seed=seed + level, rounds=rounds)
        rest_NF -= table_KF[nearest(rest_NF, table_KF)]
        tables.append(table_KF)
    return ResidualMeans(books=np.stack(tables))


def means(vectors_NF: Vectors, *, codes: int, seed: int, rounds: int = 20) -> Vectors:
    """(K, F) Lloyd's k-means; a centre that lost everybody moves to the vector farthest off."""
    random = np.random.default_rng(seed)
    count = min(codes, len(vectors_NF))
    centres = vectors_NF[np.sort(random.choice(len(vectors_NF), count, replace=False))].copy()
    for _ in range(rounds):
        owner_N = nearest(vectors_NF, centres)
        sizes_K = np.bincount(owner_N, minlength=count)
        sums = np.zeros((count, vectors_NF.shape[1]), np.float64)
        order = np.argsort(owner_N, kind="stable")
        filled = np.flatnonzero(sizes_K)
        starts = np.concatenate(([0], np.cumsum(sizes_K)[:-1]))[filled]
        sums[filled] = np.add.reduceat(vectors_NF[order].astype(np.float64), starts, axis=0)
        moved = (sums / np.maximum(sizes_K, 1)[:, None]).astype(np.float32)
        empty = np.flatnonzero(sizes_K == 0)
        if len(empty):
            off_N = ((vectors_NF - centres[owner_N]) ** 2).sum(axis=1)
            moved[empty] = vectors_NF[np.argsort(-off_N, kind="stable")[: len(empty)]]
        if np.array_equal(moved, centres):
            break
        centres = moved
    spare = np.repeat(centres[:1], codes - count, axis=0)
    return np.concatenate([centres, spare])
