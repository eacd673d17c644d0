"""The reward model: how far people look, what they like, and that chances are what happens."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ranking.defence.influence import Influence
from ranking.rewards.calibration import calibrated, calibration_error
from ranking.rewards.model import slate_reward, told
from ranking.rewards.training import (
    RewardLessons,
    answered,
    order_loss,
    propensity_weights,
    rewarded,
)
from ranking.studio_ranker.learning import shape_of
from ranking.studio_ranker.naming import named
from ranking.studio_ranker.shelf import shelf_of_log
from studio.errors import InputError
from tests.ranking.studio_ranker.logs import small_log


def test_what_is_told_by_hand() -> None:
    logit = torch.tensor([[0.0, 0.0, 0.0]])
    examined = torch.tensor([1.0, 0.5, 0.5])
    found = told(logit, examined, torch.tensor([[1, 0, -1]]))
    wanted = [math.log(0.5), math.log(1 - 0.25), math.log(0.5) + math.log(0.5)]
    torch.testing.assert_close(found[0], torch.tensor(wanted))


def test_reward_of_a_slate_by_hand() -> None:
    liking = torch.tensor([[0.9, 0.1, 0.5]])
    found = slate_reward(liking, torch.tensor([[2, 0, -1]]), torch.tensor([1.0, 0.5, 0.25]))
    torch.testing.assert_close(found, torch.tensor([0.5 + 0.45]))


def test_order_loss_by_hand() -> None:
    logit = torch.tensor([[2.0, 1.0, 0.0]])
    said = torch.tensor([[0, 1, 0]])
    there = torch.ones(1, 3, dtype=torch.bool)
    found = order_loss(logit, said, there, torch.tensor([1.0, 0.5, 0.5]), there.float())
    chance = math.exp(1) / (math.exp(2) + math.exp(1) + 1)
    torch.testing.assert_close(found, torch.tensor([-2 * math.log(chance)]))
    # What is not heard weighs nothing, and is no rival either.
    assert order_loss(logit, said, there, torch.ones(3), torch.zeros(1, 3)) == 0


def test_propensity_weights_are_clipped_and_of_mean_1() -> None:
    weight = propensity_weights(np.array([[1.0, 0.5], [0.01, 1.0]]), most=4.0)
    assert weight.mean() == pytest.approx(1.0)
    assert weight.max() / weight.min() == pytest.approx(4.0)


def test_it_learns_looks_and_how_far_people_look() -> None:
    log = small_log(people=60, slates=8)
    names = named(log)
    shelf = shelf_of_log(names, log)
    found = rewarded(
        log,
        shelf,
        shape_of(names),
        RewardLessons(epochs=6.0, rate=3e-3, batch=32),
        heard=Influence.everybody(log),
    )
    examined = found.model.examined_K()
    np.testing.assert_allclose(examined, [1.0, 0.7, 0.4, 0.3], atol=0.2)
    from ranking.studio_ranker.contexts import of_slates

    slates = answered(log)
    shown = torch.from_numpy(log.shown_SK[slates])
    liking = found.model.liking(shelf, of_slates(log, slates, log.before_S), shown)
    own = shown % 2 == torch.from_numpy(log.person_S[slates] % 2)[:, None]
    assert float(liking[own].mean()) > 0.75
    assert float(liking[~own].mean()) < 0.25
    assert found.calibration.error < 0.1


def test_too_few_answers_are_refused() -> None:
    log = small_log(people=2, slates=2)
    names = named(log)
    with pytest.raises(InputError, match="needs 16"):
        rewarded(
            log,
            shelf_of_log(names, log),
            shape_of(names),
            RewardLessons(),
            heard=Influence.everybody(log),
        )


def test_calibration_undoes_a_scale() -> None:
    generator = torch.Generator().manual_seed(0)
    logit = torch.randn(4000, 2, generator=generator)
    examined = torch.tensor([1.0, 0.6])
    liked = torch.rand(4000, 2, generator=generator) < examined * torch.sigmoid(logit)
    found = calibrated(3 * logit + 1, examined, liked.long(), torch.ones(4000, 2) > 0)
    assert found.scale == pytest.approx(1 / 3, abs=0.05)
    assert found.error < 0.02 < found.error_before


def test_calibration_error_by_hand() -> None:
    chance = torch.tensor([0.1, 0.1, 0.9, 0.9])
    happened = torch.tensor([False, False, True, False])
    assert calibration_error(chance, happened, bins=2) == pytest.approx((0.1 + 0.4) / 2)
    assert calibration_error(chance[:0], happened[:0]) == 0.0
