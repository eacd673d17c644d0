"""Documents: nouns as the API's JSON."""

from __future__ import annotations

from typing import Any

from app.jobs import Job
from studio.profile import Profile


def job_document(job: Job) -> dict[str, Any]:
    """A job; what was asked of it is there without its pictures."""
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


def profile_document(profile: Profile) -> dict[str, Any]:
    """A taste as readable concepts, strongest first."""
    return {
        "object": "profile",
        "user": profile.user,
        "concepts": [
            {
                "name": concept.name,
                "weight": round(float(concept.weight), 4),
                "confidence": round(float(concept.confidence), 4),
                "kind": concept.kind,
                "source": concept.source,
                "evidence": list(concept.evidence),
            }
            for concept in profile.concepts
        ],
    }
