"""Store: the rows of a home. Every write is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine

from studio.content import Item
from studio.feedback import Feedback
from studio.history import History, Interaction
from studio.profile import Edit
from studio.store import adapters, events, items, people, slates
from studio.store.failures import database_errors
from studio.store.opening import (
    WRITES,
    bring_up_to_date,
    locate,
    make_engine,
    place_of,
    shrink_log,
)
from studio.store.remembered import Remembered
from studio.store.rows import AdapterRow, CandidateRow, SlateRow
from studio.store.writers import Turns


class Store:
    """Rows in SQLite or PostgreSQL; any number of threads and processes may use one database.

    Every method may raise StoreLocked, StoreCorrupt or StoreFull; then nothing was changed. A
    method about one person raises UnknownName where that person is not known.
    """

    def __init__(self, engine: Engine, *, place: str, busy_s: float) -> None:
        self._engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._place = place
        self._remembered = Remembered(engine)
        own = engine.dialect.name == "sqlite"
        self._turns = Turns(wait_s=busy_s, place=place) if own else nullcontext()

    @classmethod
    def open(cls, url: str | Path, *, busy_s: float = 5.0) -> Store:
        """Open and bring up to date; ``sqlite:////folder/studio.db`` or ``postgresql://…``.

        ``busy_s``: seconds to wait for another process. Raises ConfigError for an address that
        is neither, StoreError where a newer version wrote the tables.
        """
        location = locate(url)
        place = place_of(location)
        engine = make_engine(location, busy_s=busy_s)
        try:
            with database_errors(place):
                bring_up_to_date(engine, place=place, busy_s=busy_s)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine, place=place, busy_s=busy_s)

    def close(self) -> None:
        """Let go of every connection; the store opens again when it is next used."""
        with database_errors(self._place):
            self._remembered.close()
            self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads; for the modules of this package."""
        with database_errors(self._place), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes, all or nothing; for the modules of this package."""
        with self._turns, database_errors(self._place), self._writer.begin() as connection:
            yield connection

    def own_connection(self) -> Connection | None:
        """A connection outside the pool's turns, for a lock of the session; None in SQLite."""
        if self._engine.dialect.name != "postgresql":
            return None
        with database_errors(self._place):
            connection = self._engine.connect()
            return connection.execution_options(isolation_level="AUTOCOMMIT")

    # people

    def add_user(self, user: str) -> bool:
        """True where the person is new."""
        with self.writing() as connection:
            return people.add_user(connection, user)

    def has_user(self, user: str) -> bool:
        """Whether the person is known."""
        with self.reading() as connection:
            return people.has_user(connection, user)

    def users(self) -> list[str]:
        """Everybody, sorted."""
        with self.reading() as connection:
            return people.list_users(connection)

    def delete_user(self, user: str) -> list[str]:
        """Remove the person and all that is theirs, own items too.

        Returns the digests (blobs, adapters) that nothing else rests on; the caller drops them.
        In SQLite the bytes are overwritten, in the log too once no other process is reading it.
        """
        with self.writing() as connection:
            orphans = people.delete_user(connection, user)
        with database_errors(self._place):
            shrink_log(self._engine)
        return orphans

    def departures(self) -> str:
        """Another text whenever somebody was deleted, by whatever process."""
        with self.reading() as connection:
            return people.departures(connection)

    def unused(self, blobs: Iterable[str]) -> list[str]:
        """Those of ``blobs`` that nothing here rests on, sorted."""
        with self.reading() as connection:
            return people.unused(connection, blobs)

    # items

    def add_items(self, rows: Sequence[Item]) -> list[bool]:
        """True where an item is new; one that is there stays as it is. An owner must be known."""
        with self.writing() as connection:
            return items.add_items(connection, rows)

    def items(self, ids: Sequence[str], *, owner: str = "") -> list[Item]:
        """In order; UnknownName for a missing one or another owner's own."""
        with self.reading() as connection:
            return items.get_items(connection, ids, owner=owner)

    def page_items(self, *, owner: str = "", after: str = "", limit: int = 1000) -> list[Item]:
        """The next ``limit`` items by id: the catalogue, or an owner's own only."""
        with self.reading() as connection:
            return items.page_items(connection, owner=owner, after=after, limit=limit)

    def every_item(self, *, owner: str = "") -> list[Item]:
        """All items by id: the catalogue, or an owner's own only."""
        found: list[Item] = []
        while page := self.page_items(
            owner=owner, after=found[-1].item_id if found else "", limit=5000
        ):
            found += page
        return found

    def count_items(self, *, owner: str = "") -> int:
        """How many items the catalogue, or an owner, has."""
        with self.reading() as connection:
            return items.count_items(connection, owner=owner)

    def items_revision(self, *, owner: str = "") -> str:
        """A short text that differs whenever that set of items differs."""

        def ask() -> str:
            with self.reading() as connection:
                return items.items_revision(connection, owner=owner)

        with database_errors(self._place):
            return self._remembered(f"items of {owner}", ask)

    # what people did and said

    def add_interactions(self, user: str, rows: Sequence[Interaction]) -> None:
        """Append events, all or none; the items must be there and visible to the person."""
        with self.writing() as connection:
            events.add_interactions(connection, user, rows)

    def history(self, user: str, *, limit: int | None = None) -> History:
        """Oldest first; only the newest ``limit`` where given."""
        with self.reading() as connection:
            return events.read_history(connection, user, limit=limit)

    def edits(self, user: str) -> tuple[Edit, ...]:
        """Hand-made changes of the profile, oldest first."""
        with self.reading() as connection:
            return events.read_edits(connection, user)

    def add_edits(self, user: str, edits: Sequence[Edit]) -> None:
        """Append changes, all or none."""
        with self.writing() as connection:
            events.add_edits(connection, user, edits)

    def undo_edits(self, user: str) -> tuple[Edit, ...]:
        """Remove the last turn and return it; empty where there is none."""
        with self.writing() as connection:
            return events.undo_edits(connection, user)

    def add_feedback(self, feedback: Feedback) -> None:
        """Append to the log; ``learn`` does this and what follows from it."""
        with self.writing() as connection:
            events.add_feedback(connection, feedback)

    def feedback(self, user: str) -> list[Feedback]:
        """The log, oldest first."""
        with self.reading() as connection:
            return events.read_feedback(connection, user)

    def learn(
        self,
        feedback: Feedback,
        *,
        interactions: Sequence[Interaction] = (),
        items: Sequence[Item] = (),
        edits: Sequence[Edit] = (),
    ) -> None:
        """Store one act and all that follows from it, or nothing: items that are new first."""
        with self.writing() as connection:
            _learn(connection, feedback, interactions=interactions, new=items, edits=edits)

    def record(
        self, user: str, *, items: Sequence[Item], interactions: Sequence[Interaction]
    ) -> None:
        """Append events that come from elsewhere (an import), with the items that are new."""
        with self.writing() as connection:
            _record(connection, user, new=items, interactions=interactions)

    # slates

    def add_slate(self, slate: SlateRow) -> None:
        """Store with its candidates; one that is there stays as it is."""
        with self.writing() as connection:
            slates.add_slate(connection, slate)

    def slate(self, slate_id: str, *, user: str) -> SlateRow:
        """UnknownName where it is not there or another person's."""
        with self.reading() as connection:
            return slates.get_slate(connection, slate_id, user=user)

    def candidate(self, candidate_id: str, *, user: str) -> CandidateRow:
        """As in the newest slate that holds it; UnknownName as for a slate."""
        with self.reading() as connection:
            return slates.get_candidate(connection, candidate_id, user=user)

    def slates(
        self, user: str, *, before: float | None = None, before_id: str = "", limit: int = 50
    ) -> list[SlateRow]:
        """Newest first. The next page: ``created`` and ``slate_id`` of the last one."""
        with self.reading() as connection:
            return slates.list_slates(
                connection, user, before=before, before_id=before_id, limit=limit
            )

    # adapters

    def add_adapter(self, adapter: AdapterRow) -> AdapterRow:
        """Store as the next version, not active; returns it with its number."""
        with self.writing() as connection:
            return adapters.add_adapter(connection, adapter)

    def adapters(self, user: str) -> list[AdapterRow]:
        """By version."""
        with self.reading() as connection:
            return adapters.list_adapters(connection, user)

    def activate_adapter(self, user: str, version: int | None) -> None:
        """Make one version the active one; None: no adapter."""
        with self.writing() as connection:
            adapters.activate_adapter(connection, user, version)


def _record(
    connection: Connection, user: str, *, new: Sequence[Item], interactions: Sequence[Interaction]
) -> None:
    people.hold_user(connection, user)
    items.add_items(connection, new)
    events.add_interactions(connection, user, interactions)


def _learn(
    connection: Connection,
    feedback: Feedback,
    *,
    interactions: Sequence[Interaction],
    new: Sequence[Item],
    edits: Sequence[Edit],
) -> None:
    people.hold_user(connection, feedback.user)
    items.add_items(connection, new)
    events.add_feedback(connection, feedback)
    events.add_interactions(connection, feedback.user, interactions)
    events.add_edits(connection, feedback.user, edits)
