"""Job: one queued piece of work, as its person sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from studio.store import JobRow

OVER = ("done", "failed", "cancelled")


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. Times are seconds since the epoch, UTC; 0: not yet."""

    job_id: str
    """``j`` and 16 hex digits."""
    user: str
    kind: str
    arguments: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """What is asked: JSON; pictures by their sha256."""
    state: str = "queued"
    """``queued``, ``paused``, ``running``, ``done``, ``failed`` or ``cancelled``."""
    wanted: str = ""
    """``cancel`` or ``pause``: asked of a running job that has not stopped yet."""
    stage: str = ""
    """What is being done (``create``, ``edit``, ``rank`` …)."""
    done: int = 0
    total: int = 0
    """Steps of the stage; 0: not known yet."""
    result: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    error: str = ""
    """One line for the person."""
    error_type: str = ""
    """Name of the error's class."""
    priority: int = 0
    """-100 to 100; higher first, among one's own jobs."""
    created: float = 0.0
    started: float = 0.0
    ended: float = 0.0
    attempts: int = 0
    """How often it was begun: more than once after a pause or a restart."""

    @property
    def is_over(self) -> bool:
        """True where nothing more will come."""
        return self.state in OVER

    @property
    def fraction(self) -> float:
        """How much of the present stage is done, in [0, 1]."""
        if self.state == "done":
            return 1.0
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def slate_id(self) -> str:
        """The slate that came of it; empty until there is one."""
        return str(self.result.get("slate_id", ""))


def job_of(row: JobRow) -> Job:
    """The noun of a row."""
    return Job(
        job_id=row.job_id,
        user=row.user,
        kind=row.kind,
        arguments=MappingProxyType(dict(row.task)),
        state=row.state,
        wanted=row.wanted,
        stage=row.stage,
        done=row.done,
        total=row.total,
        result=MappingProxyType(dict(row.result)),
        error=row.error,
        error_type=row.error_type,
        priority=row.priority,
        created=row.created,
        started=row.started,
        ended=row.ended,
        attempts=row.attempts,
    )


def document_of(job: Job) -> dict[str, Any]:
    """A job as JSON; its pictures by their sha256."""
    return {
        "id": job.job_id,
        "object": "job",
        "user": job.user,
        "kind": job.kind,
        "status": job.state,
        "wanted": job.wanted or None,
        "progress": {
            "stage": job.stage or None,
            "done": job.done,
            "total": job.total,
            "fraction": round(job.fraction, 4),
        },
        "priority": job.priority,
        "arguments": dict(job.arguments),
        "slate_id": job.slate_id or None,
        "error": {"type": job.error_type, "message": job.error} if job.error else None,
        "created": job.created,
        "started": job.started or None,
        "ended": job.ended or None,
        "attempts": job.attempts,
    }
