"""Slates: what passed, put in order. Taste, fit to the words, quality and variety; every route has
a place while places last.

Legend: N candidates, D embedding width, S places filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from ranking.pools import Place, Pool, pooled
from studio.config import Section, validated
from studio.request import derive_seed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.candidate import Candidate
    from studio.fidelity import Fidelity
    from studio.guidance import Guidance
    from studio.history import History
    from studio.parts import Parts
    from studio.profile import Profile
    from studio.protocols import Gallery, Taste
    from studio.slate import Offer

    Numbers = NDArray[np.float64]


class RankerOptions(Section):
    """``[options.rankers.taste]``. Weights are relative to one another."""

    taste: float = Field(default=0.5, ge=0)
    prompt: float = Field(default=0.3, ge=0)
    quality: float = Field(default=0.1, ge=0)
    diversity: float = Field(default=0.1, ge=0)
    epsilon: float = Field(default=0.0, ge=0, le=1)
    """Probability that the last place goes to any candidate left, each as likely, to learn more."""


class TasteRanker:
    """Greedy choice by maximal marginal relevance (Carbonell and Goldstein, SIGIR 1998).

    Deterministic: propensity 1, unless ``epsilon`` opens the last place. There the policy shows
    the best candidate with 1 - ε + ε / m and each other of the m allowed ones with ε / m.
    """

    def __init__(self, options: RankerOptions) -> None:
        self._options = options

    def __call__(
        self,
        candidates: Sequence[Candidate],
        *,
        fidelities: Sequence[Fidelity],
        guidance: Guidance,
        taste: Taste,
        size: int,
        seed: int,
        history: History | None = None,
        profile: Profile | None = None,
        gallery: Gallery | None = None,
    ) -> tuple[Offer, ...]:
        """At most ``size`` offers, best first; ModelError where a candidate has no embedding.

        What is known of the person comes in by ``taste`` alone.
        """
        pool = pooled(candidates, fidelities=fidelities, guidance=guidance, taste=taste)
        if pool is None:
            return ()
        places = self._choose(pool, size=min(size, len(pool.candidates)), seed=seed)
        return tuple(
            self._offer(place, rank=rank, pool=pool, guidance=guidance)
            for rank, place in enumerate(places, start=1)
        )

    def _weights(self, pool: Pool) -> dict[str, float]:
        """Weight by part, summing to 1 over the parts that there are."""
        wanted = {name: float(getattr(self._options, name)) for name in (*pool.parts, "diversity")}
        total = sum(wanted.values()) or 1.0
        return {name: weight / total for name, weight in wanted.items()}

    def _choose(self, pool: Pool, *, size: int, seed: int) -> list[Place]:
        weights = self._weights(pool)
        worth_N = sum(
            (weights[name] * scores_N for name, scores_N in pool.parts.items()),
            start=np.zeros(len(pool.candidates)),
        )
        rng = np.random.default_rng(derive_seed(seed, "rank"))
        places: list[Place] = []
        while len(places) < size:
            chosen = [place.row for place in places]
            allowed = pool.allowed(chosen, size=size)
            nearest_N = _nearest(pool.likeness_NN, chosen)
            value_N = worth_N + weights["diversity"] * (1 - nearest_N)
            best = max(allowed, key=lambda row: (value_N[row], -row))
            epsilon = self._options.epsilon if len(places) == size - 1 else 0.0
            row = best
            if epsilon and rng.random() < epsilon:
                row = allowed[int(rng.integers(len(allowed)))]
            chance = epsilon / len(allowed) + (1 - epsilon if row == best else 0.0)
            places.append(
                Place(
                    row=row,
                    diversity=float(1 - nearest_N[row]),
                    propensity=chance,
                    explored=row != best,
                )
            )
        return places

    def _offer(self, place: Place, *, rank: int, pool: Pool, guidance: Guidance) -> Offer:
        scores = pool.scores_of(place.row)
        scores["diversity"] = place.diversity
        weights = self._weights(pool)
        score = sum(weights[name] * score for name, score in scores.items())
        return pool.offer(place, rank=rank, score=score, scores=scores, guidance=guidance)


def _nearest(likeness_NN: Numbers, rows: Sequence[int]) -> Numbers:
    """(N,) likeness to the most similar one chosen so far; 0 before the first."""
    if not rows:
        return np.zeros(len(likeness_NN))
    nearest_N: Numbers = likeness_NN[:, list(rows)].max(axis=1)
    return nearest_N


def build(parts: Parts, options: Mapping[str, Any]) -> TasteRanker:
    """The ranker, by its entry point."""
    return TasteRanker(validated(RankerOptions, options, where="rankers.taste"))
