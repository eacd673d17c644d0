"""A person's collection: every picture that was ever shown to them, and their boards.

``Collection(user).page()`` is the gallery's page; ``.slate(id)`` what one slate showed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studio import intake
from studio.errors import InputError
from studio.likeness import Likenesses
from studio.piece import Board, Piece, Shelf
from studio.store import boards, pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.user import User

    Vectors = NDArray[np.float32]

PAGE = 24
CHUNK = 240
LOOKED_THROUGH = 2400


class Collection:
    """What was shown to one person. Nothing here touches another person's data."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._store = user.studio.store

    def __len__(self) -> int:
        with self._store.reading() as connection:
            return pieces.count_pieces(connection, self._user.name)

    def page(
        self, shelf: Shelf | None = None, *, after: Piece | None = None, limit: int = PAGE
    ) -> list[Piece]:
        """The next ``limit`` pieces, newest slate first, after the piece ``after``."""
        with self._store.reading() as connection:
            return pieces.page_pieces(
                connection, self._user.name, shelf=shelf or Shelf(), after=after, limit=limit
            )

    def slate(self, slate_id: str) -> list[Piece]:
        """What a slate showed, by rank; UnknownName where it is not this person's."""
        self._user.slate(slate_id)
        with self._store.reading() as connection:
            return pieces.pieces_of_slate(connection, self._user.name, slate_id)

    def pieces(self, ids: Sequence[str]) -> list[Piece]:
        """Pieces by candidate id; what is not this person's is left out."""
        with self._store.reading() as connection:
            return pieces.pieces_by_id(connection, self._user.name, ids)

    def alike(
        self, query_D: Vectors, *, shelf: Shelf | None = None, limit: int = PAGE
    ) -> tuple[list[Piece], int]:
        """The pieces most like a query of the studio's encoder (D,), best first, of the shelf.

        Also how many pictures could not be compared yet: those that nobody has read. Where the
        shelf takes few, only the ``LOOKED_THROUGH`` most similar are asked.
        """
        studio = self._user.studio
        likenesses = studio.parts.shared("likenesses", lambda: Likenesses(studio))
        likeness = likenesses(self._user.name, query_D, most=LOOKED_THROUGH)
        found: list[Piece] = []
        with self._store.reading() as connection:
            for start in range(0, len(likeness.ids), CHUNK):
                ids = likeness.ids[start : start + CHUNK]
                found += pieces.pieces_by_id(connection, self._user.name, ids, shelf=shelf)
                if len(found) >= limit:
                    break
        return found[:limit], likeness.unread

    def read(self, slate_id: str) -> None:
        """Embed the pictures of a slate, so that a search finds them at once."""
        studio = self._user.studio
        blobs = [piece.blob for piece in self.slate(slate_id)]
        studio.parts.shared("likenesses", lambda: Likenesses(studio)).read(blobs, most=len(blobs))

    def picture(self, piece: Piece) -> bytes:
        """The stored PNG of a piece that this collection gave out."""
        return self._user.studio.blobs.get(piece.blob)

    def reference(self, sha256: str, *, slate_id: str) -> bytes:
        """A reference or mask that came with one of this person's slates, as it came in."""
        document = self._user.slate(slate_id)
        request = document["request"]
        if sha256 not in {*request["references"], request["mask"]}:
            raise InputError(f"slate {slate_id} has no such reference; look at its request")
        return self._user.studio.blobs.get(sha256)

    def remove_history(self, items: Sequence[str]) -> int:
        """Forget all that the person did with these items; returns how many events went."""
        with self._store.writing() as connection:
            return pieces.remove_interactions(connection, self._user.name, items)

    # boards

    def boards(self) -> list[Board]:
        """Oldest first."""
        with self._store.reading() as connection:
            return boards.list_boards(connection, self._user.name)

    def add_board(self, name: str) -> Board:
        """A new, empty board; the one of that name where there is one."""
        name = intake.check_words(name, what="name of the board", longest=60)
        with self._store.writing() as connection:
            return boards.add_board(connection, self._user.name, name)

    def remove_board(self, board_id: str) -> None:
        """Remove a board; its pictures stay. UnknownName where it is not this person's."""
        with self._store.writing() as connection:
            boards.remove_board(connection, self._user.name, board_id)

    def pin(self, board_id: str, ids: Sequence[str]) -> int:
        """Put pieces on a board; returns how many were new. UnknownName for what is not theirs."""
        with self._store.writing() as connection:
            return boards.pin(connection, self._user.name, board_id, ids)

    def unpin(self, board_id: str, ids: Sequence[str]) -> int:
        """Take pieces off a board; returns how many were on it."""
        with self._store.writing() as connection:
            return boards.unpin(connection, self._user.name, board_id, ids)

    def board(self, board_id: str) -> list[Piece]:
        """The pieces on a board, newest first."""
        with self._store.reading() as connection:
            ids = boards.pinned(connection, self._user.name, board_id)
            return pieces.pieces_by_id(connection, self._user.name, ids)
