"""Profile: the readable, editable account of a taste."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    """One thing a person likes or dislikes, in a word."""

    name: str
    weight: float
    """In [-1, 1]; above 0 liked, below 0 disliked."""
    confidence: float
    """In [0, 1]."""
    evidence: tuple[str, ...] = ()
    """Item ids that speak for it, strongest first."""
    source: str = "history"
    """``history`` (learned), ``said`` (parsed from words) or ``set`` (typed by hand)."""
    kind: str = "thing"
    """``look``, ``colour``, ``mood``, ``subject`` or ``thing``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One hand-made change of a profile; the newest one about a concept wins."""

    concept: str
    weight: float
    """In [-1, 1]; 0: forget it."""
    source: str
    """``said`` or ``set``."""
    words: str = ""
    """What the person said, as typed."""
    turn: str = ""
    """Edits of one sentence share a turn: ``undo`` takes a whole turn back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Concepts, strongest first."""

    user: str
    concepts: tuple[Concept, ...] = ()

    def __getitem__(self, name: str) -> Concept:
        for concept in self.concepts:
            if concept.name == name:
                return concept
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(concept.name == name for concept in self.concepts)
