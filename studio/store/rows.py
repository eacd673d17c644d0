"""Rows: what the store keeps beside the nouns of the loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

JOB_STATES = ("queued", "running", "done", "failed", "cancelled")


def _empty() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """One candidate of one slate. The same candidate may stand in several slates."""

    candidate_id: str
    slate_id: str
    user: str
    route: str
    rank: int
    """From 1; 0: rejected by a check."""
    seed: int
    blob: str
    """sha256 of the stored picture; empty where it was not kept (rejected)."""
    source_item: str = ""
    score: float = 0.0
    """In [0, 1]; the ranker's."""
    propensity: float = 1.0
    """In (0, 1]; see ``Offer.propensity``."""
    provenance: Mapping[str, Any] = field(default_factory=_empty)
    """JSON."""
    fidelity: Mapping[str, Any] = field(default_factory=_empty)
    """JSON, by check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlateRow:
    """What was shown to one person, once."""

    slate_id: str
    user: str
    created: float
    """Seconds since the epoch, UTC."""
    request: Mapping[str, Any]
    """JSON."""
    guidance: str
    """sha256 of the packed guidance, a blob."""
    document: Mapping[str, Any]
    """JSON: ``slate.json`` as in the contract."""
    candidates: tuple[CandidateRow, ...] = ()
    """Offers by rank, then the rejected ones in the order given."""
    blobs: tuple[str, ...] = ()
    """sha256 of the other blobs it rests on (references, mask), sorted; they go with the person."""

    @property
    def offers(self) -> tuple[CandidateRow, ...]:
        """What was shown, by rank."""
        return tuple(row for row in self.candidates if row.rank > 0)

    @property
    def rejected(self) -> tuple[CandidateRow, ...]:
        """What failed a check."""
        return tuple(row for row in self.candidates if row.rank == 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AdapterRow:
    """One version of a person's own weights."""

    user: str
    version: int = 0
    """From 1; 0 when handed to ``Store.add_adapter``, which counts."""
    method: str
    """``dpo``, ``kto`` …"""
    digest: str
    """sha256 of the weights."""
    revision: str
    """Digest of the backbone they were trained on."""
    created: float
    """Seconds since the epoch, UTC."""
    provenance: Mapping[str, Any] = field(default_factory=_empty)
    """JSON: steps, data, measures, library versions."""
    active: bool = False
    """At most one version a person is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobRow:
    """One queued piece of work."""

    job_id: str
    user: str
    kind: str
    """``generate``, ``train`` …"""
    created: float
    """Seconds since the epoch, UTC."""
    state: str = "queued"
    """One of ``JOB_STATES``."""
    updated: float = 0.0
    """Seconds since the epoch, UTC."""
    done: int = 0
    total: int = 0
    """Steps; 0: not known yet."""
    task: Mapping[str, Any] = field(default_factory=_empty)
    """JSON: what is to be done."""
    result: Mapping[str, Any] = field(default_factory=_empty)
    """JSON: what came of it."""
    error: str = ""
    """One line."""
