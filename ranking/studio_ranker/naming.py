"""Names: the semantic IDs of a home's pictures, and of any picture that comes later.

Legend: N pictures, C of the catalogue, D width of the encoder, F fused width, G digits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ranking.semantic_ids.identifiers import SemanticIds, identified
from ranking.semantic_ids.quantizers import ResidualMeans, residual_means
from ranking.semantic_ids.vectors import FusedSpace, Vectors, collaborative_vectors, fused_space
from ranking.studio_ranker.logbook import Logbook
from studio.errors import ModelError

Codes = npt.NDArray[np.int32]
LEVELS = 3
COMPANY = 32
"""Width of the collaborative half."""
CONTENT = 0.7
"""Share of the fused vectors' squared length that is content."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Frozen: the same vector gets the same digits for as long as this version is used."""

    items: tuple[str, ...] = field(repr=False)
    """Ids of the catalogue as it was learned."""
    mean_D: Vectors = field(compare=False, repr=False)
    """Mean vector of that catalogue."""
    space: FusedSpace = field(repr=False)
    quantizer: ResidualMeans = field(repr=False)
    ids: SemanticIds = field(repr=False)
    """Of the catalogue."""
    fused_CF: Vectors = field(compare=False, repr=False)

    def directions(self, vectors_ND: Vectors) -> Vectors:
        """(N, D) unit directions from the catalogue's mean; ModelError for another encoder's."""
        if vectors_ND.shape[1] != len(self.mean_D):
            raise ModelError(
                f"vectors of width {vectors_ND.shape[1]} for a ranker that learned width "
                f"{len(self.mean_D)}; train it again with `bespoke ranker train`"
            )
        away_ND = vectors_ND - self.mean_D
        lengths_N1 = np.linalg.norm(away_ND, axis=1, keepdims=True)
        found: Vectors = (away_ND / np.maximum(lengths_N1, 1e-9)).astype(np.float32)
        return found

    def of(self, vectors_MD: Vectors) -> tuple[Codes, Vectors]:
        """(M, G) digits and (M, F) fused vectors of pictures by their looks alone.

        No two of them, and none of them and the catalogue, have the same digits.
        """
        fused_MF = self.space(self.directions(vectors_MD))
        whole = self.ids.grown(self.quantizer, fused_MF)
        return whole.digits_NG[len(self.ids) :], fused_MF


def codes_for(items: int) -> int:
    """Codes a level: the power of two near the root of the catalogue, 16 to 128."""
    return int(np.clip(2 ** round(np.log2(max(1.0, np.sqrt(items)))), 16, 128))


def named(log: Logbook, *, seed: int = 0) -> Names:
    """Name the catalogue of a log by its looks and by who liked what together with it."""
    vectors_CD = log.vectors_ND[: log.catalogue]
    mean_D = vectors_CD.mean(axis=0)
    away_CD = vectors_CD - mean_D
    content_CD = away_CD / np.maximum(np.linalg.norm(away_CD, axis=1, keepdims=True), 1e-9)
    company = collaborative_vectors(log.liked, log.catalogue, dim=COMPANY, seed=seed)
    space = fused_space(content_CD, company, weight=CONTENT)
    fused_CF = space(content_CD, company)
    quantizer = residual_means(
        fused_CF, levels=LEVELS, codes=codes_for(log.catalogue), seed=seed, rounds=10
    )
    return Names(
        items=log.items[: log.catalogue],
        mean_D=mean_D.astype(np.float32),
        space=space,
        quantizer=quantizer,
        ids=identified(quantizer, fused_CF),
        fused_CF=fused_CF,
    )
