"""Who is doubted, who is not, and how much anybody may weigh."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ranking.defence.influence import (
    BUSY,
    NO_TASTE,
    Influence,
    bounded,
    heard,
    influence,
    tasteless,
)
from ranking.studio_ranker.logbook import LIKED, Logbook
from tests.ranking.studio_ranker.logs import WIDTH, small_log

HOUR = 3600.0


def with_people(log: Logbook, likes: list[list[int]], *, gap: float = HOUR) -> Logbook:
    """The log with more people behind it, who like these pictures so many seconds apart."""
    events = [picture for one in likes for picture in one]
    times = [1e6 + gap * at for one in likes for at in range(len(one))]
    ends = log.offsets_P1[-1] + np.cumsum([len(one) for one in likes])
    return replace(
        log,
        people=(*log.people, *(f"fake-{number}" for number in range(len(likes)))),
        offsets_P1=np.concatenate([log.offsets_P1, ends]),
        item_E=np.concatenate([log.item_E, np.array(events, np.int64)]),
        action_E=np.concatenate([log.action_E, np.full(len(events), LIKED)]),
        time_E=np.concatenate([log.time_E, np.array(times)]),
        profile_PD=np.zeros((len(log.people) + len(likes), WIDTH), np.float32),
    )


def doubts(log: Logbook) -> dict[str, str]:
    found = influence(log)
    return {log.people[person]: why for person, why in found.doubted.items()}


def test_honest_people_are_not_doubted() -> None:
    log = small_log(people=40, catalogue=200)
    assert doubts(log) == {}
    np.testing.assert_array_equal(influence(log).weight_P, 1.0)


def test_accounts_that_play_one_script_are() -> None:
    log = with_people(small_log(catalogue=200), [[1, 3, 5, 7, 9, 11]] * 3)
    assert doubts(log) == {f"fake-{n}": "likes the same as others do" for n in range(3)}
    # One of them is heard, for all.
    np.testing.assert_array_equal(influence(log).weight_P[-3:], [1, 0, 0])


def test_likes_faster_than_anybody_looks_are() -> None:
    mine = [list(range(1, 40, 4))]
    assert doubts(with_people(small_log(catalogue=200), mine)) == {}
    hasty = doubts(with_people(small_log(catalogue=200), mine, gap=0.5))
    assert hasty == {"fake-0": "likes come faster than anybody looks"}
    # An import stamps all with one moment: that is one act and no burst.
    assert doubts(with_people(small_log(catalogue=200), mine, gap=0.0)) == {}


def test_likes_without_a_taste_are_unclear() -> None:
    log = small_log(people=40, catalogue=200, slates=6)
    even = list(range(0, 48, 4))
    mixed = [number + (at % 2) for at, number in enumerate(range(60, 108, 4))]
    log = with_people(log, [even, mixed])
    assert doubts(log) == {"fake-1": NO_TASTE}
    assert influence(log).weight_P[-1] == 0


def test_more_likes_have_to_show_more_taste() -> None:
    found = np.concatenate([np.linspace(2.6, 3.4, 15), [0.4, 0.6, 0.6, np.nan]])
    likes = np.array([*np.full(17, 20), 200, 2])
    np.testing.assert_array_equal(tasteless(found, likes)[-4:], [1, 0, 1, 0])
    assert not tasteless(found, likes)[:15].any()
    assert not tasteless(found / 4, likes).any()


def test_few_honest_people_are_doubted_for_their_taste() -> None:
    random = np.random.default_rng(0)
    likes = np.full(1000, 15)
    for middle in (1.2, 1.8, 3.2, 6.0):
        found = tasteless(middle + 1.2 * random.standard_normal(1000), likes)
        assert found.mean() <= 0.02


def test_nobody_outweighs_a_busy_person() -> None:
    log = with_people(small_log(catalogue=200), [list(range(1, 200, 2)) * 5])
    typical = float(np.median(log.lengths_P[:-1] + 16))
    assert bounded(log)[-1] * log.lengths_P[-1] <= BUSY * typical + 1
    assert (bounded(log)[:-1] == 1).all()


def test_however_often_a_picture_is_liked_it_counts_once() -> None:
    log = with_people(small_log(catalogue=200, slates=0), [[7, 7, 9, 7, 7]])
    heard_E, _ = heard(log)
    np.testing.assert_allclose(heard_E[-5:], [0.25, 0.25, 1, 0.25, 0.25])
    log = small_log(people=1, slates=2)
    log = replace(
        log,
        shown_SK=np.array([[1, 2, 3, 4], [1, 5, 3, 6]]),
        said_SK=np.array([[1, 1, 0, 0], [1, 0, 1, 0]]),
    )
    _, heard_SK = heard(log)
    np.testing.assert_allclose(heard_SK, [[0.5, 1, 1, 1], [0.5, 1, 1, 1]])


def test_where_half_would_be_doubted_nobody_is() -> None:
    log = with_people(small_log(people=3, catalogue=200), [[1, 3, 5, 7, 9, 11]] * 3)
    assert doubts(log) == {}
    assert (influence(log).weight_P == 1).all()


def test_nobody_at_all() -> None:
    empty = small_log(people=0)
    assert influence(empty).doubted == {}
    assert len(Influence.everybody(empty).weight_P) == 0
