"""Work: what each kind of job does. A kind is one function and one line of ``KINDS``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from studio.collection import Collection
from studio.errors import InputError

if TYPE_CHECKING:
    from studio import Studio
    from studio.progress import IsCancelled, OnProgress
    from studio.store import JobRow

SAME = ("instruction", "kind", "size", "seed", "references", "mask", "routes", "personalization")
LATEST = 20
"""Slates looked through for one that this job has stored already."""


def prepare(studio: Studio, job: JobRow) -> None:
    """Load what the job needs where it is not there yet: nobody's work, charged to nobody."""
    parts = studio.parts
    _ = (parts.encoder, parts.profiler, parts.taste, parts.instructor, parts.checks, parts.ranker)
    for route in job.task.get("routes", ()):
        parts.generator(route)


def generate(
    studio: Studio, job: JobRow, on_progress: OnProgress, is_cancelled: IsCancelled
) -> Mapping[str, Any]:
    """Make the slate of the task; the one it stored already where a crash came right after that."""
    task = job.task
    landed = landed_slate(studio, job)
    if landed:
        return {"slate_id": landed}
    blobs = studio.blobs
    user = studio.existing_user(job.user)
    slate = user.personalize(
        task["instruction"],
        kind=task["kind"],
        size=task["size"],
        seed=task["seed"],
        references=[blobs.get(sha256) for sha256 in task["references"]],
        mask=blobs.get(task["mask"]) if task["mask"] else None,
        routes=task["routes"],
        personalization=task["personalization"],
        on_progress=on_progress,
        is_cancelled=is_cancelled,
    )
    Collection(user).read(slate.slate_id)
    return {"slate_id": slate.slate_id}


def landed_slate(studio: Studio, job: JobRow) -> str:
    """The slate of exactly this request stored since the job was first begun; empty: none yet.

    Slate and job are two rows of two transactions: a kill between them must not make two slates,
    also where the person liked something in the meantime.
    """
    for row in studio.store.slates(job.user, limit=LATEST):
        if row.created < job.started:
            break
        if all(row.request[name] == job.task[name] for name in SAME):
            return row.slate_id
    return ""


Work = Callable[["Studio", "JobRow", "OnProgress", "IsCancelled"], Mapping[str, Any]]
KINDS: Mapping[str, Work] = {"generate": generate}


def work_of(kind: str) -> Work:
    """What a kind does; InputError for one that is unknown (a newer version queued it)."""
    if kind not in KINDS:
        raise InputError(f"no work of kind {kind!r} is known here; upgrade Bespoke")
    return KINDS[kind]
