"""Events: what people did, said and changed by hand."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, insert, select

from studio.feedback import Feedback
from studio.history import History, Interaction
from studio.profile import Edit
from studio.store import tables
from studio.store.items import get_items, item_of
from studio.store.people import hold_user, require_user


def add_interactions(connection: Connection, user: str, rows: Sequence[Interaction]) -> None:
    """Append events; UnknownName where the user, or an item they may see, is not there."""
    hold_user(connection, user)
    get_items(connection, [row.item.item_id for row in rows], owner=user)
    values = [
        {
            "user": user,
            "item_id": row.item.item_id,
            "event": row.event,
            "timestamp": row.timestamp,
            "note": row.note,
        }
        for row in rows
    ]
    if values:
        connection.execute(insert(tables.interactions), values)


def read_history(connection: Connection, user: str, *, limit: int | None) -> History:
    """Oldest first; the newest ``limit`` where given. Events of one time keep their order."""
    require_user(connection, user)
    table, items = tables.interactions, tables.items
    statement = (
        select(table.c.event, table.c.timestamp, table.c.note, items)
        .join(items, items.c.item_id == table.c.item_id)
        .where(table.c.user == user)
        .order_by(table.c.timestamp.desc(), table.c.row_id.desc())
        .limit(limit)
    )
    newest_first = [
        Interaction(item=item_of(row), event=row.event, timestamp=row.timestamp, note=row.note)
        for row in connection.execute(statement)
    ]
    return History(user=user, interactions=tuple(reversed(newest_first)))


def add_edits(connection: Connection, user: str, edits: Sequence[Edit]) -> None:
    """Append hand-made changes of the profile."""
    hold_user(connection, user)
    values = [
        {
            "user": user,
            "concept": edit.concept,
            "weight": edit.weight,
            "source": edit.source,
            "words": edit.words,
            "turn": edit.turn,
        }
        for edit in edits
    ]
    if values:
        connection.execute(insert(tables.edits), values)


def read_edits(connection: Connection, user: str, *, after_row: int = 0) -> tuple[Edit, ...]:
    """In the order they were made."""
    require_user(connection, user)
    table = tables.edits
    statement = (
        select(table)
        .where(table.c.user == user, table.c.row_id > after_row)
        .order_by(table.c.row_id)
    )
    return tuple(
        Edit(
            concept=row.concept,
            weight=row.weight,
            source=row.source,
            words=row.words,
            turn=row.turn,
        )
        for row in connection.execute(statement)
    )


def undo_edits(connection: Connection, user: str) -> tuple[Edit, ...]:
    """Remove the last turn and return it; empty where there is none.

    A turn ends where another begins, so words said again later are a turn of their own. Edits
    without a turn are taken back one by one.
    """
    hold_user(connection, user)
    table = tables.edits
    mine = table.c.user == user
    last = connection.execute(
        select(table.c.row_id, table.c.turn).where(mine).order_by(table.c.row_id.desc()).limit(1)
    ).first()
    if last is None:
        return ()
    earlier = select(func.coalesce(func.max(table.c.row_id), 0)).where(mine)
    is_before = table.c.turn != last.turn if last.turn else table.c.row_id < last.row_id
    kept = connection.scalar(earlier.where(is_before)) or 0
    undone = read_edits(connection, user, after_row=kept)
    connection.execute(delete(table).where(mine, table.c.row_id > kept))
    return undone


def add_feedback(connection: Connection, feedback: Feedback) -> None:
    """Append one act to the log."""
    hold_user(connection, feedback.user)
    connection.execute(
        insert(tables.feedback).values(
            user=feedback.user,
            verb=feedback.verb,
            subject=feedback.subject,
            over=feedback.over,
            slate_id=feedback.slate_id,
            words=feedback.words,
            timestamp=feedback.timestamp,
        )
    )


def read_feedback(connection: Connection, user: str) -> list[Feedback]:
    """The log of one person, oldest first."""
    require_user(connection, user)
    table = tables.feedback
    statement = select(table).where(table.c.user == user)
    return [
        Feedback(
            user=row.user,
            verb=row.verb,
            subject=row.subject,
            over=row.over,
            slate_id=row.slate_id,
            words=row.words,
            timestamp=row.timestamp,
        )
        for row in connection.execute(statement.order_by(table.c.timestamp, table.c.row_id))
    ]
