"""Evidence: what a history shows of a concept, next to how common it is in the catalogue.

Every source gives a concept's *presence* in each picture, in [0, 1], and its base rate. One rule
turns both into a weight and a confidence, whatever the source.

Legend: M interactions, C concepts of one source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from preference.background import Background, item_terms
from preference.palette import WORDS
from preference.vocabulary import HUES, canonical, content_words, kind_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.history import Interaction

    Vectors = NDArray[np.float32]

ABOUT_LOOKS = ("style", "look", "drawing", "line")
ABOUT_COLOURS = ("colour", "color", "palette", "shade", "tone")
"""Words of a note that say which source the person speaks of."""
PRIOR = 2.0
"""Pseudo-interactions at the base rate: one picture proves little."""
SUPPORT = 1.5
"""Supporting pictures at which confidence is half of what the contrast alone would give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Presence of C concepts in M pictures."""

    names: tuple[str, ...]
    kinds: tuple[str, ...]
    presence_MC: Vectors = field(compare=False, repr=False)
    """In [0, 1]."""
    base_C: Vectors = field(compare=False, repr=False)
    """Mean presence over the catalogue, in (0, 1)."""
    std_C: Vectors = field(compare=False, repr=False)
    """Standard deviation of the presence over the catalogue."""
    emphasis_M: Vectors = field(compare=False, repr=False)
    """How much each interaction speaks of this source, 1 where nothing was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one source says of one concept."""

    name: str
    kind: str
    weight: float
    """In [-1, 1]."""
    confidence: float
    """In [0, 1]."""
    presence_M: Vectors = field(compare=False, repr=False)
    """In the pictures that speak for it (liked ones for a positive weight)."""

    @property
    def strength(self) -> float:
        """Weight times confidence, without sign."""
        return abs(self.weight) * self.confidence


def lift(
    presence_MC: Vectors, weights_M: Vectors, base_C: Vectors, std_C: Vectors
) -> tuple[Vectors, Vectors]:
    """(C,) lift in [0, 1] and (C,) confidence in [0, 1] of C concepts over M pictures.

    Lift is (rate - base) / (1 - base) where the rate carries ``PRIOR`` pseudo-pictures at the base
    rate: the share of the pictures that chance does not explain. Confidence joins the z value of
    the contrast, 1 - exp(-z²/8), with the support n / (n + 1.5).
    """
    mass = float(weights_M.sum())
    if mass <= 0.0:
        return np.zeros_like(base_C), np.zeros_like(base_C)
    support_C = weights_M @ presence_MC
    rate_C = (support_C + PRIOR * base_C) / (mass + PRIOR)
    lift_C = np.clip((rate_C - base_C) / (1.0 - base_C), 0.0, 1.0)
    effective = mass**2 / float((weights_M**2).sum())
    z_C = (support_C / mass - base_C) / (std_C / np.sqrt(effective))
    certain_C = 1.0 - np.exp(-(np.clip(z_C, 0.0, None) ** 2) / 8.0)
    return lift_C.astype(np.float32), (certain_C * support_C / (support_C + SUPPORT)).astype(
        np.float32
    )


def readings(source: Source, *, liked_M: Vectors, disliked_M: Vectors) -> list[Reading]:
    """A reading a concept: its lift among the liked less its lift among the disliked.

    ``liked_M`` and ``disliked_M`` weigh the same M interactions, each 0 where the other is not.
    """
    if not source.names:
        return []
    liked_M, disliked_M = liked_M * source.emphasis_M, disliked_M * source.emphasis_M
    for_C, sure_for_C = lift(source.presence_MC, liked_M, source.base_C, source.std_C)
    against_C, sure_against_C = lift(source.presence_MC, disliked_M, source.base_C, source.std_C)
    weight_C = for_C - against_C
    found = []
    for column, (name, kind) in enumerate(zip(source.names, source.kinds, strict=True)):
        positive = weight_C[column] >= 0
        speaks_M = liked_M if positive else disliked_M
        found.append(
            Reading(
                name=name,
                kind=kind,
                weight=float(weight_C[column]),
                confidence=float((sure_for_C if positive else sure_against_C)[column]),
                presence_M=source.presence_MC[:, column] * speaks_M,
            )
        )
    return found


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
    styles = {*background.style_rates, *(event.item.style for event in interactions)}
    look_terms = {
        word for style in styles for word in (style, *content_words(look_words(style, looks)))
    }
    carried = [
        (item_terms(event.item) | noted_terms(event.note, background)) - look_terms
        for event in interactions
    ]
    counts: dict[str, int] = {}
    for terms in carried:
        for term in terms:
            counts[term] = counts.get(term, 0) + 1
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
        presence_MC=np.minimum(1.0, _salient(colours_MF)),
        base_C=np.clip(_salient(background.colour_mean_F), 0.02, 0.9).astype(np.float32),
        std_C=np.maximum(background.colour_std_F, 0.1),
        emphasis_M=emphasis(interactions, ABOUT_COLOURS),
    )


def _salient(colours_F: Vectors) -> Vectors:
    """Hue shares doubled: a picture half pink is a pink picture. Tones as they are."""
    factor_F = np.array([2.0 if word in HUES else 1.0 for word in WORDS], np.float32)
    return (colours_F * factor_F).astype(np.float32)


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


def merged(found: Sequence[Reading]) -> list[Reading]:
    """One reading a concept name: the strongest, surer where another source agrees."""
    by_name: dict[str, Reading] = {}
    for reading in sorted(found, key=lambda one: (-one.strength, one.kind)):
        name = canonical(reading.name) if reading.kind != "look" else reading.name
        first = by_name.get(name)
        if first is None:
            by_name[name] = replace(reading, name=name)
        elif first.weight * reading.weight > 0:
            sure = 1.0 - (1.0 - first.confidence) * (1.0 - reading.confidence)
            by_name[name] = replace(first, confidence=sure)
    return list(by_name.values())


def distinct(found: Sequence[Reading], *, overlap: float = 0.75) -> list[Reading]:
    """Strongest first, less those that say the same of the same pictures.

    Two readings of one facet and sign are the same where Σ min / Σ max of their presence reaches
    ``overlap``. A facet is a kind; colours have three, so that pink and pastel may stand together
    and black and dark do not.
    """
    kept: list[Reading] = []
    for reading in sorted(found, key=lambda one: (-one.strength, len(one.name), one.name)):
        twins = (
            other
            for other in kept
            if _facet(other) == _facet(reading) and other.weight * reading.weight > 0
        )
        if all(_overlap(other.presence_M, reading.presence_M) < overlap for other in twins):
            kept.append(reading)
    return kept


def _facet(reading: Reading) -> str:
    if reading.kind != "colour":
        return reading.kind
    if reading.name in ("black", "white", "grey", "mono", "dark", "light"):
        return "brightness"
    return "hue" if reading.name in HUES else "tone"


def _overlap(a_M: Vectors, b_M: Vectors) -> float:
    union = float(np.maximum(a_M, b_M).sum())
    return float(np.minimum(a_M, b_M).sum()) / union if union > 0 else 0.0
