"""Semantic IDs of a catalogue: one leaf an item, kept when the catalogue grows.

Legend: N items, L levels of the quantizer, G = L + 1 digits of an ID, K codes a level.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from ranking.semantic_ids.quantizers import Codes, Quantizer, digits, distances
from ranking.semantic_ids.vectors import Vectors
from studio.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class SemanticIds:
    """The IDs of N items, no two the same."""

    digits_NG: Codes = field(compare=False, repr=False)
    """The last digit tells items apart that the quantizer gives the same word."""
    codes: int
    """K: every digit is in [0, K)."""
    moved: int = 0
    """Items whose last quantized digit is not the nearest, since its leaf was full."""

    def __post_init__(self) -> None:
        table = self.digits_NG
        if len(table) and (table.min() < 0 or table.max() >= self.codes):
            raise ModelError(f"a digit lies outside 0 to {self.codes - 1}; make the IDs again")
        if len(np.unique(words(table, self.codes))) < len(table):
            raise ModelError("two items have the same semantic ID; make the IDs again")

    def __len__(self) -> int:
        return len(self.digits_NG)

    @property
    def digest(self) -> str:
        """sha256 of the digits."""
        return hashlib.sha256(np.ascontiguousarray(self.digits_NG).tobytes()).hexdigest()

    def grown(self, quantizer: Quantizer, vectors_MF: Vectors) -> SemanticIds:
        """With M new items behind the old ones, whose IDs stay as they are."""
        return _placed(quantizer, vectors_MF, self)


def words(digits_NG: Codes, codes: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """(N,) each word of digits as one number; equal numbers, equal words."""
    if codes ** digits_NG.shape[1] >= 2**62:
        raise ModelError("IDs of so many digits do not fit a number; use fewer levels or codes")
    numbers = np.zeros(len(digits_NG), np.int64)
    for column in digits_NG.T:
        numbers = numbers * codes + column
    return numbers


def identified(quantizer: Quantizer, vectors_NF: Vectors) -> SemanticIds:
    """IDs of a catalogue, in the order of its items.

    ModelError where a word's neighbourhood is so full that no digit is left for an item.
    """
    tables = quantizer.books
    nobody = np.zeros((0, len(tables) + 1), np.int32)
    return _placed(quantizer, vectors_NF, SemanticIds(digits_NG=nobody, codes=int(tables.shape[1])))


def _placed(quantizer: Quantizer, vectors_MF: Vectors, before: SemanticIds) -> SemanticIds:
    """Give each new item the first free last digit of its leaf, or of the nearest leaf with room.

    Items that were there count as there: which digit is next follows from how many hold the leaf.
    """
    codes = before.codes
    new_ML = digits(quantizer, vectors_MF)
    held: dict[int, int] = {}
    leaves, counts = np.unique(words(before.digits_NG[:, :-1], codes), return_counts=True)
    held.update(zip(leaves.tolist(), counts.tolist(), strict=True))
    last_M = np.zeros(len(new_ML), np.int32)
    moved = before.moved
    for row, leaf in enumerate(words(new_ML, codes).tolist()):
        place = leaf
        if held.get(place, 0) >= codes:
            place = _roomy(quantizer, vectors_MF[row : row + 1], new_ML[row], held)
            new_ML[row, -1] = place % codes
            moved += 1
        last_M[row] = held.get(place, 0)
        held[place] = held.get(place, 0) + 1
    table = np.concatenate([new_ML, last_M[:, None]], axis=1)
    return SemanticIds(
        digits_NG=np.concatenate([before.digits_NG, table]), codes=codes, moved=moved
    )


def _roomy(quantizer: Quantizer, vector_1F: Vectors, word_L: Codes, held: dict[int, int]) -> int:
    """The nearest leaf, by its last quantized digit, that holds fewer than K items."""
    rest_1F = quantizer.latent(vector_1F).copy()
    for table_KF, code in zip(quantizer.books[:-1], word_L[:-1], strict=True):
        rest_1F -= table_KF[code]
    table_KF = quantizer.books[-1]
    codes = len(table_KF)
    stem = int(words(word_L[None, :-1], codes)[0]) * codes
    for code in np.argsort(distances(rest_1F, table_KF)[0], kind="stable").tolist():
        if held.get(stem + code, 0) < codes:
            return int(stem + code)
    raise ModelError(
        f"more than {codes * codes} items share all digits but the last two; use more levels"
    )
