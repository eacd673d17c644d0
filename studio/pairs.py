"""Pairs: which two pictures to ask a person about next, so that the answer teaches most.

Legend: N pictures, D embedding width.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.request import derive_seed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.user import User

    Vectors = NDArray[np.float32]

POOL = 96
"""Catalogue pictures looked at for one round of pairs."""
SHARPNESS = 4.0
"""Latent distance to odds; only the order of pairs rests on it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two pictures to choose between."""

    first: Item
    second: Item
    guess: float
    """Probability in (0, 1) that the person prefers ``first``, before they have answered."""
    value: float
    """In [0, 1]: how much the answer would teach."""

    @property
    def expected(self) -> Item:
        """The picture the studio expects to win."""
        return self.first if self.guess >= 0.5 else self.second


def informative_pairs(user: User, *, count: int, seed: int = 0) -> list[Pair]:
    """At most ``count`` pairs of the catalogue, the one that would teach most first.

    A pair teaches much where the outcome is open (the entropy of the guess, Houlsby et al.,
    arXiv 1112.5745, without its second term) and the two look different. Pictures the person has
    said something of are left out, and no picture stands in two pairs. Empty where the catalogue
    has fewer than two such pictures. The same history and seed give the same pairs.
    """
    studio = user.studio
    history, profile = user.history, user.profile
    known = {event.item.item_id for event in history.interactions}
    pool = [item for item in _sample(user, seed=seed) if item.item_id not in known]
    if len(pool) < 2:
        return []
    vectors_ND = studio.gallery.vectors(pool)
    liking_N = studio.parts.taste(history, profile=profile, gallery=studio.gallery)(vectors_ND)
    return best_pairs(pool, vectors_ND, liking_N, count=count)


def best_pairs(
    pool: Sequence[Item], vectors_ND: Vectors, liking_N: Vectors, *, count: int
) -> list[Pair]:
    """Greedy: the most valuable pair, then the best one without those two, and so on."""
    import numpy as np

    odds_N = np.log(np.clip(liking_N, 0.01, 0.99) / np.clip(1 - liking_N, 0.01, 0.99))
    guess_NN = 1 / (1 + np.exp(-SHARPNESS * (odds_N[:, None] - odds_N[None, :])))
    sure_NN = np.clip(guess_NN, 1e-6, 1 - 1e-6)
    entropy_NN = -(sure_NN * np.log2(sure_NN) + (1 - sure_NN) * np.log2(1 - sure_NN))
    apart_NN = np.clip(1 - vectors_ND @ vectors_ND.T, 0, 2) / 2
    value_NN = np.triu(entropy_NN * np.sqrt(apart_NN), k=1)
    pairs: list[Pair] = []
    while len(pairs) < count:
        one, other = divmod(int(value_NN.argmax()), len(pool))
        value = float(value_NN[one, other])
        if value <= 0 or math.isnan(value):
            break
        guess = float(guess_NN[one, other])
        pairs.append(Pair(first=pool[one], second=pool[other], guess=guess, value=value))
        for taken in (one, other):
            value_NN[taken, :] = 0
            value_NN[:, taken] = 0
    return pairs


def _sample(user: User, *, seed: int) -> list[Item]:
    """At most ``POOL`` catalogue items from a place that the seed says, in the order of ids.

    Ids are digests, so a run of them is a fair sample, and one page reads it.
    """
    store = user.studio.store
    start = f"i{derive_seed(seed, 'pairs', user.name) & (2**64 - 1):016x}"
    items = store.page_items(after=start, limit=POOL)
    if len(items) < POOL:
        first = store.page_items(limit=POOL)
        seen = {item.item_id for item in items}
        items += [item for item in first if item.item_id not in seen][: POOL - len(items)]
    return items
