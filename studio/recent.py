"""Recent: answers that cost something, the latest kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """The ``kept`` answers asked for last, by key. Any number of threads.

    Two threads that ask for the same at once may both make it; the answers are alike.
    """

    def __init__(self, kept: int) -> None:
        self._kept = kept
        self._known: OrderedDict[K, V] = OrderedDict()
        self._lock = Lock()

    def __call__(self, key: K, make: Callable[[], V]) -> V:
        """The answer kept under ``key``, else what ``make`` gives, kept from now on."""
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                return self._known[key]
        made = make()
        with self._lock:
            self._known[key] = made
            while len(self._known) > self._kept:
                self._known.popitem(last=False)
        return made

    def forget(self, key: K) -> None:
        """Let go of one answer, if it is kept."""
        with self._lock:
            self._known.pop(key, None)

    def clear(self) -> None:
        """Let go of all answers."""
        with self._lock:
            self._known.clear()
