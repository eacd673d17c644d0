"""Item vectors out of item words, for measuring and for models that read content.

Legend: N items, V words of the vocabulary, D width.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.cluster.vq import kmeans2
from scipy.sparse.linalg import svds

Vectors = npt.NDArray[np.float32]


def tfidf(words: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    """(N, V) unit rows of word counts times log(N / items with the word); zeros without words.

    The vocabulary stands in the order of first use.
    """
    vocabulary: dict[str, int] = {}
    column, offset = [], [0]
    for own in words:
        column += [vocabulary.setdefault(word, len(vocabulary)) for word in own]
        offset.append(len(column))
    shape = (len(words), max(1, len(vocabulary)))
    counts = sparse.csr_matrix((np.ones(len(column), np.float32), column, offset), shape=shape)
    counts.sum_duplicates()
    with_word_V = np.bincount(counts.indices, minlength=shape[1])
    weight_V = np.log(len(words) / np.maximum(1, with_word_V)) if words else np.zeros(shape[1])
    table = counts @ sparse.diags(weight_V.astype(np.float32))
    length_N = np.sqrt(np.asarray(table.multiply(table).sum(axis=1))).ravel()
    scale_N = 1 / np.where(length_N > 0, length_N, 1)
    return sparse.csr_matrix(sparse.diags(scale_N.astype(np.float32)) @ table)


def word_vectors(words: Sequence[Sequence[str]], dim: int, *, seed: int = 0) -> Vectors:
    """(N, dim) unit vectors: truncated SVD of ``tfidf``; zeros where there are no words."""
    table = tfidf(words)
    rank = min(dim, min(table.shape) - 1)
    made = np.zeros((len(words), dim), np.float32)
    if rank >= 1 and table.nnz:
        start = np.random.default_rng(seed).normal(size=min(table.shape))
        left, strength, _ = svds(table.astype(np.float64), k=rank, v0=start)
        made[:, :rank] = left[:, ::-1] * strength[::-1]
    length_N1 = np.linalg.norm(made, axis=1, keepdims=True)
    return (made / np.where(length_N1 > 1e-9, length_N1, 1)).astype(np.float32)


def topics(vectors_ND: Vectors, count: int, *, seed: int = 0) -> npt.NDArray[np.int64]:
    """(N,) a topic of each item, 0 to ``count`` - 1: k-means of its vector."""
    count = min(count, len(vectors_ND))
    if count < 2:
        return np.zeros(len(vectors_ND), np.int64)
    _, topic_N = kmeans2(
        vectors_ND.astype(np.float64), count, minit="++", rng=np.random.default_rng(seed)
    )
    return np.asarray(topic_N, np.int64)
