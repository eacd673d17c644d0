"""The lexicon: which items' captions and tags hold the words that are asked for.

A weighted share of the query's words (inverse document frequency, Spärck Jones 1972): a rare word
found says more than a common one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio.recent import Recent
from studio.synonyms import STANDS_IN

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

_BEFORE_MORE = frozenset(
    _WORD.findall(
        "with without in on at under over near by for from who that which and or while when "
        "wearing holding eating riding drinking playing reading carrying having"
    )
)
"""Words behind which something else is named than the thing itself."""
KEPT = 64
"""Words that nobody used whose rows are remembered: each item of a search is asked about them."""
HEAD = 1.5
"""How many times its weight the word counts that names the thing."""


def terms(text: str) -> tuple[str, ...]:
    """The words of ``text`` that carry meaning, lower case, singular, each once, in order."""
    found = (singular(word) for word in _WORD.findall(text.lower()) if word not in _STOP)
    return tuple(dict.fromkeys(found))


def head(text: str) -> str:
    """The word that names the thing: "rocket" of "a red rocket with flames"; "" where none does.

    English puts it last before what is said of it with a preposition.
    """
    found = ""
    for word in _WORD.findall(text.lower()):
        if word in _BEFORE_MORE and found:
            break
        if word not in _STOP:
            found = word
    return singular(found)


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
        self._stood_in: Recent[str, list[int]] = Recent(KEPT)

    def __call__(self, words: str) -> Vectors:
        """(N,) share in [0, 1] of what is asked that each item's words hold."""
        import numpy as np

        found_N = np.zeros(self.size, np.float32)
        for term, weight in self.weights(words).items():
            found_N[self._held(term)] += weight
        return np.clip(found_N, 0, 1)

    def weights(self, words: str) -> dict[str, float]:
        """What each word asked for counts, summing to 1; rare ones more, and what names the thing.

        A word that no item holds counts no more than the rarest that one holds: else what is there
        of "a rocket with flames" would hardly count. Empty: none to count.
        """
        asked = terms(words)
        known = [self._rarity(term) for term in asked if self._held(term)]
        most = max(known, default=math.inf)
        found = {term: min(self._rarity(term), most) for term in asked}
        if (thing := head(words)) in found:
            found[thing] *= HEAD
        total = sum(found.values())
        return {term: weight / total for term, weight in found.items()} if total > 0 else {}

    def _rarity(self, term: str) -> float:
        return math.log((1 + self.size) / (0.5 + len(self._held(term))))

    def _held(self, term: str) -> list[int]:
        """Rows that hold a term; where none does, rows of what is known to stand in for it."""
        if term in self._rows or term not in STANDS_IN:
            return self._rows.get(term, [])
        return self._stood_in(term, lambda: self._rows_of(STANDS_IN[term]))

    def _rows_of(self, things: Sequence[str]) -> list[int]:
        found: set[int] = set()
        for thing in things:
            words = [set(self._rows.get(word, ())) for word in terms(thing)]
            found |= set.intersection(*words)
        return sorted(found)

    def _says(self, held: set[str], term: str) -> bool:
        if term in held or term in self._rows:
            return term in held
        return any(held.issuperset(terms(thing)) for thing in STANDS_IN.get(term, ()))

    def share(self, text: str, words: str) -> float:
        """Share in [0, 1] of what is asked that any text holds."""
        held = set(terms(text))
        weights = self.weights(words).items()
        return sum(weight for term, weight in weights if self._says(held, term))
