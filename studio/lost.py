"""Lost pictures: items whose stored picture is missing or damaged. They are passed over and named.

What is lost is noticed when it is read, and forgotten as soon as it reads again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from threading import RLock
from typing import TYPE_CHECKING

from studio.errors import BlobLost

if TYPE_CHECKING:
    from studio.content import Item
    from studio.history import History
    from studio.store import Blobs, Store

MOST_TOLD = 20
"""Lost pictures that a slate names one by one."""


class LostPictures:
    """Blobs that did not read, as far as anybody noticed. Any number of threads."""

    def __init__(self, store: Store, blobs: Blobs) -> None:
        self._store = store
        self._blobs = blobs
        self._known: frozenset[str] = frozenset()
        self._lock = RLock()

    def __contains__(self, blob: str) -> bool:
        return blob in self._known

    def __len__(self) -> int:
        return len(self._known)

    def note(self, blob: str, *, owner: str) -> bool:
        """Note that ``blob`` did not read, and what else of the catalogue and the owner is missing.

        False where it was noted before: to pass over it did not help.
        """
        with self._lock:
            if blob in self._known:
                return False
            gone = missing(self._store, self._blobs, owners=("", owner))
            self._known |= {blob, *(item.blob for item in gone)}
            return True

    def look_again(self) -> bool:
        """Forget what reads again; whether anything does."""
        with self._lock:
            back = {blob for blob in self._known if self._reads(blob)}
            self._known -= back
            return bool(back)

    def _reads(self, blob: str) -> bool:
        try:
            self._blobs.get(blob)
        except BlobLost:
            return False
        return True

    def without(self, history: History) -> History:
        """The history less the pictures that are lost."""
        return replace(
            history,
            interactions=tuple(
                event for event in history.interactions if event.item.blob not in self._known
            ),
        )


def missing(store: Store, blobs: Blobs, *, owners: Iterable[str]) -> list[Item]:
    """Items, of the catalogue (the owner ``""``) and of people, whose picture is not stored."""
    stored = set(blobs.digests())
    return [
        item
        for owner in dict.fromkeys(owners)
        for item in store.every_item(owner=owner)
        if item.blob not in stored
    ]


def told(items: Iterable[Item]) -> tuple[str, ...]:
    """A line an item, for the person: which it is, and what to do."""
    gone = list(items)
    lines = [
        f"{item.title}: its picture is missing or damaged; add it again, "
        "or restore the blobs from a backup"
        for item in gone[:MOST_TOLD]
    ]
    more = len(gone) - len(lines)
    return (*lines, *([f"and {more:,} more; see bespoke doctor"] if more else []))
