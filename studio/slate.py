"""Slate: what is shown, in order, and what was rejected, with the reasons."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from studio.candidate import Candidate, Provenance
from studio.fidelity import Fidelity
from studio.guidance import Guidance
from studio.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One place of a slate."""

    rank: int
    """From 1."""
    candidate: Candidate
    score: float
    """In [0, 1]; the ranker's."""
    scores: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """The parts of the score by name (``taste``, ``prompt``, ``diversity`` …), each in [0, 1]."""
    reason: str = ""
    """Why it is here, in words for the person."""
    fidelity: Fidelity = field(default_factory=Fidelity)
    propensity: float = 1.0
    """Probability in (0, 1] with which the policy shows this candidate at this rank."""

    @property
    def candidate_id(self) -> str:
        """The candidate's id."""
        return self.candidate.candidate_id

    @property
    def image(self) -> Image:
        """The picture."""
        return self.candidate.image

    @property
    def route(self) -> str:
        """``retrieve``, ``edit`` or ``create``."""
        return self.candidate.route

    @property
    def provenance(self) -> Provenance:
        """How it was made."""
        return self.candidate.provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """A candidate that failed a check."""

    candidate: Candidate
    fidelity: Fidelity

    @property
    def route(self) -> str:
        """``retrieve``, ``edit`` or ``create``."""
        return self.candidate.route

    @property
    def reasons(self) -> Mapping[str, str]:
        """Reason by check that failed."""
        return self.fidelity.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Slate:
    """An ordered slate. Indexing, length and iteration go over its offers."""

    slate_id: str
    """``s`` and 16 hex digits: from request, guidance and the pictures shown."""
    request: Request
    offers: tuple[Offer, ...]
    rejected: tuple[Rejected, ...]
    guidance: Guidance
    passed_over: tuple[str, ...] = ()
    """A line for each picture that could not be considered, since what is stored of it is lost."""
    timings: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({}), compare=False
    )
    """Seconds by stage."""
    make_twin: Callable[[], Slate] | None = field(default=None, compare=False, repr=False)

    def __getitem__(self, index: int) -> Offer:
        return self.offers[index]

    def __len__(self) -> int:
        return len(self.offers)

    def __iter__(self) -> Iterator[Offer]:
        return iter(self.offers)

    def twin(self) -> Slate:
        """The same request and seed with personalization off; not logged."""
        if self.make_twin is None:
            raise TypeError("this slate was read from a file; ask its studio for the twin")
        return self.make_twin()

    def save(self, folder: str | Path) -> Path:
        """Write ``01-<candidate>.png`` … and ``slate.json``; returns the path of the JSON."""
        from studio.folder import save_slate

        return save_slate(self, folder)
