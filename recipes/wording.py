"""What is said of a picture: the caption variants the encoder and the generator learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from recipes.corpus import Corpus


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One text about a picture.

    `name` is the thing it names (empty when it names only a style), `style` the style it names
    (empty when it names none), `text` what is said.
    """

    text: str
    name: str
    style: str


NEUTRAL = (
    *("cute", "friendly", "lovely", "little", "tiny", "big", "happy", "cheerful", "funny", "sweet"),
    *("nice", "pretty", "great", "cool", "new", "old", "good", "favourite", "simple", "classic"),
    *("magic", "brave", "smiling", "dancing", "jumping", "sitting", "sleeping", "flying", "my"),
    *("your", "our", "birthday", "party", "holiday", "summer", "winter", "kawaii", "adorable"),
)
"""Words people put before a thing and that say next to nothing of how it looks."""


def names(corpus: Corpus, row: int) -> frozenset[str]:
    """Everything the picture at `row` may be called: its caption and its tags."""
    return frozenset((corpus.captions[row], *corpus.tags[row]))


def worded(corpus: Corpus, row: int, words: dict[str, str], random: np.random.Generator) -> Wording:
    """Draw one text about the picture at `row`; `words` are the style words by style."""
    style = corpus.styles[row]
    tags = corpus.tags[row]
    roll = random.random()
    if roll < 0.04:
        return Wording(text=words[style], name="", style=style)
    drawn = style.startswith("drawn_")
    tagged = tags and roll < (0.7 if drawn else 0.26)
    name = tags[random.integers(len(tags))] if tagged else corpus.captions[row]
    shown = name
    if not drawn and random.random() < 0.25:
        shown = f"{NEUTRAL[random.integers(len(NEUTRAL))]} {shown}"
    if random.random() < 0.25:
        shown = ("a " if random.random() < 0.6 else "a sticker of a ") + name
    form = random.random()
    if drawn and not tagged:
        return Wording(text=shown, name=name, style=style)  # a drawing's caption names its look
    if form < 0.45:
        return Wording(text=shown, name=name, style="")
    text = f"{shown}, {words[style]}" if form < 0.85 else f"{words[style]} of {shown}"
    return Wording(text=text, name=name, style=style)
