"""Keys: who may act for whom over HTTP. Of a key only its sha256 is kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, update

from studio.errors import UnknownName
from studio.store import tables
from studio.store.people import require_user
from studio.store.rows import KeyRow
from studio.store.store import Store

_KEY, _MAY = tables.api_keys, tables.api_key_users
KeyRows = list[KeyRow]
USED_EVERY_S = 60.0
"""``used`` is written at most this often, so a busy key is no busy row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The API keys of a store."""

    store: Store

    def add(self, key: KeyRow) -> KeyRow:
        """Store a key; UnknownName where it names a person who is not there."""
        with self.store.writing() as connection:
            for user in key.users:
                require_user(connection, user)
            values = {
                "key_id": key.key_id,
                "digest": key.digest,
                "label": key.label,
                "everybody": key.everybody,
                "created": key.created,
                "used": 0.0,
                "revoked": 0.0,
            }
            connection.execute(insert(_KEY).values(**values))
            rows = [{"key_id": key.key_id, "user": user} for user in sorted(set(key.users))]
            if rows:
                connection.execute(insert(_MAY), rows)
            return _read(connection, [key.key_id])[0]

    def find(self, digest: str) -> KeyRow | None:
        """The key with this digest, unless it is revoked."""
        with self.store.reading() as connection:
            wanted = (_KEY.c.digest == digest, _KEY.c.revoked == 0)
            key_id = connection.scalar(select(_KEY.c.key_id).where(*wanted))
            return None if key_id is None else _read(connection, [key_id])[0]

    def list(self, *, user: str = "") -> KeyRows:
        """Oldest first; with ``user`` those made for that person alone."""
        with self.store.reading() as connection:
            ids = connection.scalars(select(_KEY.c.key_id).order_by(_KEY.c.created, _KEY.c.key_id))
            rows = _read(connection, list(ids))
        return [row for row in rows if not user or row.users == (user,)]

    def revoke(self, key_id: str, *, user: str = "") -> KeyRow:
        """Let it open nothing from now on; UnknownName as ``list`` shows it."""
        with self.store.writing() as connection:
            found = [row for row in _read(connection, [key_id]) if not user or row.users == (user,)]
            if not found:
                raise UnknownName("no such key; `bespoke keys list` shows the ids")
            statement = update(_KEY).where(_KEY.c.key_id == key_id, _KEY.c.revoked == 0)
            connection.execute(statement.values(revoked=time.time()))
            return _read(connection, [key_id])[0]

    def touch(self, key: KeyRow) -> None:
        """Note that it was used."""
        now = time.time()
        if now - key.used < USED_EVERY_S:
            return
        with self.store.writing() as connection:
            connection.execute(update(_KEY).where(_KEY.c.key_id == key.key_id).values(used=now))

    def any_valid(self) -> bool:
        """Whether there is a key that opens something."""
        return any(not row.revoked and (row.everybody or row.users) for row in self.list())


def _read(connection: Connection, key_ids: Sequence[str]) -> list[KeyRow]:
    users: dict[str, list[str]] = {}
    for row in connection.execute(select(_MAY).where(_MAY.c.key_id.in_(key_ids))):
        users.setdefault(row.key_id, []).append(row.user)
    rows = {
        row.key_id: KeyRow(
            key_id=row.key_id,
            digest=row.digest,
            label=row.label,
            users=tuple(sorted(users.get(row.key_id, []))),
            everybody=row.everybody,
            created=row.created,
            used=row.used,
            revoked=row.revoked,
        )
        for row in connection.execute(select(_KEY).where(_KEY.c.key_id.in_(key_ids)))
    }
    return [rows[key_id] for key_id in key_ids if key_id in rows]
