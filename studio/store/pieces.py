"""Pieces: a person's shown pictures over all slates, by page, with what they said of each."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    not_,
    or_,
    select,
    tuple_,
)

from studio.piece import RATINGS, Piece, Shelf, item_id_of
from studio.store import tables
from studio.store.people import hold_user, require_user
from studio.store.statements import in_chunks

_SLATE, _SHOWN = tables.slates, tables.candidates
_SAID = tables.interactions
_RATED = tuple(event for events in RATINGS.values() for event in events)


def page_pieces(
    connection: Connection, user: str, *, shelf: Shelf, after: Piece | None, limit: int
) -> list[Piece]:
    """Newest slate first, by rank within it; the next page starts after ``after``."""
    require_user(connection, user)
    statement = _pieces(user)
    for condition in _conditions(user, shelf):
        statement = statement.where(condition)
    if after is not None:
        place = tuple_(_SLATE.c.created, _SLATE.c.slate_id)
        here = (after.created, after.slate_id)
        statement = statement.where(
            or_(
                place < tuple_(*here),
                and_(place == tuple_(*here), _SHOWN.c.rank > after.rank),
            )
        )
    order = (_SLATE.c.created.desc(), _SLATE.c.slate_id.desc(), _SHOWN.c.rank)
    rows = connection.execute(statement.order_by(*order).limit(limit)).all()
    return _rated(connection, user, rows)


def pieces_of_slate(connection: Connection, user: str, slate_id: str) -> list[Piece]:
    """What one slate of this person showed, by rank; empty where there is no such slate."""
    statement = _pieces(user).where(_SLATE.c.slate_id == slate_id).order_by(_SHOWN.c.rank)
    return _rated(connection, user, connection.execute(statement).all())


def pieces_by_id(
    connection: Connection, user: str, ids: Sequence[str], *, shelf: Shelf | None = None
) -> list[Piece]:
    """Pieces by candidate id, as in the newest slate of each; what is not theirs is left out."""
    found: dict[str, Row[Any]] = {}
    conditions = _conditions(user, shelf) if shelf else []
    for chunk in in_chunks(list(dict.fromkeys(ids))):
        statement = _pieces(user).where(_SHOWN.c.candidate_id.in_(chunk), *conditions)
        for row in connection.execute(statement.order_by(_SLATE.c.created)):
            found[row.candidate_id] = row
    return _rated(connection, user, [found[one] for one in ids if one in found])


def count_pieces(connection: Connection, user: str) -> int:
    """How many pictures were shown to a person, over all slates."""
    counted = select(func.count()).select_from(_SHOWN)
    return connection.scalar(counted.where(_SHOWN.c.user == user, _SHOWN.c.rank > 0)) or 0


def blobs_shown(connection: Connection, user: str) -> tuple[list[str], list[str]]:
    """Candidate and picture of all that was shown to a person, in no order: to sort takes long.

    Ids and digests hold no comma, so each column comes as one text: a row each takes far longer.
    """
    told = func.aggregate_strings
    asked = select(told(_SHOWN.c.candidate_id, ","), told(_SHOWN.c.blob, ","))
    ids, blobs = connection.execute(asked.where(_SHOWN.c.user == user, _SHOWN.c.rank > 0)).one()
    return (ids.split(","), blobs.split(",")) if ids else ([], [])


def blobs_by_date(connection: Connection, user: str) -> list[str]:
    """The pictures that were shown to a person, the newest slate's first."""
    shown = select(_SHOWN.c.blob).join(_SLATE, _SLATE.c.slate_id == _SHOWN.c.slate_id)
    mine = shown.where(_SLATE.c.user == user, _SHOWN.c.user == user, _SHOWN.c.rank > 0)
    return list(connection.scalars(mine.order_by(_SLATE.c.created.desc())))


def slates_made(connection: Connection, user: str) -> tuple[int, float]:
    """How many slates a person has and when the newest was made; UnknownName."""
    require_user(connection, user)
    asked = select(func.count(), func.max(_SLATE.c.created)).where(_SLATE.c.user == user)
    count, newest = connection.execute(asked).one()
    return int(count), float(newest or 0.0)


