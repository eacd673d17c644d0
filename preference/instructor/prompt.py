"""Prompt fusion: the instruction, joined by what is known of the taste in words.

Fusing a taste into the prompt beats per-person tuning in real-user Elo (PIPBench 2026). The
instruction always wins: a colour, look or mood it names keeps the taste's own out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from preference.vocabulary import named, named_kinds, phrase

if TYPE_CHECKING:
    from studio.profile import Concept, Profile

WORDS = (("look", 1, 0.25), ("colour", 2, 0.33), ("mood", 1, 0.5))
"""Kinds of learned word in the order they are added: at most so many, and from which
weight · confidence · personalization on. What was said by hand needs no more than a look."""
FACES = frozenset(
    {"happy", "sad", "angry", "sleepy", "surprised", "cute", "funny", "scary", "silly"}
)
"""Moods that a face can wear; others ("love") would change what is shown, and are added only
where they were said by hand."""
ADDED_THINGS = 2
"""Things the person asked for by hand ("more hearts") that are added."""
AVOIDED = (6, 0.3)
"""Disliked concepts named in the negative prompt: at most so many, and from which
weight · confidence on where nobody said so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """A prompt, its negative, and the concepts that went into either."""

    prompt: str
    negative: str
    used: tuple[str, ...] = ()


def fuse(
    instruction: str,
    profile: Profile,
    *,
    personalization: float,
    asked_kinds: frozenset[str] | None = None,
    quality: str = "",
    least: float = 0.25,
) -> Fusion:
    """The instruction with the strongest fitting concepts behind it.

    No concept is used below ``|weight| · confidence · personalization = least``. ``quality`` is
    put into the negative prompt whoever asks. ``asked_kinds`` are the kinds of word that the
    instruction decides; None: those it names.
    """
    asked = " ".join(instruction.split()).rstrip(" .,;")
    decided = named_kinds(instruction) if asked_kinds is None else asked_kinds

    def strong(sign: int) -> list[Concept]:
        return [
            concept
            for concept in profile.concepts
            if concept.weight * sign > 0
            and abs(concept.weight) * concept.confidence * personalization >= least
            and not named(instruction, concept.name)
        ]

    liked, disliked = strong(1), strong(-1)
    words: list[str] = []
    used: list[str] = []
    for kind, most, bar in WORDS:
        if kind in decided:
            continue
        fitting = [
            one
            for one in liked
            if one.kind == kind
            and not _said_in(one.name, words)
            and (one.source != "history" or _learned(one, bar / max(personalization, 1e-6)))
        ]
        for concept in fitting[:most]:
            if not _said_in(concept.name, words):
                words.append(phrase(concept.name, kind))
                used.append(concept.name)
    wished = [one for one in liked if one.source != "history" and one.kind in ("thing", "subject")]
    for concept in wished[:ADDED_THINGS]:
        words.append(f"with {concept.name}")
        used.append(concept.name)
    avoided = [
        one
        for one in disliked
        if one.source != "history" or -one.weight * one.confidence >= AVOIDED[1]
    ][: AVOIDED[0]]
    unwanted = [phrase(one.name, one.kind) for one in avoided]
    return Fusion(
        prompt=", ".join([asked, *words]),
        negative=", ".join([*unwanted, *filter(None, [quality])]),
        used=(*used, *(one.name for one in avoided)),
    )


def _learned(concept: Concept, bar: float) -> bool:
    """True where a learned concept is strong enough to be said of any subject."""
    fits = concept.kind != "mood" or concept.name in FACES
    return fits and concept.weight * concept.confidence >= bar


def _said_in(name: str, words: Sequence[str]) -> bool:
    """True where ``words`` hold ``name`` already: black, in "black line art"."""
    return any(named(said, name) for said in words)
