"""The worker's lock: in PostgreSQL one worker a database, whatever homes share it.

In SQLite a home is one folder on one machine, where a locked file does (``app.jobs.worker``).
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, text

from studio.errors import StoreLocked
from studio.store.store import Store

_NUMBER = 0x62657371
"""Any number; the same in every process, another one than that of the migrations."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WorkerLock:
    """Held until ``release`` or until the process, and with it the connection, is gone."""

    connection: Connection | None

    @classmethod
    def take(cls, store: Store) -> WorkerLock:
        """StoreLocked where another process holds it; nothing to hold in SQLite."""
        connection = store.own_connection()
        if connection is None:
            return cls(connection=None)
        taken = connection.scalar(text(f"SELECT pg_try_advisory_lock({_NUMBER})"))
        if not taken:
            connection.close()
            raise StoreLocked(
                "another server works on this database; stop it, or give this one another store"
            )
        return cls(connection=connection)

    def release(self) -> None:
        """Let another server work."""
        if self.connection is not None:
            self.connection.scalar(text(f"SELECT pg_advisory_unlock({_NUMBER})"))
            self.connection.close()
