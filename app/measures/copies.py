"""Memorization: are creations nearer to a training picture than honest pictures are?

A held-out render of a thing in a style has some nearest training picture (often the same thing in a
sister style). A creation of that thing in that style that lies nearer than that to a training
picture is a suspect; then the copy check's own rule says whether it would name it.
Legend: N creations, T training pictures, V perceptual vector, D embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    from app.measures.findings import Finding
    from ranking.judges.art import Art
    from ranking.judges.judge import Judge
    from studio.protocols import Encoder

    Vectors = npt.NDArray[np.float32]

MEAN_OF = 400
"""Training pictures that the embeddings' mean is taken of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """One creation beside its nearest training picture."""

    finding: Finding
    nearest: int
    """Row of the training picture."""
    own: float
    """Squared perceptual distance to it."""
    honest: float
    """The same of the held-out render."""
    named: bool
    """Whether the copy check's rule would refuse the creation."""

    @property
    def copy(self) -> bool:
        """Nearer than the held-out render is."""
        return self.own < self.honest


@dataclass(slots=True, kw_only=True, eq=False)
class Memory:
    """The training pictures as the judge and the copy check see them."""

    judge: Judge
    art: Art
    encoder: Encoder
    rows_T: list[int] = field(init=False)
    _trained_TV: npt.NDArray[np.float16] = field(init=False)
    _squares_T: Vectors = field(init=False)
    _mean_D: Vectors | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.rows_T = self.art.rows("train")
        from ranking.judges.judge import pixels_of
        from ranking.judges.training import small

        rgba_NHW4 = self.art.rgba_NHW4
        parts = [
            self.judge.reading(pixels_of(small(rgba_NHW4[self.rows_T[at : at + 256]]))).vectors_NV
            for at in range(0, len(self.rows_T), 256)
        ]
        self._trained_TV = np.concatenate(parts).astype(np.float16)
        squares = [(part.astype(np.float32) ** 2).sum(1) for part in parts]
        self._squares_T = np.concatenate(squares)

    def suspicions(self, findings: Sequence[Finding]) -> list[Suspicion]:
        """For every creation with a held-out true picture."""
        asked = [
            finding
            for finding in findings
            if finding.task.created
            and finding.task.truth is not None
            and self.art.splits[finding.task.truth] == "pair_test"
        ]
        truths = sorted({finding.task.truth for finding in asked if finding.task.truth is not None})
        true_NV = [self.judge([self.art.picture(row)]).vectors_NV[0] for row in truths]
        honest = dict(zip(truths, (own for _, own in self._nearest(true_NV)), strict=True))
        nearest = self._nearest([finding.vector_V.astype(np.float32) for finding in asked])
        return [
            self._suspicion(finding, *near, limit=honest[finding.task.truth])
            for finding, near in zip(asked, nearest, strict=True)
            if finding.task.truth is not None
        ]

    def _suspicion(self, finding: Finding, nearest: int, own: float, *, limit: float) -> Suspicion:
        return Suspicion(
            finding=finding,
            nearest=nearest,
            own=own,
            honest=limit,
            named=own < limit and self._named(finding, nearest),
        )

    def _nearest(self, vectors_NV: Sequence[Vectors]) -> list[tuple[int, float]]:
        """Of each, the row of the nearest training picture, and its squared distance."""
        if not vectors_NV:
            return []
        all_NV = np.stack(vectors_NV)
        best_N = np.full(len(all_NV), np.inf, np.float32)
        place_N = np.zeros(len(all_NV), np.int64)
        for at in range(0, len(self._trained_TV), 1024):
            part_TV = self._trained_TV[at : at + 1024].astype(np.float32)
            distance_NT = self._squares_T[at : at + 1024] - 2 * all_NV @ part_TV.T
            least_N = distance_NT.argmin(1)
            found_N = distance_NT[np.arange(len(all_NV)), least_N]
            better_N = found_N < best_N
            best_N[better_N], place_N[better_N] = found_N[better_N], at + least_N[better_N]
        best_N += (all_NV**2).sum(1)
        return [
            (self.rows_T[place], float(own)) for place, own in zip(place_N, best_N, strict=True)
        ]

    def _named(self, finding: Finding, row: int) -> bool:
        """The copy check's rule: fingerprint and embedding agree that they are one picture."""
        from ranking.checks.copy import CopyOptions, centred, picture_distance
        from ranking.checks.fingerprint import fingerprint

        options = CopyOptions()
        other = self.art.picture(row)
        if picture_distance(fingerprint(finding.picture), fingerprint(other), options) >= 1:
            return False
        if self._mean_D is None:
            step = max(1, len(self.rows_T) // MEAN_OF)
            some = [self.art.picture(one) for one in self.rows_T[::step]]
            self._mean_D = self.encoder.images(some).mean(0)
        both = centred(self.encoder.images([finding.picture, other]), self._mean_D)
        return float(both[0] @ both[1]) >= options.cosine
