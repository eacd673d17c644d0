"""Small logs: two tastes, pictures of two looks, slates that were looked at from the top."""

from __future__ import annotations

import numpy as np

from ranking.studio_ranker.logbook import DISLIKED, LIKED, SEEN, Logbook

WIDTH = 12


def pictures(count: int, *, seed: int = 0) -> np.ndarray:
    """Unit vectors; even ones of one look, odd ones of the other."""
    random = np.random.default_rng(seed)
    rows = 0.4 * random.standard_normal((count, WIDTH))
    rows[::2, 0] += 1.0
    rows[1::2, 1] += 1.0
    rows[:, 2] += 1.0
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def small_log(
    *, people: int = 24, catalogue: int = 40, pieces: int = 8, slates: int = 4, seed: int = 0
) -> Logbook:
    """People of even number like even pictures; of slates they look at less and less."""
    random = np.random.default_rng(seed)
    count = catalogue + pieces
    item, action, time, offsets = [], [], [], [0]
    who, when, shown, said = [], [], [], []
    for person in range(people):
        mine = np.arange(person % 2, catalogue, 2)
        likes = random.choice(mine, 6, replace=False)
        moment = 1000.0 * person
        for picture in likes.tolist():
            item.append(picture)
            action.append(LIKED)
            time.append(moment)
            moment += 3600
        for _ in range(slates):
            moment += 86400
            slate = random.choice(count, 4, replace=False)
            looked = random.random(4) < np.array([1.0, 0.7, 0.4, 0.3])
            told = np.where(looked & (slate % 2 == person % 2), 1, 0)
            told[looked & (slate % 2 != person % 2) & (random.random(4) < 0.3)] = -1
            who.append(person)
            when.append(moment)
            shown.append(slate)
            said.append(told)
            for picture, answer in zip(slate.tolist(), told.tolist(), strict=True):
                item.append(picture)
                action.append({1: LIKED, -1: DISLIKED, 0: SEEN}[answer])
                time.append(moment + 1)
        offsets.append(len(item))
    return Logbook(
        items=tuple(f"i{number:04d}" for number in range(count)),
        catalogue=catalogue,
        vectors_ND=pictures(count, seed=seed),
        encoder="sha256:small",
        people=tuple(f"person-{number}" for number in range(people)),
        offsets_P1=np.array(offsets),
        item_E=np.array(item, np.int64),
        action_E=np.array(action, np.int64),
        time_E=np.array(time, np.float64),
        person_S=np.array(who, np.int64),
        time_S=np.array(when, np.float64),
        words_SD=np.zeros((len(who), WIDTH), np.float32),
        shown_SK=np.array(shown, np.int64).reshape(len(who), 4),
        propensity_SK=np.full((len(who), 4), 0.1),
        said_SK=np.array(said, np.int64).reshape(len(who), 4),
        profile_PD=np.zeros((people, WIDTH), np.float32),
    )
