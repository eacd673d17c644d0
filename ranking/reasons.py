"""Reasons: why a candidate is on the slate, in words, and nothing that its scores do not say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ranking.checks.prompt import brief

if TYPE_CHECKING:
    from studio.candidate import Candidate
    from studio.guidance import Guidance

ORIGINS: Mapping[str, str] = {
    "retrieve": "from the catalogue",
    "edit": "remade from a picture that was there",
    "create": "newly drawn",
}


def liked(guidance: Guidance, *, most: int = 2) -> str:
    """The strongest things liked, in words: ``line art and pastel``; empty where none is known.

    A word that another one says already is left out: ``black line art`` says ``black``.
    """
    ordered = sorted(guidance.concepts.items(), key=lambda pair: (-pair[1], pair[0]))
    names = [name for name, weight in ordered if weight > 0][: most + 1]
    words = [set(name.split()) for name in names]
    said = [name for at, name in enumerate(names) if not any(words[at] < other for other in words)][
        :most
    ]
    if not said:
        said = [style.replace("_", " ") for style, _ in guidance.styles if style][:1]
    return " and ".join(said)


def _of_taste(score: float, best: float, guidance: Guidance) -> str:
    if guidance.personalization == 0 or score == 0.5:
        return ""
    words = liked(guidance)
    thing = f"the {words} you like" if words else "what you like"
    if score > 0.5 and score >= best:
        return f"closest to {thing}"
    if score >= 0.75:
        return f"close to {thing}"
    if score >= 0.6:
        return "suits your taste"
    if score < 0.4:
        return "unlike what you chose before"
    return ""


def _of_prompt(score: float | None, instruction: str) -> str:
    if score is None or not instruction:
        return ""
    wish = f"“{brief(instruction)}”"
    if score >= 0.9:  # as well as the median of true pairs (recipes/checks.py)
        return f"fits {wish} well"
    return f"fits {wish}" if score >= 0.7 else f"fits {wish} loosely"


def _origin(candidate: Candidate) -> str:
    if candidate.route == "create" and candidate.source_item:
        return "drawn anew after a picture of the catalogue"
    if candidate.provenance.settings.get("edit") == "recolour":
        return "a picture that was there in your colours"
    return ORIGINS.get(candidate.route, candidate.route)


def reason(
    candidate: Candidate,
    *,
    scores: Mapping[str, float],
    best_taste: float,
    guidance: Guidance,
    explored: bool,
) -> str:
    """One line: ``closest to the line art you like; fits “a happy cat” well; newly drawn``."""
    parts = (
        "shown to learn what you think of it" if explored else "",
        _of_taste(scores["taste"], best_taste, guidance),
        _of_prompt(scores.get("prompt"), guidance.instruction),
        _origin(candidate),
    )
    return "; ".join(part for part in parts if part)
