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
_SAME = (
    "glasses sunglasses headphones scissors trousers jeans christmas bus gas lens cactus octopus "
    "series species news bus circus hibiscus walrus iris tennis chess cross grass glass dress "
    "princess moss albatross boss class lass less mess kiss"
)
_INVARIANT = frozenset(_SAME.split())
_IRREGULAR = {
    "mice": "mouse", "geese": "goose", "wolves": "wolf", "knives": "knife", "leaves": "leaf",
    "children": "child", "people": "person", "men": "man", "women": "woman", "feet": "foot",
    "teeth": "tooth", "cookies": "cookie", "movies": "movie", "fairies": "fairy", "ties": "tie",
    "pies": "pie", "shoes": "shoe", "zombies": "zombie", "selfies": "selfie", "clothes": "clothes",
}  # fmt: skip
_STOP = frozenset(
    _WORD.findall(
        "a an the of in on at with without and or for to from by as is are my your his her its our "
        "some any that this please make me want like style look sticker poster picture image"
    )
)


def terms(text: str) -> tuple[str, ...]:
    """The words of ``text`` that carry meaning, lower case, singular, each once, in order."""
    found = (singular(word) for word in _WORD.findall(text.lower()) if word not in _STOP)
    return tuple(dict.fromkeys(found))


def singular(word: str) -> str:
    """``cats`` → ``cat``, ``foxes`` → ``fox``, ``puppies`` → ``puppy``; English, by rule."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _INVARIANT or len(word) < 4 or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if word.endswith("s"):
        return word[:-1]
    return word


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
        for term, weight in self.weights(words).items():
            found_N[self._rows.get(term, [])] += weight
        return np.clip(found_N, 0, 1)

    def weights(self, words: str) -> dict[str, float]:
        """What each word asked for counts, summing to 1; rare ones more. Empty: none to count."""
        found = {
            term: math.log((1 + self.size) / (0.5 + len(self._rows.get(term, ()))))
            for term in terms(words)
        }
        total = sum(found.values())
        return {term: weight / total for term, weight in found.items()} if total > 0 else {}

    def share(self, text: str, words: str) -> float:
        """Share in [0, 1] of what is asked that any text holds."""
        held = set(terms(text))
        return sum(weight for term, weight in self.weights(words).items() if term in held)
