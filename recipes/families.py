"""Families of drawings: one drawing and what it becomes when one thing about it is changed.

Shapes depend on subject and seed alone, and members are drawn in one frame, so they lie exactly
over each other: the change is all there is to learn. Members are told apart by their captions,
which name everything. Two members are drawn anew but for their shape, since people ask for several
changes at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from generators.drawn.chance import chance

if TYPE_CHECKING:
    from generators.drawn import Drawing

MEMBERS = 8
GROUNDED = 0.2
"""Share of families in which a ground is put behind, instead of other colours."""


def families(count: int, *, seed: int = 0) -> Iterator[tuple[Drawing, ...]]:
    """`count` families of `MEMBERS` drawings: the first, two more looks, other colours (or a
    ground), another mood, something put on or taken off, and two drawn anew. But for the ground
    and some of those drawn anew, all are on no ground.
    """
    from generators.drawn import ACCESSORIES, BACKGROUNDS, LOOKS, MOODS, PALETTES, sample

    for number in range(seed, seed + count):
        rng = chance("family", number)
        first = replace(sample(number), background="none")
        look, third = rng.sample([look for look in LOOKS if look != first.look], 2)
        if rng.random() < GROUNDED:
            changed = replace(first, background=_other(rng, BACKGROUNDS, "none"))
        else:
            changed = replace(first, palette=_other(rng, PALETTES, first.palette))
        worn = "none" if first.accessory != "none" else _other(rng, ACCESSORIES, "none")
        yield (
            first,
            replace(first, look=look),
            replace(first, look=third),
            changed,
            replace(first, mood=_other(rng, MOODS, first.mood)),
            replace(first, accessory=worn),
            _anew(rng, first, worn),
            _anew(rng, first, worn),
        )


def _anew(rng: Random, first: Drawing, worn: str) -> Drawing:
    """The same shape, wearing what the first or the one so told wears, all else drawn again."""
    from generators.drawn import sample

    return replace(
        sample(rng.getrandbits(31)),
        subject=first.subject,
        seed=first.seed,
        accessory=rng.choice((first.accessory, worn)),
        background=sample(rng.getrandbits(31)).background if rng.random() < GROUNDED else "none",
    )


def _other(rng: Random, names: Iterable[str], now: str) -> str:
    return rng.choice([name for name in names if name != now])
