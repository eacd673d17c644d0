"""Semantic IDs: unique, near for like items, and the same tomorrow."""

from __future__ import annotations

import numpy as np
import pytest

from ranking.semantic_ids.health import health, perplexity
from ranking.semantic_ids.identifiers import SemanticIds, identified, words
from ranking.semantic_ids.quantizers import digits, means, nearest, residual_means
from ranking.semantic_ids.vectors import Vectors
from studio.errors import ModelError


def vectors(items: int, *, width: int = 6, seed: int = 0) -> Vectors:
    return np.random.default_rng(seed).normal(size=(items, width)).astype(np.float32)


def test_no_two_items_share_an_id_however_alike_they_are() -> None:
    made = np.repeat(vectors(5), 7, axis=0)
    quantizer = residual_means(made, levels=2, codes=8)
    ids = identified(quantizer, made)
    found = health(ids, quantizer, made)
    assert found.collision_rate == 1.0
    assert found.collisions == 0
    assert found.largest_leaf == 7
    assert len({tuple(row) for row in ids.digits_NG.tolist()}) == 35


def test_a_full_leaf_sends_items_to_the_nearest_one_with_room() -> None:
    made = np.concatenate([np.zeros((5, 2)), [[1.0, 0], [2.0, 0], [9, 0]]]).astype(np.float32)
    quantizer = residual_means(made, levels=1, codes=4)
    ids = identified(quantizer, made)
    # Five items lie at 0, a leaf holds four: the fifth goes to the leaf of the item at 1.
    assert ids.moved == 1
    assert ids.digits_NG[4, 0] == digits(quantizer, made[5:6])[0, 0]
    assert health(ids, quantizer, made).collisions == 0


def test_more_items_than_a_stem_can_hold_is_said() -> None:
    made = np.zeros((5, 2), np.float32)
    quantizer = residual_means(made, levels=1, codes=2)
    with pytest.raises(ModelError, match="use more levels"):
        identified(quantizer, made)


def test_old_items_keep_their_ids_and_new_ones_get_theirs_at_once() -> None:
    made = vectors(60)
    quantizer = residual_means(made[:40], levels=2, codes=8)
    before = identified(quantizer, made[:40])
    after = before.grown(quantizer, made[40:])
    assert np.array_equal(after.digits_NG[:40], before.digits_NG)
    assert np.array_equal(after.digits_NG, identified(quantizer, made).digits_NG)
    assert np.array_equal(after.digits_NG[40:, :-1], digits(quantizer, made[40:]))


def test_one_by_one_is_all_at_once() -> None:
    made = np.repeat(vectors(10), 3, axis=0)
    quantizer = residual_means(made, levels=2, codes=4)
    grown = identified(quantizer, made[:1])
    for row in range(1, 30):
        grown = grown.grown(quantizer, made[row : row + 1])
    assert grown.digest == identified(quantizer, made).digest


def test_like_items_share_their_first_digit() -> None:
    centres = vectors(4, seed=1) * 10
    made = (np.repeat(centres, 25, axis=0) + 0.1 * vectors(100)).astype(np.float32)
    quantizer = residual_means(made, levels=3, codes=4, seed=2)
    first = identified(quantizer, made).digits_NG[:, 0].reshape(4, 25)
    assert all(len(set(row)) == 1 for row in first.tolist())


def test_each_level_explains_more() -> None:
    made = vectors(300)
    shares = [
        health(identified(q, made), q, made).explained
        for q in (residual_means(made, levels=levels, codes=20) for levels in (1, 2, 3))
    ]
    assert 0 < shares[0] < shares[1] < shares[2] < 1


def test_means_ends_where_every_centre_is_the_mean_of_its_own() -> None:
    made = vectors(200)
    centres = means(made, codes=5, seed=0, rounds=200)
    owner = nearest(made, centres)
    for code in range(5):
        assert np.allclose(centres[code], made[owner == code].mean(axis=0), atol=1e-5)


def test_the_same_seed_gives_the_same_books() -> None:
    made = vectors(100)
    one, two, other = (residual_means(made, levels=2, codes=8, seed=s) for s in (3, 3, 4))
    assert one.digest == two.digest != other.digest


def test_one_item_has_an_id() -> None:
    made = vectors(1)
    ids = identified(residual_means(made, levels=2, codes=4), made)
    assert ids.digits_NG.shape == (1, 3)


def test_perplexity_by_hand() -> None:
    assert perplexity(np.array([0, 0, 1, 1], np.int32), 4) == pytest.approx(2.0)
    assert perplexity(np.array([2, 2, 2], np.int32), 4) == pytest.approx(1.0)


def test_words_are_numbers_in_base_k() -> None:
    assert words(np.array([[1, 2, 3], [0, 0, 9]], np.int32), 10).tolist() == [123, 9]


@pytest.mark.parametrize(
    ("table", "says"), [([[0, 5]], "outside"), ([[1, 1], [1, 1]], "same semantic ID")]
)
def test_ids_that_cannot_be_are_refused(table: list[list[int]], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        SemanticIds(digits_NG=np.array(table, np.int32), codes=4)


def test_vectors_of_another_encoder_are_refused() -> None:
    quantizer = residual_means(vectors(20), levels=1, codes=4)
    with pytest.raises(ModelError, match="width 3"):
        identified(quantizer, vectors(4, width=3))
