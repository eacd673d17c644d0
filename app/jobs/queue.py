"""The queue: work is put in, looked at and steered here; a worker elsewhere carries it out."""

from __future__ import annotations

import hashlib
import json
import secrets
import threading
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.jobs.job import Job, job_of
from app.jobs.previews import Previews
from studio import intake
from studio.content import Picture
from studio.errors import InputError, UnknownName
from studio.records import fresh_seed
from studio.request import ROUTES, Request
from studio.store import JobRow
from studio.store.jobs import UNFINISHED, Jobs

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image

    from studio import Studio

    Source = str | Path | bytes | Image

QUOTA = 100
"""Unfinished jobs one person may have."""
LONGEST_KEY = 255
TOP_PRIORITY = 100
LOOKS = 4
"""Previews of an unfinished picture that a job leaves, a stage."""

JobList = list[Job]
Standing = list[tuple[Job, int]]


class Queue:
    """The jobs of a studio. Any number of these may look at one home, from any thread or process.

    Every method that takes a person raises UnknownName where the job is another's or not there.
    """

    def __init__(self, studio: Studio, *, quota: int = QUOTA) -> None:
        self.studio = studio
        self.quota = quota
        self.jobs = Jobs(store=studio.store)
        self.previews = Previews(studio.home)
        self.bell = threading.Event()
        """Rung when there may be something to do; the worker of this process waits for it."""

    # -- asking --------------------------------------------------------------------------------

    def generate(
        self,
        user: str,
        instruction: str,
        *,
        kind: str = "sticker",
        size: int = 4,
        seed: int | None = None,
        references: Sequence[Source] = (),
        mask: Source | None = None,
        routes: Sequence[str] = ROUTES,
        personalization: float = 1.0,
        priority: int = 0,
        key: str = "",
        looks: int = LOOKS,
    ) -> Job:
        """Queue a slate, as ``User.personalize`` makes one; the seed is settled now.

        The same ``key`` again answers with the same job. ``looks``: previews wanted. InputError for
        bad input and for a key that came with another request, UnknownName, QuotaExceeded.
        """
        self.studio.existing_user(user)
        request = intake.check_request(
            Request(
                user=user,
                instruction=intake.check_words(instruction),
                kind=kind,
                size=size,
                seed=0 if seed is None else seed,
                references=tuple(intake.take_picture(one) for one in references),
                mask=intake.take_picture(mask) if mask is not None else None,
                routes=tuple(routes),
                personalization=float(personalization),
            )
        )
        asked = task_of(request)
        digest = digest_of({**asked, "seed": seed})
        settled = {**asked, "seed": fresh_seed() if seed is None else seed, "looks": looks}
        pictures = [*request.references, *([request.mask] if request.mask else [])]
        return self._submit(
            user, "generate", settled, digest=digest, pictures=pictures, priority=priority, key=key
        )

    def _submit(
        self,
        user: str,
        kind: str,
        task: Mapping[str, Any],
        *,
        digest: str,
        pictures: Sequence[Picture],
        priority: int,
        key: str,
    ) -> Job:
        check_priority(priority)
        if len(key) > LONGEST_KEY or not key.isprintable():
            raise InputError(
                f"the idempotency key must be up to {LONGEST_KEY} printable characters; shorten it"
            )
        self.studio.blobs.put_all([picture.data for picture in pictures])
        row = self.jobs.submit(
            JobRow(
                job_id="j" + secrets.token_hex(8),
                user=user,
                kind=kind,
                created=time.time(),
                priority=priority,
                task=task,
                key=key or None,
                digest=digest,
                blobs=tuple(sorted({picture.sha256 for picture in pictures})),
            ),
            quota=self.quota,
        )
        self.bell.set()
        return job_of(row)

    # -- looking -------------------------------------------------------------------------------

    def get(self, user: str, job_id: str) -> Job:
        """The job as it stands."""
        return job_of(self.jobs.get(job_id, user=user))

    def list(
        self,
        user: str,
        *,
        states: Sequence[str] = (),
        before: Job | None = None,
        limit: int = 50,
    ) -> JobList:
        """Newest first; the next page starts after ``before``."""
        place = (before.created, before.job_id) if before else None
        rows = self.jobs.page(user, states=states, before=place, limit=limit)
        return [job_of(row) for row in rows]

    def unfinished(self, user: str) -> JobList:
        """What has not ended, newest first."""
        return self.list(user, states=UNFINISHED, limit=self.quota)

    def waiting(self, user: str) -> JobList:
        """Queued jobs in the order in which they will run."""
        return [job_of(row) for row in self.jobs.waiting(user)]

    def standing(self, user: str) -> Standing:
        """What has not ended, and how many jobs of anybody are begun before it; 0: it is next.

        Running jobs, then the others in the order in which they will run, or would if resumed.
        """
        return [(job_of(row), ahead) for row, ahead in self.jobs.standing(user)]

    def ahead(self, user: str, job_id: str) -> int:
        """How many jobs of anybody are begun before this one; 0: it is next, or is not queued."""
        if self.get(user, job_id).state != "queued":
            return 0
        return next((ahead for job, ahead in self.standing(user) if job.job_id == job_id), 0)

    def preview(self, user: str, job_id: str) -> bytes | None:
        """The unfinished picture as PNG, where there is one."""
        self.jobs.get(job_id, user=user)
        return self.previews.newest(job_id)

    # -- steering ------------------------------------------------------------------------------

    def cancel(self, user: str, job_id: str) -> Job:
        """End a waiting job; ask a running one to stop at its next step."""
        return job_of(self.jobs.cancel(job_id, user=user))

    def pause(self, user: str, job_id: str) -> Job:
        """Keep a job from running; a running one stops and begins anew when resumed."""
        return job_of(self.jobs.pause(job_id, user=user))

    def resume(self, user: str, job_id: str) -> Job:
        """Queue a paused job again."""
        job = job_of(self.jobs.resume(job_id, user=user))
        self.bell.set()
        return job

    def prioritize(self, user: str, job_id: str, *, priority: int) -> Job:
        """Run it before (or after) one's other jobs."""
        check_priority(priority)
        return job_of(self.jobs.prioritize(job_id, user=user, priority=priority))

    def reorder(self, user: str, job_ids: Sequence[str]) -> JobList:
        """Put these waiting jobs in this order; all of one's queued jobs, as they will run."""
        if not job_ids:
            raise UnknownName("no job is named; give the ids in the order you want")
        self.jobs.reorder(job_ids, user=user)
        return self.waiting(user)

    def hold(self) -> None:
        """Begin no more jobs of anybody, until ``release``; survives a restart."""
        self.jobs.hold(True)

    def release(self) -> None:
        """Begin jobs again."""
        self.jobs.hold(False)
        self.bell.set()

    @property
    def is_held(self) -> bool:
        """Whether no job is begun for now."""
        return self.jobs.is_held()


def task_of(request: Request) -> dict[str, Any]:
    """A request as JSON, its pictures by their sha256."""
    return {
        "instruction": request.instruction,
        "kind": request.kind,
        "size": request.size,
        "seed": request.seed,
        "references": [picture.sha256 for picture in request.references],
        "mask": request.mask.sha256 if request.mask else None,
        "routes": list(request.routes),
        "personalization": request.personalization,
    }


def digest_of(task: Mapping[str, Any]) -> str:
    """sha256 of what was asked."""
    return hashlib.sha256(json.dumps(task, sort_keys=True).encode()).hexdigest()


def check_priority(priority: int) -> None:
    """InputError where it is out of range."""
    if type(priority) is not int or not -TOP_PRIORITY <= priority <= TOP_PRIORITY:
        raise InputError(f"priority {priority!r} is out of range; use -100 to 100")
