"""Items: the shared catalogue and each person's own pictures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select

from studio.content import Item
from studio.errors import StoreError, UnknownName
from studio.store import tables
from studio.store.people import require_user
from studio.store.statements import in_chunks, insert_new

_TABLE = tables.items


def add_items(connection: Connection, items: Sequence[Item]) -> list[bool]:
    """True where an item is new; one that is there already stays as it is.

    Raises UnknownName where an owner is not known, StoreError where an id is another owner's.
    """
    for owner in {item.owner for item in items} - {""}:
        require_user(connection, owner)
    # In one order everywhere: two processes adding the same pictures then never wait in a ring.
    unique = {item.item_id: item for item in sorted(items, key=lambda item: item.item_id)}
    rows = [_row(item) for item in unique.values()]
    new = insert_new(connection, _TABLE, rows, returning=_TABLE.c.item_id)
    _refuse_other_owners(connection, [item for key, item in unique.items() if key not in new])
    added: list[bool] = []
    for item in items:
        added.append(item.item_id in new)
        new.discard(item.item_id)
    return added


def get_items(connection: Connection, ids: Sequence[str], *, owner: str) -> list[Item]:
    """In the order of ``ids``; UnknownName for what ``owner`` may not see or is not there."""
    found: dict[str, Item] = {}
    for chunk in in_chunks(list(dict.fromkeys(ids))):
        statement = select(_TABLE).where(_TABLE.c.item_id.in_(chunk), _visible(owner))
        found.update((row.item_id, item_of(row)) for row in connection.execute(statement))
    for item_id in ids:
        if item_id not in found:
            raise UnknownName(f"no item {item_id!r}; catalog list shows the ids")
    return [found[item_id] for item_id in ids]


def page_items(connection: Connection, *, owner: str, after: str, limit: int) -> list[Item]:
    """The next ``limit`` items of exactly this owner, by id, after the id ``after``."""
    statement = (
        select(_TABLE)
        .where(_owned(owner), _TABLE.c.item_id > after)
        .order_by(_TABLE.c.item_id)
        .limit(limit)
    )
    return [item_of(row) for row in connection.execute(statement)]


def count_items(connection: Connection, *, owner: str) -> int:
    """How many items are exactly this owner's."""
    return connection.scalar(select(func.count()).select_from(_TABLE).where(_owned(owner))) or 0


def items_revision(connection: Connection, *, owner: str) -> str:
    """Changes with the set: row ids only grow, so an item added or removed shows."""
    statement = select(func.count(), func.coalesce(func.max(_TABLE.c.row_id), 0))
    count, newest = connection.execute(statement.where(_owned(owner))).one()
    return f"{count}-{newest}"


def item_of(row: Row[Any]) -> Item:
    """The item of a row of the table."""
    return Item(
        item_id=row.item_id,
        blob=row.blob,
        caption=row.caption,
        tags=tuple(row.tags),
        style=row.style,
        license=row.license,
        kind=row.kind,
        owner=row.owner or "",
        source=row.source,
        width=row.width,
        height=row.height,
    )


def _row(item: Item) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "owner": item.owner or None,
        "blob": item.blob,
        "caption": item.caption,
        "tags": list(item.tags),
        "style": item.style,
        "license": item.license,
        "kind": item.kind,
        "source": item.source,
        "width": item.width,
        "height": item.height,
    }


def _owned(owner: str) -> ColumnElement[bool]:
    return _TABLE.c.owner == owner if owner else _TABLE.c.owner.is_(None)


def _visible(owner: str) -> ColumnElement[bool]:
    return or_(_TABLE.c.owner.is_(None), _TABLE.c.owner == owner)


def _refuse_other_owners(connection: Connection, items: Sequence[Item]) -> None:
    owner_of = {item.item_id: item.owner for item in items}
    for chunk in in_chunks(list(owner_of)):
        statement = select(_TABLE.c.item_id, _TABLE.c.owner).where(_TABLE.c.item_id.in_(chunk))
        for item_id, owner in connection.execute(statement):
            if (owner or "") != owner_of[item_id]:
                raise StoreError(
                    f"item {item_id!r} belongs to somebody else; an id is made from its owner "
                    "and its content"
                )
