"""Work: personal adapters, and the jobs that make them and pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from studio.errors import UnknownName
from studio.store import tables
from studio.store.people import hold_user, require_user
from studio.store.rows import AdapterRow, JobRow

_JOB = tables.jobs
_ADAPTER = tables.adapters


def add_adapter(connection: Connection, adapter: AdapterRow) -> AdapterRow:
    """Store as the person's next version, not active; returns it with its number."""
    hold_user(connection, adapter.user)
    newest = select(func.coalesce(func.max(_ADAPTER.c.version), 0))
    version = 1 + (connection.scalar(newest.where(_ADAPTER.c.user == adapter.user)) or 0)
    numbered = replace(adapter, version=version, active=False)
    connection.execute(
        insert(_ADAPTER).values(
            user=numbered.user,
            version=numbered.version,
            method=numbered.method,
            digest=numbered.digest,
            revision=numbered.revision,
            created=numbered.created,
            provenance=numbered.provenance,
            active=numbered.active,
        )
    )
    return numbered


def list_adapters(connection: Connection, user: str) -> list[AdapterRow]:
    """By version."""
    require_user(connection, user)
    statement = select(_ADAPTER).where(_ADAPTER.c.user == user).order_by(_ADAPTER.c.version)
    return [
        AdapterRow(
            user=row.user,
            version=row.version,
            method=row.method,
            digest=row.digest,
            revision=row.revision,
            created=row.created,
            provenance=row.provenance,
            active=row.active,
        )
        for row in connection.execute(statement)
    ]


def activate_adapter(connection: Connection, user: str, version: int | None) -> None:
    """Make one version the active one, or none; UnknownName where there is no such version."""
    hold_user(connection, user)
    mine = _ADAPTER.c.user == user
    connection.execute(update(_ADAPTER).where(mine).values(active=False))
    if version is None:
        return
    chosen = update(_ADAPTER).where(mine, _ADAPTER.c.version == version).values(active=True)
    if connection.execute(chosen).rowcount == 0:
        raise UnknownName(f"no adapter version {version} of {user}; adapters {user} lists them")


def add_job(connection: Connection, job: JobRow) -> None:
    """Store a new job."""
    hold_user(connection, job.user)
    connection.execute(
        insert(_JOB).values(
            job_id=job.job_id,
            user=job.user,
            kind=job.kind,
            state=job.state,
            created=job.created,
            updated=job.updated or job.created,
            done=job.done,
            total=job.total,
            task=job.task,
            result=job.result,
            error=job.error,
        )
    )


def get_job(connection: Connection, job_id: str, *, user: str) -> JobRow:
    """UnknownName where it is not there or, with ``user``, another person's."""
    statement = select(_JOB).where(_JOB.c.job_id == job_id)
    if user:
        statement = statement.where(_JOB.c.user == user)
    row = connection.execute(statement).first()
    if row is None:
        raise UnknownName(f"no job {job_id!r}; it was answered when the job was accepted")
    return _job_of(row)


def list_jobs(connection: Connection, *, user: str, state: str, limit: int) -> list[JobRow]:
    """Newest first; of one person or in one state where given."""
    statement = select(_JOB)
    if user:
        require_user(connection, user)
        statement = statement.where(_JOB.c.user == user)
    if state:
        statement = statement.where(_JOB.c.state == state)
    order = (_JOB.c.created.desc(), _JOB.c.row_id.desc())
    return [_job_of(row) for row in connection.execute(statement.order_by(*order).limit(limit))]


def update_job(connection: Connection, job_id: str, changes: dict[str, Any]) -> JobRow:
    """Change the named columns; the job as it then stands."""
    connection.execute(update(_JOB).where(_JOB.c.job_id == job_id).values(**changes))
    return get_job(connection, job_id, user="")


def _job_of(row: Row[Any]) -> JobRow:
    return JobRow(
        job_id=row.job_id,
        user=row.user,
        kind=row.kind,
        state=row.state,
        created=row.created,
        updated=row.updated,
        done=row.done,
        total=row.total,
        task=row.task,
        result=row.result,
        error=row.error,
    )
