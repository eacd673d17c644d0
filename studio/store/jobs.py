"""Jobs: the queue's rows. Who is served next is decided here, in one transaction.

Whose turn it is says ``turns``: everybody gets the same share of the worker's time. Of a person's
jobs the one with the highest priority is next, then the lowest place. Both order a
person's own jobs only, so nobody gets ahead of anybody by them.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    delete,
    func,
    insert,
    select,
    tuple_,
    update,
)

from studio.errors import InputError, QuotaExceeded, UnknownName
from studio.store import tables
from studio.store.people import hold_user, require_user
from studio.store.rows import JobRow
from studio.store.statements import in_chunks, insert_new
from studio.store.store import Store
from studio.store.turns import ahead, people_waiting

_JOB = tables.jobs
WAITING = ("queued", "paused")
UNFINISHED = (*WAITING, "running")
HELD = "queue.held"
_COLUMNS = tuple(one.name for one in fields(JobRow) if one.name != "blobs")
_ORDER = (_JOB.c.priority.desc(), _JOB.c.place, _JOB.c.row_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """The jobs of a store. Every method is one transaction and may raise as ``Store`` does.

    Methods that take a person raise UnknownName where the job is not there or another person's.
    """

    store: Store

    def submit(self, job: JobRow, *, quota: int) -> JobRow:
        """Store a new job at the end of the person's own; with a known key, the job that has it.

        QuotaExceeded where the person has ``quota`` unfinished jobs; InputError where the key came
        with another task before.
        """
        with self.store.writing() as connection:
            hold_user(connection, job.user)
            if job.key is not None:
                mine = and_(_JOB.c.user == job.user, _JOB.c.key == job.key)
                known = connection.execute(select(_JOB).where(mine)).first()
                if known is not None:
                    return _same(_job_of(known), job)
            _require_room(connection, job.user, quota)
            last = select(func.max(_JOB.c.place)).where(_JOB.c.user == job.user)
            values = {name: getattr(job, name) for name in _COLUMNS}
            values |= {"place": (connection.scalar(last) or 0.0) + 1.0, "updated": job.created}
            connection.execute(insert(_JOB).values(**values))
            blobs = [{"job_id": job.job_id, "blob": blob} for blob in sorted(set(job.blobs))]
            if blobs:
                connection.execute(insert(tables.job_blobs), blobs)
            return _get(connection, job.job_id)

    def get(self, job_id: str, *, user: str) -> JobRow:
        """The job of this person."""
        with self.store.reading() as connection:
            return _get(connection, job_id, user=user)

    def unfinished(self, job_ids: Sequence[str]) -> set[str]:
        """Which of these are not over yet, whoever's they are; says nothing else of them."""
        found: set[str] = set()
        with self.store.reading() as connection:
            for chunk in in_chunks(list(job_ids)):
                going = and_(_JOB.c.job_id.in_(chunk), _JOB.c.state.in_(UNFINISHED))
                found.update(connection.scalars(select(_JOB.c.job_id).where(going)))
        return found

    def page(
        self,
        user: str,
        *,
        states: Sequence[str] = (),
        before: tuple[float, str] | None = None,
        limit: int = 50,
    ) -> list[JobRow]:
        """Newest first. The next page: ``created`` and ``job_id`` of the last one."""
        with self.store.reading() as connection:
            require_user(connection, user)
            statement = select(_JOB).where(_JOB.c.user == user)
            if states:
                statement = statement.where(_JOB.c.state.in_(states))
            if before is not None:
                row_id = select(_JOB.c.row_id).where(_JOB.c.job_id == before[1], _mine(user))
                place = tuple_(before[0], func.coalesce(row_id.scalar_subquery(), 0))
                statement = statement.where(tuple_(_JOB.c.created, _JOB.c.row_id) < place)
            statement = statement.order_by(_JOB.c.created.desc(), _JOB.c.row_id.desc())
            return [_job_of(row) for row in connection.execute(statement.limit(limit))]

    def waiting(self, user: str) -> list[JobRow]:
        """The person's queued jobs, in the order in which they will run."""
        with self.store.reading() as connection:
            require_user(connection, user)
            statement = select(_JOB).where(_mine(user), _JOB.c.state == "queued").order_by(*_ORDER)
            return [_job_of(row) for row in connection.execute(statement)]

    def standing(self, user: str) -> list[tuple[JobRow, int]]:
        """The person's unfinished jobs, and how many of anybody's are begun before each of them.

        Running ones first, then the others in the order in which they will run, or would if
        resumed; 0 for all but the queued. Provided that nothing changes and that every job takes
        as long as the latest did in the mean.
        """
        with self.store.reading() as connection:
            require_user(connection, user)
            mine = and_(_mine(user), _JOB.c.state.in_(UNFINISHED))
            found = connection.execute(select(_JOB).where(mine).order_by(*_ORDER))
            rows = sorted(map(_job_of, found), key=lambda row: row.state != "running")
            before = iter(ahead(connection, user, sum(row.state == "queued" for row in rows)))
            return [(row, next(before) if row.state == "queued" else 0) for row in rows]

    # one person changes their own jobs

    def cancel(self, job_id: str, *, user: str) -> JobRow:
        """A waiting job ends at once; a running one is asked to; one that has ended stays."""
        with self.store.writing() as connection:
            job = _get(connection, job_id, user=user)
            if job.state in WAITING:
                return _change(connection, job_id, state="cancelled", ended=time.time())
            return _change(connection, job_id, wanted="cancel") if job.state == "running" else job

    def pause(self, job_id: str, *, user: str) -> JobRow:
        """A queued job waits until resumed; a running one is asked to stop and then waits."""
        with self.store.writing() as connection:
            job = _get(connection, job_id, user=user)
            if job.state == "queued":
                return _change(connection, job_id, state="paused")
            if job.state == "running" and not job.wanted:
                return _change(connection, job_id, wanted="pause")
            return job

    def resume(self, job_id: str, *, user: str) -> JobRow:
        """A paused job is queued again, at its old place."""
        with self.store.writing() as connection:
            job = _get(connection, job_id, user=user)
            if job.state == "paused":
                return _change(connection, job_id, state="queued")
            if job.state == "running" and job.wanted == "pause":
                return _change(connection, job_id, wanted="")
            return job

    def prioritize(self, job_id: str, *, user: str, priority: int) -> JobRow:
        """Change the priority of a waiting job."""
        with self.store.writing() as connection:
            job = _get(connection, job_id, user=user)
            known = job.state in WAITING
            return _change(connection, job_id, priority=priority) if known else job

    def reorder(self, job_ids: Sequence[str], *, user: str) -> None:
        """Put these queued jobs in this order, on the places they have now."""
        with self.store.writing() as connection:
            jobs = [_get(connection, job_id, user=user) for job_id in job_ids]
            if len({job.job_id for job in jobs}) != len(jobs):
                raise InputError("a job is named twice; name each once")
            gone = [job.job_id for job in jobs if job.state not in WAITING]
            if gone:
                raise InputError(f"job {gone[0]} no longer waits; leave it out of the order")
            places = sorted(job.place for job in jobs)
            for job, place in zip(jobs, places, strict=True):
                _change(connection, job.job_id, place=place)

    # the worker

    def claim(self) -> JobRow | None:
        """The next job, now running; None where nobody waits or the queue is held."""
        with self.store.writing() as connection:
            if _held(connection):
                return None
            person = connection.execute(people_waiting().limit(1)).first()
            if person is None:
                return None
            mine = and_(_mine(person.user), _JOB.c.state == "queued")
            job = _job_of(
                connection.execute(select(_JOB).where(mine).order_by(*_ORDER).limit(1)).one()
            )
            now = time.time()
            return _change(
                connection,
                job.job_id,
                state="running",
                started=now,
                attempts=job.attempts + 1,
                charged_from=person.begins,
                charged_to=person.begins,
                stage="",
                done=0,
                total=0,
            )

    def running(self) -> list[JobRow]:
        """Jobs that a worker has begun and not ended."""
        with self.store.reading() as connection:
            rows = connection.execute(select(_JOB).where(_JOB.c.state == "running"))
            return [_job_of(row) for row in rows]

    def find(self, job_id: str) -> JobRow | None:
        """The job, whoever's it is; for the worker alone."""
        with self.store.reading() as connection:
            row = connection.execute(select(_JOB).where(_JOB.c.job_id == job_id)).first()
            return None if row is None else _job_of(row)

    def tell(self, job_id: str, *, stage: str, done: int, total: int) -> str:
        """Note the progress of a running job; returns what ``wanted`` does."""
        with self.store.writing() as connection:
            job = and_(_JOB.c.job_id == job_id, _JOB.c.state == "running")
            values = {"stage": stage, "done": done, "total": total, "updated": time.time()}
            statement = update(_JOB).where(job).values(**values).returning(_JOB.c.wanted)
            wanted = connection.scalar(statement)
            return "cancel" if wanted is None else str(wanted)

    def wanted(self, job_id: str) -> str:
        """What is asked of a running job: ``cancel`` (or it is gone), ``pause``, or nothing."""
        with self.store.reading() as connection:
            job = and_(_JOB.c.job_id == job_id, _JOB.c.state == "running")
            wanted = connection.scalar(select(_JOB.c.wanted).where(job))
            return "cancel" if wanted is None else str(wanted)

    def finish(
        self,
        job_id: str,
        *,
        state: str,
        spent_s: float = 0.0,
        result: Mapping[str, Any] | None = None,
        error: str = "",
        error_type: str = "",
    ) -> bool:
        """End a running job (or put it back: ``queued``, ``paused``); False where it is not one.

        ``spent_s``, in seconds of a worker, is charged to its person.
        """
        now = time.time()
        values = {
            "state": state,
            "wanted": "",
            "updated": now,
            "ended": 0.0 if state in WAITING else now,
            "charged_to": _JOB.c.charged_to + spent_s,
            "result": dict(result or {}),
            "error": error,
            "error_type": error_type,
        }
        with self.store.writing() as connection:
            job = and_(_JOB.c.job_id == job_id, _JOB.c.state == "running")
            return connection.execute(update(_JOB).where(job).values(**values)).rowcount > 0

    def hold(self, held: bool) -> None:
        """Stop beginning jobs, or go on; survives a restart."""
        with self.store.writing() as connection:
            table = tables.settings
            connection.execute(delete(table).where(table.c.name == HELD))
            row = {"name": HELD, "value": held}
            insert_new(connection, table, [row], returning=table.c.name)

    def is_held(self) -> bool:
        """Whether no job is begun for now."""
        with self.store.reading() as connection:
            return _held(connection)

    def prune(self, *, before: float) -> int:
        """Forget jobs that ended before then; how many."""
        with self.store.writing() as connection:
            old = and_(_JOB.c.ended > 0, _JOB.c.ended < before)
            return connection.execute(delete(_JOB).where(old)).rowcount


