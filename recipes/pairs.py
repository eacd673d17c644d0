"""Sources for the editor: another picture of the same thing, to be remade into the one wanted.

The art is a grid of the same things in several styles; recoloured art is the same thing in another
colour; drawings of one subject differ in look, colour, mood and accessory. So pairs come for free,
and they teach editing far sooner than captions teach creation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from recipes.conditioning import Conditions
from recipes.corpus import Corpus

SOURCED = 0.8
"""Share of samples that are given a source."""
WORDLESS = 0.12
"""Share of sourced samples whose look is shown by pictures that are told no words."""
NEAREST = 6
"""A drawing's partners: those of its subject whose captions have most words in common."""
ALONE = ("nothing", "nothing, empty prompts")


def partners(art: Corpus) -> list[npt.NDArray[np.int64]]:
    """For every picture, the rows of others that show the same thing."""
    groups: dict[str, list[int]] = defaultdict(list)
    for row, concept in enumerate(art.concepts):
        groups[concept].append(row)
    words = [frozenset(caption.replace(",", "").split()) for caption in art.captions]
    found = []
    for row, concept in enumerate(art.concepts):
        others = [other for other in groups[concept] if other != row]
        if art.styles[row].startswith("drawn_"):
            shared = {other: len(words[row] & words[other]) for other in others}
            others = sorted(others, key=shared.__getitem__, reverse=True)[:NEAREST]
        found.append(np.asarray(others, np.int64))
    return found


def sources(
    art: Corpus,
    rows: Sequence[int],
    told: Conditions,
    random: np.random.Generator,
    *,
    others: list[npt.NDArray[np.int64]],
    share: float = SOURCED,
) -> list[int]:
    """Row of each sample's source, -1 for none. Nothing told: the picture itself, to be kept."""
    found = []
    for place, row in enumerate(rows):
        kind = told.kinds[place]
        if random.random() >= share:
            found.append(-1)
            continue
        if kind in ALONE:
            found.append(row)
            continue
        choice = others[row]
        if kind == "subject only":  # no look is told: the source has the look wanted
            style = art.styles[row]
            choice = np.asarray([o for o in choice if art.styles[o] == style] or [row])
        if not len(choice):
            choice = np.asarray([row])
        found.append(int(random.choice(choice)))
        if kind == "look by pictures" and random.random() < WORDLESS:
            told.texts[place] = ""
    return found
