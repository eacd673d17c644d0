"""The worker: the one thread that carries jobs out, one after the other.

Who does what: the jobs table says what is to be done and in which order, since DBOS queues know
neither fair shares nor reordering nor pausing one job. DBOS (``app.jobs.durable``) carries each
claimed job out as a durable workflow and starts it again after a crash. A claimed job is a row in
state ``running``; whatever the process was doing when it was killed, the next worker finds that
row, waits for its workflow (or begins it), and the row ends exactly once, since ``Jobs.finish``
changes running rows only.
"""

from __future__ import annotations

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import IO, TYPE_CHECKING

from app.jobs.work import prepare, work_of
from studio.errors import BespokeError, Cancelled, StoreError, StoreFull, StoreLocked
from studio.intake import encode_png
from studio.store.worker_lock import WorkerLock

if TYPE_CHECKING:
    from app.jobs.queue import Queue
    from studio.progress import Step
    from studio.store import JobRow

log = logging.getLogger(__name__)
RETRY_S = 1.0
"""Seconds before another try at a job whose end could not be written down."""
IDLE_S = 0.25
"""Seconds between two looks for work that another process queued."""
ASKED_EVERY_S = 0.2
"""Seconds between two exchanges of a running job with its row."""
KEPT_S = 30 * 24 * 3600.0
"""How long an ended job is remembered."""
LINGER_S = 5.0
"""How long the previews of an ended job stay."""
LOCK_NAME = "worker.lock"


class Worker:
    """Carries out the jobs of one home; one worker a home, which a lock sees to.

    ``on_departure``: called between two jobs once somebody was deleted; no further job is begun.
    What was read for them is in the memory of this process, which should end then.
    """

    def __init__(self, queue: Queue, *, on_departure: Callable[[], None] | None = None) -> None:
        self.queue = queue
        self.studio = queue.studio
        self.on_departure = on_departure
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock: IO[str] | None = None
        self._database_lock: WorkerLock | None = None
        self._ended: dict[str, float] = {}

    def start(self) -> None:
        """Begin in a thread of its own; StoreLocked where another process works on this home."""
        from app.jobs import durable

        self._lock = _locked(self.studio.home / LOCK_NAME)
        self._database_lock = WorkerLock.take(self.studio.store)
        self._departures = self.studio.store.departures()
        self.queue.previews.clear()
        self.queue.jobs.prune(before=time.time() - KEPT_S)
        durable.launch(self)
        self._thread = threading.Thread(target=self._serve, name="bespoke-worker", daemon=True)
        self._thread.start()

    def stop(self, *, timeout_s: float = 10.0) -> None:
        """Stop at the next step; a job under way goes back to the queue."""
        from app.jobs import durable

        self._stopping.set()
        self.queue.bell.set()
        if self._thread is not None:
            self._thread.join(timeout_s)
        durable.shut_down()
        if self._database_lock is not None:
            self._database_lock.release()
        if self._lock is not None:
            self._lock.close()

    def _serve(self) -> None:
        from app.jobs import durable

        while not self._stopping.is_set():
            self._sweep()
            try:
                begun = self.queue.jobs.running()
                if not begun and self._is_left():
                    return
                job = begun[0] if begun else self.queue.jobs.claim()
            except StoreLocked:
                job = None  # another process holds the database: look again
            except StoreError:
                log.exception("the queue cannot be read; trying again")
                job = None
            if job is None:
                self.queue.bell.wait(IDLE_S)
                self.queue.bell.clear()
                continue
            try:
                durable.see_through(job)
            except Exception:  # a full disk, say: the job is still there, and so must be its worker
                log.exception("what became of job %s cannot be written; trying again", job.job_id)
                self._stopping.wait(RETRY_S)

    def _is_left(self) -> bool:
        """Whether somebody was deleted and this process is to end for it."""
        if self.on_departure is None or self.studio.store.departures() == self._departures:
            return False
        self.on_departure()
        return True

    def _sweep(self) -> None:
        """Drop the previews of jobs that ended a while ago; who streams one may still read them."""
        now = time.monotonic()
        for job_id in [one for one, then in self._ended.items() if now - then > LINGER_S]:
            del self._ended[job_id]
            with suppress(OSError):
                self.queue.previews.drop(job_id)

    def carry_out(self, job_id: str) -> None:
        """Do one claimed job and write down what came of it; nothing where it has ended."""
        job = self.queue.jobs.find(job_id)
        if job is None or job.state != "running":
            return
        watch = Progress(self.queue, job, self._stopping)
        finish = self.queue.jobs.finish
        start = time.monotonic()
        try:
            prepare(self.studio, job)
            start = time.monotonic()
            result = work_of(job.kind)(self.studio, job, watch.tell, watch.is_cancelled)
        except Cancelled:
            state = watch.state_when_stopped()
            finish(job_id, state=state, spent_s=time.monotonic() - start)
        except StoreLocked:
            raise  # nothing was stored; DBOS tries the step again
        except BespokeError as error:
            self.fail(job_id, error, spent_s=time.monotonic() - start)
        else:
            finish(job_id, state="done", spent_s=time.monotonic() - start, result=result)
        finally:
            self._ended[job_id] = time.monotonic()

    @property
    def is_busy(self) -> bool:
        """True where a job still runs though ``stop`` was called."""
        return self._thread is not None and self._thread.is_alive()

    @property
    def is_stopping(self) -> bool:
        """True once ``stop`` was called."""
        return self._stopping.is_set()

    def fail(self, job_id: str, error: BaseException, *, spent_s: float = 0.0) -> None:
        """End a job with the error's one line."""
        line = " ".join(str(error).split())
        if not isinstance(error, BespokeError):
            line = f"unexpected {type(error).__name__}: {line}; the server's log says where"
        kind = type(error).__name__
        self.queue.jobs.finish(job_id, state="failed", spent_s=spent_s, error=line, error_type=kind)


