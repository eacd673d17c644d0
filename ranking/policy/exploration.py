"""Exploration: show what may be better than it seems, and log how likely that was.

Legend: N candidates, F width of their vectors, T events, R draws.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from studio.errors import InputError

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of a linear taste: a Gaussian over its weights."""

    mean_F: Numbers = field(compare=False, repr=False)
    covariance_FF: Numbers = field(compare=False, repr=False)

    def expected(self, vectors_NF: Numbers) -> tuple[Numbers, Numbers]:
        """(N,) mean and standard deviation of the reward of each candidate."""
        spread_N = np.einsum("nf,fg,ng->n", vectors_NF, self.covariance_FF, vectors_NF)
        return vectors_NF @ self.mean_F, np.sqrt(np.maximum(spread_N, 0))


def believed(
    vectors_TF: Numbers, reward_T: Numbers, *, prior: float = 1.0, noise: float = 1.0
) -> Belief:
    """Bayesian linear regression: prior N(0, prior²) on each weight, noise N(0, noise²) on rewards.

    (Bishop, Pattern Recognition and Machine Learning, eq. 3.53 and 3.54.)
    """
    if prior <= 0 or noise <= 0:
        raise InputError("prior and noise are standard deviations above 0")
    width = vectors_TF.shape[1]
    precision_FF = np.eye(width) / prior**2 + vectors_TF.T @ vectors_TF / noise**2
    covariance_FF = np.linalg.inv(precision_FF).astype(np.float64)
    return Belief(
        mean_F=covariance_FF @ (vectors_TF.T @ reward_T) / noise**2, covariance_FF=covariance_FF
    )


def thompson(
    belief: Belief, vectors_NF: Numbers, *, seed: int, draws: int = 2000
) -> tuple[int, Numbers]:
    """The candidate to show, and (N,) the propensity of each (Thompson, 1933; arXiv 1209.3352).

    One taste is drawn from the belief and its best candidate shown. The propensity is how often
    that happens over ``draws`` tastes, the shown one among them: never 0 for what is shown.
    """
    random = np.random.default_rng(seed)
    root_FF = np.linalg.cholesky(belief.covariance_FF + 1e-12 * np.eye(len(belief.mean_F)))
    drawn_RF = belief.mean_F + random.standard_normal((draws, len(belief.mean_F))) @ root_FF.T
    best_R = (drawn_RF @ vectors_NF.T).argmax(axis=1)
    return int(best_R[0]), np.bincount(best_R, minlength=len(vectors_NF)) / draws
