"""Slates: what passed, put in order. Taste, fit to the words, quality and variety; every route has
a place while places last.

Legend: N candidates, D embedding width, S places filled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from ranking.reasons import reason
from studio.config import Section, validated
from studio.errors import ModelError
from studio.request import derive_seed
from studio.slate import Offer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.candidate import Candidate
    from studio.fidelity import Fidelity
    from studio.guidance import Guidance
    from studio.history import History
    from studio.parts import Parts
    from studio.profile import Profile
    from studio.protocols import Gallery, Taste

    Numbers = NDArray[np.float64]
    Vectors = NDArray[np.float32]


class RankerOptions(Section):
    """``[options.rankers.taste]``. Weights are relative to one another."""

    taste: float = Field(default=0.5, ge=0)
    prompt: float = Field(default=0.3, ge=0)
    quality: float = Field(default=0.1, ge=0)
    diversity: float = Field(default=0.1, ge=0)
    epsilon: float = Field(default=0.0, ge=0, le=1)
    """Probability that the last place goes to any candidate left, each as likely, to learn more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pool:
    """The candidates, sorted by id, so that the order they came in changes nothing."""

    candidates: tuple[Candidate, ...]
    fidelities: tuple[Fidelity, ...]
    parts: Mapping[str, Numbers] = field(compare=False, repr=False)
    """(N,) scores by name, each in [0, 1]."""
    likeness_NN: Numbers = field(compare=False, repr=False)
    """In [0, 1]; 1: the same to the encoder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    row: int
    diversity: float
    propensity: float
    explored: bool


def likeness(vectors_ND: Vectors) -> Numbers:
    """(N, N) likeness in [0, 1]: cosine less the mean of these candidates, negative ones as 0.

    They all show what was asked; what they share is taken away, and what tells them apart counts.
    Those nearly equal before (cosine above .995) are 1.
    """
    whole_ND = vectors_ND.astype(np.float64)
    moved_ND = whole_ND - whole_ND.mean(axis=0)
    lengths_N1 = np.linalg.norm(moved_ND, axis=1, keepdims=True)
    unit_ND = moved_ND / np.maximum(lengths_N1, 1e-9)
    like_NN: Numbers = np.clip(unit_ND @ unit_ND.T, 0, 1)
    like_NN[whole_ND @ whole_ND.T > 0.995] = 1.0
    return like_NN


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
        passed = sorted(
            (
                (one, found)
                for one, found in zip(candidates, fidelities, strict=True)
                if found.passed
            ),
            key=lambda pair: pair[0].candidate_id,
        )
        if not passed:
            return ()
        pool = _pool(passed, guidance=guidance, taste=taste)
        places = self._choose(pool, size=min(size, len(passed)), seed=seed)
        return tuple(
            self._offer(place, rank=rank, pool=pool, guidance=guidance)
            for rank, place in enumerate(places, start=1)
        )

    def _weights(self, pool: _Pool) -> dict[str, float]:
        """Weight by part, summing to 1 over the parts that there are."""
        wanted = {name: float(getattr(self._options, name)) for name in (*pool.parts, "diversity")}
        total = sum(wanted.values()) or 1.0
        return {name: weight / total for name, weight in wanted.items()}

    def _choose(self, pool: _Pool, *, size: int, seed: int) -> list[_Place]:
        weights = self._weights(pool)
        worth_N = sum(
            (weights[name] * scores_N for name, scores_N in pool.parts.items()),
            start=np.zeros(len(pool.candidates)),
        )
        routes = [one.route for one in pool.candidates]
        rng = np.random.default_rng(derive_seed(seed, "rank"))
        places: list[_Place] = []
        left = list(range(len(routes)))
        while len(places) < size:
            owed = set(routes) - {routes[place.row] for place in places}
            scarce = bool(owed) and size - len(places) <= len(owed)
            allowed = [row for row in left if not scarce or routes[row] in owed]
            nearest_N = _nearest(pool.likeness_NN, [place.row for place in places])
            value_N = worth_N + weights["diversity"] * (1 - nearest_N)
            best = max(allowed, key=lambda row: (value_N[row], -row))
            epsilon = self._options.epsilon if len(places) == size - 1 else 0.0
            row = best
            if epsilon and rng.random() < epsilon:
                row = allowed[int(rng.integers(len(allowed)))]
            chance = epsilon / len(allowed) + (1 - epsilon if row == best else 0.0)
            places.append(
                _Place(
                    row=row,
                    diversity=float(1 - nearest_N[row]),
                    propensity=chance,
                    explored=row != best,
                )
            )
            left.remove(row)
        return places

    def _offer(self, place: _Place, *, rank: int, pool: _Pool, guidance: Guidance) -> Offer:
        scores = {name: float(scores_N[place.row]) for name, scores_N in pool.parts.items()}
        scores["diversity"] = place.diversity
        weights = self._weights(pool)
        candidate = pool.candidates[place.row]
        return Offer(
            rank=rank,
            candidate=candidate,
            score=sum(weights[name] * score for name, score in scores.items()),
            scores=MappingProxyType(scores),
            reason=reason(
                candidate,
                scores=scores,
                best_taste=float(pool.parts["taste"].max()),
                guidance=guidance,
                explored=place.explored,
            ),
            fidelity=pool.fidelities[place.row],
            propensity=place.propensity,
        )


def _nearest(likeness_NN: Numbers, rows: Sequence[int]) -> Numbers:
    """(N,) likeness to the most similar one chosen so far; 0 before the first."""
    if not rows:
        return np.zeros(len(likeness_NN))
    nearest_N: Numbers = likeness_NN[:, list(rows)].max(axis=1)
    return nearest_N


def _pool(
    passed: Sequence[tuple[Candidate, Fidelity]], *, guidance: Guidance, taste: Taste
) -> _Pool:
    candidates = tuple(candidate for candidate, _ in passed)
    fidelities = tuple(fidelity for _, fidelity in passed)
    vectors = [one.embedding_D for one in candidates if one.embedding_D is not None]
    if len(vectors) < len(candidates):
        raise ModelError("a candidate carries no embedding; fill it in before ranking")
    vectors_ND = np.stack(vectors)
    liked_N = np.clip(np.asarray(taste(vectors_ND), np.float64), 0, 1)
    dial = float(np.clip(guidance.personalization, 0, 1))
    parts = {"taste": 0.5 + (liked_N - 0.5) * dial}
    for name in ("prompt", "quality"):
        if all(name in fidelity.findings for fidelity in fidelities):
            parts[name] = np.array([fidelity[name].score for fidelity in fidelities])
    return _Pool(
        candidates=candidates,
        fidelities=fidelities,
        parts=MappingProxyType(parts),
        likeness_NN=likeness(vectors_ND),
    )


def build(parts: Parts, options: Mapping[str, Any]) -> TasteRanker:
    """The ranker, by its entry point."""
    return TasteRanker(validated(RankerOptions, options, where="rankers.taste"))
