"""Support: how much liked a picture is for how often it was shown, and what is beyond belief.

Accounts count, not acts: whoever is shown a picture ten times and likes it ten times is one
account that likes it. A picture's likes are held against what its places would have earned any
picture. Pictures differ, and how much is read off the bulk of them, which a few pushed ones cannot
move. What lies beyond ``BELIEVED`` deviations is cut back to what its places earn, the least
coherent accounts first, so nobody can push a picture far, whoever they pretend to be. (Pictures
first, accounts after: target item analysis, Zhou et al., PLoS ONE 2015, 10(7) e0130968; here with
exposure in the place of ratings.)

Legend: S slates, K places, N pictures, M places of all slates that show something.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ranking.studio_ranker.logbook import Flags, Floats, Logbook, Whole

BELIEVED = 3.0
"""Deviations above what its places earn, over which a picture's support is not believed."""
ENOUGH = 1.5
"""Expected likes from which a picture says how much pictures differ."""
MANY = 30
"""Such pictures, from which that can be told at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """Likes of every picture in slates, of distinct accounts, and what was to be expected."""

    person_M: Whole = field(compare=False, repr=False)
    picture_M: Whole = field(compare=False, repr=False)
    liked_M: Floats = field(compare=False, repr=False)
    """1 / number of times the account was shown the picture where it was liked, else 0."""
    expected_M: Floats = field(compare=False, repr=False)
    """What a place earns on average, divided likewise."""
    surprise_N: Floats = field(compare=False, repr=False)
    """Deviations of the likes above the expected; 0 where too little is known."""


def support(log: Logbook) -> Support:
    """The support of every picture of a log."""
    there_SK = log.shown_SK >= 0
    person_M = np.broadcast_to(log.person_S[:, None], there_SK.shape)[there_SK]
    picture_M = log.shown_SK[there_SK]
    share_M = 1 / times(person_M, picture_M, len(log.items))
    liked_M = (log.said_SK[there_SK] > 0) * share_M
    place_M = np.broadcast_to(np.arange(there_SK.shape[1]), there_SK.shape)[there_SK]
    shown_K = np.bincount(place_M, weights=share_M, minlength=there_SK.shape[1])
    earned_K = np.bincount(place_M, weights=liked_M, minlength=there_SK.shape[1])
    chance_M = (earned_K / np.maximum(shown_K, 1e-9))[place_M]

    def by_picture(value_M: Floats) -> Floats:
        total_N = np.bincount(picture_M, weights=value_M, minlength=len(log.items))
        return total_N.astype(np.float64)

    return Support(
        person_M=person_M,
        picture_M=picture_M,
        liked_M=liked_M,
        expected_M=chance_M * share_M,
        surprise_N=surprise(
            by_picture(liked_M),
            by_picture(chance_M * share_M),
            by_picture(chance_M * (1 - chance_M) * share_M),
        ),
    )


def times(person_M: Whole, picture_M: Whole, pictures: int) -> Whole:
    """(M,) how often this person and this picture meet in the list."""
    key_M = meeting(person_M, picture_M, pictures)
    _, row_M, count = np.unique(key_M, return_inverse=True, return_counts=True)
    found: Whole = count[row_M].astype(np.int64)
    return found


def meeting(person: Whole, picture: Whole, pictures: int) -> Whole:
    """One number for each person with each of so many pictures; arrays of any shapes that fit."""
    found: Whole = person * np.int64(max(1, pictures)) + picture
    return found


def surprise(likes_N: Floats, expected_N: Floats, variance_N: Floats) -> Floats:
    """(N,) (likes - expected) / √(variance + (τ · expected)²); zeros where too little is known.

    τ is how much pictures differ by themselves: such that the middle half of the surprises is as
    wide as a normal's (median absolute deviation 0.6745). Half of the pictures would have to be
    pushed to move it.
    """
    known = expected_N >= ENOUGH
    if known.sum() < MANY:
        return np.zeros(len(likes_N))

    def at(spread: float) -> Floats:
        deviation_N = np.sqrt(variance_N + (spread * expected_N) ** 2)
        found: Floats = (likes_N - expected_N) / np.maximum(deviation_N, 1e-9)
        return np.where(expected_N > 0, found, 0.0)

    low, high = 0.0, 4.0
    for _ in range(40):
        spread = (low + high) / 2
        some = at(spread)[known]
        wide = float(np.median(np.abs(some - np.median(some)))) > 0.6745
        low, high = (spread, high) if wide else (low, spread)
    return at(high)


def unheard(found: Support, coherence_P: Floats) -> tuple[Flags, Flags]:
    """(M,) flags of the likes that are not believed, and (P,) accounts that live by such likes.

    An account does where half or more of its likes in slates, and two at least, are not believed.
    """
    order_P = np.nan_to_num(coherence_P, nan=0.0)
    cut_M = np.zeros(len(found.person_M), np.bool_)
    for picture in np.flatnonzero(found.surprise_N > BELIEVED).tolist():
        rows = np.flatnonzero(found.picture_M == picture)
        likers = np.unique(found.person_M[rows[found.liked_M[rows] > 0]])
        over = float((found.liked_M - found.expected_M)[rows].sum())
        for person in likers[np.argsort(order_P[likers], kind="stable")].tolist():
            if over <= 0:
                break
            own = rows[found.person_M[rows] == person]
            over -= float((found.liked_M - found.expected_M)[own].sum())
            cut_M[own] = found.liked_M[own] > 0
    people = len(coherence_P)
    cut_P = np.bincount(found.person_M[cut_M], minlength=people)
    liked_P = np.bincount(found.person_M[found.liked_M > 0], minlength=people)
    return cut_M, (cut_P >= 2) & (2 * cut_P >= liked_P)
