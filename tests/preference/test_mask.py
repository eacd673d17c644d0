from __future__ import annotations

import numpy as np

from preference.mask import agreement, masked_weights, outliers, recency, relevance, signed_weights
from tests.preference.world import filled, history, pick


def clusters(noise: int = 1) -> np.ndarray:
    rng = np.random.default_rng(0)
    base = np.zeros((9 + noise, 8))
    base[:5, 0] = base[5:9, 1] = 1.0
    base[9:, 2] = 1.0
    base[:, 3:] = 0.15 * rng.standard_normal((9 + noise, 5))
    return (base / np.linalg.norm(base, axis=1, keepdims=True)).astype(np.float32)


def test_recency_halves() -> None:
    np.testing.assert_allclose(recency(3, half_life=1.0), [0.25, 0.5, 1.0])


def test_a_stranger_is_masked_and_a_second_interest_is_not() -> None:
    assert outliers(agreement(clusters())).tolist() == [False] * 9 + [True]


def test_a_clean_history_is_kept_whole() -> None:
    assert not outliers(agreement(clusters(noise=0))).any()
    assert not outliers(agreement(clusters()[:4])).any()


def test_at_least_four_fifths_are_kept() -> None:
    rng = np.random.default_rng(1)
    for count in (5, 9, 30):
        spread = rng.standard_normal((count, 16))
        spread /= np.linalg.norm(spread, axis=1, keepdims=True)
        assert outliers(agreement(spread.astype(np.float32))).mean() <= 0.2


def test_what_bears_on_the_request_counts_more() -> None:
    vectors = clusters(noise=0)
    weights = relevance(vectors, vectors[0])
    assert weights[:5].min() > weights[5:].max()
    plain = masked_weights(vectors, np.ones(9, np.float32))
    np.testing.assert_allclose(plain, recency(9), rtol=1e-6)
    asked = masked_weights(vectors, np.ones(9, np.float32), target_D=vectors[0])
    np.testing.assert_allclose(asked, plain * weights, rtol=1e-6)


def test_signs_are_masked_apart() -> None:
    gallery = filled()
    seen = history(pick(gallery, look="line")[:6], pick(gallery, look="flat")[:5])
    vectors = gallery.vectors([event.item for event in seen.interactions])
    liked, disliked = signed_weights(seen.interactions, vectors)
    assert (liked[:5] == 0).all()
    assert (disliked[5:] == 0).all()
    assert (liked[5:] > 0).sum() >= 4
    assert (disliked[:5] > 0).sum() >= 4
