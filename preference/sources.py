"""Sources of evidence: looks, words, measured colours and embedded words of the items.

Legend: M interactions, C concepts of one source, D embedding width, F colour words.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from preference.background import Background, item_terms
from preference.evidence import Source
from preference.palette import WORDS, salient
from preference.vocabulary import canonical, content_words, kind_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.history import Interaction

    Vectors = NDArray[np.float32]

ABOUT_LOOKS = ("style", "look", "drawing", "line")
ABOUT_COLOURS = ("colour", "color", "palette", "shade", "tone")
"""Words of a note that say which source the person speaks of."""


def _binary_std(base_C: Vectors) -> Vectors:
    return np.sqrt(base_C * (1.0 - base_C)).astype(np.float32)


def emphasis(interactions: Sequence[Interaction], words: Sequence[str]) -> Vectors:
    """(M,) 3 where the person's note names one of ``words`` ("the colours"), else 1."""
    wanted = set(words)
    return np.array(
        [3.0 if wanted & set(content_words(event.note)) else 1.0 for event in interactions],
        np.float32,
    )


def look_source(
    interactions: Sequence[Interaction], *, background: Background, looks: Mapping[str, str]
) -> Source:
    """The styles of the items, under the words ``looks`` gives them."""
    styles = sorted({event.item.style for event in interactions if event.item.style})
    presence = [[event.item.style == style for style in styles] for event in interactions]
    base_C = np.array([background.style_rate(style) for style in styles], np.float32)
    base_C = np.minimum(base_C, 0.9)  # in a catalogue of one look a liking of it is still a fact
    return Source(
        names=tuple(look_words(style, looks) for style in styles),
        kinds=("look",) * len(styles),
        presence_MC=np.array(presence, np.float32).reshape(len(interactions), len(styles)),
        base_C=base_C,
        std_C=_binary_std(base_C),
        emphasis_M=emphasis(interactions, ABOUT_LOOKS),
    )


def look_words(style: str, looks: Mapping[str, str]) -> str:
    """A style in words: what the generator was taught, else the name with spaces."""
    return looks.get(style, style.replace("_", " "))


def term_source(
    interactions: Sequence[Interaction], *, background: Background, looks: Mapping[str, str]
) -> Source:
    """The tags, caption words and notes of the items, less the words of their looks."""
    carried = [
        spoken_terms(event.item, looks) | noted_terms(event.note, background)
        for event in interactions
    ]
    counts = Counter(term for terms in carried for term in terms)
    palettes = {word for event in interactions for word in palette_words(event.item.caption)}
    alone = len(interactions) <= 2
    names = tuple(sorted(term for term, count in counts.items() if alone or count > 1))
    presence = [[term in terms for term in names] for terms in carried]
    base_C = np.clip([background.rate(term) for term in names], 1e-4, 0.9).astype(np.float32)
    return Source(
        names=names,
        kinds=tuple(_term_kind(name, palettes) for name in names),
        presence_MC=np.array(presence, np.float32).reshape(len(interactions), len(names)),
        base_C=base_C,
        std_C=_binary_std(base_C),
        emphasis_M=np.ones(len(interactions), np.float32),
    )


def spoken_terms(item: Item, looks: Mapping[str, str]) -> frozenset[str]:
    """The words that stand on an item, less those that name its look."""
    words = look_words(item.style, looks)
    told = item.caption.lower().replace(words, " ") if item.style else item.caption
    return item_terms(replace(item, caption=told)) - {item.style, words}


def noted_terms(note: str, background: Background) -> frozenset[str]:
    """The words of a note that are taste words, or words of the catalogue."""
    words = (word for word in content_words(note) if word not in (*ABOUT_LOOKS, *ABOUT_COLOURS))
    return frozenset(
        canonical(word)
        for word in words
        if kind_of(word) != "thing" or word in background.term_rates
    )


def palette_words(caption: str) -> list[str]:
    """The words a caption calls its colours by: ``sunset`` in ``a cat, sunset colours``."""
    return re.findall(r"([^\W\d_]+) colou?rs\b", caption.lower())


def _term_kind(term: str, palettes: set[str]) -> str:
    if term in palettes:
        return "colour"
    kind = kind_of(term)
    return "subject" if kind == "thing" else kind


def colour_source(
    interactions: Sequence[Interaction], colours_MF: Vectors, *, background: Background
) -> Source:
    """Measured colours; ``colours_MF`` as ``palette.measure_colours`` gives them."""
    return Source(
        names=WORDS,
        kinds=("colour",) * len(WORDS),
        presence_MC=salient(colours_MF),
        base_C=np.clip(background.colour_mean_F, 0.02, 0.9),
        std_C=np.maximum(background.colour_std_F, 0.1),
        emphasis_M=emphasis(interactions, ABOUT_COLOURS),
    )


def embedding_source(
    interactions: Sequence[Interaction],
    vectors_MD: Vectors,
    *,
    words: Mapping[str, Vectors],
    background: Background,
) -> Source:
    """Words whose text embedding a picture lies nearer to than the catalogue does.

    Presence is a logistic of the z value of the cosine over the catalogue, 1/2 at z = 1.
    """
    names = tuple(words)
    text_DC = np.stack([words[name] for name in names], axis=1)
    catalogue_MC = background.vectors_MD @ text_DC
    mean_C, std_C = catalogue_MC.mean(axis=0), np.maximum(catalogue_MC.std(axis=0), 1e-4)

    def presence(cosine: Vectors) -> Vectors:
        z = (cosine - mean_C) / std_C
        return np.asarray(1.0 / (1.0 + np.exp(-3.0 * (z - 1.0))), np.float32)

    base_MC = presence(catalogue_MC)
    return Source(
        names=names,
        kinds=tuple(kind_of(name) for name in names),
        presence_MC=presence(vectors_MD @ text_DC),
        base_C=np.clip(base_MC.mean(axis=0), 1e-3, 0.9),
        std_C=np.maximum(base_MC.std(axis=0), 0.05),
        emphasis_M=np.ones(len(interactions), np.float32),
    )
