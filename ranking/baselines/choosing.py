"""Choosing options by the validation items, one option after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

from ranking.recommenders import Recommender
from ranking.sequences.splits import Material

Options = TypeVar("Options")
PEOPLE = 5000
"""People asked for a choice: a standard error of NDCG@10 near 0.003, most of it common to all."""
K = 10


def ndcg(recommender: Recommender, material: Material) -> float:
    """NDCG@10 on (a fixed sample of) the validation items; 0 where nobody can be asked."""
    asked = material.validation
    if not len(asked):
        return 0.0
    some = np.random.default_rng(0).permutation(len(asked))[:PEOPLE]
    lists_QK = recommender(asked.histories.take(some), size=K)
    hits_QK = lists_QK == asked.targets[some, None]
    return float((hits_QK / np.log2(np.arange(2, K + 2))).sum(1).mean())


def best(
    start: Options,
    ladder: Mapping[str, Sequence[Any]],
    fit: Callable[[Material, Options], Recommender],
    material: Material,
) -> Options:
    """``start`` with each option of ``ladder`` set in turn to the value of highest NDCG@10.

    ``fit`` learns from what is not held out for validation; the test items are nowhere in it.
    """
    rehearsal = material.rehearsal()
    options, reached = start, ndcg(fit(rehearsal, start), rehearsal)
    for name, values in ladder.items():
        for value in values:
            if value == getattr(options, name):
                continue
            other = replace(options, **{name: value})  # type: ignore[type-var]
            figure = ndcg(fit(rehearsal, other), rehearsal)
            if figure > reached:
                options, reached = other, figure
    return options
