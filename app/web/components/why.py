"""Why this?: everything that led to one picture, in words first and numbers after."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.web import desk, pictures
from app.web.components import thumbnail
from app.web.inert import plain
from studio.errors import UnknownName

if TYPE_CHECKING:
    from studio.content import Item
    from studio.piece import Piece
    from studio.user import User

STEPS = {
    "retrieve": "It was found in the catalogue: something that fits your words already exists.",
    "edit": "It was made from a picture that was near, changed towards your words and your taste.",
    "create": "It was drawn from nothing but your words and your taste.",
}
GROUNDED = "It was drawn anew, from noise, after a picture of what you asked for."
"""For what was created beside a source."""


@st.dialog("Why this?", width="large")
def show(user: User, piece: Piece) -> None:
    """A dialog over the page; nothing of the page changes."""
    document = user.slate(piece.slate_id)
    item = next(one for one in document["items"] if one["candidate_id"] == piece.candidate_id)
    left, right = st.columns([2, 3])
    with left:
        st.image(
            pictures.of_piece(desk.studio(), piece, side=512),
            width="stretch",
            alt=pictures.alt(piece),
        )
        st.download_button(
            "Download PNG",
            data=lambda: desk.collection(user).picture(piece),
            file_name=f"{piece.candidate_id}.png",
            mime="image/png",
            icon=":material/download:",
            width="stretch",
        )
    with right:
        st.markdown(f"**{plain(sentence(item['reason']))}**")
        grounded = piece.route == "create" and piece.source_item
        st.markdown(GROUNDED if grounded else STEPS[piece.route])
        if piece.source_item:
            _source(user, piece.source_item)
        _checks(user, item["fidelity"], source=piece.source_item)
    _numbers(user, document, item)


def sentence(words: str) -> str:
    """With a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def _source(user: User, item_id: str) -> None:
    source = desk.studio().gallery.items([item_id], owner=user.name)[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        _thumbnail(source)
        words = plain(source.caption) or "a picture of your own"
        terms = f" · licence {plain(source.license)}" if source.license else ""
        st.caption(f"From: {words}{terms}")


def _thumbnail(item: Item) -> None:
    picture = pictures.of_item(desk.studio(), item, side=144)
    thumbnail.show(picture, width=72, alt=pictures.alt_of_item(item))


def _checks(user: User, fidelity: Mapping[str, Any], *, source: str) -> None:
    st.markdown("**Checks**")
    for name, found in fidelity.items():
        icon = ":green[:material/check_circle:]" if found["passed"] else ":red[:material/cancel:]"
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(
                f"{icon} **{plain(name)}** {found['score']:.2f} "
                f"(needs {found['threshold']:.2f}): {plain(found['reason'])}",
                width="stretch",
            )
            if found.get("item") not in (None, source):  # the source is shown above
                _about(user, found["item"])


def _about(user: User, item_id: str) -> None:
    """The picture that a check speaks of, where it is still there."""
    try:
        items = desk.studio().gallery.items([item_id], owner=user.name)
    except UnknownName:
        return
    _thumbnail(items[0])


def _numbers(user: User, document: Mapping[str, Any], item: Mapping[str, Any]) -> None:
    guidance = document["guidance"]
    with st.expander("What the instructor asked for", icon=":material/description:"):
        st.markdown(f"Words to the generator: {plain(guidance['prompt'])}")
        if guidance["negative"]:
            st.markdown(f"Away from: {plain(guidance['negative'])}")
        if guidance["concepts"]:
            liked = ", ".join(
                f"{plain(name)} {weight:+.2f}" for name, weight in guidance["concepts"].items()
            )
            st.markdown(f"Your taste in it: {liked}")
        st.markdown(f"Routes: {plain(guidance['route_reason'])}")
    with st.expander("Score and provenance", icon=":material/fingerprint:"):
        parts = ", ".join(f"{plain(name)} {part:.2f}" for name, part in item["scores"].items())
        st.markdown(f"Score {item['score']:.2f}: {parts}")
        st.json(item["provenance"], expanded=1)
    if document["rejected"]:
        with st.expander(
            f"{len(document['rejected'])} left out by the checks", icon=":material/block:"
        ):
            for one in document["rejected"]:
                reasons = "; ".join(one["failed"].values())
                with st.container(horizontal=True, vertical_alignment="center"):
                    st.markdown(f"{pictures.WAYS[one['route']]}: {plain(reasons)}", width="stretch")
                    for about in dict.fromkeys(one.get("about", {}).values()):
                        _about(user, about)
