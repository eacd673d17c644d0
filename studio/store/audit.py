"""Audit: who did what over HTTP and what came of it; and answers that are given again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import delete, insert, select

from studio.errors import InputError
from studio.store import tables
from studio.store.people import hold_user
from studio.store.rows import AuditRow
from studio.store.statements import insert_new
from studio.store.store import Store

_LOG, _REPLY = tables.audit, tables.replies
_COLUMNS = tuple(one.name for one in fields(AuditRow))


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The log of a store; rows about a person go with the person."""

    store: Store

    def note(self, row: AuditRow) -> None:
        """Append one row."""
        with self.store.writing() as connection:
            values = {name: getattr(row, name) for name in _COLUMNS}
            connection.execute(insert(_LOG).values(**values))

    def newest(self, *, user: str = "", limit: int = 100) -> list[AuditRow]:
        """Newest first; of one person where given."""
        with self.store.reading() as connection:
            statement = select(_LOG).order_by(_LOG.c.row_id.desc()).limit(limit)
            if user:
                statement = statement.where(_LOG.c.user == user)
            return [
                AuditRow(**{name: getattr(row, name) for name in _COLUMNS})
                for row in connection.execute(statement)
            ]

    def prune(self, *, before: float) -> int:
        """Forget rows, and answers given, before then; how many rows."""
        with self.store.writing() as connection:
            connection.execute(delete(_REPLY).where(_REPLY.c.created < before))
            return connection.execute(delete(_LOG).where(_LOG.c.timestamp < before)).rowcount


@dataclass(frozen=True, slots=True, kw_only=True)
class Replies:
    """Answers by person and idempotency key, so that asking twice does once."""

    store: Store

    def known(self, user: str, key: str, *, digest: str) -> Mapping[str, Any] | None:
        """The answer given before; InputError where the key came with another request."""
        with self.store.reading() as connection:
            wanted = (_REPLY.c.user == user, _REPLY.c.key == key)
            row = connection.execute(select(_REPLY).where(*wanted)).first()
        if row is None:
            return None
        if row.digest != digest:
            raise InputError(
                "this idempotency key came with another request before; "
                "use a new key for a new request"
            )
        document: Mapping[str, Any] = row.document
        return document

    def reserve(self, user: str, key: str, *, digest: str) -> bool:
        """Take the key before the act; False where it was taken already."""
        row = {"user": user, "key": key, "digest": digest, "created": time.time(), "document": {}}
        with self.store.writing() as connection:
            hold_user(connection, user)
            return bool(insert_new(connection, _REPLY, [row], returning=_REPLY.c.key))

    def keep(self, user: str, key: str, document: Mapping[str, Any]) -> None:
        """The answer to give when the key comes again."""
        with self.store.writing() as connection:
            wanted = (_REPLY.c.user == user, _REPLY.c.key == key)
            values = {"document": dict(document)}
            connection.execute(_REPLY.update().where(*wanted).values(**values))

    def drop(self, user: str, key: str) -> None:
        """Give a key back whose act failed."""
        with self.store.writing() as connection:
            wanted = (_REPLY.c.user == user, _REPLY.c.key == key)
            connection.execute(delete(_REPLY).where(*wanted))
