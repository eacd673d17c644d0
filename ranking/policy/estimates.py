"""What would another policy have earned? Estimates from a log of what was shown and with which
probability.

Legend: T logged choices, A actions, R resamples.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from studio.errors import InputError

Numbers = npt.NDArray[np.float64]
RESAMPLES = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """Logged choices."""

    reward_T: Numbers = field(compare=False, repr=False)
    """What each choice earned; higher is better."""
    shown_T: Numbers = field(compare=False, repr=False)
    """Probability in (0, 1] with which the logging policy made it."""
    wanted_T: Numbers = field(compare=False, repr=False)
    """Probability in [0, 1] with which the policy in question would make it."""

    def __post_init__(self) -> None:
        if not len(self.reward_T):
            raise InputError("the log is empty; show some slates first")
        if len({len(self.reward_T), len(self.shown_T), len(self.wanted_T)}) > 1:
            raise InputError("a log needs one reward and two probabilities a choice")
        if self.shown_T.min() <= 0 or max(self.shown_T.max(), self.wanted_T.max()) > 1:
            raise InputError("a logged probability lies outside (0, 1]; the log is broken")

    def weights(self, most: float | None = None) -> Numbers:
        """(T,) importance weights, cut off at ``most``."""
        ratio_T: Numbers = self.wanted_T / self.shown_T
        return ratio_T if most is None else np.minimum(ratio_T, most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """An estimate of a policy's mean reward, with its 95 % interval (studentized bootstrap)."""

    value: float
    low: float
    high: float
    effective: float
    """Effective sample size (Kish): few, and the estimate rests on a few lucky choices."""


def ips(log: Log, *, most: float | None = None, seed: int = 0) -> Estimate:
    """Inverse propensity scoring: mean of weight times reward (Horvitz and Thompson, 1952).

    Unbiased where ``most`` is None and every choice the policy makes could have been logged.
    """
    weights_T = log.weights(most)
    return _bootstrapped(weights_T * log.reward_T, np.ones(len(weights_T)), weights_T, seed)


def snips(log: Log, *, most: float | None = None, seed: int = 0) -> Estimate:
    """Self-normalised: divided by the mean weight (Swaminathan and Joachims, NeurIPS 2015, eq. 7).

    0 with an interval of width 0 where no logged choice is one the policy would make.
    """
    weights_T = log.weights(most)
    return _bootstrapped(weights_T * log.reward_T, weights_T, weights_T, seed)


def doubly_robust(
    log: Log,
    guessed_T: Numbers,
    expected_T: Numbers,
    *,
    most: float | None = None,
    seed: int = 0,
) -> Estimate:
    """A reward model, corrected where the log disagrees (Dudík et al., arXiv 1103.4601, eq. 1).

    ``guessed_T`` is the model's reward of the logged choice, ``expected_T`` its mean reward under
    the policy in question. Unbiased where the model is right or the probabilities are.
    """
    weights_T = log.weights(most)
    values_T = expected_T + weights_T * (log.reward_T - guessed_T)
    return _bootstrapped(values_T, np.ones(len(values_T)), weights_T, seed)


def _bootstrapped(above_T: Numbers, below_T: Numbers, weights_T: Numbers, seed: int) -> Estimate:
    """Ratio of two sums, resampled together.

    The interval is the bootstrap-t: what is resampled is how many standard errors an estimate lies
    off, not the estimate, so that a few large weights, which make both off and uncertain, lengthen
    the interval on the side where they may be missing (Hall, Annals of Statistics 1988, section 3;
    Efron and Tibshirani 1993, section 12.5).
    """
    random = np.random.default_rng(seed)
    count = len(above_T)
    value, error = _studied(above_T, below_T)
    off = np.empty(RESAMPLES)
    for number in range(RESAMPLES):
        rows = random.integers(0, count, count)
        again, spread = _studied(above_T[rows], below_T[rows])
        off[number] = (again - value) / spread if spread > 0 else 0.0
    low, high = np.quantile(off, (0.025, 0.975))
    return Estimate(
        value=value,
        low=float(value - high * error),
        high=float(value - low * error),
        effective=_ratio(weights_T.sum() ** 2, (weights_T**2).sum()),
    )


def _studied(above_T: Numbers, below_T: Numbers) -> tuple[float, float]:
    """A ratio of two sums and its standard error, to first order (the delta method)."""
    total = float(below_T.sum())
    value = _ratio(float(above_T.sum()), total)
    apart_T = above_T - value * below_T
    return value, _ratio(float(np.sqrt((apart_T**2).sum())), total)


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below > 0 else 0.0
