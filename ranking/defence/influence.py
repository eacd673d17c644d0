"""Influence: how much each person's log may teach, so that nobody teaches more than their share.

Two things, both blind to who somebody is. Everybody's influence is bounded: a person weighs no
more than a person of median activity times ``BUSY``, whatever they send. And what does not look
like people choosing for themselves is doubted and weighs ``DOUBTED``:

- *twins*: several people whose likes are nearly the same set (bought accounts play one script);
- *bursts*: likes that come faster than anybody can look;
- *incoherence*: likes that agree with nobody and with nothing of one's own, over many likes.

Doubt is no verdict: what a doubted person sees for themselves does not change. Legend: P people,
E events, N pictures.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ranking.studio_ranker.logbook import LIKED, Flags, Floats, Logbook

BUSY = 3.0
"""Influence is bounded at that of somebody so many times as active as the median person."""
DOUBTED = 0.02
"""What the log of twins and of those in a burst weighs."""
UNCLEAR = 0.2
"""What the log of somebody weighs whose likes show no taste."""
FEWEST = 5
"""Likes from which a person can be doubted for what they like."""
TWIN = 0.6
"""Share of two people's likes in common from which they count as twins."""
HASTE = 2.0
"""Seconds between two likes; a person whose median gap is shorter is in a burst."""


NO_TASTE = "likes show no taste"
DRAWS = 64
LOW = 0.0
"""Deviations above blind draws under which likes show no taste."""
MOST = 1.0
"""The same of the median person, under which nobody is doubted for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """Weights of people in training, and why some weigh little."""

    weight_P: Floats = field(compare=False, repr=False)
    """In (0, 1]."""
    doubted: dict[int, str] = field(default_factory=dict, compare=False)
    """Number of a person to the reason."""

    @classmethod
    def everybody(cls, people: int) -> Influence:
        """All alike."""
        return cls(weight_P=np.ones(people))


def influence(log: Logbook) -> Influence:
    """The influence of everybody in a log."""
    likes = [set() for _ in log.people]  # type: list[set[int]]
    liked = log.action_E == LIKED
    person_E = log.person_E
    for person, picture in zip(person_E[liked].tolist(), log.item_E[liked].tolist(), strict=True):
        likes[person].add(picture)
    reasons: dict[int, str] = {}
    for person in np.flatnonzero(incoherent(log, likes)).tolist():
        reasons[person] = NO_TASTE
    for person in np.flatnonzero(hasty(log)).tolist():
        reasons[person] = "likes come faster than anybody looks"
    for person in np.flatnonzero(twins(likes)).tolist():
        reasons[person] = "likes the same as others do"
    weight_P = bounded(log)
    for person, why in reasons.items():
        weight_P[person] *= UNCLEAR if why == NO_TASTE else DOUBTED
    return Influence(weight_P=weight_P, doubted=reasons)


def bounded(log: Logbook) -> Floats:
    """(P,) 1, less where a person is more than ``BUSY`` times as active as the median one."""
    slates_P = np.bincount(log.person_S, minlength=len(log.people))
    active_P = log.lengths_P + slates_P * log.shown_SK.shape[1]
    typical = float(np.median(active_P[active_P > 0])) if (active_P > 0).any() else 1.0
    share_P: Floats = np.minimum(1.0, BUSY * max(typical, 1.0) / np.maximum(active_P, 1))
    return share_P


def hasty(log: Logbook) -> Flags:
    """(P,) whose likes came, on median, less than ``HASTE`` seconds apart.

    Events of one moment are one act (an import, the passes beside a choice) and say nothing.
    """
    found = np.zeros(len(log.people), np.bool_)
    for person in range(len(log.people)):
        start, end = log.offsets_P1[person], log.offsets_P1[person + 1]
        moments = np.unique(log.time_E[start:end][log.action_E[start:end] == LIKED])
        if len(moments) > FEWEST:
            found[person] = float(np.median(np.diff(moments))) < HASTE
    return found


def twins(likes: list[set[int]]) -> Flags:
    """(P,) whose likes are shared, ``TWIN`` or more of them (Jaccard), by somebody else.

    Only people with ``FEWEST`` likes are compared, and only where a rare picture meets both.
    """
    found = np.zeros(len(likes), np.bool_)
    holders: dict[int, list[int]] = {}
    for person, own in enumerate(likes):
        if len(own) >= FEWEST:
            for picture in own:
                holders.setdefault(picture, []).append(person)
    shared: dict[tuple[int, int], int] = {}
    for people in holders.values():
        for at, first in enumerate(people):
            for second in people[at + 1 :]:
                shared[first, second] = shared.get((first, second), 0) + 1
    for (first, second), count in shared.items():
        if count >= TWIN * (len(likes[first]) + len(likes[second]) - count):
            found[[first, second]] = True
    return found


def incoherent(log: Logbook, likes: list[set[int]]) -> Flags:
    """(P,) whose likes look like a blind draw from the catalogue.

    A taste shows as likes that are nearer to one another, by what the encoder sees, than pictures
    drawn at random are; each person is compared with ``DRAWS`` blind draws of as many pictures.
    """
    found = np.zeros(len(likes), np.bool_)
    if log.catalogue < 4 * FEWEST:
        return found
    mean_D = log.vectors_ND[: log.catalogue].mean(axis=0)
    away_ND = log.vectors_ND - mean_D
    away_ND = away_ND / np.maximum(np.linalg.norm(away_ND, axis=1, keepdims=True), 1e-9)
    spread: dict[int, tuple[float, float]] = {}
    score_P = np.full(len(likes), np.nan)
    for person, own in enumerate(likes):
        count = len(own)
        if count < 2 * FEWEST:
            continue
        if count not in spread:
            spread[count] = _blind(away_ND[: log.catalogue], count)
        mean, deviation = spread[count]
        score_P[person] = (closeness(away_ND[sorted(own)]) - mean) / deviation
    asked = ~np.isnan(score_P)
    # Where many look random, the encoder does not see what they like: nobody is doubted.
    if asked.any() and float(np.median(score_P[asked])) > MOST:
        found[asked] = score_P[asked] < LOW
    return found


def closeness(units_MD: Floats) -> float:
    """Mean cosine over the pairs of some pictures."""
    count = len(units_MD)
    total = float((units_MD.sum(axis=0) ** 2).sum()) - float((units_MD**2).sum())
    return total / max(1, count * (count - 1))


def _blind(units_CD: Floats, count: int) -> tuple[float, float]:
    """Mean and deviation of the closeness of ``count`` pictures drawn blindly."""
    random = np.random.default_rng((count, 11))
    drawn = [
        closeness(units_CD[random.choice(len(units_CD), min(count, len(units_CD)), replace=False)])
        for _ in range(DRAWS)
    ]
    return float(np.mean(drawn)), max(float(np.std(drawn)), 1e-6)
