"""The lexicon: which items' captions and tags hold the words that are asked for.

A weighted share of the query's words (inverse document frequency, Spärck Jones 1972): a rare word
found says more than a common one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.content import Item

    Vectors = NDArray[np.float32]

_WORD = re.compile(r"\w+")
_STOP = frozenset(
    _WORD.findall(
        "a an the of in on at with without and or for to from by as is are my your his her its our "
        "some any that this please make me want like style look sticker poster picture image"
    )
)


def terms(text: str) -> tuple[str, ...]:
    """The words of ``text`` that carry meaning, lower case, singular, each once, in order."""
    found = (_singular(word) for word in _WORD.findall(text.lower()) if word not in _STOP)
    return tuple(dict.fromkeys(found))


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    is_plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


class Lexicon:
    """Rows by term, over N items."""

    def __init__(self, items: Sequence[Item]) -> None:
        self.size = len(items)
        rows: dict[str, list[int]] = {}
        for row, item in enumerate(items):
            for term in dict.fromkeys(terms(" ".join((item.caption, *item.tags)))):
                rows.setdefault(term, []).append(row)
        self._rows = rows

    def __call__(self, words: str) -> Vectors:
        """(N,) share in [0, 1] of what is asked that each item's words hold."""
        import numpy as np

        found_N = np.zeros(self.size, np.float32)
        asked = terms(words)
        weights = {
            term: math.log((1 + self.size) / (0.5 + len(self._rows.get(term, ()))))
            for term in asked
        }
        total = sum(weights.values())
        if total <= 0:
            return found_N
        for term in asked:
            found_N[self._rows.get(term, [])] += weights[term] / total
        return np.clip(found_N, 0, 1)
