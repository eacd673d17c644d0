"""The crowd: simulated people whose taste is written down, and what they say of a slate.

A taste is made of looks, themes and colours, and of what a group of like-minded people finds
appealing without anybody being able to see it in the picture. It rests on words and pixels, never
on the encoder that the rankers read, and only ``judge`` and the people themselves know it.

Legend: P people, N pictures, G groups, K places, V colour figures.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from app.measures.loop.world import Whole, World

Floats = npt.NDArray[np.float64]
GROUPS = 8
LOOKS, THEMES, COLOURS, APPEAL, SHARED = 1.3, 1.3, 0.8, 0.5, 0.7
"""Spread of what each part of a taste is worth; ``SHARED``: what a group finds in a picture."""
OFFSET = -1.6
"""Logit of liking a picture that is worth nothing in particular."""
PATIENCE = 0.7
"""The place k is looked at with chance k ** -PATIENCE."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Crowd:
    """People and the truth about them."""

    group_P: Whole = field(compare=False, repr=False)
    liking_PN: Floats = field(compare=False, repr=False)
    """True chance that a person likes a picture they look at."""

    def __len__(self) -> int:
        return len(self.group_P)


def crowd_of(world: World, people: int, *, seed: int) -> Crowd:
    """Draw the people of a world."""
    random = np.random.default_rng((seed, 2))
    group_P = random.integers(0, GROUPS, people)

    def tastes(count: int, own: float) -> Floats:
        """(P, count) the group's mean and one's own, at unit spread."""
        shared = random.standard_normal((GROUPS, count))[group_P]
        mixed = np.sqrt(1 - own) * shared + np.sqrt(own) * random.standard_normal((people, count))
        return np.asarray(mixed, np.float64)

    styles, themes = int(world.style_N.max()) + 1, int(world.theme_N.max()) + 1
    worth_PN = np.zeros((people, len(world.ids)))
    worth_PN += LOOKS * tastes(styles, 0.5)[:, world.style_N]
    worth_PN += THEMES * tastes(themes, 0.5)[:, world.theme_N]
    colour_PV = tastes(world.colours_NV.shape[1], 0.5) / np.sqrt(world.colours_NV.shape[1])
    worth_PN += COLOURS * colour_PV @ world.colours_NV.T
    worth_PN += APPEAL * random.standard_normal(len(world.ids))
    worth_PN += SHARED * random.standard_normal((GROUPS, len(world.ids)))[group_P]
    return Crowd(group_P=group_P, liking_PN=1 / (1 + np.exp(-(OFFSET + worth_PN))))


def examined(places: int) -> Floats:
    """(K,) true chance that each place is looked at."""
    chance: Floats = np.power(np.arange(places, dtype=np.float64) + 1, -PATIENCE)
    return chance


def answers(liking_K: Floats, random: np.random.Generator) -> Whole:
    """(K,) what a person says of a slate: 1 liked, -1 disliked, 0 nothing.

    Who looks at a place likes it by its chance; of what is looked at and not liked, a fifth of
    what is least to their taste is disliked aloud.
    """
    looked_K = random.random(len(liking_K)) < examined(len(liking_K))
    liked_K = looked_K & (random.random(len(liking_K)) < liking_K)
    annoyed_K = looked_K & ~liked_K & (random.random(len(liking_K)) < 0.2 * (1 - liking_K) ** 2)
    return liked_K.astype(np.int64) - annoyed_K.astype(np.int64)


def value(liking_K: Floats) -> float:
    """Expected likes of a slate in order, the truth."""
    return float((liking_K * examined(len(liking_K))).sum())


def regret(liking_W: Floats, slate: Whole) -> float:
    """1 - value / value of the best slate of the pool, in [0, 1]; 0 is best."""
    best = np.sort(liking_W)[::-1][: len(slate)]
    return 1 - value(liking_W[slate]) / max(value(best), 1e-9)
