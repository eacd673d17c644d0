"""Interests: a person's several likings, not one mean.

Legend: N liked pictures, K interests, D embedding width. Vectors are unit length.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MOST = 5
ROUNDS = 20
SPLIT_ABOVE = 0.12
"""Mean silhouette from which several clusters explain a history better than one."""
ALIKE = 0.8
"""Cosine from which two clusters' centres are one interest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interests:
    """Clusters of liked pictures, heaviest first."""

    centres_KD: Vectors = field(compare=False, repr=False)
    """Unit vectors."""
    weights_K: Vectors = field(compare=False, repr=False)
    """In (0, 1], sum 1."""
    member_N: NDArray[np.int64] = field(compare=False, repr=False)
    """Which interest each picture belongs to."""


def spherical_k_means(vectors_ND: Vectors, weights_N: Vectors, *, k: int) -> NDArray[np.int64]:
    """(N,) cluster of each vector; cosine k-means (Dhillon and Modha 2001), deterministic.

    It starts at the heaviest vector and then, k - 1 times, at the one farthest from all starts.
    """
    chosen = [int(np.argmax(weights_N))]
    while len(chosen) < k:
        nearest_N = (vectors_ND @ vectors_ND[chosen].T).max(axis=1)
        nearest_N[chosen] = np.inf
        chosen.append(int(np.argmin(nearest_N)))
    centres_KD = vectors_ND[chosen].copy()
    member_N = np.full(len(vectors_ND), -1, np.int64)
    for _ in range(ROUNDS):
        moved_N = np.argmax(vectors_ND @ centres_KD.T, axis=1).astype(np.int64)
        if np.array_equal(moved_N, member_N):
            break
        member_N = moved_N
        for cluster in range(k):
            rows = member_N == cluster
            total_D = weights_N[rows] @ vectors_ND[rows]
            length = float(np.linalg.norm(total_D))
            if length > 1e-6:
                centres_KD[cluster] = total_D / length
    return member_N


def silhouette(vectors_ND: Vectors, member_N: NDArray[np.int64]) -> float:
    """Mean silhouette in [-1, 1] under cosine distance (Rousseeuw 1987); lone members count 0."""
    distance_NN = 1.0 - vectors_ND @ vectors_ND.T
    clusters = np.unique(member_N)
    if len(clusters) < 2:
        return 0.0
    sizes = {int(cluster): int(np.sum(member_N == cluster)) for cluster in clusters}
    total_NK = np.stack(
        [distance_NN[:, member_N == cluster].sum(axis=1) for cluster in clusters], 1
    )
    scores = []
    for row, own in enumerate(member_N):
        if sizes[int(own)] == 1:
            scores.append(0.0)
            continue
        inside = total_NK[row, clusters == own][0] / (sizes[int(own)] - 1)
        outside = min(
            total_NK[row, column] / sizes[int(cluster)]
            for column, cluster in enumerate(clusters)
            if cluster != own
        )
        scores.append(float((outside - inside) / max(inside, outside, 1e-6)))
    return float(np.mean(scores))


def _apart(vectors_ND: Vectors, weights_N: Vectors, member_N: NDArray[np.int64]) -> bool:
    """True where no two clusters' centres point the same way."""
    totals = np.stack([weights_N[member_N == c] @ vectors_ND[member_N == c] for c in set(member_N)])
    totals /= np.maximum(np.linalg.norm(totals, axis=1, keepdims=True), 1e-6)
    cosine_KK = totals @ totals.T - 2.0 * np.eye(len(totals))
    return bool(cosine_KK.max() < ALIKE)


def interests(
    vectors_ND: Vectors, weights_N: Vectors, *, directions_ND: Vectors, most: int = MOST
) -> Interests:
    """Clusters of ``vectors_ND``, found in ``directions_ND`` (from the catalogue's mean).

    K is the number up to ``most`` with the best silhouette, 1 where none reaches ``SPLIT_ABOVE``.
    Pictures of weight 0 join their nearest interest and do not shape it.
    """
    counted = weights_N > 0
    total = float(weights_N.sum())
    if not counted.any():
        return Interests(
            centres_KD=np.zeros((0, vectors_ND.shape[1]), np.float32),
            weights_K=np.zeros(0, np.float32),
            member_N=np.zeros(len(vectors_ND), np.int64),
        )
    inner, inner_weights = directions_ND[counted], weights_N[counted]
    best = np.zeros(len(inner), np.int64)
    best_score = SPLIT_ABOVE
    for k in range(2, min(most, len(inner) // 2) + 1):
        member = spherical_k_means(inner, inner_weights, k=k)
        score = silhouette(inner, member)
        if score > best_score + 0.01 and _apart(inner, inner_weights, member):
            best, best_score = member, score
    clusters = sorted(set(best.tolist()), key=lambda c: (-inner_weights[best == c].sum(), c))
    centres, shares = [], []
    for cluster in clusters:
        rows = np.flatnonzero(counted)[best == cluster]
        mean_D = weights_N[rows] @ vectors_ND[rows]
        centres.append(mean_D / max(float(np.linalg.norm(mean_D)), 1e-6))
        shares.append(weights_N[rows].sum() / total)
    member_N = np.zeros(len(vectors_ND), np.int64)
    member_N[counted] = [clusters.index(cluster) for cluster in best.tolist()]
    centres_KD = np.stack(centres).astype(np.float32)
    if not counted.all():
        member_N[~counted] = np.argmax(vectors_ND[~counted] @ centres_KD.T, axis=1)
    return Interests(
        centres_KD=centres_KD, weights_K=np.asarray(shares, np.float32), member_N=member_N
    )
