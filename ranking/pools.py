"""Pools: what passed the checks, scored, and how a ranker turns rows of it into offers.

Legend: N candidates, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from ranking.reasons import reason
from studio.errors import ModelError
from studio.slate import Offer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.candidate import Candidate
    from studio.fidelity import Fidelity
    from studio.guidance import Guidance
    from studio.protocols import Taste

    Numbers = NDArray[np.float64]
    Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of a slate: which row of the pool, and how it was chosen."""

    row: int
    diversity: float
    propensity: float
    explored: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The candidates, sorted by id, so that the order they came in changes nothing."""

    candidates: tuple[Candidate, ...]
    fidelities: tuple[Fidelity, ...]
    parts: Mapping[str, Numbers] = field(compare=False, repr=False)
    """(N,) scores by name, each in [0, 1]."""
    vectors_ND: Vectors = field(compare=False, repr=False)
    likeness_NN: Numbers = field(compare=False, repr=False)
    """In [0, 1]; 1: the same to the encoder."""

    def allowed(self, chosen: Sequence[int], *, size: int) -> list[int]:
        """Rows that may come next: those of routes still owed a place, where places are scarce."""
        routes = [one.route for one in self.candidates]
        owed = set(routes) - {routes[row] for row in chosen}
        scarce = bool(owed) and size - len(chosen) <= len(owed)
        left = [row for row in range(len(routes)) if row not in chosen]
        return [row for row in left if not scarce or routes[row] in owed]

    def scores_of(self, row: int) -> dict[str, float]:
        """What each part says of a row."""
        return {name: float(scores_N[row]) for name, scores_N in self.parts.items()}

    def offer(
        self,
        place: Place,
        *,
        rank: int,
        score: float,
        scores: dict[str, float],
        guidance: Guidance,
    ) -> Offer:
        """The place as it is shown, with its reason."""
        candidate = self.candidates[place.row]
        return Offer(
            rank=rank,
            candidate=candidate,
            score=score,
            scores=MappingProxyType(scores),
            reason=reason(
                candidate,
                scores=scores,
                best_taste=float(self.parts["taste"].max()),
                guidance=guidance,
                explored=place.explored,
            ),
            fidelity=self.fidelities[place.row],
            propensity=place.propensity,
        )


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


def pooled(
    candidates: Sequence[Candidate],
    *,
    fidelities: Sequence[Fidelity],
    guidance: Guidance,
    taste: Taste,
) -> Pool | None:
    """What passed, None where nothing did; ModelError where a candidate has no embedding."""
    pairs = zip(candidates, fidelities, strict=True)
    passed = sorted(
        (pair for pair in pairs if pair[1].passed), key=lambda pair: pair[0].candidate_id
    )
    if not passed:
        return None
    vectors = [one.embedding_D for one, _ in passed if one.embedding_D is not None]
    if len(vectors) < len(passed):
        raise ModelError("a candidate carries no embedding; fill it in before ranking")
    vectors_ND = np.stack(vectors)
    liked_N = np.clip(np.asarray(taste(vectors_ND), np.float64), 0, 1)
    dial = float(np.clip(guidance.personalization, 0, 1))
    parts = {"taste": 0.5 + (liked_N - 0.5) * dial}
    for name in ("prompt", "quality"):
        if all(name in fidelity.findings for _, fidelity in passed):
            parts[name] = np.array([fidelity[name].score for _, fidelity in passed])
    return Pool(
        candidates=tuple(candidate for candidate, _ in passed),
        fidelities=tuple(fidelity for _, fidelity in passed),
        parts=MappingProxyType(parts),
        vectors_ND=vectors_ND,
        likeness_NN=likeness(vectors_ND),
    )
