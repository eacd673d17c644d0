"""Opening: a store address into an engine whose tables are up to date."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from studio.errors import ConfigError, StoreCorrupt, StoreError
from studio.store.tables import HEAD, REVISION_TABLE, metadata

WRITES = "bespoke_writes"
"""Execution option: the transaction will write, so it takes SQLite's write lock at its start."""

_MIGRATION_LOCK = 0x62657370  # any number; the same in every process
_DRIVERS = {
    "sqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}


def locate(address: str | Path) -> URL:
    """``address`` as an SQLAlchemy URL; ConfigError for what is neither SQLite nor PostgreSQL.

    A path is that of a SQLite file, whatever characters it holds.
    """
    if isinstance(address, Path):
        return URL.create("sqlite", database=str(address))
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise ConfigError(
            "store: the address cannot be read; write sqlite:////folder/studio.db "
            "or postgresql://user@host/name"
        ) from error
    driver = _DRIVERS.get(url.drivername, url.drivername)
    if driver not in _DRIVERS.values():
        raise ConfigError(
            f"store: {url.drivername} is not supported; use sqlite:////… or postgresql://…"
        )
    if driver == "sqlite" and url.database in (None, "", ":memory:"):
        raise ConfigError("store: name a file, as in sqlite:////folder/studio.db")
    return url.set(drivername=driver)


def place_of(url: URL) -> str:
    """How messages name the database; never with a password."""
    if url.drivername == "sqlite":
        return f"database {Path(url.database or '').name}"
    return f"database {url.render_as_string(hide_password=True)}"


def make_engine(url: URL, *, busy_s: float) -> Engine:
    """A pooled engine; connects to nothing yet. ``busy_s``: how long to wait for a lock."""
    if url.drivername == "sqlite":
        # Readers never wait in WAL mode, so there is no use in a bound on connections.
        engine = create_engine(
            url, json_serializer=_dump, max_overflow=-1, connect_args={"timeout": busy_s}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    milliseconds = max(1, int(busy_s * 1000))
    options = f"-c lock_timeout={milliseconds} {url.query.get('options', '')}".strip()
    try:
        return create_engine(
            url,
            json_serializer=_dump,
            pool_pre_ping=True,
            max_overflow=15,
            connect_args={"options": options},
        )
    except ImportError as error:
        raise ConfigError(
            'store: PostgreSQL needs psycopg; pip install "bespoke-studio[postgres]"'
        ) from error


def bring_up_to_date(engine: Engine, *, place: str, busy_s: float) -> None:
    """Create or migrate the tables; one quick look where they are up to date.

    Raises StoreError where a newer Bespoke wrote them, StoreCorrupt where the database holds
    something else.
    """
    if engine.dialect.name == "sqlite":
        _use_wal(engine, busy_s=busy_s)
    with engine.connect() as connection:
        if _stored_revision(connection, place=place) == HEAD:
            return
    from alembic import command  # a quarter of a second, needed once a version
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({_MIGRATION_LOCK})"))
        stored = _stored_revision(connection, place=place)  # another process may have been faster
        if stored is not None and stored not in known:
            raise StoreError(
                f"{place} was written by a newer Bespoke (revision {stored}, this one knows "
                f"{HEAD}); upgrade with: pip install -U bespoke-studio"
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def shrink_log(engine: Engine) -> None:
    """Move SQLite's write-ahead log into the file and empty it, unless somebody reads it."""
    if engine.dialect.name != "sqlite":
        return
    driver = engine.raw_connection()
    try:
        driver.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        driver.close()


def _stored_revision(connection: Connection, *, place: str) -> str | None:
    tables = set(inspect(connection).get_table_names())
    if REVISION_TABLE in tables:
        rows = connection.execute(text(f"SELECT version_num FROM {REVISION_TABLE}")).all()  # noqa: S608
        return str(rows[0][0]) if rows else None
    # A PostgreSQL database may be shared with others; a SQLite file is ours alone.
    foreign = tables if connection.dialect.name == "sqlite" else tables & set(metadata.tables)
    if foreign:
        raise StoreCorrupt(
            f"{place} holds tables of something else ({', '.join(sorted(foreign)[:3])}); "
            "name another database"
        )
    return None


def _use_wal(engine: Engine, *, busy_s: float) -> None:
    """WAL is a property of the file. SQLite does not wait for the lock it needs, so we do."""
    until = time.monotonic() + busy_s
    while True:
        driver = engine.raw_connection()
        try:
            cursor = driver.cursor()
            cursor.execute("PRAGMA journal_mode")
            if cursor.fetchone() != ("wal",):
                cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not is_busy or time.monotonic() > until:
                raise
        finally:
            driver.close()
        time.sleep(0.02)


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # transactions begin where _begin_sqlite says
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    # FULL: what was answered "stored" outlives a power cut; a commit costs one sync of the log.
    cursor.execute("PRAGMA synchronous=FULL")
    # What a person deleted is overwritten, not just unlinked.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # IMMEDIATE: a transaction that reads and then writes would otherwise fail at once, without
    # waiting, where another process wrote in between.
    is_write = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is not JSON")
