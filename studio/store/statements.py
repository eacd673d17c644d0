"""Statements that SQLite and PostgreSQL both know, in a size both take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")
CHUNK = 1000


def in_chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """``values`` in order, ``CHUNK`` at a time."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def insert_new(
    connection: Connection,
    table: Table,
    rows: Sequence[dict[str, Any]],
    *,
    returning: Column[Any],
) -> set[Any]:
    """Insert the rows whose keys are not there yet; the ``returning`` values of those."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    statement = dialect.insert(table).on_conflict_do_nothing().returning(returning)
    new: set[Any] = set()
    for chunk in in_chunks(rows):
        new.update(connection.scalars(statement, list(chunk)))
    return new
