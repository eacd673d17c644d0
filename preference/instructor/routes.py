"""Which routes to use, how much, and why: reasoned from what the catalogue holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from preference.background import Background, item_terms
from preference.vocabulary import KINDS, SYNONYMS, content_words
from studio.guidance import RoutePlan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.protocols import Gallery
    from studio.request import Request

    Vectors = NDArray[np.float32]

CLEAR = 4.5
"""Standard deviations over the catalogue from which a nearest item counts as a match by itself."""
NAMED = 0.5
"""Share of the words asked for, by weight, that an item to start from holds."""
SHARES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "plain": {"retrieve": 4, "edit": 3, "create": 3},
        "there": {"retrieve": 5, "edit": 3, "create": 2},
        "elsewhere": {"retrieve": 2, "edit": 5, "create": 3},
        "absent": {"retrieve": 2, "edit": 3, "create": 5},
        "given": {"retrieve": 2, "edit": 6, "create": 2},
    }
)
"""How the candidates are shared out, by what was found."""
CANDIDATES: Mapping[int, float] = MappingProxyType({1: 1.5, 2: 2.0, 3: 2.5})
"""Candidates a place of the slate, by how many routes can be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the catalogue holds of what is asked."""

    verdict: str
    """A key of ``SHARES``."""
    reason: str
    usable: tuple[str, ...]
    """Routes asked for that have something to work on."""


def find(
    request: Request,
    *,
    target_D: Vectors,
    look: str,
    look_words: str,
    has_own: bool,
    background: Background,
    gallery: Gallery,
) -> Findings:
    """Look for what is asked: in the liked style ``look`` (empty: none known), then in any."""
    near = gallery.search(target_D, k=1)
    usable = tuple(
        route
        for route in request.routes
        if route == "create"
        or (route == "retrieve" and near)
        or (route == "edit" and (near or has_own or request.references))
    )
    wanted = subject_words(request.instruction)
    subject = " ".join(wanted) or request.instruction.strip()
    if request.mask is not None:
        return Findings(
            verdict="given", reason="a masked reference is given: edit it", usable=usable
        )
    if request.references:
        reason = "reference pictures are given: most candidates start from them"
        return Findings(verdict="given", reason=reason, usable=usable)
    if not near:
        reason = "the catalogue holds nothing yet: what can be is drawn anew"
        return Findings(verdict="absent", reason=reason, usable=usable)
    if look and background.shows(wanted, style=look):
        reason = f"the catalogue shows “{subject}” in the look this person likes ({look_words})"
        return Findings(verdict="there", reason=reason, usable=usable)
    if background.shows(wanted) or _clearly(near[0], background, target_D):
        if look:
            reason = f"the catalogue shows “{subject}”, but not as {look_words}: edits restyle it"
            return Findings(verdict="elsewhere", reason=reason, usable=usable)
        reason = f"the catalogue shows “{subject}”: retrieve it, and make variants"
        return Findings(verdict="plain", reason=reason, usable=usable)
    spoken = gallery.search(target_D, k=1, words=request.instruction)
    if gallery.spoken(spoken[0][0], request.instruction) >= NAMED:
        reason = f"the catalogue shows something of “{subject}”: edits and creations start from it"
        return Findings(verdict="elsewhere", reason=reason, usable=usable)
    reason = f"nothing in the catalogue is clearly “{subject}”: most candidates are drawn anew"
    return Findings(verdict="absent", reason=reason, usable=usable)


def subject_words(instruction: str) -> tuple[str, ...]:
    """The words that name the thing: content words less colours, looks and moods."""
    words = content_words(instruction)
    named = tuple(
        word for word in words if KINDS.get(SYNONYMS.get(word, word), "subject") == "subject"
    )
    return named or words


def _clearly(best: tuple[Item, float], background: Background, target_D: Vectors) -> bool:
    """True where the nearest item has no words and lies clearly nearer than the catalogue."""
    item, cosine = best
    if item_terms(item) or not len(background.vectors_MD):
        return False
    cosine_M = background.vectors_MD @ target_D
    return (cosine - float(cosine_M.mean())) / max(float(cosine_M.std()), 1e-4) >= CLEAR


def plan(findings: Findings, *, size: int, routes: Sequence[str]) -> tuple[RoutePlan, ...]:
    """A plan a usable route, counts shared out by largest remainder, each at least 1."""
    usable = [route for route in routes if route in findings.usable]
    if not usable:
        return ()
    total = max(len(usable), round(CANDIDATES[len(usable)] * size))
    shares = {route: SHARES[findings.verdict].get(route, 1) for route in usable}
    exact = {route: total * share / sum(shares.values()) for route, share in shares.items()}
    counts = {route: max(1, int(exact[route])) for route in usable}
    while sum(counts.values()) < total:
        route = max(usable, key=lambda name: (exact[name] - counts[name], -usable.index(name)))
        counts[route] += 1
    while sum(counts.values()) > total:
        route = max(usable, key=lambda name: (counts[name], usable.index(name)))
        counts[route] -= 1
    return tuple(
        RoutePlan(route=route, count=counts[route], reason=findings.reason) for route in usable
    )


def route_reason(findings: Findings, plans: Sequence[RoutePlan], *, asked: Sequence[str]) -> str:
    """The decision in one sentence: why, how many of each, and what was left out."""
    counts = ", ".join(f"{one.count} to {one.route}" for one in plans)
    left = [route for route in asked if route not in findings.usable]
    idle = f"; nothing to {' or '.join(left)} from" if left else ""
    return f"{findings.reason} ({counts or 'no candidates'}){idle}"
