"""Cards: a slate as pictures with their reasons, and one click for each thing to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.web import desk, pictures, sitemap
from app.web.components import why
from app.web.components.notices import say, told
from app.web.emphasis import strong, worded
from app.web.inert import plain

if TYPE_CHECKING:
    from studio.piece import Piece
    from studio.user import User

COLUMNS = 4
BADGES: Mapping[str, tuple[str, str]] = {
    "retrieve": ("search", "blue"),
    "edit": ("brush", "violet"),
    "create": ("auto_awesome", "orange"),
}
EDITING = "edit-source"
NO_KEYS = "ASDFGHJK"
"""Below the digits that like; Streamlit keeps C and R for itself."""


def slate(user: User, pieces: Sequence[Piece], document: Mapping[str, Any]) -> None:
    """All cards of a slate, four in a row."""
    told_of = {item["candidate_id"]: item for item in document["items"]}
    for start in range(0, len(pieces), COLUMNS):
        row = pieces[start : start + COLUMNS]
        for column, piece in zip(st.columns(COLUMNS), row, strict=False):
            with column:
                card(user, piece, told_of[piece.candidate_id])


def card(user: User, piece: Piece, item: Mapping[str, Any]) -> None:
    """One picture: what may be said of it, what it is, and why it is here."""
    studio = desk.studio()
    with st.container(border=True, gap="small", key=f"card-{piece.candidate_id}"):
        st.image(pictures.of_piece(studio, piece), width="stretch", alt=pictures.alt(piece))
        _say(user, piece)
        _more(user, piece)
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            badge(piece.route)
            if piece.rating:
                rated(piece)
        checks = item["fidelity"].values()
        passed = f"{sum(check['passed'] for check in checks)} of {len(checks)} checks passed"
        st.markdown(f":small[:green[:material/verified: {passed}]]")
        st.caption(plain(why.sentence(item["reason"]), longest=120))


def badge(route: str) -> None:
    """How a picture came about."""
    icon, colour = BADGES[route]
    st.badge(pictures.WAYS[route], icon=f":material/{icon}:", color=colour)  # type: ignore[arg-type]


def rated(piece: Piece) -> None:
    """What the person said of it last."""
    words = {"choose": "chosen", "like": "liked", "prefer": "liked"}.get(piece.event, piece.rating)
    is_liked = piece.rating == "liked"
    icon = "check" if piece.event == "choose" else "thumb_up" if is_liked else "thumb_down"
    st.badge(words, icon=f":material/{icon}:", color="green" if is_liked else "red")


def _say(user: User, piece: Piece) -> None:
    place = piece.rank
    has_keys = place <= len(NO_KEYS)
    with st.container(gap="xsmall"):
        with st.container(horizontal=True, gap="xsmall"):
            _verb(user, piece, "like", "Like", keys=f"{place}" if has_keys else "")
            _verb(user, piece, "dislike", "No", keys=NO_KEYS[place - 1] if has_keys else "")
        _verb(user, piece, "choose", "Choose", keys=f"Alt+{place}" if has_keys else "")


def _verb(user: User, piece: Piece, verb: str, label: str, *, keys: str) -> None:
    is_said = piece.event == verb
    st.button(
        worded(label) if is_said else label,
        key=f"{verb}-{piece.candidate_id}-{piece.slate_id}",
        help=f"{label} picture {piece.rank}" + (f" (key {keys})" if keys else ""),
        shortcut=keys or None,
        type=strong() if is_said else "secondary",
        on_click=told(give),
        args=(user, verb, piece),
        width="stretch",
    )


def _more(user: User, piece: Piece) -> None:
    key = f"{piece.candidate_id}-{piece.slate_id}"
    with st.container(horizontal=True, gap="small", horizontal_alignment="distribute"):
        st.button(
            "More",
            key=f"more-{key}",
            type="tertiary",
            help=f"More like picture {piece.rank}",
            on_click=told(more_like),
            args=(user, piece),
        )
        if st.button("Edit", key=f"edit-{key}", type="tertiary", help=f"Edit picture {piece.rank}"):
            edit(piece)
        if st.button("Why?", key=f"why-{key}", type="tertiary", help=f"Why picture {piece.rank}?"):
            why.show(user, piece)


def give(user: User, verb: str, piece: Piece) -> None:
    """Feedback on one picture; the next slate knows of it."""
    acts = {"like": user.like, "dislike": user.dislike, "choose": user.choose}
    acts[verb](piece.candidate_id, slate_id=piece.slate_id)
    words = {"like": "Liked", "dislike": "Noted: not this", "choose": "Chosen"}[verb]
    say(f"{words}. Your next slate will follow it.", icon="favorite")


def more_like(user: User, piece: Piece) -> None:
    """A new slate with this picture as its reference."""
    picture = desk.collection(user).picture(piece)
    job = desk.queue().generate(user.name, piece.instruction, kind=piece.kind, references=[picture])
    st.session_state["following"] = job.job_id
    say("Making more like this.", icon="library_add")


def edit(piece: Piece) -> None:
    """Go to the edit page with this picture on the table."""
    st.session_state[EDITING] = piece
    st.switch_page(sitemap.page("edit"))
