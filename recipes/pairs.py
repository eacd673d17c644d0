"""Sources for the editor: another picture of the same thing, to be remade into the one wanted.

The art is a grid of the same things in several styles; recoloured art is the same thing in another
colour; drawings of one family differ in look, colour, mood, accessory or ground. So pairs come for
free, and they teach editing far sooner than captions teach creation. What differs is always told,
by words or, for the look, by pictures: what is not told stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from generators.drawn import LOOKS
from recipes.conditioning import Conditions
from recipes.corpus import Corpus

SOURCED = 0.8
"""Share of samples that are given a source."""
WORDLESS = 0.12
"""Share of sourced samples whose look is shown by pictures that are told no words."""
ALONE = ("nothing", "nothing, empty prompts")


def partners(art: Corpus) -> list[npt.NDArray[np.int64]]:
    """For every picture, the rows of others that show the same thing."""
    groups: dict[str, list[int]] = defaultdict(list)
    for row, concept in enumerate(art.concepts):
        groups[concept].append(row)
    return [
        np.asarray([other for other in groups[concept] if other != row], np.int64)
        for row, concept in enumerate(art.concepts)
    ]


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
        source = int(random.choice(choice))
        found.append(source)
        if told.texts[place] and _without_look(art, row) != _without_look(art, source):
            is_look_told = kind in ("look by words", "look by both")
            told.texts[place] = art.captions[row] if is_look_told else _without_look(art, row)
        elif kind == "look by pictures" and random.random() < WORDLESS:
            told.texts[place] = ""
    return found


def _without_look(art: Corpus, row: int) -> str:
    """All that a drawing's caption says but its look; nothing of other art."""
    look = LOOKS.get(art.styles[row].removeprefix("drawn_"))
    return art.captions[row].replace(f", {look}", "") if look else ""
