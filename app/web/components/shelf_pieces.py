"""Shelves of pieces: a page of what was made for a person, and acts on several at once."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures
from app.web.components import cards, composer, notices, search, why
from app.web.components.notices import say, told
from app.web.inert import plain
from studio.errors import BespokeError, InputError

if TYPE_CHECKING:
    from studio.piece import Board, Piece, Shelf
    from studio.user import User

PAGE, COLUMNS = 20, 5
ONE_LINE = 19  # characters beneath a picture
CURSORS, PICKED = "gallery-cursors", "gallery-picked"
NEW_BOARD, BOARD = "gallery-new-board", "gallery-board"


def show(user: User, shelf: Shelf) -> None:
    """One page of the shelf; older and newer ones by key."""
    state = st.session_state
    if state.get("gallery-shelf") != shelf:
        state["gallery-shelf"], state[CURSORS] = shelf, []
    cursors: list[Piece] = state.setdefault(CURSORS, [])
    pieces = desk.collection(user).page(
        shelf, after=cursors[-1] if cursors else None, limit=PAGE + 1
    )
    if not pieces and not cursors:
        _nothing(user, shelf)
        return
    _acts(user, None)
    grid(user, pieces[:PAGE])
    with st.container(horizontal=True, horizontal_alignment="center"):
        if cursors:
            st.button("Newer", on_click=_newer, icon=":material/chevron_left:", key="gallery-newer")
        if len(pieces) > PAGE:
            st.button(
                "Older",
                on_click=cursors.append,
                args=(pieces[PAGE - 1],),
                icon=":material/chevron_right:",
                key="gallery-older",
            )


def _newer() -> None:
    st.session_state[CURSORS].pop()


def alike(user: User, shelf: Shelf, picture: bytes) -> None:
    """Pieces that look like an uploaded picture, best first, among what the filters take."""
    try:
        query_D = search.by_picture(picture)
    except BespokeError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return
    _likest(user, shelf, query_D)


def _likest(user: User, shelf: Shelf, query_D: search.Query) -> None:
    pieces, unread = desk.collection(user).alike(query_D, shelf=shelf, limit=PAGE)
    if unread:
        st.caption(f"{unread} older pictures are yet to be read; search again to read more.")
    if not pieces:
        st.info("Nothing like that is here.", icon=":material/search_off:")
        return
    _acts(user, None)
    grid(user, pieces)


def _nothing(user: User, shelf: Shelf) -> None:
    if shelf.words and len(desk.collection(user)):
        st.caption("Nothing was asked for in these words. This is what looks most like them.")
        _likest(user, replace(shelf, words=""), search.by_words(shelf.words))
        return
    if len(desk.collection(user)):
        st.info("Nothing fits these filters. Take one away.", icon=":material/filter_alt_off:")
        return
    notices.empty(
        "Nothing made yet",
        "All that is made for you is kept here.",
        to="create",
        label="Make something",
        icon="grid_view",
    )


def grid(user: User, pieces: Sequence[Piece]) -> None:
    """Pictures, ``COLUMNS`` in a row, each to open or to pick."""
    picked: set[str] = st.session_state.setdefault(PICKED, set())
    for start in range(0, len(pieces), COLUMNS):
        row = pieces[start : start + COLUMNS]
        for column, piece in zip(st.columns(COLUMNS), row, strict=False):
            with column, st.container(border=True, gap="xsmall"):
                _tile(user, piece, picked)


def _tile(user: User, piece: Piece, picked: set[str]) -> None:
    key = f"{piece.candidate_id}-{piece.slate_id}"
    st.image(
        pictures.of_piece(desk.studio(), piece, side=200), width="stretch", alt=pictures.alt(piece)
    )
    st.caption(plain(piece.instruction, longest=ONE_LINE))
    with st.container(horizontal=True, gap="xsmall"):
        cards.badge(piece.route)
        if piece.rating:
            cards.rated(piece)
    with st.container(
        horizontal=True,
        gap="xsmall",
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        _handles(user, piece, picked, key)


def _handles(user: User, piece: Piece, picked: set[str], key: str) -> None:
    st.session_state[f"pick-{key}"] = piece.candidate_id in picked
    st.checkbox(
        "Pick",
        key=f"pick-{key}",
        on_change=told(_pick),
        args=(piece.candidate_id, f"pick-{key}"),
    )
    if st.button("Details", key=f"details-{key}", type="tertiary"):
        why.show(user, piece)


def _pick(candidate_id: str, key: str) -> None:
    picked: set[str] = st.session_state[PICKED]
    (picked.add if st.session_state[key] else picked.discard)(candidate_id)


def _acts(user: User, board: Board | None) -> None:
    """What can be done with all that is picked."""
    picked: set[str] = st.session_state.setdefault(PICKED, set())
    if not picked:
        st.caption("Pick some to like, pin, download or use them together.")
        return
    pieces = desk.collection(user).pieces(sorted(picked))
    with st.container(border=True, horizontal=True, vertical_alignment="bottom", key="acts"):
        st.markdown(f"**{len(pieces)} picked**")
        for verb, label, icon in (("like", "Like", "thumb_up"), ("dislike", "No", "thumb_down")):
            st.button(
                f"{label} all",
                key=f"all-{verb}",
                icon=f":material/{icon}:",
                on_click=told(_give_all),
                args=(user, verb, pieces),
            )
        st.button(
            "Use as references",
            key="all-references",
            icon=":material/image:",
            on_click=told(_refer),
            args=(user, pieces),
        )
        st.download_button(
            "Download",
            data=lambda: _zipped(user, pieces),
            file_name="bespoke-pictures.zip",
            mime="application/zip",
            icon=":material/download:",
        )
        if board is None:
            _pin(user, pieces)
        else:
            st.button(
                "Take off the board",
                key="all-unpin",
                on_click=told(_unpin),
                args=(user, board, pieces),
            )
        st.button("Clear", key="all-clear", on_click=picked.clear, type="tertiary")


def _give_all(user: User, verb: str, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        (user.like if verb == "like" else user.dislike)(piece.candidate_id, slate_id=piece.slate_id)
    st.session_state[PICKED].clear()
    say(f"{len(pieces)} rated. Your next slate will follow it.", icon="favorite")


def _refer(user: User, pieces: Sequence[Piece]) -> None:
    for piece in pieces:
        composer.add_reference(desk.collection(user).picture(piece))
    st.session_state[PICKED].clear()
    say(f"{len(pieces)} on the Create page as references.", icon="image")


def _zipped(user: User, pieces: Sequence[Piece]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for piece in pieces:
            archive.writestr(f"{piece.candidate_id}.png", desk.collection(user).picture(piece))
    return buffer.getvalue()


def _pin(user: User, pieces: Sequence[Piece]) -> None:
    with st.popover("Pin to a board", icon=":material/push_pin:"):
        for board in desk.collection(user).boards():
            st.button(
                plain(board.name),
                key=f"pin-{board.board_id}",
                on_click=told(_put),
                args=(user, board.name, pieces),
                width="stretch",
            )
        st.text_input("New board", key=NEW_BOARD, placeholder="team stickers", max_chars=60)
        st.button("Make and pin", key="pin-new", on_click=told(_put_new), args=(user, pieces))


def _put_new(user: User, pieces: Sequence[Piece]) -> None:
    name = st.session_state[NEW_BOARD].strip()
    if not name:
        raise InputError("give the new board a name")
    _put(user, name, pieces)


def _put(user: User, name: str, pieces: Sequence[Piece]) -> None:
    collection = desk.collection(user)
    board = collection.add_board(name)
    collection.pin(board.board_id, [piece.candidate_id for piece in pieces])
    st.session_state[PICKED].clear()
    say(f"Pinned to {name}.", icon="push_pin")


def _unpin(user: User, board: Board, pieces: Sequence[Piece]) -> None:
    desk.collection(user).unpin(board.board_id, [piece.candidate_id for piece in pieces])
    st.session_state[PICKED].clear()
    say("Taken off. The pictures stay in the gallery.", icon="push_pin")


def boards(user: User) -> None:
    """One board at a time."""
    collection = desk.collection(user)
    known = {board.board_id: board for board in collection.boards()}
    if not known:
        st.info(
            "No board yet. Pick pictures under **Made for you** and press **Pin to a board**.",
            icon=":material/push_pin:",
        )
        return
    if st.session_state.get(BOARD) not in known:
        st.session_state[BOARD] = next(iter(known))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Board",
            list(known),
            key=BOARD,
            format_func=lambda one: f"{known[one].name} ({known[one].count})",
            width=280,
        )
        st.button(
            "Remove board",
            on_click=told(_remove),
            args=(user, known[chosen]),
            type="tertiary",
            icon=":material/delete:",
        )
    board = known[chosen]
    st.caption(f"Made {time.strftime('%Y-%m-%d', time.gmtime(board.created))}")
    pieces = collection.board(board.board_id)
    if not pieces:
        st.info("This board is empty.", icon=":material/push_pin:")
        return
    _acts(user, board)
    grid(user, pieces)


def _remove(user: User, board: Board) -> None:
    desk.collection(user).remove_board(board.board_id)
    say(f"Board {board.name} is gone; its pictures stay.", icon="delete")
