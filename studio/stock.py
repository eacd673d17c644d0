"""Stock: the items of one owner, loaded, with what searching them needs.

What an item is relevant to is read off its picture and, in the catalogue, its caption and tags:
captions say what a small encoder cannot see, pictures what nobody wrote down.

Legend: N items, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.lexicon import Lexicon

    Vectors = NDArray[np.float32]

SPOKEN = 0.5
"""What it adds to relevance that an item's own words hold all that is asked."""


@dataclass(frozen=True, slots=True, eq=False)
class Stock:
    """The items of one owner, loaded, with what searching needs."""

    revision: str
    items: tuple[Item, ...]
    lost: tuple[Item, ...]
    """Items whose picture does not read; no search finds them."""
    vectors_ND: Vectors
    captions_ND: Vectors
    """Of the captions, moved to where pictures lie; the picture's own where there is none."""
    rows: Mapping[str, int]
    """Row by item id."""
    lexicon: Lexicon
    styles_N: NDArray[np.str_]
    kinds_N: NDArray[np.str_]

    def relevance(self, query_D: Vectors, words: str) -> Vectors:
        """(N,): the mean of the picture's cosine and its caption's, on the pictures' scale, and
        ``SPOKEN`` times the share of ``words`` that caption and tags hold."""
        pictures_N, captions_N = self.vectors_ND @ query_D, self.captions_ND @ query_D
        relevance_N: Vectors = (pictures_N + captions_N) * pictures_N.dtype.type(0.5)
        if words and self.lexicon.size:
            relevance_N += SPOKEN * self.lexicon(words)
        return relevance_N
