"""Measures of ranked lists: did they find what was held out, and what else are they like?

Recall, NDCG and MAP come from torchmetrics; the rest is here. Means over people are the caller's:
each function gives one figure a person, but for those of a whole set of lists.

Legend: Q people asked, K length of a list, N items, D width of an item vector, G topics.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from ranking.metrics import Interval
from ranking.sequences.interactions import Histories, Numbers
from studio.errors import InputError

Figures = npt.NDArray[np.float64]
SMOOTHING = 0.01
"""Weight of the history's topics in the list's (alpha of arXiv 2206.00532, after Steck 2018)."""


def found(lists_QK: Numbers, targets_Q: Numbers, ks: Sequence[int]) -> dict[str, Figures]:
    """(Q,) ``recall@k``, ``ndcg@k`` and ``map@k`` of each person, for one held-out item each.

    torchmetrics takes one list at a time, so each pattern of hits is given to it once. InputError
    where a k is longer than the lists.
    """
    import torch
    from torchmetrics.functional import retrieval

    if not ks or max(ks) > lists_QK.shape[1] or min(ks) < 1:
        raise InputError(f"lists of {lists_QK.shape[1]} cannot be measured at {list(ks)}")
    hits_QK = lists_QK == targets_Q[:, None]
    # A last column holds what the list did not find: recall and NDCG count it.
    all_QK = np.concatenate([hits_QK, ~hits_QK.any(axis=1, keepdims=True)], axis=1)
    patterns, which_Q = np.unique(all_QK, axis=0, return_inverse=True)
    given_K = torch.arange(patterns.shape[1], 0, -1, dtype=torch.float32)
    measures = {
        "recall": retrieval.retrieval_recall,
        "ndcg": retrieval.retrieval_normalized_dcg,
        "map": retrieval.retrieval_average_precision,
    }
    figures = {}
    for name, measure in measures.items():
        for k in ks:
            each = [float(measure(given_K, torch.from_numpy(row), top_k=k)) for row in patterns]
            figures[f"{name}@{k}"] = np.asarray(each, np.float64)[which_Q.reshape(-1)]
    return figures


def bootstrap(values_Q: Figures, *, seed: int = 0, resamples: int = 2000) -> Interval:
    """Mean over people with its 95 % percentile bootstrap interval, people drawn anew.

    Counts of each value are drawn instead of people: the same distribution, in little memory.
    """
    if not len(values_Q):
        raise InputError("nobody to average over; ask about one person or more")
    values, counts = np.unique(values_Q, return_counts=True)
    drawn = np.random.default_rng(seed).multinomial(
        len(values_Q), counts / counts.sum(), size=resamples
    )
    low, high = np.percentile(drawn @ values / len(values_Q), [2.5, 97.5])
    return Interval(value=float(values_Q.mean()), low=float(low), high=float(high))


def coverage(lists_QK: Numbers, items: int) -> float:
    """Share of the catalogue that stands in somebody's list."""
    return len(np.unique(lists_QK[lists_QK >= 0])) / max(1, items)


def gini(lists_QK: Numbers, items: int) -> float:
    """How unevenly the lists show the catalogue: 0 all items alike, towards 1 a few alone."""
    shown_N = np.sort(np.bincount(lists_QK[lists_QK >= 0], minlength=items))
    total = shown_N.sum()
    if not total:
        return 0.0
    rank_N = np.arange(1, items + 1)
    return float((2 * rank_N - items - 1) @ shown_N / (items * total))


def mean_of(values_QK: Figures, lists_QK: Numbers) -> Figures:
    """(Q,) mean over the items that are in each list, 0 for an empty one."""
    there_QK = lists_QK >= 0
    mean_Q: Figures = (values_QK * there_QK).sum(1) / np.maximum(1, there_QK.sum(1))
    return mean_Q


def novelty(lists_QK: Numbers, counts_N: npt.NDArray[np.int64], people: int) -> Figures:
    """(Q,) mean surprise in bits: -log2 of the share of people who know the item.

    An item that nobody knows counts like one that one person knows.
    """
    surprise_N = -np.log2(np.clip(counts_N, 1, None) / max(1, people))
    return mean_of(surprise_N[lists_QK], lists_QK)


def popularity(lists_QK: Numbers, counts_N: npt.NDArray[np.int64]) -> Figures:
    """(Q,) mean number of events of the listed items."""
    return mean_of(counts_N[lists_QK].astype(np.float64), lists_QK)


def popularity_bias(
    lists_QK: Numbers, histories: Histories, counts_N: npt.NDArray[np.int64]
) -> float:
    """How much more popular the lists are than the histories: 0 alike, 1 twice (arXiv 1910.05755).

    Mean popularity of lists over that of histories, minus 1.
    """
    lengths_Q = np.maximum(1, histories.lengths_U)
    of_Q = (
        np.bincount(histories.people_E, counts_N[histories.items_E], minlength=len(histories))
        / lengths_Q
    )
    return float(popularity(lists_QK, counts_N).mean() / max(of_Q.mean(), 1e-12) - 1)


def diversity(lists_QK: Numbers, vectors_ND: npt.NDArray[np.float32]) -> Figures:
    """(Q,) mean of 1 - cosine over the pairs of a list; 0 for lists of fewer than two.

    ``vectors_ND`` are unit vectors of content (or zeros, at a distance of 1 from everything).
    """
    there_QK = lists_QK >= 0
    count_Q = there_QK.sum(1)
    sum_QD = np.zeros((len(lists_QK), vectors_ND.shape[1]), np.float64)
    own_Q = np.zeros(len(lists_QK))
    for place in range(lists_QK.shape[1]):
        vectors_QD = vectors_ND[lists_QK[:, place]] * there_QK[:, place, None]
        sum_QD += vectors_QD
        own_Q += (vectors_QD.astype(np.float64) ** 2).sum(1)
    pairs_Q = count_Q * (count_Q - 1)
    alike_Q = ((sum_QD**2).sum(1) - own_Q) / np.maximum(1, pairs_Q)
    return np.where(pairs_Q > 0, 1 - alike_Q, 0.0)


def miscalibration(
    lists_QK: Numbers, histories: Histories, topic_N: npt.NDArray[np.int64], topics: int
) -> Figures:
    """(Q,) KL divergence in nats of the list's topics from the history's (Steck 2018, eq. 6).

    0: the list holds each topic as often as the history; the list's share is smoothed with
    ``SMOOTHING`` of the history's, so it is finite.
    """
    rows = len(lists_QK)
    place_E = histories.people_E * topics + topic_N[histories.items_E]
    wanted_QG = np.bincount(place_E, minlength=rows * topics).reshape(rows, topics)
    wanted_QG = wanted_QG / np.maximum(1, wanted_QG.sum(1, keepdims=True))
    row_L, column_L = np.nonzero(lists_QK >= 0)
    place_L = row_L * topics + topic_N[lists_QK[row_L, column_L]]
    given_QG = np.bincount(place_L, minlength=rows * topics).reshape(rows, topics)
    given_QG = given_QG / np.maximum(1, given_QG.sum(1, keepdims=True))
    smooth_QG = (1 - SMOOTHING) * given_QG + SMOOTHING * wanted_QG
    ratio_QG = np.where(wanted_QG > 0, wanted_QG / np.where(smooth_QG > 0, smooth_QG, 1), 1)
    divergence_Q: Figures = (wanted_QG * np.log(ratio_QG)).sum(1)
    return divergence_Q
