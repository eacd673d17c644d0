"""``/v1/jobs``: look at queued work, and steer it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from app.api.caller import AtDesk, Desk
from app.api.preference import Prefers
from app.jobs import Job
from app.jobs.job import document_of

routes = APIRouter(tags=["jobs"])
User = Annotated[str | None, Query(max_length=64, description="Whose job; not needed.")]


@routes.get("/jobs")
def jobs(
    desk: AtDesk,
    user: User = None,
    after: Annotated[str | None, Query(max_length=17)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> dict[str, Any]:
    """A person's jobs, newest first; the next page starts ``after`` the last id."""
    queue, person = desk.serving.queue, desk.person(user)
    last = queue.get(person.name, after) if after else None
    page = queue.list(person.name, before=last, limit=limit + 1)
    return {
        "object": "list",
        "data": [document_of(job) for job in page[:limit]],
        "has_more": len(page) > limit,
    }


@routes.get("/jobs/{job_id}")
async def job(
    desk: AtDesk, prefers: Prefers, answer: Response, job_id: str, user: User = None
) -> dict[str, Any]:
    """One job as it stands, with its place in the queue; with `Prefer: wait=N` once it is over."""
    found = await run_in_threadpool(_standing, desk, job_id, user)
    if prefers.wait_s:
        answer.headers["Preference-Applied"] = f"wait={prefers.wait_s}"
        if not found.is_over:
            found = await desk.waited(found, seconds=prefers.wait_s)
    ahead = await run_in_threadpool(desk.serving.queue.ahead, found.user, job_id)
    return {**document_of(found), "ahead": ahead}


def _standing(desk: Desk, job_id: str, user: str | None) -> Job:
    """The job of whom the caller may act for: nobody waits for what is not theirs."""
    return desk.serving.queue.get(desk.owner(job_id, user), job_id)


@routes.post("/jobs/{job_id}/cancel")
def cancel(desk: AtDesk, job_id: str, user: User = None) -> dict[str, Any]:
    """End a waiting job; a running one stops at its next step."""
    return _steered(desk, desk.serving.queue.cancel(desk.owner(job_id, user), job_id))


@routes.post("/jobs/{job_id}/pause")
def pause(desk: AtDesk, job_id: str, user: User = None) -> dict[str, Any]:
    """Keep a job from running until it is resumed."""
    return _steered(desk, desk.serving.queue.pause(desk.owner(job_id, user), job_id))


@routes.post("/jobs/{job_id}/resume")
def resume(desk: AtDesk, job_id: str, user: User = None) -> dict[str, Any]:
    """Queue a paused job again."""
    return _steered(desk, desk.serving.queue.resume(desk.owner(job_id, user), job_id))


def _steered(desk: Desk, job: Job) -> dict[str, Any]:
    desk.about(job.job_id)
    return document_of(job)
