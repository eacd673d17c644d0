"""Findings into the report of ``eval generation``: means with 95 % intervals, beside the ceilings.

The bootstrap is over pictures. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from ranking.metrics import interval

if TYPE_CHECKING:
    from app.measures.copies import Suspicion
    from app.measures.findings import Finding

RESTYLED = ("restyle", "restyle_pictures")
UNSEEN = ("concept_test", "concept_test_pictures")
SUBJECT, DRAWN_SUBJECT = "subject_top5", "drawn_subject_top5"
FIGURES: dict[str, tuple[tuple[str, ...], str, str]] = {
    "subject_top5": (("known",), SUBJECT, SUBJECT),
    "style": (("known",), "style", "style"),
    "grounded_subject_top5": (("known_grounded",), SUBJECT, SUBJECT),
    "grounded_style": (("known_grounded",), "style", "style"),
    "pictures_subject_top5": (("pictures",), SUBJECT, SUBJECT),
    "pictures_style": (("pictures",), "style", "style"),
    "pair_test_top5": (("pair_test",), SUBJECT, SUBJECT),
    "pair_test_style": (("pair_test",), "style", "style"),
    "pair_test_grounded_top5": (("pair_test_grounded",), SUBJECT, SUBJECT),
    "pair_test_grounded_style": (("pair_test_grounded",), "style", "style"),
    "colour": (("colour",), "colour", "colour"),
    "colour_grounded": (("colour_grounded",), "colour", "colour"),
    "two_things": (("two_things",), "both", "both"),
    "two_things_grounded": (("two_things_grounded",), "both", "both"),
    "restyle_style": (RESTYLED, "style", "style"),
    "restyle_subject": (RESTYLED, SUBJECT, SUBJECT),
    "restyle_nearer": (RESTYLED, "nearer", ""),
    "restyle_nearer_encoder": (RESTYLED, "nearer_encoder", ""),
    "restyle_nearer_ssim": (RESTYLED, "nearer_ssim", ""),
    "restyle_nearer_perceptual": (RESTYLED, "nearer_perceptual", ""),
    "concept_test_style": (UNSEEN, "style", "style"),
    "concept_test_subject": (UNSEEN, SUBJECT, SUBJECT),
    "concept_test_nearer": (UNSEEN, "nearer", ""),
    "concept_test_nearer_encoder": (UNSEEN, "nearer_encoder", ""),
    "concept_test_nearer_ssim": (UNSEEN, "nearer_ssim", ""),
    "recolour_colour": (("recolour",), "colour", "colour"),
    "recolour_subject": (("recolour",), SUBJECT, SUBJECT),
    "recolour_kept": (("recolour",), "kept_ssim", ""),
    "drawn_restyle_style": (("drawn_restyle",), "style", "drawn_style"),
    "drawn_restyle_subject": (("drawn_restyle",), SUBJECT, DRAWN_SUBJECT),
    "drawn_restyle_nearer": (("drawn_restyle",), "nearer", ""),
    "accessory_found": (("accessory",), "accessory", "accessory"),
    "accessory_subject": (("accessory",), SUBJECT, DRAWN_SUBJECT),
    "accessory_kept": (("accessory",), "kept_ssim", "true_kept"),
    "mood_found": (("mood",), "mood", "mood"),
    "mood_subject": (("mood",), SUBJECT, DRAWN_SUBJECT),
    "mood_kept": (("mood",), "kept_ssim", "true_kept"),
}
"""Figure to the kinds it is taken over, the finding, and the ceiling it stands beside."""


COPIES = {"copies": "pair_test", "copies_grounded": "pair_test_grounded"}
"""Share of suspects, and the kind it is taken over."""


def figures(
    findings: Sequence[Finding],
    ceilings: Mapping[str, float | None],
    *,
    suspicions: Sequence[Suspicion] = (),
    seed: int = 0,
) -> dict[str, Any]:
    """The figures of one number of steps; None where nothing was asked.

    ``ci`` holds the 95 % intervals, ``of_judge`` each figure over its ceiling, ``pictures`` how
    many each rests on.
    """
    made: dict[str, Any] = {}
    intervals: dict[str, list[float]] = {}
    ratios: dict[str, float] = {}
    counts: dict[str, int] = {}
    for name, (kinds, measure, ceiling) in FIGURES.items():
        values = [
            finding.values[measure]
            for finding in findings
            if finding.task.kind in kinds and measure in finding.values
        ]
        counts[name] = len(values)
        made[name] = None
        if not values:
            continue
        found = interval(values, seed=seed)
        made[name] = round(found.value, 4)
        intervals[name] = [round(found.low, 4), round(found.high, 4)]
        limit = kept_of_truth(findings, kinds) if ceiling == "true_kept" else ceilings.get(ceiling)
        if limit:
            ratios[name] = round(found.value / limit, 4)
    made["diversity"] = diversity(findings)
    for name, kind in COPIES.items():
        own = [one for one in suspicions if one.finding.task.kind == kind]
        made[name], counts[name] = None, len(own)
        if own:
            found = interval([float(one.copy) for one in own], seed=seed)
            made[name] = round(found.value, 4)
            intervals[name] = [round(found.low, 4), round(found.high, 4)]
    suspected = [float(one.named) for one in suspicions if one.copy]
    made["copies_named"] = round(float(np.mean(suspected)), 4) if suspected else None
    counts["copies_named"] = len(suspected)
    return {**made, "of_judge": ratios, "ci": intervals, "pictures": counts}


def kept_of_truth(findings: Sequence[Finding], kinds: Sequence[str]) -> float | None:
    """SSIM of true target and source: what a perfect edit keeps."""
    values = [
        finding.values["true_ssim"]
        for finding in findings
        if finding.task.kind in kinds and "true_ssim" in finding.values
    ]
    return float(np.mean(values)) if values else None


def diversity(findings: Sequence[Finding]) -> float | None:
    """How different two creations of the same prompt look: 1 as two of different prompts do.

    Mean squared perceptual distance between a prompt's two seeds, over that between the first
    creations of neighbouring prompts.
    """
    known = [finding for finding in findings if finding.task.kind == "known"]
    again = [finding for finding in findings if finding.task.kind == "again"]
    pairs = list(zip(known, again, strict=False))
    if not pairs or len(known) < 2:
        return None
    same = float(np.mean([_apart(one, other) for one, other in pairs]))
    neighbours = float(np.mean([_apart(one, other) for one, other in pairwise(known)]))
    return round(same / max(neighbours, 1e-9), 4)


def _apart(one: Finding, other: Finding) -> float:
    return float(((one.vector_V.astype(np.float32) - other.vector_V.astype(np.float32)) ** 2).sum())


def ceilings_of(
    examined: Mapping[str, Any], *, kind: str, colour: float | None
) -> dict[str, float | None]:
    """The judge's own accuracy by name, from its examination; ``kind`` is what the art is."""
    own, drawn = examined.get(kind, {}), examined.get("drawn", {})
    return {
        "subject_top5": own.get("subject_top5"),
        "style": own.get("style"),
        "drawn_style": drawn.get("style"),
        "drawn_subject_top5": drawn.get("subject_top5"),
        "accessory": examined.get("accessory"),
        "mood": examined.get("mood"),
        "both": examined.get("both"),
        "colour": colour,
    }
