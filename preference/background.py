"""The background: what the catalogue holds, so that a taste is what differs from it.

Legend: M catalogue items, D embedding width, F colour words, S sampled pictures.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np

from preference.palette import WORDS, measure_colours, salient
from preference.vocabulary import STOP_WORDS, SYNONYMS, content_words
from studio.lexicon import singular

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.protocols import Gallery

    Vectors = NDArray[np.float32]

MOST_ITEMS = 8192
"""Base rates rest on at most this many items. A query of zeros ranks none before another, so they
are the first by id; ids are digests, which makes them a fair sample."""
SAYS_NOTHING = frozenset({"colour", "color"})
"""Words of captions that name no taste: "pastel colours" is pastel."""
SAMPLED_PICTURES = 64
"""Pictures whose colours are measured for the catalogue's base rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Base rates of one catalogue."""

    count: int
    """Items counted."""
    term_rates: Mapping[str, float]
    """Share of items in (0, 1) that carry a term; terms as ``item_terms`` gives them."""
    style_rates: Mapping[str, float]
    """Share of items of each style."""
    words: tuple[tuple[str, frozenset[str]], ...] = field(repr=False)
    """Style and terms of each item."""
    mean_D: Vectors = field(compare=False, repr=False)
    """Mean embedding, not normalised; zero for an empty catalogue."""
    vectors_MD: Vectors = field(compare=False, repr=False)
    colour_mean_F: Vectors = field(compare=False, repr=False)
    """Mean of ``palette.salient`` over a sample of the pictures."""
    colour_std_F: Vectors = field(compare=False, repr=False)

    def rate(self, term: str) -> float:
        """Smoothed share of items that carry ``term`` (add one half)."""
        carried = self.term_rates.get(term, 0.0) * self.count
        return (carried + 0.5) / (self.count + 1.0)

    def shows(self, terms: Iterable[str], *, style: str = "") -> bool:
        """True where one item (of ``style``; empty: of any) carries all of ``terms``."""
        wanted = frozenset(terms)
        return bool(wanted) and any(
            wanted <= carried for own, carried in self.words if style in ("", own)
        )

    def style_rate(self, style: str) -> float:
        """Smoothed share of items of ``style``."""
        carried = self.style_rates.get(style, 0.0) * self.count
        return (carried + 0.5) / (self.count + 1.0)


def item_terms(item: Item) -> frozenset[str]:
    """The words that stand on an item: its tags and the words of its caption, singular."""
    tags = (SYNONYMS.get(tag.lower(), tag.lower()) for tag in item.tags)
    terms = {singular(tag) for tag in tags if len(tag) > 2 and not any(map(str.isdigit, tag))}
    terms.update(word for word in content_words(item.caption) if len(word) > 2)
    return frozenset(terms - STOP_WORDS - SAYS_NOTHING)


def survey(gallery: Gallery) -> Background:
    """Count a catalogue: terms, styles, embeddings and measured colours."""
    mean_D = gallery.mean()
    found = gallery.search(np.zeros_like(mean_D), k=MOST_ITEMS)
    items = sorted((item for item, _ in found), key=lambda item: item.item_id)
    words = tuple((item.style, item_terms(item)) for item in items)
    terms = Counter(term for _, carried in words for term in carried)
    styles = Counter(item.style for item in items if item.style)
    total = max(len(items), 1)
    stride = max(1, len(items) // SAMPLED_PICTURES)
    sampled = items[::stride][:SAMPLED_PICTURES]
    if sampled:
        colours_SF = salient(np.stack([measure_colours(gallery.image(item)) for item in sampled]))
    else:
        colours_SF = np.full((1, len(WORDS)), 0.15, np.float32)
    return Background(
        count=len(items),
        term_rates={term: count / total for term, count in terms.items()},
        style_rates={style: count / total for style, count in styles.items()},
        words=words,
        mean_D=mean_D,
        vectors_MD=gallery.vectors(items) if items else np.zeros((0, len(mean_D)), np.float32),
        colour_mean_F=colours_SF.mean(axis=0).astype(np.float32),
        colour_std_F=np.maximum(colours_SF.std(axis=0), 0.08).astype(np.float32),
    )


class Backgrounds:
    """Keeps the background of the catalogue last seen; a changed one is surveyed again."""

    def __init__(self, survey: Callable[[Gallery], Background] = survey) -> None:
        self._survey = survey
        self._lock = RLock()
        self._key: bytes | None = None
        self._kept: Background | None = None

    def __call__(self, gallery: Gallery) -> Background:
        """The background of ``gallery``; a changed mean embedding tells a changed catalogue."""
        key = gallery.mean().tobytes()
        with self._lock:
            if self._kept is None or key != self._key:
                self._kept, self._key = self._survey(gallery), key
            return self._kept


def directions(vectors_ND: Vectors, mean_D: Vectors) -> Vectors:
    """(N, D) unit directions from the catalogue's mean; zero rows stay zero."""
    centred_ND = vectors_ND - mean_D
    length_N1 = np.linalg.norm(centred_ND, axis=1, keepdims=True)
    return np.where(length_N1 > 1e-6, centred_ND / np.maximum(length_N1, 1e-6), 0.0).astype(
        np.float32
    )


def normalised(vector_D: Vectors) -> Vectors:
    """``vector_D`` at unit length; zero stays zero."""
    length = float(np.linalg.norm(vector_D))
    return (vector_D / length if length > 1e-6 else np.zeros_like(vector_D)).astype(np.float32)
