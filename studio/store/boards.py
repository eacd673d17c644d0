"""Boards: named piles of a person's pictures."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence

from sqlalchemy import Connection, delete, func, select

from studio.errors import UnknownName
from studio.piece import Board
from studio.store import tables
from studio.store.people import hold_user, require_user
from studio.store.pieces import pieces_by_id
from studio.store.statements import in_chunks, insert_new

_BOARD, _PINNED = tables.boards, tables.board_pieces


def list_boards(connection: Connection, user: str) -> list[Board]:
    """Oldest first."""
    require_user(connection, user)
    statement = (
        select(
            _BOARD.c.board_id,
            _BOARD.c.name,
            _BOARD.c.created,
            func.count(_PINNED.c.candidate_id).label("pieces"),
        )
        .join(_PINNED, _PINNED.c.board_id == _BOARD.c.board_id, isouter=True)
        .where(_BOARD.c.user == user)
        .group_by(_BOARD.c.board_id, _BOARD.c.name, _BOARD.c.created)
        .order_by(_BOARD.c.created, _BOARD.c.board_id)
    )
    return [
        Board(board_id=row.board_id, name=row.name, created=row.created, count=row.pieces)
        for row in connection.execute(statement)
    ]


def add_board(connection: Connection, user: str, name: str) -> Board:
    """A new board, or the one that has this name: its id rests on person and name."""
    hold_user(connection, user)
    key = hashlib.sha256(f"{user}\x1f{name}".encode()).hexdigest()
    board_id = f"b{key[:16]}"
    row = {"board_id": board_id, "user": user, "name": name, "created": time.time()}
    insert_new(connection, _BOARD, [row], returning=_BOARD.c.board_id)
    return next(one for one in list_boards(connection, user) if one.board_id == board_id)


def remove_board(connection: Connection, user: str, board_id: str) -> None:
    """UnknownName where it is not there or another person's."""
    _require_board(connection, user, board_id)
    connection.execute(delete(_PINNED).where(_PINNED.c.board_id == board_id))
    connection.execute(delete(_BOARD).where(_BOARD.c.board_id == board_id))


def pin(connection: Connection, user: str, board_id: str, ids: Sequence[str]) -> int:
    """Put the person's own pieces on their own board; how many were not on it yet."""
    _require_board(connection, user, board_id)
    known = {piece.candidate_id for piece in pieces_by_id(connection, user, ids)}
    for one in ids:
        if one not in known:
            raise UnknownName(f"no candidate {one!r} of {user}; pick one from the gallery")
    now = time.time()
    rows = [
        {"board_id": board_id, "candidate_id": one, "added": now + place * 1e-6}
        for place, one in enumerate(dict.fromkeys(ids))
    ]
    return len(insert_new(connection, _PINNED, rows, returning=_PINNED.c.candidate_id))


def unpin(connection: Connection, user: str, board_id: str, ids: Sequence[str]) -> int:
    """Take pieces off; how many were on it."""
    _require_board(connection, user, board_id)
    removed = 0
    for chunk in in_chunks(list(dict.fromkeys(ids))):
        gone = delete(_PINNED).where(
            _PINNED.c.board_id == board_id, _PINNED.c.candidate_id.in_(chunk)
        )
        removed += connection.execute(gone).rowcount
    return removed


def pinned(connection: Connection, user: str, board_id: str) -> list[str]:
    """Candidate ids, the last pinned first."""
    _require_board(connection, user, board_id)
    statement = select(_PINNED.c.candidate_id).where(_PINNED.c.board_id == board_id)
    newest_first = statement.order_by(_PINNED.c.added.desc(), _PINNED.c.candidate_id)
    return [str(one) for one in connection.scalars(newest_first)]


def _require_board(connection: Connection, user: str, board_id: str) -> None:
    hold_user(connection, user)
    mine = select(_BOARD.c.board_id).where(_BOARD.c.board_id == board_id, _BOARD.c.user == user)
    if connection.execute(mine).first() is None:
        raise UnknownName(f"no board {board_id!r} of {user}; make one first")
