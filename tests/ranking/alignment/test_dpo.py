"""DPO: the loss by hand, hard negatives, and a policy that moves towards the better slates."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from ranking.alignment.dpo import Alignment, Pairs, aligned, paired, preference_loss
from ranking.studio_ranker.contexts import of_slates
from ranking.studio_ranker.learning import Plan, Version, learned, pools
from ranking.studio_ranker.logbook import Logbook
from ranking.studio_ranker.places import slate_told
from ranking.studio_ranker.shelf import Shelf, shelf_of_log
from ranking.studio_ranker.training import Lessons
from tests.ranking.studio_ranker.logs import small_log

COURSE = Alignment(epochs=4.0, batch=32)


@pytest.fixture(scope="module")
def log() -> Logbook:
    return small_log()


@pytest.fixture(scope="module")
def version(log: Logbook) -> Version:
    return learned(log, Plan(rounds=0, lessons=Lessons(epochs=1.0)))


@pytest.fixture(scope="module")
def shelf(version: Version, log: Logbook) -> Shelf:
    return shelf_of_log(version.names, log)


@pytest.fixture(scope="module")
def pairs(version: Version, log: Logbook, shelf: Shelf) -> Pairs:
    assert version.rewards is not None
    slates = np.arange(len(log.person_S))
    return paired(
        version.network,
        version.rewards,
        shelf,
        of_slates(log, slates, log.before_S),
        pools(log, slates, seed=0),
        size=4,
        course=COURSE,
        seed=0,
    )


def test_loss_by_hand() -> None:
    one = torch.tensor([-1.0])
    loss = preference_loss(one, one - 1, one, one, beta=0.5)
    torch.testing.assert_close(loss, torch.tensor([math.log(1 + math.exp(-0.5))]))
    # Where policy and reference agree, nothing is known: log 2.
    torch.testing.assert_close(
        preference_loss(one, one - 3, one, one - 3, beta=0.5), torch.tensor([math.log(2)])
    )


def test_pairs_are_slates_and_the_better_earns_more(pairs: Pairs) -> None:
    assert (pairs.gap_B >= 0).all()
    assert float(pairs.gap_B.mean()) > 0.05
    for slate in (*pairs.better_BS.tolist(), *pairs.worse_BS.tolist()):
        assert len(set(slate)) == 4


def test_the_policy_moves_to_the_better_slates_and_the_reference_stays(
    version: Version, pairs: Pairs, shelf: Shelf
) -> None:
    before = {name: value.clone() for name, value in version.network.state_dict().items()}
    policy = aligned(version.network, pairs, shelf, COURSE)

    def margin(network: torch.nn.Module) -> float:
        with torch.no_grad():
            better, worse = (
                slate_told(network, shelf, pairs.asked, pairs.pool_BW, slate)  # type: ignore[arg-type]
                for slate in (pairs.better_BS, pairs.worse_BS)
            )
        return float((better - worse).mean())

    assert margin(policy) > margin(version.network) + 0.3
    for name, value in version.network.state_dict().items():
        assert torch.equal(value, before[name]), name


def test_a_higher_beta_stays_nearer(version: Version, pairs: Pairs, shelf: Shelf) -> None:
    def moved(beta: float) -> float:
        policy = aligned(
            version.network, pairs, shelf, replace(COURSE, beta=beta, stay=0.0, rate=5e-3)
        )
        with torch.no_grad():
            told = [
                slate_told(one, shelf, pairs.asked, pairs.pool_BW, pairs.better_BS)
                - slate_told(one, shelf, pairs.asked, pairs.pool_BW, pairs.worse_BS)
                for one in (policy, version.network)
            ]
        return float((told[0] - told[1]).mean())

    assert moved(5.0) < moved(0.1)


def test_pairs_of_no_gap_teach_nothing(version: Version, pairs: Pairs, shelf: Shelf) -> None:
    none = replace(pairs, gap_B=torch.zeros_like(pairs.gap_B))
    policy = aligned(version.network, none, shelf, COURSE)
    for name, value in policy.state_dict().items():
        assert torch.equal(value, version.network.state_dict()[name]), name
