"""Sources for the editor: another picture of the same thing, to be remade into the one wanted.

The art is a grid of the same things in several styles; recoloured art is the same thing in another
colour; drawings of one family differ in look, colour, mood, accessory or ground. So pairs come for
free, and they teach editing far sooner than captions teach creation. What differs is always told,
by words or, for the look, by pictures: what is not told stays as it was.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from generators.drawn import LOOKS
from recipes.alignment import Aligned
from recipes.conditioning import Conditions
from recipes.corpus import Corpus

SOURCED = 0.9
"""Share of samples that are given a source."""
WORDLESS = 0.12
"""Share of sourced samples whose look is shown by pictures that are told no words."""
ALONE = ("nothing", "nothing, empty prompts")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """P pictures that may be sources, the first of them the art itself, row by row."""

    latent_PChw: Tensor
    shows_P: npt.NDArray[np.int64]
    """The row of the art that each shows."""
    others: list[npt.NDArray[np.int64]]
    """For every row of the art, the sources it may be remade from, another look or colour."""


def possible(art: Corpus, latent_NChw: Tensor, pairs: Aligned | None = None) -> Sources:
    """Every row's sources: of drawings their family, its first as often as all of them, since
    most differ from it in one thing alone; of real art what lies over it (`pairs`), of
    art in another colour also, and as often, the art itself. A row with none is its own source.
    """
    latent_PChw, shows_P = latent_NChw, np.arange(len(art))
    over: dict[int, list[int]] = defaultdict(list)
    if pairs is not None and len(pairs.wanted_M):
        latent_PChw = torch.cat([latent_NChw, pairs.latent_MChw.to(latent_NChw.dtype)])
        shows_P = np.concatenate([shows_P, pairs.shown_M])
        for place, row in enumerate(pairs.wanted_M):
            over[int(row)].append(len(art) + place)
    first: dict[tuple[str, str], int] = {}
    groups: dict[str, list[int]] = defaultdict(list)
    for row, concept in enumerate(art.concepts):
        groups[concept].append(row)
        first.setdefault((concept, art.styles[row]), row)
    others = []
    for row, concept in enumerate(art.concepts):
        style = art.styles[row]
        if style.startswith("drawn_"):
            found = [other for other in groups[concept] if other != row]
            if row != groups[concept][0]:
                found += [groups[concept][0]] * len(found)
        else:
            own = first[concept, style]
            if art.captions[own] == art.captions[row]:
                own = row  # no recoloured picture but a namesake
            found = over[own] + [own] * (max(1, len(over[own])) if own != row else 0)
        others.append(np.asarray(found or [row], np.int64))
    return Sources(latent_PChw=latent_PChw, shows_P=shows_P, others=others)


def chosen(
    art: Corpus,
    rows: Sequence[int],
    told: Conditions,
    random: np.random.Generator,
    *,
    stock: Sources,
    share: float = SOURCED,
) -> list[int]:
    """Place of each sample's source, -1 for none. Nothing told: the picture itself, to be kept."""
    found = []
    for place, row in enumerate(rows):
        kind = told.kinds[place]
        if random.random() >= share:
            found.append(-1)
            continue
        if kind in ALONE:
            found.append(row)
            continue
        choice = stock.others[row]
        if kind == "subject only":  # no look is told: the source has the look wanted
            style = art.styles[row]
            same = [o for o in choice if art.styles[stock.shows_P[o]] == style]
            choice = np.asarray(same or [row])
        source = int(random.choice(choice))
        found.append(source)
        shows = int(stock.shows_P[source])
        if _without_look(art, row) == _without_look(art, shows):
            if kind == "look by pictures" and random.random() < WORDLESS:
                told.texts[place] = ""
        elif art.styles[row].startswith("drawn_") and told.texts[place]:
            is_look_told = kind in ("look by words", "look by both")
            words = art.captions[row] if is_look_told else _without_look(art, row)
            told.texts[place] = _in_any_order(words, random)
    return found


def _in_any_order(words: str, random: np.random.Generator) -> str:
    """What is drawn first, as it was; half the time what follows in another order."""
    subject, *rest = words.split(", ")
    if random.random() < 0.5:
        random.shuffle(rest)
    return ", ".join((subject, *rest))


def _without_look(art: Corpus, row: int) -> str:
    """All that a picture's caption says but its look, which those of real art do not say."""
    look = LOOKS.get(art.styles[row].removeprefix("drawn_"))
    return art.captions[row].replace(f", {look}", "") if look else art.captions[row]
