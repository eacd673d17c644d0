"""Simulated interactions, for measuring without data: people with tastes over drawn things.

Every item has a subject and a look, every person likes a few of each and now and then anything;
what comes next is often of the same subject. Popularity falls like a power of the rank.
"""

from __future__ import annotations

import numpy as np

from ranking.sequences.interactions import Catalogue, Histories, Sequences

SUBJECTS = (
    "cat",
    "dog",
    "fox",
    "owl",
    "bear",
    "whale",
    "snail",
    "cactus",
    "tree",
    "flower",
    "mushroom",
    "apple",
    "cake",
    "pizza",
    "tea",
    "house",
    "castle",
    "tower",
    "rocket",
    "train",
    "bicycle",
    "boat",
    "moon",
    "sun",
    "cloud",
    "rainbow",
    "robot",
    "ghost",
    "guitar",
    "book",
    "lamp",
    "clock",
)
LOOKS = ("pastel", "neon", "ink", "watercolour", "pixel", "paper", "clay", "marble")


def simulated(*, people: int = 1000, items: int = 1200, seed: int = 0) -> Sequences:
    """A data set called "simulated"; same numbers, same data."""
    random = np.random.default_rng(seed)
    subject_N = random.integers(0, len(SUBJECTS), items)
    look_N = random.integers(0, len(LOOKS), items)
    pull_N = random.permutation((np.arange(items) + 5.0) ** -0.6)
    histories = []
    for _ in range(people):
        likes = 0.03 + np.where(
            np.isin(np.arange(len(SUBJECTS)), random.choice(len(SUBJECTS), 3)), 1.0, 0.0
        )
        wears = 0.1 + np.where(
            np.isin(np.arange(len(LOOKS)), random.choice(len(LOOKS), 2)), 1.0, 0.0
        )
        taste_N = pull_N * likes[subject_N] * wears[look_N]
        own: list[int] = []
        for _ in range(min(items // 2, int(random.geometric(0.12)) + 4)):
            share_N = taste_N.copy()
            if own:
                share_N *= np.where(subject_N == subject_N[own[-1]], 4.0, 1.0)
                share_N[own] = 0
            own.append(int(random.choice(items, p=share_N / share_N.sum())))
        histories.append(own)
    words = tuple(
        (LOOKS[look], SUBJECTS[subject]) for look, subject in zip(look_N, subject_N, strict=True)
    )
    return Sequences(
        name="simulated",
        people=tuple(f"p{number}" for number in range(people)),
        histories=Histories.of(histories),
        catalogue=Catalogue(items=tuple(f"i{number}" for number in range(items)), words=words),
    )
