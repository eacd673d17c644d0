"""Appraisal: lists of a recommender into figures with intervals over people. Pure.

Legend: Q people asked, K length of a list, S seeds, N items.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ranking import retrieval_metrics as measures
from ranking.metrics import Interval
from ranking.sequences.interactions import Numbers
from ranking.sequences.splits import Asked, Material
from ranking.sequences.words import topics, word_vectors
from studio.errors import InputError

KS = (5, 10, 20)
MAIN = 10
"""The k of what is not about finding: coverage, novelty, diversity, calibration, popularity."""
COLD = 2
"""An item seen so often or less while learning is cold."""
TOPICS = 32
WIDTH = 64
"""Dimensions of the content vectors."""
Figures = measures.Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Yardstick:
    """What the appraisal of every recommender of one split shares."""

    asked: Asked
    counts_N: npt.NDArray[np.int64] = field(compare=False, repr=False)
    """Events of each item in what was learned from."""
    people: int
    vectors_ND: npt.NDArray[np.float32] | None = field(compare=False, repr=False)
    """Unit content vectors; None where the items have no words."""
    topic_N: npt.NDArray[np.int64] | None = field(compare=False, repr=False)
    ks: tuple[int, ...] = KS
    seed: int = 0


def yardstick(
    asked: Asked, material: Material, *, ks: tuple[int, ...] = KS, seed: int = 0
) -> Yardstick:
    """The yardstick for questions about a material that was learned from."""
    words = material.catalogue.words
    vectors_ND = word_vectors(words, WIDTH, seed=seed) if any(words) else None
    return Yardstick(
        asked=asked,
        counts_N=material.complete.counts(material.items),
        people=len(material.complete),
        vectors_ND=vectors_ND,
        topic_N=None if vectors_ND is None else topics(vectors_ND, TOPICS, seed=seed),
        ks=ks,
        seed=seed,
    )


def by_seed(lists_SQK: Sequence[Numbers], stick: Yardstick) -> list[dict[str, Figures]]:
    """Of each seed, (Q,) every finding measure. InputError where there are no lists."""
    if not lists_SQK:
        raise InputError("no lists to appraise; run one seed or more")
    return [measures.found(lists_QK, stick.asked.targets, stick.ks) for lists_QK in lists_SQK]


def each_person(runs: Sequence[Mapping[str, Figures]]) -> dict[str, Figures]:
    """(Q,) every finding measure, averaged over the seeds."""
    return {name: np.mean([run[name] for run in runs], axis=0) for name in runs[0]}


def appraised(lists_SQK: Sequence[Numbers], stick: Yardstick) -> dict[str, Any]:
    """The figures of one recommender, from its lists of every seed.

    ``recall@k``, ``ndcg@k``, ``map@k``: means over people (and seeds), ``ci``: their 95 % bootstrap
    intervals over people, ``spread``: their standard deviation over seeds; ``cold``: recall and
    NDCG where the item was seen at most ``COLD`` times; and at ``MAIN``: ``coverage`` (share of
    the catalogue, higher is wider), ``gini`` (0 even to 1), ``novelty`` (bits), ``diversity``
    (0 all alike to 1), ``miscalibration`` (nats, 0 is best), ``popularity_bias`` (0 is none).
    """
    runs = by_seed(lists_SQK, stick)
    figures = each_person(runs)
    found = {name: measures.bootstrap(own, seed=stick.seed) for name, own in figures.items()}
    report: dict[str, Any] = {name: round(one.value, 5) for name, one in found.items()}
    report["ci"] = {name: ends(one) for name, one in found.items()}
    report["seeds"] = len(runs)
    report["spread"] = {
        name: round(float(np.std([run[name].mean() for run in runs])), 5) for name in found
    }
    report["cold"] = cold(figures, stick)
    return report | beyond([lists_QK[:, :MAIN] for lists_QK in lists_SQK], stick)


def ahead(
    ours: Mapping[str, Figures], theirs: Mapping[str, Figures], *, seed: int = 0
) -> dict[str, Any]:
    """How far ours is ahead of theirs with the same people: mean difference and its interval."""
    gaps = {
        name: measures.bootstrap(ours[name] - theirs[name], seed=seed)
        for name in (f"recall@{MAIN}", f"ndcg@{MAIN}")
        if name in ours
    }
    return {name: {"gap": round(gap.value, 5), "ci": ends(gap)} for name, gap in gaps.items()}


def cold(figures: Mapping[str, Figures], stick: Yardstick) -> dict[str, Any]:
    """Recall and NDCG of the people whose held-out item is cold."""
    cold_Q = stick.counts_N[stick.asked.targets] <= COLD
    made: dict[str, Any] = {"people": int(cold_Q.sum())}
    for name in (f"recall@{MAIN}", f"ndcg@{MAIN}"):
        if cold_Q.any() and name in figures:
            one = measures.bootstrap(figures[name][cold_Q], seed=stick.seed)
            made |= {name: round(one.value, 5), f"{name}_ci": ends(one)}
    return made


def beyond(lists_SQK: Sequence[Numbers], stick: Yardstick) -> dict[str, Any]:
    """What lists are like besides finding, averaged over the seeds; None where words are needed."""
    histories, counts_N, items = stick.asked.histories, stick.counts_N, len(stick.counts_N)
    content, topic_N = stick.vectors_ND, stick.topic_N

    def mean(values: list[float]) -> float:
        return round(float(np.mean(values)), 4)

    novelty = [measures.novelty(one, counts_N, stick.people).mean() for one in lists_SQK]
    bias = [measures.popularity_bias(one, histories, counts_N) for one in lists_SQK]
    made: dict[str, Any] = {
        f"coverage@{MAIN}": mean([measures.coverage(one, items) for one in lists_SQK]),
        f"gini@{MAIN}": mean([measures.gini(one, items) for one in lists_SQK]),
        f"novelty@{MAIN}": mean([float(one) for one in novelty]),
        f"popularity_bias@{MAIN}": mean(bias),
        f"diversity@{MAIN}": None,
        f"miscalibration@{MAIN}": None,
    }
    if content is not None and topic_N is not None:
        groups = int(topic_N.max(initial=0)) + 1
        apart = [measures.diversity(one, content).mean() for one in lists_SQK]
        wrong = [
            measures.miscalibration(one, histories, topic_N, groups).mean() for one in lists_SQK
        ]
        made[f"diversity@{MAIN}"] = mean([float(one) for one in apart])
        made[f"miscalibration@{MAIN}"] = mean([float(one) for one in wrong])
    return made


def ends(one: Interval) -> list[float]:
    """The two ends of an interval, rounded."""
    return [round(one.low, 5), round(one.high, 5)]
