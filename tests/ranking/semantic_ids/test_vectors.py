"""Content and collaboration in one space."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from ranking.semantic_ids.vectors import (
    collaborative_vectors,
    fused_space,
    surprise,
    together,
    unit,
)
from ranking.sequences.interactions import Histories
from studio.errors import ModelError


def two_worlds() -> Histories:
    """Items 0 to 4 go together, 5 to 9 go together, 10 is never met."""
    random = np.random.default_rng(0)
    return Histories.of([random.permutation(5)[:3] + 5 * (person % 2) for person in range(60)])


def test_together_by_hand() -> None:
    table = together(Histories.of([[0, 1, 1], [0, 2], [1, 0]]), 3).toarray()
    assert table.tolist() == [[0, 2, 1], [2, 0, 0], [1, 0, 0]]


def test_surprise_by_hand() -> None:
    pairs = sparse.csr_matrix(np.array([[0, 2, 1], [2, 0, 0], [1, 0, 0]], np.float32))
    told = surprise(pairs).toarray()
    # Margins 3, 2, 1 of 6: log(2 · 6 / (3 · 2)) and log(1 · 6 / (3 · 1)), both log 2.
    assert told[0, 1] == pytest.approx(np.log(2))
    assert told[0, 2] == pytest.approx(np.log(2))
    assert told[1, 2] == 0


def test_company_lies_near_and_strangers_far() -> None:
    made = collaborative_vectors(two_worlds(), 11, dim=2)
    like = made @ made.T
    assert like[:5, :5].min() > 0.9
    assert abs(like[:5, 5:10]).max() < 0.2
    assert not made[10].any()


def test_the_same_seed_gives_the_same_vectors() -> None:
    one, two = (collaborative_vectors(two_worlds(), 11, dim=3, seed=5) for _ in range(2))
    assert np.array_equal(one, two)


def test_neither_half_drowns_the_other() -> None:
    random = np.random.default_rng(0)
    content = 1000 * random.normal(size=(30, 4)).astype(np.float32)
    company = 1e-3 * random.normal(size=(30, 3)).astype(np.float32)
    made = fused_space(content, company, weight=0.3)(content, company)
    assert (made[:, :4] ** 2).sum(axis=1) == pytest.approx(0.3 * np.ones(30), abs=1e-5)
    assert (made[:, 4:] ** 2).sum(axis=1) == pytest.approx(0.7 * np.ones(30), abs=1e-5)


def test_a_new_item_is_placed_by_its_content() -> None:
    random = np.random.default_rng(0)
    content = unit(random.normal(size=(200, 4)).astype(np.float32))
    turn = np.linalg.qr(random.normal(size=(4, 4)))[0].astype(np.float32)
    company = content @ turn
    space = fused_space(content[:150], company[:150], weight=0.5, ridge=1e-3)
    known, guessed = space(content[150:], company[150:]), space(content[150:])
    assert np.allclose(known, guessed, atol=0.02)


def test_nobody_known_and_broken_vectors() -> None:
    content = np.eye(3, dtype=np.float32)
    space = fused_space(content, np.zeros((3, 2), np.float32), weight=0.5)
    assert np.isfinite(space(content)).all()
    with pytest.raises(ModelError, match="not finite"):
        unit(np.array([[np.nan, 1]], np.float32))
