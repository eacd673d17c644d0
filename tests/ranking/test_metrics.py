"""Measures, by hand arithmetic."""

from __future__ import annotations

import numpy as np
import pytest

from ranking import metrics
from studio.errors import InputError


def test_win_and_tie() -> None:
    assert [metrics.win(1, 2), metrics.win(2, 1), metrics.win(2, 2)] == [1, 0, 0.5]


def test_win_rate_and_its_interval() -> None:
    wins = [1.0] * 80 + [0.0] * 20
    rate = metrics.win_rate(wins, seed=3)
    assert rate.value == 0.8
    half = 1.96 * np.sqrt(0.8 * 0.2 / 100)  # normal approximation
    assert rate.low == pytest.approx(0.8 - half, abs=0.02)
    assert rate.high == pytest.approx(0.8 + half, abs=0.02)
    assert metrics.win_rate(wins, seed=3) == rate
    assert metrics.win_rate([0.5] * 7) == metrics.Interval(value=0.5, low=0.5, high=0.5)


def test_bootstrap_by_slow_reference() -> None:
    values = [0.1, 0.9, 0.4]
    rng = np.random.default_rng(5)
    means = [np.mean([values[row] for row in rows]) for rows in rng.integers(0, 3, (50, 3))]
    found = metrics.interval(values, seed=5, resamples=50)
    assert [found.low, found.high] == pytest.approx(list(np.percentile(means, [2.5, 97.5])))


def test_nobody_is_an_error() -> None:
    with pytest.raises(InputError):
        metrics.interval([])


def test_specificity_and_retrieval() -> None:
    near_UU = np.array([[0.9, 0.2, 0.1], [0.3, 0.6, 0.6], [0.8, 0.1, 0.3]])
    own = (0.9 + 0.6 + 0.3) / 3
    others = (0.2 + 0.1 + 0.3 + 0.6 + 0.8 + 0.1) / 6
    assert metrics.specificity(near_UU) == pytest.approx(own - others)
    assert metrics.user_retrieval_at_1(near_UU) == pytest.approx((1 + 0.5 + 0) / 3)
    with pytest.raises(InputError):
        metrics.specificity(near_UU[:1, :1])


def test_lift_and_copies() -> None:
    assert metrics.lift([0.7, 0.5], [0.4, 0.6]) == pytest.approx(0.1)
    assert metrics.copy_rate([1, 0, 2], [4, 4, 4]) == 0.25
    assert metrics.copy_rate([], []) == 0
