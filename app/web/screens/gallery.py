"""Gallery: everything made, the catalogue, your own pictures and your boards."""

from __future__ import annotations

import datetime as dt

import streamlit as st

from app.web import desk, pictures
from app.web.components import notices, search, shelf_items, shelf_pieces
from studio.content import KINDS
from studio.piece import Shelf
from studio.request import ROUTES

SCOPES = ("Made for you", "Boards", "Your pictures", "Catalogue")
RATING_WORDS = {"liked": "liked", "disliked": "disliked", "unrated": "not rated yet"}


def show() -> None:
    """The page."""
    st.title("Gallery", anchor=False)
    user = desk.person()
    if user is None:
        notices.nobody()
        return
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        scope = st.segmented_control(
            "Show",
            SCOPES,
            default=SCOPES[0],
            required=True,
            key="gallery-scope",
            label_visibility="collapsed",
            persist_state="session",
        )
        upload = search.upload("pieces") if scope == "Made for you" else None
    if scope == "Made for you":
        shelf = _filters()
        if upload is not None:
            shelf_pieces.alike(user, shelf, upload)
        else:
            shelf_pieces.show(user, shelf)
    elif scope == "Boards":
        shelf_pieces.boards(user)
    else:
        shelf_items.show(user, owner=user.name if scope == "Your pictures" else "")


def _filters() -> Shelf:
    with st.container(
        horizontal=True, vertical_alignment="bottom", key="gallery-filters", gap="small"
    ):
        words = st.text_input(
            "Search words",
            key="gallery-words",
            placeholder="cat",
            icon=":material/search:",
            max_chars=200,
            persist_state="session",
            width=150,
        )
        route = st.selectbox(
            "Way",
            ["", *ROUTES],
            key="gallery-route",
            width=110,
            persist_state="session",
            format_func=lambda one: pictures.WAYS.get(one, "any"),
        )
        kind = st.selectbox(
            "Shape",
            ["", *KINDS],
            key="gallery-kind",
            width=110,
            persist_state="session",
            format_func=lambda one: one or "any",
        )
        rating = st.selectbox(
            "Rating",
            ["", *RATING_WORDS],
            key="gallery-rating",
            width=145,
            format_func=lambda one: RATING_WORDS.get(one, "any"),
            persist_state="session",
        )
        days = st.date_input("Between", value=[], key="gallery-days", width=205)
    since, until = _range(days)
    return Shelf(
        words=words.strip(),
        route=route or "",
        kind=kind or "",
        rating=rating or "",
        since=since,
        until=until,
    )


def _range(days: object) -> tuple[float, float]:
    """Seconds of the first day's start and the last day's end, UTC; 0 where not chosen."""
    chosen = [day for day in days if isinstance(day, dt.date)] if isinstance(days, tuple) else []
    if not chosen:
        return 0.0, 0.0
    first = dt.datetime.combine(chosen[0], dt.time(), dt.UTC).timestamp()
    last = dt.datetime.combine(chosen[-1], dt.time(), dt.UTC).timestamp() + 86_400
    return first, last
