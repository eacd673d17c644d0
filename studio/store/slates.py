"""Slates: what was shown, with every candidate, shown or rejected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, select, tuple_

from studio.errors import UnknownName
from studio.store import tables
from studio.store.people import hold_user, require_user
from studio.store.rows import CandidateRow, SlateRow
from studio.store.statements import in_chunks, insert_new


def add_slate(connection: Connection, slate: SlateRow) -> None:
    """Store a slate with its candidates; one that is there already stays as it is."""
    hold_user(connection, slate.user)
    row = {
        "slate_id": slate.slate_id,
        "user": slate.user,
        "created": slate.created,
        "request": slate.request,
        "guidance": slate.guidance,
        "document": slate.document,
    }
    if not insert_new(connection, tables.slates, [row], returning=tables.slates.c.slate_id):
        return
    values = [_row(slate, candidate, at) for at, candidate in enumerate(slate.candidates)]
    if values:
        connection.execute(insert(tables.candidates), values)
    blobs = [{"slate_id": slate.slate_id, "blob": blob} for blob in sorted(set(slate.blobs))]
    if blobs:
        connection.execute(insert(tables.slate_blobs), blobs)


def get_slate(connection: Connection, slate_id: str, *, user: str) -> SlateRow:
    """UnknownName where it is not there or another person's."""
    table = tables.slates
    statement = select(table).where(table.c.slate_id == slate_id, table.c.user == user)
    rows = connection.execute(statement).all()
    if not rows:
        raise UnknownName(f"no slate {slate_id!r} of {user}; generate prints the id")
    return _slates_of(connection, rows)[0]


def get_candidate(connection: Connection, candidate_id: str, *, user: str) -> CandidateRow:
    """As it stood in the newest slate that holds it; UnknownName as for a slate."""
    table, slates = tables.candidates, tables.slates
    statement = (
        select(table)
        .join(slates, slates.c.slate_id == table.c.slate_id)
        .where(table.c.user == user, table.c.candidate_id == candidate_id)
        .order_by(slates.c.created.desc(), slates.c.row_id.desc())
        .limit(1)
    )
    row = connection.execute(statement).first()
    if row is None:
        raise UnknownName(f"no candidate {candidate_id!r} of {user}; slate.json lists the ids")
    return _candidate_of(row)


def list_slates(
    connection: Connection, user: str, *, before: float | None, before_id: str, limit: int
) -> list[SlateRow]:
    """Newest first; with ``before`` those made earlier, or then but with a smaller id."""
    require_user(connection, user)
    table = tables.slates
    statement = select(table).where(table.c.user == user)
    if before is not None:
        place = tuple_(table.c.created, table.c.slate_id)
        statement = statement.where(place < tuple_(before, before_id))
    statement = statement.order_by(table.c.created.desc(), table.c.slate_id.desc()).limit(limit)
    return _slates_of(connection, connection.execute(statement).all())


def _slates_of(connection: Connection, rows: Sequence[Row[Any]]) -> list[SlateRow]:
    table, extra = tables.candidates, tables.slate_blobs
    candidates: defaultdict[str, list[CandidateRow]] = defaultdict(list)
    blobs: defaultdict[str, list[str]] = defaultdict(list)
    for chunk in in_chunks([row.slate_id for row in rows]):
        mine = select(table).where(table.c.slate_id.in_(chunk))
        for row in connection.execute(mine.order_by(table.c.position)):
            candidates[row.slate_id].append(_candidate_of(row))
        for row in connection.execute(select(extra).where(extra.c.slate_id.in_(chunk))):
            blobs[row.slate_id].append(row.blob)
    return [
        SlateRow(
            slate_id=row.slate_id,
            user=row.user,
            created=row.created,
            request=row.request,
            guidance=row.guidance,
            document=row.document,
            candidates=tuple(candidates[row.slate_id]),
            blobs=tuple(sorted(blobs[row.slate_id])),
        )
        for row in rows
    ]


def _row(slate: SlateRow, candidate: CandidateRow, position: int) -> dict[str, Any]:
    if (candidate.slate_id, candidate.user) != (slate.slate_id, slate.user):
        raise ValueError(f"candidate {candidate.candidate_id} is of another slate or user")
    return {
        "slate_id": candidate.slate_id,
        "candidate_id": candidate.candidate_id,
        "user": candidate.user,
        "position": position,
        "route": candidate.route,
        "rank": candidate.rank,
        "seed": candidate.seed,
        "blob": candidate.blob,
        "source_item": candidate.source_item,
        "score": candidate.score,
        "propensity": candidate.propensity,
        "provenance": candidate.provenance,
        "fidelity": candidate.fidelity,
    }


def _candidate_of(row: Row[Any]) -> CandidateRow:
    return CandidateRow(
        candidate_id=row.candidate_id,
        slate_id=row.slate_id,
        user=row.user,
        route=row.route,
        rank=row.rank,
        seed=row.seed,
        blob=row.blob,
        source_item=row.source_item,
        score=row.score,
        propensity=row.propensity,
        provenance=row.provenance,
        fidelity=row.fidelity,
    )
