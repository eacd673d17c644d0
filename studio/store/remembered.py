"""Remembered: short answers of the database, kept until anybody commits anything."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from sqlalchemy import Engine, PoolProxiedConnection

MOST = 1024
"""Answers kept at once."""


class Remembered:
    """Answers by name, for what is asked many times a request.

    SQLite tells a connection in microseconds whether another one, of any process, has committed
    (``PRAGMA data_version``); one connection is kept for that and never writes. PostgreSQL does
    not tell, so there nothing is kept.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = Lock()
        self._connection: PoolProxiedConnection | None = None
        self._version: int | None = None
        self._answers: dict[str, str] = {}

    def __call__(self, name: str, ask: Callable[[], str]) -> str:
        """What ``ask`` says, or said since the last commit."""
        if self._engine.dialect.name != "sqlite":
            return ask()
        with self._lock:
            version = self._current()
            if version != self._version or len(self._answers) >= MOST:
                self._version = version
                self._answers.clear()
            known = self._answers.get(name)
        if known is not None:
            return known
        answer = ask()
        with self._lock:
            if version == self._version:  # else it may be older than what is kept now
                self._answers[name] = answer
        return answer

    def close(self) -> None:
        """Let go of the connection and all answers; it opens again when it is next used."""
        with self._lock:
            connection, self._connection, self._version = self._connection, None, None
            self._answers.clear()
        if connection is not None:
            connection.close()

    def _current(self) -> int:
        if self._connection is None:
            self._connection = self._engine.raw_connection()
            self._version = None
        cursor = self._connection.cursor()
        try:
            cursor.execute("PRAGMA data_version")
            (version,) = cursor.fetchall()[0]
            return int(version)
        finally:
            cursor.close()
