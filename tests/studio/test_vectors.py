"""The vector index is a cache: complete after a reopen, harmless when damaged or deleted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studio import vectors
from studio.vectors import VectorIndex, forget_everywhere


def keys(count: int, start: int = 0) -> list[str]:
    return [f"{number:064x}" for number in range(start, start + count)]


def some(count: int, dim: int = 4) -> np.ndarray:
    return np.random.default_rng(count).normal(size=(count, dim)).astype(np.float32)


def test_vectors_survive_a_reopen_in_any_order(tmp_path: Path) -> None:
    index = VectorIndex(tmp_path / "a", dim=4)
    first, second = some(3), some(5)
    index.add(keys(3), first)
    index.add(keys(5, start=2), second)  # one key twice: the first vector stays
    again = VectorIndex(tmp_path / "a", dim=4)
    assert again.missing(keys(8)) == keys(1, start=7)
    np.testing.assert_array_equal(again.get(keys(3)[::-1]), first[::-1])
    np.testing.assert_array_equal(again.get(keys(4, start=3)), second[1:])


def test_damage_and_other_widths_are_forgotten(tmp_path: Path) -> None:
    VectorIndex(tmp_path, dim=4).add(keys(2), some(2))
    (tmp_path / "broken.npz").write_bytes(b"nonsense")
    VectorIndex(tmp_path, dim=4).get(keys(2))
    assert VectorIndex(tmp_path, dim=7).missing(keys(2)) == keys(2)


def test_many_chunks_become_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "MERGE_AT", 5)
    index = VectorIndex(tmp_path, dim=4)
    for number in range(6):
        index.add(keys(1, start=number), some(1))
    merged = VectorIndex(tmp_path, dim=4)
    assert len(list(tmp_path.glob("*.npz"))) == 1
    np.testing.assert_array_equal(merged.get(keys(6)), np.repeat(some(1), 6, axis=0))


def test_forgotten_vectors_leave_the_disk(tmp_path: Path) -> None:
    VectorIndex(tmp_path / "a", dim=4).add(keys(3), some(3))
    VectorIndex(tmp_path / "a", dim=4).add(keys(2, start=5), some(2))
    VectorIndex(tmp_path / "b", dim=7).add(keys(1, start=1), some(1, 7))
    forget_everywhere(tmp_path, keys(1, start=1))
    assert VectorIndex(tmp_path / "b", dim=7).missing(keys(1, start=1))
    again = VectorIndex(tmp_path / "a", dim=4)
    assert again.missing(keys(3)) == keys(3)
    np.testing.assert_array_equal(again.get(keys(2, start=5)), some(2))


def test_what_another_process_added_is_not_missing(tmp_path: Path) -> None:
    mine, other = VectorIndex(tmp_path, dim=4), VectorIndex(tmp_path, dim=4)
    vectors_ND = some(3)
    other.add(keys(3), vectors_ND)
    assert mine.missing(keys(4)) == keys(1, start=3)
    np.testing.assert_array_equal(mine.get(keys(3)), vectors_ND)
    mine.add(keys(1, start=3), some(1))
    assert other.missing(keys(4)) == []


def test_products_in_the_order_of_the_keys(tmp_path: Path) -> None:
    index, vectors_ND = VectorIndex(tmp_path, dim=4), some(3)
    index.add(keys(3), vectors_ND)
    query_D = vectors_ND[1]
    places_N = index.places(keys(3)[::-1])
    products = index.compare(query_D, places_N)
    np.testing.assert_allclose(products, (vectors_ND @ query_D)[::-1])


def test_a_place_stays_and_what_is_missing_has_none(tmp_path: Path) -> None:
    mine, other = VectorIndex(tmp_path, dim=4), VectorIndex(tmp_path, dim=4)
    mine.add(keys(2), some(2))
    before_N = mine.places(keys(3))
    other.add(keys(1, start=2), some(1))
    after_N = mine.places(keys(3))
    assert before_N.tolist()[:2] == after_N.tolist()[:2]
    assert before_N[2] == -1
    assert after_N[2] >= 0
    assert mine.places([]).tolist() == []
