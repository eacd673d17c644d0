"""Influence: how much each person's log may teach, so that nobody teaches more than their share.

Blind to who somebody is, and to how any attack is made. Everybody's influence is bounded: a person
weighs no more than a person of median activity times ``BUSY``, whatever they send, and however
often they like one picture, that counts as one like. No picture gets further than belief
(``support.py``): what lies beyond is cut back, the least coherent accounts first. And what does
not look like people choosing for themselves is doubted, and teaches nothing:

- *twins*: several people whose likes are nearly the same set (bought accounts play one script);
  one of them is heard, for all of them;
- *bursts*: likes that come faster than anybody can look;
- *incoherence*: likes that agree with nobody's and with nothing of one's own (``coherence.py``);
- *pushing*: likes most of which were not believed.

Doubt is no verdict: what a doubted person sees for themselves does not change. It rests on most
people being honest: where half of them would be doubted, nobody is. Legend: P people, E events,
S slates, K places, N pictures, M shown places.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import numpy as np

from ranking.defence.coherence import coherence
from ranking.defence.support import BELIEVED, meeting, support, times, unheard
from ranking.studio_ranker.logbook import LIKED, Flags, Floats, Logbook, Whole

BUSY = 3.0
"""Influence is bounded at that of somebody so many times as active as the median person."""
FEWEST = 5
"""Likes from which a person can be doubted for whom they are like, or for their haste."""
TWIN = 0.6
"""Share of two people's likes in common from which they count as twins."""
HASTE = 2.0
"""Seconds between two likes; a person whose median gap is shorter is in a burst."""
LOW = 0.5
"""Deviations above blind likes under which a median number of likes shows no taste; of more likes
more is asked, by the root of their number, as a taste shows the more."""
RARE = 3.0
"""Deviations under the median that are seldom seen of honest people."""
MOST = 1.0
"""The same of the median person, under which nobody is doubted for it."""
NO_TASTE = "likes show no taste"
TWINS = "likes the same as others do"
BURST = "likes come faster than anybody looks"
PUSHING = "likes mostly what is pushed beyond belief"


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """Weights of people and of their likes in training, and why some weigh nothing."""

    weight_P: Floats = field(compare=False, repr=False)
    """In [0, 1]."""
    heard_E: Floats = field(compare=False, repr=False)
    """In [0, 1]: what each event counts as a like, beside its person's weight."""
    heard_SK: Floats = field(compare=False, repr=False)
    """The same of each place of a slate."""
    doubted: dict[int, str] = field(default_factory=dict, compare=False)
    """Number of a person to the reason."""

    @classmethod
    def everybody(cls, log: Logbook) -> Influence:
        """All alike."""
        return cls(
            weight_P=np.ones(len(log.people)),
            heard_E=np.ones(len(log.item_E)),
            heard_SK=np.ones(log.shown_SK.shape),
        )

    @property
    def digest(self) -> str:
        """sha256 of all weights."""
        arrays = (self.weight_P, self.heard_E, self.heard_SK)
        return hashlib.sha256(b"".join(one.tobytes() for one in arrays)).hexdigest()


def influence(log: Logbook) -> Influence:
    """The influence of everybody in a log."""
    likes = [set() for _ in log.people]  # type: list[set[int]]
    liked = log.action_E == LIKED
    for person, one in zip(log.person_E[liked].tolist(), log.item_E[liked].tolist(), strict=True):
        likes[person].add(one)
    shown = support(log)
    pushed = set(np.flatnonzero(shown.surprise_N > BELIEVED).tolist())
    own = [{one for one in all_ if one < log.catalogue} - pushed for all_ in likes]
    coherence_P = coherence(log, own)
    cut_M, pushing_P = unheard(shown, coherence_P)
    first_P = twins(likes)
    reasons: dict[int, str] = {}
    for flags_P, why in (
        (tasteless(coherence_P, np.array([len(one) for one in own])), NO_TASTE),
        (pushing_P, PUSHING),
        (hasty(log), BURST),
        (np.bincount(first_P, minlength=len(likes))[first_P] > 1, TWINS),
    ):
        reasons |= dict.fromkeys(np.flatnonzero(flags_P).tolist(), why)
    if 2 * len(reasons) >= len(log.people):
        reasons = {}
    weight_P = bounded(log)
    for person, why in reasons.items():
        if why != TWINS or first_P[person] != person:
            weight_P[person] = 0.0
    heard_E, heard_SK = heard(log)
    pictures = len(log.items)
    cut = np.unique(meeting(shown.person_M[cut_M], shown.picture_M[cut_M], pictures))
    heard_E[liked & np.isin(meeting(log.person_E, log.item_E, pictures), cut)] = 0.0
    heard_SK[np.isin(meeting(log.person_S[:, None], log.shown_SK, pictures), cut)] = 0.0
    return Influence(weight_P=weight_P, heard_E=heard_E, heard_SK=heard_SK, doubted=reasons)


def tasteless(coherence_P: Floats, likes_P: Whole) -> Flags:
    """(P,) whose likes show no taste: like blind ones, and far below what other people's show.

    Nobody where most people's show none, since then nothing that is known here tells what they
    like. Far below: ``RARE`` deviations under the median (by the median absolute deviation), so
    that of honest people few are doubted however short the log is.
    """
    told = ~np.isnan(coherence_P)
    found = np.zeros(len(coherence_P), np.bool_)
    if not told.any():
        return found
    each = coherence_P[told] * np.sqrt(np.median(likes_P[told]) / likes_P[told])
    middle = float(np.median(each))
    if middle > MOST:
        spread = 1.4826 * float(np.median(np.abs(each - middle)))
        found[told] = each < min(LOW, middle - RARE * spread)
    return found


def heard(log: Logbook) -> tuple[Floats, Floats]:
    """(E,) and (S, K): whoever likes a picture n times is heard 1 / n each time."""
    heard_E, heard_SK = np.ones(len(log.item_E)), np.ones(log.shown_SK.shape)
    liked_E = log.action_E == LIKED
    heard_E[liked_E] = 1 / times(log.person_E[liked_E], log.item_E[liked_E], len(log.items))
    liked_SK = log.said_SK > 0
    person_SK = np.broadcast_to(log.person_S[:, None], liked_SK.shape)
    heard_SK[liked_SK] = 1 / times(person_SK[liked_SK], log.shown_SK[liked_SK], len(log.items))
    return heard_E, heard_SK


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


def twins(likes: list[set[int]]) -> Whole:
    """(P,) the first of those who share ``TWIN`` or more of their likes (Jaccard); else oneself.

    Only people with ``FEWEST`` likes are compared, and only where a picture meets both.
    """
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
    first_P = np.arange(len(likes))
    for (one, two), count in shared.items():
        if count >= TWIN * (len(likes[one]) + len(likes[two]) - count):
            ends = first_P[one], first_P[two]
            first_P[first_P == max(ends)] = min(ends)
    return first_P
