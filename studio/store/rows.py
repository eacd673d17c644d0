"""Rows: what the store keeps beside the nouns of the loop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

JOB_STATES = ("queued", "paused", "running", "done", "failed", "cancelled")


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
    """One queued piece of work. Times are seconds since the epoch, UTC; 0: not yet."""

    job_id: str
    user: str
    kind: str
    """``generate`` …"""
    created: float
    state: str = "queued"
    """One of ``JOB_STATES``."""
    wanted: str = ""
    """``cancel`` or ``pause`` of a running job that has not stopped yet."""
    priority: int = 0
    """-100 to 100; higher first, among the jobs of one person."""
    place: float = 0.0
    """Order within a priority; lower first."""
    updated: float = 0.0
    started: float = 0.0
    """When it was last begun."""
    ended: float = 0.0
    attempts: int = 0
    """How often it was begun."""
    charged_from: float = 0.0
    """Seconds on the person's account of worker time when it was last begun."""
    charged_to: float = 0.0
    """The same when it ended; the difference is the time it took."""
    stage: str = ""
    done: int = 0
    total: int = 0
    """Steps of the stage; 0: not known yet."""
    task: Mapping[str, Any] = field(default_factory=_empty)
    """JSON: what is to be done."""
    result: Mapping[str, Any] = field(default_factory=_empty)
    """JSON: what came of it."""
    error: str = ""
    """One line."""
    error_type: str = ""
    """Name of the error's class."""
    key: str | None = None
    """The idempotency key it was submitted with; one job a person and key."""
    digest: str = ""
    """sha256 of the task; a key that comes again must come with the same task."""
    blobs: tuple[str, ...] = ()
    """sha256 of the pictures that the task names; read back as empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRow:
    """An API key; the key itself is kept nowhere."""

    key_id: str
    digest: str
    """sha256 of the key."""
    label: str
    users: tuple[str, ...] = ()
    """Whom it may act for, sorted."""
    everybody: bool = False
    """True: whom it may act for is not limited."""
    created: float = 0.0
    used: float = 0.0
    revoked: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One act over HTTP. No words and no pictures of anybody are in it."""

    timestamp: float
    actor: str
    """A key id, ``local``, or the signed-in name."""
    user: str
    """Whom it was done for; as asked, so it may name nobody."""
    action: str
    """``POST /v1/images/generations`` …"""
    subject: str
    """The id it was about, or the reason it was refused."""
    status: int
    """HTTP status."""
    address: str
