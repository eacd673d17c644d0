"""The plug-in: the ranker's contract, what a version changes, and what it must not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ranking.slates import RankerOptions, TasteRanker
from ranking.studio_ranker import versions
from ranking.studio_ranker.asking import appetite
from ranking.studio_ranker.drawing import Volume, softmax
from ranking.studio_ranker.learning import Plan, learned
from ranking.studio_ranker.logbook import Logbook
from ranking.studio_ranker.ranker import StudioRanker, StudioRankerOptions
from ranking.studio_ranker.training import Lessons
from studio import testing
from studio.errors import ModelError
from studio.history import History, Interaction
from studio.slate import Offer
from tests.ranking.studio_ranker.logs import small_log
from tests.ranking.test_slates import POOL, fidelity, unknown
from tests.ranking.world import ENCODER, guidance
from tests.ranking.world import Shelf as World


def log_of_the_pool() -> Logbook:
    """Some like the first half of the pool, some the other."""
    small = small_log(people=20, catalogue=len(POOL), pieces=0, slates=6)
    vectors = np.stack([one.embedding_D for one in POOL if one.embedding_D is not None])
    width = vectors.shape[1]
    return replace(
        small,
        vectors_ND=vectors,
        encoder=ENCODER.digest,
        words_SD=np.zeros((len(small.person_S), width), np.float32),
        profile_PD=np.zeros((len(small.people), width), np.float32),
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranker")
    plan = Plan(lessons=Lessons(epochs=4.0, batch=32))
    versions.add(folder, learned(log_of_the_pool(), plan), people=[])
    return folder


def ranker(folder: Path, **options: Any) -> StudioRanker:
    return StudioRanker(
        StudioRankerOptions(**options),
        first=lambda: TasteRanker(RankerOptions()),
        folder=folder,
        encoder=lambda: ENCODER,
    )


def rank(one: Any, *, size: int = 4, seed: int = 0, **known: Any) -> tuple[Offer, ...]:
    wanted = {"guidance": guidance(), "taste": unknown, "fidelities": [fidelity()] * len(POOL)}
    offers: tuple[Offer, ...] = one(POOL, size=size, seed=seed, **(wanted | known))
    return offers


def known() -> tuple[History, World]:
    """Somebody who liked the first pictures of the pool, and the gallery that holds them."""
    shelf = World()
    items = [shelf.put(f"liked {at}", POOL[at].image) for at in (0, 2, 4)]
    history = History(
        user="ana",
        interactions=tuple(
            Interaction(item=one, event="like", timestamp=float(at)) for at, one in enumerate(items)
        ),
    )
    return history, shelf


def told(offers: Sequence[Offer]) -> list[tuple[str, float, float]]:
    return [(one.candidate_id, one.score, one.propensity) for one in offers]


def test_without_a_version_it_is_the_first_ranker(tmp_path: Path) -> None:
    history, gallery = known()
    first = rank(TasteRanker(RankerOptions()))
    assert told(rank(ranker(tmp_path), history=history, gallery=gallery)) == told(first)


def test_the_twin_is_the_first_rankers(trained: Path) -> None:
    history, gallery = known()
    off = guidance(personalization=0.0)
    first = rank(TasteRanker(RankerOptions()), guidance=off)
    assert told(rank(ranker(trained), guidance=off, history=history, gallery=gallery)) == told(
        first
    )


def test_contract(trained: Path) -> None:
    class Known(StudioRanker):
        def __call__(self, *words: Any, **more: Any) -> tuple[Offer, ...]:
            history, gallery = known()
            return super().__call__(*words, **more, history=history, gallery=gallery)

    one = Known(
        StudioRankerOptions(),
        first=lambda: TasteRanker(RankerOptions()),
        folder=trained,
        encoder=lambda: ENCODER,
    )
    testing.check_ranker(one, candidates=POOL, guidance=guidance(), taste=unknown)


def test_a_version_orders_the_slate_and_foretells_likes(trained: Path) -> None:
    history, gallery = known()
    one = ranker(trained)
    offers = rank(one, history=history, gallery=gallery)
    assert told(offers) == told(rank(one, history=history, gallery=gallery))
    assert all(
        "liking" in offer.scores and offer.score == offer.scores["liking"] for offer in offers
    )
    assert told(offers) != told(rank(TasteRanker(RankerOptions())))
    # The same history tomorrow, and in another process, reads the same.
    assert told(offers) == told(rank(ranker(trained), history=history, gallery=gallery))


def test_propensities_are_how_often_it_happens(trained: Path) -> None:
    history, gallery = known()
    one = ranker(trained, temperature=1.0)
    shown: Counter[str] = Counter()
    chance: dict[str, float] = {}
    for seed in range(400):
        offer = rank(one, size=1, seed=seed, history=history, gallery=gallery)[0]
        shown[offer.candidate_id] += 1
        chance[offer.candidate_id] = offer.propensity
    assert len(shown) > 3
    for name, count in shown.items():
        assert abs(count / 400 - chance[name]) < 4 * (chance[name] / 400) ** 0.5 + 0.005


def test_temperature_0_is_sure(trained: Path) -> None:
    history, gallery = known()
    offers = rank(ranker(trained, temperature=0.0), history=history, gallery=gallery)
    assert {offer.propensity for offer in offers} == {1.0}


def test_an_empty_history_and_nothing_passed(trained: Path) -> None:
    _, gallery = known()
    one = ranker(trained)
    assert len(rank(one, history=History(user="new"), gallery=gallery)) == 4
    failed = [fidelity(passed=False)] * len(POOL)
    assert rank(one, fidelities=failed, history=History(user="new"), gallery=gallery) == ()


def test_another_encoder_is_refused(trained: Path) -> None:
    class Other:
        digest = "sha256:other"
        dim = ENCODER.dim
        texts = ENCODER.texts
        images = ENCODER.images

    history, gallery = known()
    one = StudioRanker(
        StudioRankerOptions(),
        first=lambda: TasteRanker(RankerOptions()),
        folder=trained,
        encoder=Other,
    )
    with pytest.raises(ModelError, match="another encoder"):
        rank(one, history=history, gallery=gallery)


def test_a_copy_adds_no_volume() -> None:
    kernel = np.array([[1.0, 0.999, 0.1], [0.999, 1.0, 0.1], [0.1, 0.1, 1.0]])
    volume = Volume(kernel)
    volume.take(0)
    assert volume.left_W[1] < 0.01
    assert volume.left_W[2] == pytest.approx(1 - 0.01)


def test_softmax() -> None:
    np.testing.assert_allclose(softmax(np.array([1.0, 1.0]), 0.5), [0.5, 0.5])
    np.testing.assert_allclose(softmax(np.array([1.0, 2.0]), 0.0), [0.0, 1.0])
    np.testing.assert_allclose(softmax(np.array([0.0, np.log(3)]), 1.0), [0.25, 0.75], atol=1e-12)


def test_appetite_tells_who_takes_to_new_things() -> None:
    looks = np.eye(6, dtype=np.float32)[[0, 0, 1, 1, 2, 2]]
    curious = [True, False, True, False, True, False]
    faithful = [True, True, False, True, False, True]
    assert appetite(looks, curious) == 1.0
    assert appetite(looks, faithful) < 0.2
    assert appetite(looks[:2], [True, True]) == 0.5


def test_every_route_has_a_place_while_places_last(trained: Path) -> None:
    history, gallery = known()
    one = ranker(trained, temperature=5.0)
    for seed in range(12):
        offers = rank(one, size=3, seed=seed, history=history, gallery=gallery)
        assert {offer.route for offer in offers} == {"retrieve", "edit", "create"}
