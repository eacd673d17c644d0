from __future__ import annotations

import numpy as np
import pytest

from preference.interests import interests, silhouette, spherical_k_means
from preference.taste import InterestTaste, TasteOptions, kernel
from studio.history import History
from studio.profile import Concept, Profile
from studio.testing import check_taste
from tests.preference.world import ShapeEncoder, filled, history, pick

GALLERY = filled()
NOBODY = Profile(user="ana")


def fitted(likes=(), dislikes=(), profile=NOBODY):  # type: ignore[no-untyped-def]
    model = InterestTaste(encoder=ShapeEncoder)
    return model(history(likes, dislikes), profile=profile, gallery=GALLERY)


def vectors(**wanted: str) -> np.ndarray:
    return GALLERY.vectors(pick(GALLERY, **wanted))


def test_nothing_known_is_one_half() -> None:
    model = InterestTaste(encoder=ShapeEncoder)
    taste = model(History(user="ana"), profile=NOBODY, gallery=GALLERY)
    assert (taste(vectors(look="line")) == 0.5).all()


@pytest.mark.parametrize("count", [1, 3, 10])
def test_likes_what_is_like_what_was_liked(count: int) -> None:
    liked = pick(GALLERY, look="line", group="sky")[:count]
    check_taste(fitted(liked), liked_ND=vectors(look="line"), other_ND=vectors(look="flat"))


def test_kernel_by_hand() -> None:
    # Half linear, half exp(-(1 - cos) / 0.36), times the prior variance 4; cosines 1, 0 and -1.
    found = kernel(np.array([[1, 0]]), np.array([[1, 0], [0, 1], [-1, 0]]), TasteOptions())
    np.testing.assert_allclose(found, [[4.0, 0.1244, -1.9923]], atol=1e-4)


def test_one_like_by_hand() -> None:
    # Prior variance 4, noise 1/2: mean 2 · 4 / 4.5 = 1.7778, variance 4 - 16 / 4.5 = 0.4444, so
    # sigmoid(1.7778 / sqrt(1 + pi · 0.4444 / 8)) = 0.8375.
    liked = pick(GALLERY, look="line")[:1]
    np.testing.assert_allclose(fitted(liked)(GALLERY.vectors(liked)), [0.8375], atol=2e-4)


def test_dislikes_pull_below_one_half_and_likes_above() -> None:
    taste = fitted(pick(GALLERY, look="line")[:8], pick(GALLERY, look="flat", colour="red")[:6])
    assert taste(vectors(look="flat", colour="red")).mean() < 0.4
    assert taste(vectors(look="line")).mean() > 0.6


def test_more_evidence_is_surer() -> None:
    liked = pick(GALLERY, look="line")
    asked = vectors(look="line")
    means = [float(fitted(liked[:count])(asked).mean()) for count in (1, 4, 16)]
    assert means == sorted(means)


def test_two_interests_and_not_their_mean() -> None:
    liked = (
        pick(GALLERY, look="flat", colour="red")[:6] + pick(GALLERY, look="flat", colour="blue")[:6]
    )
    taste = fitted(liked)
    both = [taste(vectors(look="flat", colour=c)).mean() for c in ("red", "blue")]
    others = [taste(vectors(look="flat", colour=c)).mean() for c in ("green", "yellow")]
    assert min(both) > max(others) + 0.05


def test_what_was_said_counts_at_once() -> None:
    said = Profile(
        user="ana", concepts=(Concept(name="pink", weight=1.0, confidence=1.0, source="said"),)
    )
    taste = fitted(profile=said)
    check_taste(
        taste,
        liked_ND=vectors(look="flat", colour="pink"),
        other_ND=vectors(look="flat", colour="green"),
    )


def test_calibrated_on_a_noisy_person() -> None:
    # Of pictures the taste gives 0.5 to 1, the share that is really of the liked look is near it.
    rng = np.random.default_rng(0)
    items = pick(GALLERY)
    brier, naive = [], []
    for _ in range(6):
        order = [items[row] for row in rng.permutation(len(items))]
        seen, held = order[:30], order[30:]
        taste = fitted(
            [one for one in seen if one.style == "line"],
            [one for one in seen if one.style == "flat"],
        )
        truth = np.array([one.style == "line" for one in held], float)
        brier.append(np.mean((taste(GALLERY.vectors(held)) - truth) ** 2))
        naive.append(0.25)
    assert np.mean(brier) < 0.08


def test_k_means_and_silhouette_by_hand() -> None:
    points = np.array([[1, 0], [0.99, 0.14], [0, 1], [0.14, 0.99]], np.float32)
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    member = spherical_k_means(points, np.ones(4, np.float32), k=2)
    assert member[0] == member[1] != member[2] == member[3]
    # Two tight pairs at right angles: a = 0.0098 within; b = mean of 1 and 0.86 across.
    cosine = points @ points.T
    within = 1 - cosine[0, 1]
    across = (2 - cosine[0, 2] - cosine[0, 3]) / 2
    across_inner = (2 - cosine[1, 2] - cosine[1, 3]) / 2
    expected = np.mean([(across - within) / across, (across_inner - within) / across_inner])
    assert silhouette(points, member) == pytest.approx(expected, rel=1e-5)


def test_interests_are_as_many_as_there_are() -> None:
    rng = np.random.default_rng(2)
    for k in (1, 2, 3):
        centres = np.eye(8, dtype=np.float32)[:k]
        cloud = np.repeat(centres, 6, axis=0) + 0.1 * rng.standard_normal((6 * k, 8))
        cloud = (cloud / np.linalg.norm(cloud, axis=1, keepdims=True)).astype(np.float32)
        found = interests(cloud, np.ones(6 * k, np.float32), directions_ND=cloud)
        assert len(found.centres_KD) == k
        np.testing.assert_allclose(found.weights_K.sum(), 1, rtol=1e-5)
        assert (found.centres_KD @ centres.T).max(axis=0).min() > 0.95


def test_noise_does_not_shape_an_interest() -> None:
    cloud = np.eye(4, dtype=np.float32)[[0, 0, 0, 0, 3]]
    found = interests(cloud, np.array([1, 1, 1, 1, 0], np.float32), directions_ND=cloud)
    np.testing.assert_allclose(found.centres_KD, [[1, 0, 0, 0]])
    assert len(found.member_N) == 5
