"""The mask: which interactions of a noisy history count, and how much.

After Pigeon (arXiv 2410.14170, Section 3.2), which learns a mask that keeps about 80 % of a
history's tokens. Here it is reasoned, not learned, and works on whole interactions.

Legend: M interactions of one sign (all liked, or all disliked), D embedding width. Vectors are
unit directions from the catalogue's mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from studio.history import Interaction

    Vectors = NDArray[np.float32]

HALF_LIFE = 40.0
"""Interactions after which an event counts half."""
KEEP = 0.8
"""At least this share of a history is kept."""
NEIGHBOURS = 3
"""An interaction agrees with a taste when it is near to this many others."""
FEWEST = 5
"""Below this many interactions none is called noise."""


def recency(count: int, *, half_life: float = HALF_LIFE) -> Vectors:
    """(M,) in (0, 1], oldest first: the newest counts 1, one ``half_life`` events older 1/2."""
    age = np.arange(count - 1, -1, -1, dtype=np.float32)
    return (0.5 ** (age / half_life)).astype(np.float32)


def agreement(directions_MD: Vectors, *, neighbours: int = NEIGHBOURS) -> Vectors:
    """(M,) mean cosine in [-1, 1] to the ``neighbours`` nearest others; 1 for a lone one."""
    count = len(directions_MD)
    if count < 2:
        return np.ones(count, np.float32)
    cosine_MM = directions_MD @ directions_MD.T
    np.fill_diagonal(cosine_MM, -np.inf)
    nearest = np.sort(cosine_MM, axis=1)[:, ::-1][:, : min(neighbours, count - 1)]
    return np.asarray(nearest.mean(axis=1), np.float32)


def outliers(agreement_M: Vectors, *, keep: float = KEEP) -> NDArray[np.bool_]:
    """(M,) True for noise: of the least agreeing ``1 - keep``, those far below the others.

    Far is 2.5 robust deviations (1.4826 MAD, floor 0.05) under the median, or no agreement at all.
    """
    count = len(agreement_M)
    noise = np.zeros(count, dtype=bool)
    most = int((1.0 - keep) * count + 1e-6)
    if count < FEWEST or most == 0:
        return noise
    median = float(np.median(agreement_M))
    spread = max(0.05, 1.4826 * float(np.median(np.abs(agreement_M - median))))
    far = (agreement_M < median - 2.5 * spread) | (agreement_M <= 0.0)
    lowest = np.argsort(agreement_M, kind="stable")[:most]
    noise[lowest] = far[lowest]
    return noise


def relevance(directions_MD: Vectors, target_D: Vectors, *, strength: float = 0.5) -> Vectors:
    """(M,) around 1: ``exp(strength · z)`` of the cosine to the request, z clipped to ±2."""
    if not len(directions_MD) or not np.any(target_D):
        return np.ones(len(directions_MD), np.float32)
    cosine_M = directions_MD @ target_D
    z_M = (cosine_M - cosine_M.mean()) / max(float(cosine_M.std()), 0.05)
    return np.asarray(np.exp(strength * np.clip(z_M, -2.0, 2.0)), np.float32)


def masked_weights(
    directions_MD: Vectors,
    event_weights_M: Vectors,
    *,
    target_D: Vectors | None = None,
    half_life: float = HALF_LIFE,
    keep: float = KEEP,
) -> Vectors:
    """(M,) how much each interaction counts, at least 0, oldest first; noise counts 0.

    Event weight × recency × relevance, for what agrees with the rest.
    """
    weights_M = np.abs(event_weights_M) * recency(len(directions_MD), half_life=half_life)
    weights_M = weights_M * ~outliers(agreement(directions_MD), keep=keep)
    if target_D is not None:
        weights_M = weights_M * relevance(directions_MD, target_D)
    return weights_M.astype(np.float32)


def signed_weights(
    events: Sequence[Interaction], directions_MD: Vectors, *, target_D: Vectors | None = None
) -> tuple[Vectors, Vectors]:
    """(M,) weights of the liked and (M,) of the disliked interactions, noise masked out.

    Each is 0 where the other is not; ``masked_weights`` is asked for either sign alone.
    """
    event_M = np.array([event.weight for event in events], np.float32)
    liked_M, disliked_M = np.zeros_like(event_M), np.zeros_like(event_M)
    for sign_M, rows in ((liked_M, event_M > 0), (disliked_M, event_M < 0)):
        sign_M[rows] = masked_weights(directions_MD[rows], event_M[rows], target_D=target_D)
    return liked_M, disliked_M
