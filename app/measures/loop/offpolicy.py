"""Do off-policy estimates hold the truth? Many policies, each judged from another's log.

The log is drawn in the simulator, so the true value of every policy is known: every person's
chance of liking every picture is. What a policy earns at its first place is estimated from a log
in which another policy chose, with the propensities that were logged.

Legend: T logged choices, W pool, J policies.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from app.measures.loop.crowd import Crowd, Floats
from app.measures.loop.diary import Request
from app.measures.loop.world import World
from ranking.policy.estimates import Estimate, Log, doubly_robust, ips, snips

CHOICES = 1500
"""T of each log."""
TEMPERATURES = (0.5, 1.0, 2.0)
MIXED = (0.1, 0.3)
"""Share of the logging policies that is chance."""


def chances(scores_TW: Floats, temperature: float, mixed: float) -> Floats:
    """(T, W) a policy: a softmax of scores, mixed with chance."""
    raised = np.exp((scores_TW - scores_TW.max(axis=1, keepdims=True)) / temperature)
    share = raised / raised.sum(axis=1, keepdims=True)
    found: Floats = (1 - mixed) * share + mixed / scores_TW.shape[1]
    return found


def held(
    world: World, crowd: Crowd, asked: list[Request], scores: dict[str, Floats], *, seed: int
) -> dict[str, Any]:
    """Share of 95 % intervals that hold the true value, by estimator, over policies and logs.

    ``scores``: (B, W) of each ranker for the same requests; policies are softmaxes of them at
    several temperatures, mixed with chance; logs are drawn from those, and each policy is judged
    from the logs of other rankers. Doubly robust rests on a reward model that knows only what was
    logged: the mean reward by look and theme.
    """
    random = np.random.default_rng((seed, 8))
    liking_BW = np.stack([crowd.liking_PN[one.person, one.pool_W] for one in asked])
    kind_BW = np.stack(
        [world.style_N[one.pool_W] * 1000 + world.theme_N[one.pool_W] for one in asked]
    )
    found: dict[str, list[tuple[float, ...]]] = {"ips": [], "snips": [], "doubly_robust": []}
    cases = [
        (logger, target, hot, mixed)
        for logger in scores
        for target in scores
        if logger != target
        for hot in TEMPERATURES
        for mixed in MIXED
    ]
    for number, (logger, target, hot, mixed) in enumerate(cases):
        rows = random.integers(0, len(asked), CHOICES)
        shown_TW = chances(scores[logger][rows], hot, mixed)
        wanted_TW = chances(scores[target][rows], 1.0, 0.05)
        picked_T = (shown_TW.cumsum(axis=1) > random.random((CHOICES, 1))).argmax(axis=1)
        every_T = np.arange(CHOICES)
        reward_T = (random.random(CHOICES) < liking_BW[rows, picked_T]).astype(np.float64)
        log = Log(
            reward_T=reward_T,
            shown_T=shown_TW[every_T, picked_T],
            wanted_T=wanted_TW[every_T, picked_T],
        )
        guessed_TW = guesses(kind_BW[rows], picked_T, reward_T)
        own_seed = seed * 1000 + number
        estimates: dict[str, Estimate] = {
            "ips": ips(log, seed=own_seed),
            "snips": snips(log, seed=own_seed),
            "doubly_robust": doubly_robust(
                log,
                guessed_TW[every_T, picked_T],
                (wanted_TW * guessed_TW).sum(axis=1),
                seed=own_seed,
            ),
        }
        # The truth is the policy's value over all askings, not over those that were drawn.
        true = float((chances(scores[target], 1.0, 0.05) * liking_BW).sum(axis=1).mean())
        for name, one in estimates.items():
            holds = one.low <= true <= one.high
            found[name].append((holds, abs(one.value - true), one.high - one.low))
    return {
        "cases": len(cases),
        "choices": CHOICES,
        **{
            name: {
                key: round(float(value), 4)
                for key, value in zip(
                    ("held", "mean_error", "mean_width"), np.mean(rows_of, axis=0), strict=True
                )
            }
            for name, rows_of in found.items()
        },
    }


def guesses(kind_TW: Floats, picked_T: Floats, reward_T: Floats) -> Floats:
    """(T, W) a reward model out of the log: the mean reward of each kind, drawn to the mean.

    Each half of the log is guessed from the other (cross-fitting), so no choice guesses itself.
    """
    found = np.zeros(kind_TW.shape)
    half_T = np.arange(len(reward_T)) % 2
    picked_kind_T = kind_TW[np.arange(len(reward_T)), picked_T.astype(np.int64)]
    for side in (0, 1):
        other = half_T != side
        mean = float(reward_T[other].mean())
        kinds, place = np.unique(picked_kind_T[other], return_inverse=True)
        earned = np.bincount(place, weights=reward_T[other])
        share = (earned + 5 * mean) / (np.bincount(place) + 5)
        mine = half_T == side
        at = np.clip(np.searchsorted(kinds, kind_TW[mine]), 0, len(kinds) - 1)
        found[mine] = np.where(kinds[at] == kind_TW[mine], share[at], mean)
    return found
