"""People: who has a taste here."""

from __future__ import annotations

import difflib
import secrets
import time
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, Select, delete, select, union

from studio.errors import UnknownName
from studio.store import tables
from studio.store.statements import in_chunks, insert_new

DEPARTURES = "people.departures"


def add_user(connection: Connection, user: str) -> bool:
    """True where the person is new."""
    row = {"user": user, "created": time.time()}
    return bool(insert_new(connection, tables.users, [row], returning=tables.users.c.user))


def has_user(connection: Connection, user: str) -> bool:
    """Whether the person is known."""
    found = connection.execute(select(tables.users.c.user).where(tables.users.c.user == user))
    return found.first() is not None


def list_users(connection: Connection) -> list[str]:
    """Everybody, sorted."""
    return list(connection.scalars(select(tables.users.c.user).order_by(tables.users.c.user)))


def require_user(connection: Connection, user: str) -> None:
    """UnknownName, with the nearest names, where the person is not known."""
    if has_user(connection, user):
        return
    near = difflib.get_close_matches(user, list_users(connection), n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "add the user first"
    raise UnknownName(f"no user {user!r}; {hint}")


def hold_user(connection: Connection, user: str) -> None:
    """As ``require_user``, for a transaction that writes: one at a time for one person.

    SQLite has one writer anyway; in PostgreSQL the person's row is held until the end.
    """
    statement = select(tables.users.c.user).where(tables.users.c.user == user)
    if connection.execute(statement.with_for_update(key_share=True)).first() is None:
        require_user(connection, user)


def delete_user(connection: Connection, user: str) -> list[str]:
    """Remove the person and all that is theirs; the blobs nothing else rests on, sorted."""
    hold_user(connection, user)
    mine = {str(blob) for blob in connection.scalars(union(*_blobs_of(user))) if blob}
    was_known = bool(mine) or _has_interactions(connection, user)
    connection.execute(delete(tables.users).where(tables.users.c.user == user))
    connection.execute(delete(tables.audit).where(tables.audit.c.user == user))
    _drop_keys_for_nobody(connection)
    if was_known:  # else there is nothing that anybody could have read
        _note_departure(connection)
    return unused(connection, mine)


def _has_interactions(connection: Connection, user: str) -> bool:
    table = tables.interactions
    return connection.scalar(select(table.c.user).where(table.c.user == user).limit(1)) is not None


def departures(connection: Connection) -> str:
    """Another text whenever somebody with a history was deleted; empty where nobody ever was."""
    table = tables.settings
    return str(connection.scalar(select(table.c.value).where(table.c.name == DEPARTURES)) or "")


def _note_departure(connection: Connection) -> None:
    table = tables.settings
    connection.execute(delete(table).where(table.c.name == DEPARTURES))
    row = {"name": DEPARTURES, "value": secrets.token_hex(8)}
    insert_new(connection, table, [row], returning=table.c.name)


def _drop_keys_for_nobody(connection: Connection) -> None:
    keys = tables.api_keys
    acting = select(tables.api_key_users.c.key_id)
    idle = (keys.c.everybody.is_(False), keys.c.key_id.not_in(acting))
    connection.execute(delete(keys).where(*idle))


def _blobs_of(user: str) -> list[Select[tuple[str]]]:
    slates = select(tables.slates.c.slate_id).where(tables.slates.c.user == user)
    jobs = select(tables.jobs.c.job_id).where(tables.jobs.c.user == user)
    return [
        select(tables.items.c.blob).where(tables.items.c.owner == user),
        select(tables.candidates.c.blob).where(tables.candidates.c.user == user),
        select(tables.slates.c.guidance).where(tables.slates.c.user == user),
        select(tables.slate_blobs.c.blob).where(tables.slate_blobs.c.slate_id.in_(slates)),
        select(tables.job_blobs.c.blob).where(tables.job_blobs.c.job_id.in_(jobs)),
        select(tables.adapters.c.digest).where(tables.adapters.c.user == user),
    ]


def unused(connection: Connection, blobs: Iterable[str]) -> list[str]:
    """Those of ``blobs`` that no row names, sorted."""
    given = set(blobs)
    return sorted(given.difference(_still_used(connection, given)))


def _still_used(connection: Connection, blobs: set[str]) -> Iterator[str]:
    columns = (
        tables.items.c.blob,
        tables.candidates.c.blob,
        tables.slates.c.guidance,
        tables.slate_blobs.c.blob,
        tables.job_blobs.c.blob,
        tables.adapters.c.digest,
    )
    for chunk in in_chunks(sorted(blobs)):
        used = union(*(select(column).where(column.in_(chunk)) for column in columns))
        yield from map(str, connection.scalars(used))
