"""Adapters: the versions of a person's own weights."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection, func, insert, select, update

from studio.errors import UnknownName
from studio.store import tables
from studio.store.people import hold_user, require_user
from studio.store.rows import AdapterRow

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
