"""Variety, exploration and off-policy estimates, by hand and against brute force."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from ranking.policy.estimates import Log, doubly_robust, ips, snips
from ranking.policy.exploration import believed, thompson
from ranking.policy.variety import kernel, varied
from studio.errors import InputError


def test_estimates_by_hand() -> None:
    log = Log(
        reward_T=np.array([1.0, 0.0, 1.0, 0.0]),
        shown_T=np.array([0.5, 0.5, 0.25, 0.75]),
        wanted_T=np.array([0.25, 0.25, 0.75, 0.25]),
    )
    # Weights 1/2, 1/2, 3, 1/3.
    assert ips(log).value == pytest.approx((0.5 + 3) / 4)
    assert snips(log).value == pytest.approx(3.5 / (0.5 + 0.5 + 3 + 1 / 3))
    assert ips(log, most=2).value == pytest.approx((0.5 + 2) / 4)
    weights = np.array([0.5, 0.5, 3, 1 / 3])
    assert ips(log).effective == pytest.approx(weights.sum() ** 2 / (weights**2).sum())
    guessed, expected = np.array([0.5, 0.5, 1.0, 0.0]), np.array([0.6, 0.6, 0.4, 0.4])
    by_hand = np.mean([0.6 + 0.5 * 0.5, 0.6 - 0.5 * 0.5, 0.4, 0.4])
    assert doubly_robust(log, guessed, expected).value == pytest.approx(by_hand)


def test_the_intervals_hold_the_truth() -> None:
    """Three actions of known worth, logged by one policy, asked of another, 100 worlds."""
    worth, logging, other = (
        np.array([0.2, 0.5, 0.8]),
        np.array([0.6, 0.3, 0.1]),
        np.array([0.1, 0.3, 0.6]),
    )
    truth = float(worth @ other)
    held = dict.fromkeys(("ips", "snips", "dr"), 0)
    widths = dict.fromkeys(held, 0.0)
    for world in range(100):
        random = np.random.default_rng(world)
        action = random.choice(3, 600, p=logging)
        log = Log(
            reward_T=(random.random(600) < worth[action]).astype(float),
            shown_T=logging[action],
            wanted_T=other[action],
        )
        model = worth + 0.1
        found = {
            "ips": ips(log, seed=world),
            "snips": snips(log, seed=world),
            "dr": doubly_robust(log, model[action], np.full(600, model @ other), seed=world),
        }
        for name, estimate in found.items():
            held[name] += estimate.low <= truth <= estimate.high
            widths[name] += estimate.high - estimate.low
    assert min(held.values()) >= 90
    assert widths["dr"] < widths["ips"]


def test_a_broken_log_is_refused() -> None:
    one = np.ones(1)
    with pytest.raises(InputError, match="empty"):
        Log(reward_T=np.zeros(0), shown_T=np.zeros(0), wanted_T=np.zeros(0))
    with pytest.raises(InputError, match="outside"):
        Log(reward_T=one, shown_T=np.zeros(1), wanted_T=one)
    with pytest.raises(InputError, match="one reward"):
        Log(reward_T=one, shown_T=np.ones(2), wanted_T=one)


def test_a_policy_the_log_never_followed_has_no_value() -> None:
    log = Log(reward_T=np.ones(3), shown_T=np.ones(3), wanted_T=np.zeros(3))
    assert (snips(log).value, snips(log).low, snips(log).high) == (0, 0, 0)


def world(seed: int, count: int = 8) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(count, 5))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return random.random(count), vectors @ vectors.T


def test_greedy_volume_is_the_slow_one() -> None:
    for seed in range(5):
        worth, likeness = world(seed)
        whole = kernel(worth, likeness, appetite=0.5)
        slow: list[int] = []
        for _ in range(4):
            volumes = {
                row: np.linalg.det(whole[np.ix_([*slow, row], [*slow, row])])
                for row in range(8)
                if row not in slow
            }
            slow.append(max(volumes, key=lambda row: (volumes[row], -row)))
        assert varied(whole, 4) == slow


def test_greedy_volume_is_near_the_best_there_is() -> None:
    worth, likeness = world(3)
    whole = kernel(worth, likeness, appetite=0.5)
    best = max(np.linalg.det(whole[np.ix_(rows, rows)]) for rows in combinations(range(8), 3))
    rows = varied(whole, 3)
    assert np.linalg.det(whole[np.ix_(rows, rows)]) > best / np.e


def test_copies_are_not_shown_twice_and_appetite_decides() -> None:
    likeness = np.array([[1, 1, 0], [1, 1, 0], [0, 0, 1.0]])
    worth = np.array([1.0, 0.9, 0.1])
    assert varied(kernel(worth, likeness, appetite=0.5), 3) == [0, 2]
    soft = np.array([[1, 0.8, 0], [0.8, 1, 0], [0, 0, 1.0]])
    assert varied(kernel(worth, soft, appetite=0.05), 2) == [0, 1]
    assert varied(kernel(worth, soft, appetite=1.0), 2) == [0, 2]
    with pytest.raises(InputError, match="between 0 and 1"):
        kernel(worth, soft, appetite=2)


def test_belief_by_hand() -> None:
    belief = believed(np.array([[1.0], [1.0]]), np.array([1.0, 0.0]))
    # Precision 1 + 2, mean (1 + 0) / 3.
    assert belief.mean_F == pytest.approx([1 / 3])
    assert belief.covariance_FF == pytest.approx(np.array([[1 / 3]]))
    mean, spread = belief.expected(np.array([[2.0]]))
    assert mean == pytest.approx([2 / 3])
    assert spread == pytest.approx([2 / np.sqrt(3)])


def test_thompson_shows_what_may_be_best_and_says_how_likely() -> None:
    vectors = np.eye(2)
    belief = believed(np.repeat(vectors, [200, 2], axis=0), np.repeat([0.5, 0.4], [200, 2]))
    shown = np.array([thompson(belief, vectors, seed=seed, draws=500)[0] for seed in range(400)])
    _, propensity = thompson(belief, vectors, seed=7, draws=20_000)
    assert propensity.sum() == pytest.approx(1)
    assert propensity[1] == pytest.approx((shown == 1).mean(), abs=0.08)
    assert 0.2 < propensity[1] < 0.6
    one, chances = thompson(belief, vectors, seed=1)
    assert chances[one] > 0