def _mine(user: str) -> Any:
    return _JOB.c.user == user


def _held(connection: Connection) -> bool:
    table = tables.settings
    return bool(connection.scalar(select(table.c.value).where(table.c.name == HELD)))


def _require_room(connection: Connection, user: str, quota: int) -> None:
    mine = select(func.count()).where(_mine(user), _JOB.c.state.in_(UNFINISHED))
    count = connection.scalar(mine) or 0
    if count >= quota:
        raise QuotaExceeded(
            f"{count} jobs of {user} are unfinished, which is the most; "
            "wait until one is done or cancel one"
        )


def _same(known: JobRow, job: JobRow) -> JobRow:
    if known.digest != job.digest:
        raise InputError(
            "this idempotency key came with another request before; use a new key for a new request"
        )
    return known


def _get(connection: Connection, job_id: str, *, user: str = "") -> JobRow:
    statement = select(_JOB).where(_JOB.c.job_id == job_id)
    if user:
        statement = statement.where(_mine(user))
    row = connection.execute(statement).first()
    if row is None:
        raise UnknownName("no such job; its id was answered when the job was accepted")
    return _job_of(row)


def _change(connection: Connection, job_id: str, **values: Any) -> JobRow:
    values["updated"] = time.time()
    connection.execute(update(_JOB).where(_JOB.c.job_id == job_id).values(**values))
    return _get(connection, job_id)


def _job_of(row: Row[Any]) -> JobRow:
    return JobRow(**{name: getattr(row, name) for name in _COLUMNS})
