"""Evaluation: outcomes of people into the report of ``bespoke eval personalization``. Pure.

Legend: U people, N pictures (of a set), F look statistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ranking import metrics
from ranking.looks import Scale, look_distance, look_scale, look_statistics
from studio.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one person with a history of one length got, beside the twin of it."""

    person: str
    likes: int
    """Length of the history: the rung of the ladder."""
    own_NF: Numbers = field(compare=False, repr=False)
    """Looks of the person's own pictures (of their true taste, also where ``likes`` is 0)."""
    slate_NF: Numbers = field(compare=False, repr=False)
    """Looks of the slate."""
    twin_NF: Numbers = field(compare=False, repr=False)
    """Looks of the twin."""
    best_NF: Numbers = field(compare=False, repr=False)
    """Looks of as many real pictures of the thing asked, in the person's look: an ideal slate."""
    shown: int
    """Pictures in the slate."""
    slate_prompt: float
    """Mean fit to the instruction, in [0, 1]."""
    twin_prompt: float
    copies: int
    """Pictures of the slate that are near-duplicates of the history."""


def looks_of(images: Iterable[Image]) -> Numbers:
    """(N, F) looks of some pictures; InputError where there is none."""
    looks = [look_statistics(image) for image in images]
    if not looks:
        raise InputError("no pictures to judge the look of; give at least one")
    return np.stack(looks)


def outcome(
    *,
    person: str,
    likes: int,
    own: Sequence[Image],
    slate: Sequence[Image],
    twin: Sequence[Image],
    best: Sequence[Image],
    slate_prompt: Sequence[float],
    twin_prompt: Sequence[float],
    copies: int,
) -> Outcome:
    """The outcome of one person, from the pictures and their prompt scores in [0, 1]."""
    return Outcome(
        person=person,
        likes=likes,
        own_NF=looks_of(own),
        slate_NF=looks_of(slate),
        twin_NF=looks_of(twin),
        best_NF=looks_of(best),
        shown=len(slate),
        slate_prompt=float(np.mean(slate_prompt)),
        twin_prompt=float(np.mean(twin_prompt)),
        copies=copies,
    )


def catalogue_scale(images: Iterable[Image], looks: Sequence[str] = ()) -> Scale:
    """The scale of a catalogue's pictures; ``looks`` names the style of each."""
    statistics = [look_statistics(image) for image in images]
    if not statistics:
        raise InputError("no pictures in the catalogue; the judge takes its scale from them")
    return look_scale(np.stack(statistics), looks)


def _wins(outcomes: Sequence[Outcome], scale: Scale, *, of: str = "slate_NF") -> list[float]:
    """1 where the slate (or what ``of`` names) lies nearer to the own look than the twin."""
    return [
        metrics.win(
            look_distance(getattr(one, of).mean(axis=0), one.own_NF.mean(axis=0), scale=scale),
            look_distance(one.twin_NF.mean(axis=0), one.own_NF.mean(axis=0), scale=scale),
        )
        for one in outcomes
    ]


def _nearness(outcomes: Sequence[Outcome], scale: Scale, *, of_twin: bool) -> Numbers:
    """(U, U) how near slate i (or twin i) is to the own look of person j: 1 / (1 + distance)."""
    made = [one.twin_NF if of_twin else one.slate_NF for one in outcomes]
    made_UF = scale(np.stack([looks_NF.mean(axis=0) for looks_NF in made]))
    own_UF = scale(np.stack([one.own_NF.mean(axis=0) for one in outcomes]))
    distance_UU = np.sqrt(np.mean((made_UF[:, None] - own_UF[None]) ** 2, axis=2))
    nearness_UU: Numbers = 1 / (1 + distance_UU)
    return nearness_UU


def _ci(found: metrics.Interval) -> list[float]:
    return [round(found.low, 4), round(found.high, 4)]


def personalization_report(
    outcomes: Sequence[Outcome], *, scale: Scale, seed: int = 0, simulated: bool = True
) -> dict[str, Any]:
    """The JSON of ``eval personalization``.

    ``ladder``: by length of history, share of people whose slate lies nearer to their own look than
    its twin (a tie counts ½), with the 95 % bootstrap interval over people. The other figures are
    those of the longest history: ``nearer_own_look`` (share of strict wins; ``ceiling``: the same
    where real pictures of the thing asked, in the own look, stand for the slate;
    ``whitened_share`` and ``whitened_ceiling`` judge by all whitened statistics, not only by what
    tells looks apart; ``plain_share`` by standardised statistics that know nothing of looks),
    ``prompt_loss`` (twin's fit minus the
    slate's, above 0 is a loss), ``copy_rate``, ``specificity``, ``user_retrieval_at_1`` and
    ``lift`` (nearness to the own look over the twin's). InputError where there is no outcome.
    """
    if not outcomes:
        raise InputError("no outcomes to report on; make at least one person")
    rungs = sorted({one.likes for one in outcomes})
    ladder = {}
    for rung in rungs:
        rate = metrics.win_rate(
            _wins([one for one in outcomes if one.likes == rung], scale), seed=seed
        )
        ladder[str(rung)] = {"win_rate": round(rate.value, 4), "ci": _ci(rate)}
    top = [one for one in outcomes if one.likes == rungs[-1]]
    strict = metrics.interval([float(won == 1) for won in _wins(top, scale)], seed=seed)
    whitened = replace(scale, axes_FG=np.eye(len(scale.mean_F)))
    plain = replace(whitened, whiten_FF=np.eye(len(scale.mean_F)))

    def share(wins: Sequence[float]) -> float:
        return round(float(np.mean([won == 1 for won in wins])), 4)

    near_UU = _nearness(top, scale, of_twin=False)
    twin_UU = _nearness(top, scale, of_twin=True)
    several = len(top) > 1
    return {
        "people": len({one.person for one in outcomes}),
        "simulated": simulated,
        "ladder": ladder,
        "nearer_own_look": {
            "share": round(strict.value, 4),
            "ci": _ci(strict),
            "ceiling": share(_wins(top, scale, of="best_NF")),
            "whitened_share": share(_wins(top, whitened)),
            "whitened_ceiling": share(_wins(top, whitened, of="best_NF")),
            "plain_share": share(_wins(top, plain)),
        },
        "prompt_loss": round(float(np.mean([o.twin_prompt - o.slate_prompt for o in top])), 4),
        "copy_rate": round(
            metrics.copy_rate([one.copies for one in top], [one.shown for one in top]), 4
        ),
        "specificity": round(metrics.specificity(near_UU), 4) if several else None,
        "user_retrieval_at_1": round(metrics.user_retrieval_at_1(near_UU), 4) if several else None,
        "lift": round(metrics.lift(list(np.diag(near_UU)), list(np.diag(twin_UU))), 4),
    }
