"""Watch: tells who waits for a job that it is over; however many wait, one look at the store."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.store.jobs import Jobs

EVERY_S = 0.1
"""Between two looks, while anybody waits."""


class JobWatch:
    """The jobs of one store, watched from one event loop at a time."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._waiting: dict[str, set[asyncio.Future[None]]] = {}
        self._looking: asyncio.Task[None] | None = None

    async def over(self, job_id: str, *, seconds: float) -> None:
        """Return once the job is over or gone, or after so many seconds."""
        if seconds <= 0:
            return
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(job_id, set()).add(told)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        try:
            with suppress(TimeoutError):
                await asyncio.wait_for(told, seconds)
        finally:
            mine = self._waiting.get(job_id, set())
            mine.discard(told)
            if not mine:
                self._waiting.pop(job_id, None)

    async def _look(self) -> None:
        """While anybody waits: which of their jobs are unfinished? A failure is theirs to raise."""
        while self._waiting:
            asked = list(self._waiting)
            try:
                unfinished = await asyncio.to_thread(self._jobs.unfinished, asked)
            except Exception as error:  # noqa: BLE001 - raised by those who wait
                self._tell(asked, error)
            else:
                self._tell([one for one in asked if one not in unfinished])
            await asyncio.sleep(EVERY_S)

    def _tell(self, job_ids: list[str], error: Exception | None = None) -> None:
        for job_id in job_ids:
            for told in self._waiting.pop(job_id, ()):
                if told.done():
                    continue
                if error is None:
                    told.set_result(None)
                else:
                    told.set_exception(error)
