"""Writers: the threads of one process that write to SQLite take turns here, not there.

SQLite has those who wait look again after ever longer pauses, so that many of them starve one.
"""

from __future__ import annotations

from threading import Lock
from types import TracebackType

from studio.errors import StoreLocked
from studio.store.failures import LOCKED


class Turns:
    """One writer at a time; StoreLocked where it takes longer than ``wait_s`` seconds."""

    def __init__(self, *, wait_s: float, place: str) -> None:
        self._lock = Lock()
        self._wait_s = wait_s
        self._place = place

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self._wait_s):
            raise StoreLocked(LOCKED.format(place=self._place))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()