class Progress:
    """What a running job tells its row, and what the row asks of it."""

    def __init__(self, queue: Queue, job: JobRow, stopping: threading.Event) -> None:
        self.queue = queue
        self.job = job
        self.wanted = job.wanted
        self._stopping = stopping
        self._asked = self._told = 0.0
        self._looks = int(job.task.get("looks", 0))
        self._looked = 0
        self._stage = ""
        self._stage_looks = 0

    def tell(self, step: Step) -> None:
        """Note a step, and draw what there is where a preview is due."""
        is_new = step.stage != self._stage
        if is_new:
            self._stage, self._stage_looks = step.stage, 0
        self._look(step)
        now = time.monotonic()
        if is_new or now - self._told >= ASKED_EVERY_S:
            self._told = self._asked = now
            self.wanted = self.queue.jobs.tell(
                self.job.job_id, stage=step.stage, done=step.done, total=step.total
            )

    def is_cancelled(self) -> bool:
        """Whether the row, or the end of the server, asks to stop."""
        now = time.monotonic()
        if not self.wanted and now - self._asked >= ASKED_EVERY_S:
            self._asked = now
            self.wanted = self.queue.jobs.wanted(self.job.job_id)
        return bool(self.wanted) or self._stopping.is_set()

    def state_when_stopped(self) -> str:
        """Where the job goes: it ends, waits, or is begun again by the next server."""
        by_wish = {"cancel": "cancelled", "pause": "paused"}
        return by_wish.get(self.wanted, "queued")

    def _look(self, step: Step) -> None:
        due = step.total and step.done * (self._looks + 1) // step.total
        if step.look is None or step.done >= step.total or due <= self._stage_looks:
            return
        self._stage_looks = due
        picture = step.look()
        if picture is None:
            return
        try:
            self.queue.previews.write(self.job.job_id, self._looked, encode_png(picture))
        except OSError as error:
            raise StoreFull(
                f"no preview can be written ({error.strerror}); free some disk space"
            ) from error
        self._looked += 1


def _locked(path: os.PathLike[str]) -> IO[str]:
    try:
        file = open(path, "w")  # noqa: SIM115 - held as long as the worker works
    except OSError as error:
        raise StoreFull(
            f"cannot write {LOCK_NAME} in the home ({error.strerror}); "
            "free space or check permissions"
        ) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise StoreLocked(
            "another server works on this home; stop it, or give this one another --home"
        ) from error
    return file
