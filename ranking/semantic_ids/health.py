"""Is a codebook well used? Perplexity, dead codes, collisions, and what the digits keep.

Legend: N items, L levels, K codes, F width.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ranking.semantic_ids.identifiers import SemanticIds, words
from ranking.semantic_ids.quantizers import Codes, Quantizer, digits
from ranking.semantic_ids.vectors import Vectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """What there is to know of codebooks over a catalogue."""

    perplexity: tuple[float, ...]
    """exp(entropy) of each level's codes, in [1, K]; K: all used alike."""
    dead: tuple[int, ...]
    """Codes of each level that no item has."""
    collision_rate: float
    """Share of items that share their quantized word with another, before handling, in [0, 1]."""
    collisions: int
    """Items that share their whole ID with another, after handling: 0."""
    largest_leaf: int
    """Items of the fullest leaf."""
    moved: int
    """Items that a full leaf sent to the next one."""
    explained: float
    """Share of the vectors' variance that the digits keep; 1: all."""


def perplexity(column_N: Codes, codes: int) -> float:
    """exp of the entropy of the codes of one level."""
    share = np.bincount(column_N, minlength=codes) / max(1, len(column_N))
    share = share[share > 0]
    return float(np.exp(-(share * np.log(share)).sum()))


def health(ids: SemanticIds, quantizer: Quantizer, vectors_NF: Vectors) -> Health:
    """Health of the codebooks that gave ``ids`` to the items of these vectors."""
    tables, codes = quantizer.books, ids.codes
    found_NL = digits(quantizer, vectors_NF)
    _, sizes = np.unique(words(found_NL, codes), return_counts=True)
    latent_NF = quantizer.latent(vectors_NF)
    kept_NF = sum(
        (table[column] for table, column in zip(tables, found_NL.T, strict=True)),
        start=np.zeros_like(latent_NF),
    )
    spread = float(((latent_NF - latent_NF.mean(axis=0)) ** 2).sum())
    missed = float(((latent_NF - kept_NF) ** 2).sum())
    whole = words(ids.digits_NG, codes)
    return Health(
        perplexity=tuple(round(perplexity(column, codes), 1) for column in found_NL.T),
        dead=tuple(int(codes - len(np.unique(column))) for column in found_NL.T),
        collision_rate=float(sizes[sizes > 1].sum() / max(1, len(found_NL))),
        collisions=len(whole) - len(np.unique(whole)),
        largest_leaf=int(sizes.max(initial=0)),
        moved=ids.moved,
        explained=1 - missed / max(spread, 1e-12),
    )