def latest_ratings(connection: Connection, user: str, items: Collection[str]) -> dict[str, str]:
    """The newest rating event of each of ``items`` by this person, where there is one."""
    found: dict[str, str] = {}
    for chunk in in_chunks(sorted(set(items))):
        said = select(_SAID.c.item_id, _SAID.c.event).where(
            _SAID.c.user == user, _SAID.c.item_id.in_(chunk), _SAID.c.event.in_(_RATED)
        )
        for row in connection.execute(said.order_by(_SAID.c.timestamp, _SAID.c.row_id)):
            found[row.item_id] = row.event
    return found


def remove_interactions(connection: Connection, user: str, items: Sequence[str]) -> int:
    """Forget all that this person did with ``items``, in the feedback log too; how many events."""
    hold_user(connection, user)
    log = tables.feedback
    removed = 0
    for chunk in in_chunks(list(dict.fromkeys(items))):
        gone = delete(_SAID).where(_SAID.c.user == user, _SAID.c.item_id.in_(chunk))
        removed += connection.execute(gone).rowcount
        named = or_(log.c.subject.in_(chunk), log.c.over.in_(chunk))
        connection.execute(delete(log).where(log.c.user == user, named))
    return removed


def _pieces(user: str) -> Select[Any]:
    return (
        select(
            _SHOWN.c.candidate_id,
            _SHOWN.c.slate_id,
            _SHOWN.c.rank,
            _SHOWN.c.route,
            _SHOWN.c.seed,
            _SHOWN.c.blob,
            _SHOWN.c.source_item,
            _SHOWN.c.score,
            _SLATE.c.created,
            _SLATE.c.request,
        )
        .join(_SLATE, _SLATE.c.slate_id == _SHOWN.c.slate_id)
        .where(_SLATE.c.user == user, _SHOWN.c.user == user, _SHOWN.c.rank > 0)
    )


def _conditions(user: str, shelf: Shelf) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = []
    if shelf.route:
        wanted.append(_SHOWN.c.route == shelf.route)
    if shelf.kind:
        wanted.append(_SLATE.c.request["kind"].as_string() == shelf.kind)
    if shelf.since:
        wanted.append(_SLATE.c.created >= shelf.since)
    if shelf.until:
        wanted.append(_SLATE.c.created < shelf.until)
    for word in shelf.words.split():
        asked = _SLATE.c.request["instruction"].as_string()
        wanted.append(asked.icontains(word, autoescape=True))
    if shelf.rating in RATINGS:
        wanted.append(_rated_as(user, RATINGS[shelf.rating]))
    elif shelf.rating:
        wanted.append(not_(_rated_as(user, _RATED)))
    return wanted


def _rated_as(user: str, events: Sequence[str]) -> ColumnElement[bool]:
    """Candidates whose newest rating is one of ``events``."""
    items = tables.items
    newest = (
        select(func.max(_SAID.c.row_id))
        .where(_SAID.c.user == user, _SAID.c.event.in_(_RATED))
        .group_by(_SAID.c.item_id)
    )
    named = select(_SAID.c.item_id).where(_SAID.c.row_id.in_(newest), _SAID.c.event.in_(events))
    blobs = select(items.c.blob).where(items.c.owner == user, items.c.item_id.in_(named))
    return or_(
        and_(_SHOWN.c.route == "retrieve", _SHOWN.c.source_item.in_(named)),
        and_(_SHOWN.c.route != "retrieve", _SHOWN.c.blob.in_(blobs)),
    )


def _rated(connection: Connection, user: str, rows: Sequence[Row[Any]]) -> list[Piece]:
    items = [
        row.source_item
        if row.route == "retrieve" and row.source_item
        else item_id_of(row.blob, owner=user)
        for row in rows
    ]
    ratings = latest_ratings(connection, user, items)
    return [
        Piece(
            candidate_id=row.candidate_id,
            slate_id=row.slate_id,
            item_id=item,
            created=row.created,
            rank=row.rank,
            route=row.route,
            seed=row.seed,
            blob=row.blob,
            source_item=row.source_item,
            score=row.score,
            kind=str(row.request["kind"]),
            instruction=str(row.request["instruction"]),
            personalization=float(row.request.get("personalization", 1.0)),
            event=ratings.get(item, ""),
        )
        for row, item in zip(rows, items, strict=True)
    ]
