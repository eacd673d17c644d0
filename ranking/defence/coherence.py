"""Coherence: does somebody like what goes together, as people who have a taste do?

Of every like it is asked how near it lies to the others of the same person, among all pictures of
the catalogue: by looks, as the encoder sees them, and by company, what other people like together.
Likes drawn blindly stand anywhere, on average in the middle. Legend: P people, C pictures of the
catalogue, M likes of one person, D width of the encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ranking.studio_ranker.logbook import Floats, Logbook

FEWEST = 10
"""Likes from which anything can be said."""
STEADY = 2.0
"""Likes that every picture is taken to have, so that a rare pair says little."""


def coherence(log: Logbook, likes: Sequence[set[int]]) -> Floats:
    """(P,) deviations above blind likes, about N(0, 1) for those; NaN where likes are too few.

    ``likes``: of each person, pictures of the catalogue. A person's own likes are left out of the
    company that they are measured by.
    """
    found = np.full(len(likes), np.nan)
    if log.catalogue < 2 * FEWEST:
        return found
    away_CD = log.vectors_ND[: log.catalogue] - log.vectors_ND[: log.catalogue].mean(axis=0)
    units_CD = away_CD / np.maximum(np.linalg.norm(away_CD, axis=1, keepdims=True), 1e-9)
    together_CC, count_C = _company(likes, log.catalogue)
    for person, own in enumerate(likes):
        if len(own) >= FEWEST and 2 * len(own) <= log.catalogue:
            mine = np.array(sorted(own), np.int64)
            near_C = units_CD @ units_CD[mine].sum(axis=0)
            near_C[mine] -= 1.0
            with_C = _shared(together_CC[:, mine].toarray(), count_C, mine)
            found[person] = above_chance(_scaled(near_C, mine) + _scaled(with_C, mine), mine)
    return found


def above_chance(score_C: Floats, mine_M: np.ndarray) -> float:
    """Deviations by which the places of some pictures among the others are above the middle.

    A place drawn blindly is uniform in [0, 1]; the mean of M of them has variance 1 / 12 M.
    """
    others = np.sort(np.delete(score_C, mine_M))
    below = others.searchsorted(score_C[mine_M]) + others.searchsorted(score_C[mine_M], "right")
    place_M = below / (2 * len(others))
    return float((place_M.mean() - 0.5) * np.sqrt(12 * len(mine_M)))


def _company(likes: Sequence[set[int]], catalogue: int) -> tuple[Any, Floats]:
    """Sparse (C, C) people who like both, and (C,) who like each."""
    from scipy.sparse import csr_matrix

    rows = np.repeat(np.arange(len(likes)), [len(own) for own in likes])
    columns = np.array([one for own in likes for one in own], np.int64)
    table = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(likes), catalogue))
    return (table.T @ table).tocsc(), np.asarray(table.sum(axis=0), np.float64)[0]


def _shared(together_CM: Floats, count_C: Floats, mine: np.ndarray) -> Floats:
    """(C,) sum over likes of the cosine of who likes both, the person left out whose likes these
    are, and a like's cosine with itself."""
    others_C = count_C.copy()
    others_C[mine] -= 1
    together_CM[mine] -= 1
    together_CM[mine, np.arange(len(mine))] = 0.0
    scale_C = np.sqrt(others_C + STEADY)
    shared_C: Floats = together_CM @ (1 / scale_C[mine]) / scale_C
    return shared_C


def _scaled(near_C: Floats, mine: np.ndarray) -> Floats:
    """(C,) nearness to all likes, in deviations over what is not liked.

    A like is near to one picture less, itself; it is scaled as if it were not.
    """
    total_C = near_C.astype(np.float64)
    total_C[mine] *= len(mine) / (len(mine) - 1)
    others = np.delete(total_C, mine)
    scaled: Floats = (total_C - others.mean()) / max(float(others.std()), 1e-9)
    return scaled
