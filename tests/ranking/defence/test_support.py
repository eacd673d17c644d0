"""How much support is believed, and whose likes are cut."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ranking.defence.influence import PUSHING, influence
from ranking.defence.support import BELIEVED, support, surprise, times, unheard
from ranking.studio_ranker.logbook import LIKED, Logbook
from tests.ranking.studio_ranker.logs import WIDTH, small_log


def busy_log() -> Logbook:
    """Enough slates to know what places earn."""
    return small_log(people=60, catalogue=100, pieces=0, slates=10)


def pushed_log(log: Logbook, *, fakes: int, target: int, times_each: int = 2) -> Logbook:
    """The log with fakes behind it, who like the target, last in their slates, and at random."""
    random = np.random.default_rng(3)
    count = fakes * times_each
    others = np.setdiff1d(np.arange(90), target)
    shown = np.stack([random.choice(others, 4, replace=False) for _ in range(count)])
    shown[:, 3] = target
    likes = np.stack([random.choice(90, 12, replace=False) for _ in range(fakes)])
    people = np.arange(fakes)
    times_E = 1e6 + 3600.0 * np.arange(12 + times_each)
    return replace(
        log,
        people=(*log.people, *(f"fake-{number}" for number in people)),
        offsets_P1=np.concatenate(
            [log.offsets_P1, log.offsets_P1[-1] + (12 + times_each) * (1 + people)]
        ),
        item_E=np.concatenate(
            [log.item_E, np.pad(likes, ((0, 0), (0, times_each)), constant_values=target).ravel()]
        ),
        action_E=np.concatenate([log.action_E, np.full(fakes * (12 + times_each), LIKED)]),
        time_E=np.concatenate([log.time_E, np.tile(times_E, fakes)]),
        person_S=np.concatenate([log.person_S, len(log.people) + np.repeat(people, times_each)]),
        time_S=np.concatenate([log.time_S, np.tile(times_E[12:] - 1, fakes)]),
        words_SD=np.zeros((len(log.person_S) + count, WIDTH), np.float32),
        shown_SK=np.concatenate([log.shown_SK, shown]),
        propensity_SK=np.concatenate([log.propensity_SK, np.full((count, 4), 0.1)]),
        said_SK=np.concatenate([log.said_SK, np.tile([0, 0, 0, 1], (count, 1))]),
        profile_PD=np.zeros((len(log.people) + fakes, WIDTH), np.float32),
    )


def test_times_by_hand() -> None:
    found = times(np.array([0, 0, 1, 0]), np.array([5, 6, 5, 5]), 9)
    np.testing.assert_array_equal(found, [2, 1, 1, 2])


def test_surprise_takes_the_spread_from_the_bulk() -> None:
    random = np.random.default_rng(0)
    expected = np.full(400, 10.0)
    likes = random.poisson(10 * random.gamma(4, 0.25, 400)).astype(float)
    likes[:20] = 60.0
    found = surprise(likes, expected, expected)
    rest = found[20:]
    assert np.median(np.abs(rest - np.median(rest))) == pytest.approx(0.67, abs=0.08)
    assert found[:20].min() > BELIEVED
    assert (rest > BELIEVED).mean() < 0.02
    # Too few pictures say nothing.
    np.testing.assert_array_equal(surprise(likes[:20], expected[:20], expected[:20]), 0)


def test_an_account_counts_once_for_a_picture() -> None:
    log = busy_log()
    many = support(pushed_log(log, fakes=12, target=95)).surprise_N[95]
    alone = support(pushed_log(log, fakes=1, target=95, times_each=24)).surprise_N[95]
    assert many > BELIEVED > alone


def test_the_least_coherent_are_cut_until_it_is_believed() -> None:
    log = busy_log()
    real = len(log.people)
    target = int(np.bincount(log.shown_SK[log.said_SK > 0]).argmax())
    found = support(pushed_log(log, fakes=16, target=target))
    coherence = np.concatenate([np.full(real, 3.0), np.zeros(16)])
    cut_M, pushing_P = unheard(found, coherence)
    assert set(found.picture_M[cut_M].tolist()) == {target}
    mine = found.picture_M == target
    assert (found.liked_M * ~cut_M)[mine].sum() <= found.expected_M[mine].sum()
    likers = set(found.person_M[mine & (found.liked_M > 0)].tolist())
    cut = set(found.person_M[cut_M].tolist())
    assert len(likers) - 16 > 2
    # Real people are cut only when no fake is left.
    assert cut <= set(range(real, real + 16)) or cut >= set(range(real, real + 16))
    assert len(cut) > 8
    assert not pushing_P[:real].any()
    assert not unheard(support(log), coherence[:real])[0].any()


def test_pushing_is_not_heard() -> None:
    log = pushed_log(busy_log(), fakes=12, target=95)
    found = influence(log)
    fake_S = log.person_S >= 60
    weight_SK = found.heard_SK * found.weight_P[log.person_S][:, None]
    assert weight_SK[fake_S][:, 3].sum() < 2
    assert found.heard_SK[fake_S][:, 3].mean() < 0.2
    pushed_E = (log.item_E == 95) & (log.person_E >= 60)
    assert found.heard_E[pushed_E].mean() < 0.2
    assert (weight_SK[~fake_S] > 0).mean() > 0.98
    assert max(found.doubted) >= 60 > 2 * sum(one < 60 for one in found.doubted)
    assert set(found.doubted.values()) & {PUSHING, "likes show no taste"}
