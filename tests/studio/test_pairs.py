"""Pairs: open outcomes first, nothing twice, nothing known."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from studio import Studio
from studio.content import Item
from studio.pairs import best_pairs, informative_pairs


def items(count: int) -> list[Item]:
    return [Item(item_id=f"i{n:016x}", blob=f"{n:064x}") for n in range(count)]


def test_the_open_outcome_comes_first() -> None:
    vectors = np.eye(4, dtype=np.float32)
    pairs = best_pairs(items(4), vectors, np.float32([0.9, 0.1, 0.5, 0.5]), count=2)
    assert [(pair.first.item_id[-1], pair.second.item_id[-1]) for pair in pairs] == [
        ("2", "3"),
        ("0", "1"),
    ]
    assert pairs[0].guess == pytest.approx(0.5)
    assert pairs[1].guess > 0.9
    assert pairs[1].expected.item_id[-1] == "0"


def test_lookalikes_teach_nothing() -> None:
    vectors = np.float32([[1, 0], [1, 0], [0, 1]])
    (pair,) = best_pairs(items(3), vectors, np.full(3, 0.5, np.float32), count=3)
    assert pair.second.item_id[-1] == "2"


def test_no_picture_stands_in_two_pairs() -> None:
    vectors = np.random.default_rng(0).normal(size=(6, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    pairs = best_pairs(items(6), vectors, np.full(6, 0.5, np.float32), count=9)
    shown = [item.item_id for pair in pairs for item in (pair.first, pair.second)]
    assert len(shown) == len(set(shown)) == 6


@pytest.mark.slow
def test_no_picture_twice_and_none_that_is_known(studio: Studio) -> None:
    ana = studio.user("ana")
    pairs = informative_pairs(ana, count=20, seed=1)
    shown = [item.item_id for pair in pairs for item in (pair.first, pair.second)]
    assert len(shown) == len(set(shown)) == 14
    assert not set(shown) & {event.item.item_id for event in ana.history.interactions}
    assert pairs == informative_pairs(ana, count=20, seed=1)
    assert all(one.value >= other.value for one, other in pairwise(pairs))
