"""Measures of lists against slow references and hand arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ranking import retrieval_metrics as measures
from ranking.appraisal import ahead, appraised, by_seed, each_person, yardstick
from ranking.sequences.interactions import Histories
from ranking.sequences.simulated import simulated
from ranking.sequences.splits import Split, split
from studio.errors import InputError

KS = (1, 3, 5)


def slow(row: list[int], target: int, k: int) -> dict[str, float]:
    """Recall, NDCG and average precision of one list and one item, in plain words."""
    for place, item in enumerate(row[:k], start=1):
        if item == target:
            return {"recall": 1.0, "ndcg": 1 / math.log2(place + 1), "map": 1 / place}
    return {"recall": 0.0, "ndcg": 0.0, "map": 0.0}


def test_finding_is_that_of_the_slow_reference() -> None:
    random = np.random.default_rng(0)
    lists = np.stack([random.permutation(12)[:6] for _ in range(200)]).astype(np.int32)
    lists[::7, 3:] = -1  # shorter lists
    targets = random.integers(0, 12, 200).astype(np.int32)
    found = measures.found(lists, targets, KS)
    for k in KS:
        for name in ("recall", "ndcg", "map"):
            expected = [
                slow(row.tolist(), int(one), k)[name]
                for row, one in zip(lists, targets, strict=True)
            ]
            assert found[f"{name}@{k}"] == pytest.approx(expected, abs=1e-6)


def test_lists_too_short_to_measure_are_refused() -> None:
    with pytest.raises(InputError, match="lists of 2"):
        measures.found(np.zeros((1, 2), np.int32), np.zeros(1, np.int32), (5,))


def test_bootstrap_has_the_spread_of_a_mean() -> None:
    values = np.repeat([0.0, 1.0], [900, 100])
    one = measures.bootstrap(values)
    error = math.sqrt(0.1 * 0.9 / 1000)
    assert one.value == pytest.approx(0.1)
    assert one.low == pytest.approx(0.1 - 1.96 * error, abs=0.002)
    assert one.high == pytest.approx(0.1 + 1.96 * error, abs=0.002)
    assert measures.bootstrap(values) == one
    with pytest.raises(InputError):
        measures.bootstrap(np.zeros(0))


def test_what_lists_are_like_by_hand() -> None:
    lists = np.array([[0, 1], [0, -1]], np.int32)
    counts = np.array([8, 2, 0, 0])
    assert measures.coverage(lists, 4) == 0.5
    # Shown (2, 1, 0, 0): Gini = sum((2i - n - 1) x_i) / (n sum x) with x sorted upwards.
    assert measures.gini(lists, 4) == pytest.approx((1 * 1 + 3 * 2) / (4 * 3))
    assert measures.novelty(lists, counts, 16) == pytest.approx([(1 + 3) / 2, 1])
    assert measures.popularity(lists, counts) == pytest.approx([5, 8])
    histories = Histories.of([[1], [0, 1]])
    assert measures.popularity_bias(lists, histories, counts) == pytest.approx(6.5 / 3.5 - 1)
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [0, 1]], np.float32)
    assert measures.diversity(lists, vectors) == pytest.approx([0.4, 0], abs=1e-6)


def test_miscalibration_by_hand() -> None:
    topic = np.array([0, 0, 1, 1])
    lists = np.array([[0, 2], [1, -1]], np.int32)
    histories = Histories.of([[1, 3], [0, 2]])
    found = measures.miscalibration(lists, histories, topic, 2)
    missing = 0.5 * math.log(0.5 / (0.99 + 0.005)) + 0.5 * math.log(0.5 / 0.005)
    assert found == pytest.approx([0, missing])


def test_the_appraisal_joins_seeds_and_compares_people() -> None:
    parts = split(simulated(people=120, items=80), "leave-last")
    stick = yardstick(parts.test, parts.material)
    random = np.random.default_rng(0)
    blind = np.stack([random.permutation(80)[:20] for _ in range(120)]).astype(np.int32)
    seeing = blind.copy()
    seeing[seeing == parts.test.targets[:, None]] = -1
    seeing[:, 4] = parts.test.targets  # found by everybody at place 5
    report = appraised([blind, seeing], stick)
    assert report["seeds"] == 2
    luck = float(blind_hits(blind, parts).mean())
    assert report["recall@10"] == pytest.approx((1 + luck) / 2, abs=1e-3)
    assert report["ci"]["recall@10"][0] <= report["recall@10"] <= report["ci"]["recall@10"][1]
    assert report["spread"]["recall@10"] > 0.1
    assert report["cold"]["people"] >= 0
    ours, theirs = (each_person(by_seed([one], stick)) for one in (seeing, blind))
    gap = ahead(ours, theirs)["recall@10"]
    assert gap["gap"] == pytest.approx(1 - luck, abs=1e-3)
    assert gap["ci"][0] > 0.5
    with pytest.raises(InputError):
        appraised([], stick)


def blind_hits(lists: np.ndarray, parts: Split) -> np.ndarray:
    return (lists[:, :10] == parts.test.targets[:, None]).any(1)
