"""Liking: what a history shows once noise is masked out, and the look that prevails in it.

Legend: M interactions, N pictures, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from preference.background import Background, directions, normalised
from preference.interests import Interests, interests
from preference.mask import signed_weights
from preference.sources import look_words
from preference.vocabulary import canonical, named

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.history import Interaction
    from studio.profile import Profile
    from studio.protocols import Gallery

    Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Liking:
    """What a history shows, once noise is masked out."""

    events: tuple[Interaction, ...]
    """The interactions read, oldest first."""
    vectors_MD: Vectors = field(compare=False, repr=False)
    directions_MD: Vectors = field(compare=False, repr=False)
    """From the catalogue's mean, unit length."""
    liked_M: Vectors = field(compare=False, repr=False)
    """How much each counts as liked, 0 for the others and for noise."""
    disliked_M: Vectors = field(compare=False, repr=False)
    clusters: Interests = field(compare=False, repr=False)

    @property
    def is_empty(self) -> bool:
        """True where nothing is liked."""
        return not np.any(self.liked_M > 0)

    def rows_of(self, look: str) -> NDArray[np.bool_]:
        """(M,) the liked pictures of the style ``look``; empty: those of the main interest."""
        if look:
            rows = np.array([event.item.style == look for event in self.events], bool)
        else:
            rows = self.clusters.member_N == 0
        return rows & (self.liked_M > 0)


def read(
    interactions: Sequence[Interaction],
    *,
    target_D: Vectors,
    background: Background,
    gallery: Gallery,
) -> Liking:
    """Weigh the interactions by what is asked (``preference.mask``) and find the interests."""
    events = tuple(event for event in interactions if event.weight != 0.0)
    vectors_MD = gallery.vectors([event.item for event in events])
    seen_MD = directions(vectors_MD, background.mean_D)
    asked_D = directions(target_D[None], background.mean_D)[0]
    liked_M, disliked_M = signed_weights(events, seen_MD, target_D=asked_D)
    return Liking(
        events=events,
        vectors_MD=vectors_MD,
        directions_MD=seen_MD,
        liked_M=liked_M,
        disliked_M=disliked_M,
        clusters=interests(vectors_MD, liked_M, directions_ND=seen_MD),
    )


def asked_look(instruction: str, styles: Sequence[str], *, looks: Mapping[str, str]) -> str:
    """The style that the instruction itself names, by its words or as "<style> style"."""
    for style in sorted(styles):
        words = look_words(style, looks)
        plain = style.replace("_", " ")
        spoken = [f"{plain} {word}" for word in ("style", "look", "art", "drawing")]
        if any(named(instruction, said) for said in [*spoken, *([words] if " " in words else [])]):
            return style
    return ""


def style_shares(liking: Liking, profile: Profile, *, looks: Mapping[str, str]) -> dict[str, float]:
    """Share in [0, 1] of each liked style, strongest first; looks named by hand weigh in.

    A look said to be liked gets its weight times all that was liked (or 1); one said to be
    disliked is left out.
    """
    mass: dict[str, float] = {}
    for event, weight in zip(liking.events, liking.liked_M.tolist(), strict=True):
        if event.item.style and weight > 0:
            mass[event.item.style] = mass.get(event.item.style, 0.0) + weight
    total = sum(mass.values()) or 1.0
    for concept in profile.concepts:
        if concept.source == "history" or concept.kind not in ("look", "thing"):
            continue
        for style in _styles_named(concept.name, looks, known=mass):
            if concept.weight < 0:
                mass.pop(style, None)
            else:
                mass[style] = mass.get(style, 0.0) + concept.weight * total
    total = sum(mass.values())
    ordered = sorted(mass.items(), key=lambda pair: (-pair[1], pair[0]))
    return {style: round(weight / total, 4) for style, weight in ordered}


def _styles_named(name: str, looks: Mapping[str, str], *, known: Mapping[str, float]) -> list[str]:
    """Styles that a look's name means: by their words, by their name, or by a part of the words."""
    wanted = canonical(name)
    styles = sorted({*looks, *known})
    exact = [s for s in styles if wanted in (canonical(look_words(s, looks)), s.replace("_", " "))]
    return exact or [s for s in styles if named(look_words(s, looks), wanted)]


def representatives(directions_ND: Vectors, weights_N: Vectors, *, most: int) -> list[int]:
    """Rows of the pictures that best show what all share, each unlike those before it.

    Greedy maximal marginal relevance: centrality less half the likeness to those chosen, so that
    what the pictures share (the look) adds up and what they show (the subjects) averages out.
    """
    centre_D = normalised(weights_N @ directions_ND)
    central_N = directions_ND @ centre_D
    strength_N = central_N * (weights_N / max(float(weights_N.max()), 1e-6)) ** 0.25
    chosen: list[int] = []
    while len(chosen) < min(most, len(directions_ND)):
        score_N = strength_N.copy()
        if chosen:
            score_N = score_N - 0.5 * (directions_ND @ directions_ND[chosen].T).max(axis=1)
            score_N[chosen] = -np.inf
        chosen.append(int(np.argmax(score_N)))
    return chosen
