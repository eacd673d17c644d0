"""Learning from a log: what it finds, that it repeats itself, and what it refuses."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ranking.studio_ranker.contexts import of_slates
from ranking.studio_ranker.learning import Plan, Version, learned, pools
from ranking.studio_ranker.logbook import Logbook
from ranking.studio_ranker.naming import named
from ranking.studio_ranker.network import StudioNetwork, place_scores
from ranking.studio_ranker.places import drawn, slate_told
from ranking.studio_ranker.shelf import shelf_of, shelf_of_log
from ranking.studio_ranker.training import Lessons
from studio.errors import InputError, ModelError
from tests.ranking.studio_ranker.logs import WIDTH, pictures, small_log

QUICK = Plan(lessons=Lessons(epochs=8.0, batch=32, rate=5e-3))


@pytest.fixture(scope="module")
def log() -> Logbook:
    return small_log()


@pytest.fixture(scope="module")
def version(log: Logbook) -> Version:
    return learned(log, QUICK)


def share_of_own(version: Version, log: Logbook) -> float:
    """Of the first places of slates drawn for new people: how many are of their look."""
    fresh = small_log(seed=5)
    shelf = shelf_of_log(version.names, fresh)
    slates = np.arange(len(fresh.person_S))
    asked = of_slates(fresh, slates, fresh.before_S)
    pool_BW = pools(fresh, slates, seed=1)
    made = drawn(version.network, shelf, asked, pool_BW, size=3)
    found = pool_BW.gather(1, made.slate_BS)
    own = found % 2 == torch.from_numpy(fresh.person_S % 2)[:, None]
    return float(own.float().mean())


def test_it_learns_whose_look_is_whose(version: Version, log: Logbook) -> None:
    assert share_of_own(version, log) > 0.85
    assert version.rewards is not None
    examined = version.rewards.examined_K()
    assert examined[0] == 1.0
    assert examined[3] < 0.8
    assert version.figures["rounds"][0]["pairs"] == len(log.person_S)


def test_the_same_log_gives_the_same_weights(log: Logbook, version: Version) -> None:
    again = learned(log, QUICK)
    for name, value in again.network.state_dict().items():
        assert torch.equal(value, version.network.state_dict()[name]), name


def test_a_resumed_training_is_an_uninterrupted_one(
    log: Logbook, version: Version, tmp_path: Path
) -> None:
    class Stop(Exception):
        pass

    seen = []

    def stop(step: object) -> None:
        seen.append(step)
        if len(seen) == 20:
            raise Stop

    from ranking.studio_ranker import course

    before = course.SHORT.every_s
    object.__setattr__(course.SHORT, "every_s", 0.0)
    try:
        with pytest.raises(Stop):
            learned(log, QUICK, keep=tmp_path, on_progress=stop)
        assert list(tmp_path.glob("*.pt"))
        resumed: list[object] = []
        again = learned(log, QUICK, keep=tmp_path, on_progress=resumed.append)
    finally:
        object.__setattr__(course.SHORT, "every_s", before)
    whole: list[object] = []
    learned(log, QUICK, on_progress=whole.append)
    assert len(resumed) <= len(whole) - 18
    for name, value in again.network.state_dict().items():
        assert torch.equal(value, version.network.state_dict()[name]), name


def test_nothing_to_learn_from_is_said() -> None:
    log = small_log(people=0)
    with pytest.raises(InputError, match="nobody has liked"):
        learned(log, QUICK)
    empty = replace(log, items=(), catalogue=0, vectors_ND=np.zeros((0, WIDTH), np.float32))
    with pytest.raises(InputError, match="catalogue is empty"):
        learned(empty, QUICK)


def test_one_picture_one_like_no_slates() -> None:
    log = small_log(people=2, catalogue=12, pieces=0, slates=0)
    first = log.item_E[:2]
    one = replace(
        log,
        items=log.items[:1],
        catalogue=1,
        vectors_ND=log.vectors_ND[:1],
        people=log.people[:1],
        offsets_P1=np.array([0, 2]),
        item_E=np.zeros_like(first),
        action_E=log.action_E[:2],
        time_E=log.time_E[:2],
        profile_PD=log.profile_PD[:1],
    )
    version = learned(one, QUICK)
    assert version.rewards is None
    assert version.figures["rounds"] == []
    shelf = shelf_of(version.names, ["i0000", "new"], pictures(2))
    assert shelf.own_N.tolist() == [0, -1]


def test_a_person_without_history_gets_a_slate(version: Version) -> None:
    empty = small_log(people=2, slates=1)
    asked = of_slates(empty, np.arange(2), np.array([0, int(empty.offsets_P1[1])]))
    assert (asked.item_BL < 0).all()
    shelf = shelf_of_log(version.names, empty)
    made = drawn(version.network, shelf, asked, torch.arange(6).repeat(2, 1), size=4)
    assert [len(set(row)) for row in made.slate_BS.tolist()] == [4, 4]


def test_fresh_pictures_have_ids_of_their_own_at_once(version: Version) -> None:
    same = np.repeat(pictures(1, seed=9), 5, axis=0)
    # Beside five that are the same, all that the catalogue holds comes once more.
    digits, _ = version.names.of(np.concatenate([same, pictures(48)[:40]]))
    assert len({tuple(row) for row in digits.tolist()}) == 45
    known = {tuple(row) for row in version.names.ids.digits_NG.tolist()}
    assert not known & {tuple(row) for row in digits.tolist()}


def test_a_changed_catalogue_keeps_what_it_learned_of_the_rest(version: Version) -> None:
    vectors = pictures(6)
    ids = ["i0001", "new-1", "i0003", "new-2", "i0005", "i0000"]
    shelf = shelf_of(version.names, ids, vectors)
    assert shelf.own_N.tolist() == [1, -1, 3, -1, 5, 0]
    with pytest.raises(ModelError, match="width"):
        shelf_of(version.names, ["a"], np.zeros((1, WIDTH + 1), np.float32))


def test_likelihood_of_a_slate_is_that_of_drawing_it(log: Logbook, version: Version) -> None:
    slates = np.arange(8)
    asked = of_slates(log, slates, log.before_S)
    shelf = shelf_of_log(version.names, log)
    pool_BW = pools(log, slates, seed=3)
    generator = torch.Generator().manual_seed(1)
    made = drawn(
        version.network, shelf, asked, pool_BW, size=4, temperature=1.0, generator=generator
    )
    with torch.no_grad():
        told_B = slate_told(version.network, shelf, asked, pool_BW, made.slate_BS)
    torch.testing.assert_close(told_B, made.told_BS.sum(1), atol=1e-4, rtol=1e-4)


def test_short_pools_leave_places_empty(version: Version, log: Logbook) -> None:
    asked = of_slates(log, np.arange(2), log.before_S)
    shelf = shelf_of_log(version.names, log)
    pool_BW = torch.tensor([[3, -1, -1], [1, 2, -1]])
    generator = torch.Generator().manual_seed(1)
    for temperature in (0.0, 1.0):
        made = drawn(
            version.network,
            shelf,
            asked,
            pool_BW,
            size=3,
            temperature=temperature,
            generator=generator,
        )
        assert made.slate_BS[0].tolist() == [0, -1, -1]
        assert sorted(made.slate_BS[1].tolist()) == [-1, 0, 1]
        assert (made.propensity_BS <= 1).all()
        assert (made.propensity_BS > 0).all()


def test_chances_of_all_first_places_add_up_to_one(version: Version, log: Logbook) -> None:
    asked = of_slates(log, np.arange(3), log.before_S)
    shelf = shelf_of_log(version.names, log)
    pool_BW = pools(log, np.arange(3), seed=0)
    network: StudioNetwork = version.network
    with torch.no_grad():
        reading = network.opened(shelf, asked, pool_BW, network.read(shelf, asked))
        scores = place_scores(network, reading, pool_BW, torch.zeros(3, 1, dtype=torch.int64))
    for row in range(pool_BW.shape[1]):
        told_B = slate_told(network, shelf, asked, pool_BW, torch.full((3, 1), row))
        torch.testing.assert_close(told_B, scores[:, 0].log_softmax(1)[:, row])


def test_names_are_the_same_for_the_same_log(log: Logbook) -> None:
    assert named(log).ids.digest == named(log).ids.digest
