"""Whose likes go together, by hand and against blind ones."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.defence.coherence import above_chance, coherence
from tests.ranking.studio_ranker.logs import small_log


def test_above_chance_by_hand() -> None:
    score = np.array([9.0, 1.0, 2.0, 3.0, 4.0, 2.5])
    # Of four others: the first stands above all, the last above two.
    assert above_chance(score, np.array([0, 5])) == pytest.approx((0.75 - 0.5) * np.sqrt(24))
    assert above_chance(np.zeros(8), np.array([1, 2])) == 0.0


def test_a_taste_is_told_from_blind_likes() -> None:
    log = small_log(people=0, catalogue=300)
    random = np.random.default_rng(0)
    blind = [set(random.choice(300, 14, replace=False).tolist()) for _ in range(60)]
    taste = [set(random.choice(np.arange(0, 300, 2), 14, replace=False).tolist()) for _ in range(9)]
    found = coherence(log, [*blind, *taste, {1, 2, 3}])
    assert found[:60].mean() < 0.2
    assert np.median(found[60:69]) > np.quantile(found[:60], 0.99)
    assert np.isnan(found[69])


def test_nobody_is_company_to_themselves() -> None:
    log = small_log(people=0, catalogue=300)
    mine = set(np.random.default_rng(1).choice(300, 14, replace=False).tolist())
    alone = coherence(log, [mine, set(range(0, 300, 30))])[0]
    with_others = coherence(log, [mine, *[mine | {one} for one in range(5)]])[0]
    assert alone < 2 < with_others
