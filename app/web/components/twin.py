"""The twin: the same request and seed with personalization off, against what was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.web import desk, pictures
from app.web.components import compare, follow
from app.web.components.notices import told

if TYPE_CHECKING:
    from studio.piece import Piece
    from studio.user import User

JOBS = "twins"


def show(user: User, slate_id: str, pieces: Sequence[Piece], request: Mapping[str, Any]) -> None:
    """A button that has the twin made; once it is there, a slider over the two."""
    if not request["personalization"]:
        return
    job_id = st.session_state.setdefault(JOBS, {}).get(slate_id)
    if job_id is None:
        st.button(
            "What would anybody get?",
            key=f"twin-{slate_id}",
            icon=":material/compare:",
            help="Makes the same words and seed without your taste, to compare.",
            on_click=told(_ask),
            args=(user, slate_id, request),
        )
        return
    job = desk.queue().get(user.name, job_id)
    if not job.is_over:
        return
    if job.state != "done":
        follow.ended_badly(job)
        return
    _compare(user, pieces, desk.collection(user).slate(job.slate_id))


def _ask(user: User, slate_id: str, request: Mapping[str, Any]) -> None:
    collection = desk.collection(user)
    job = desk.queue().generate(
        user.name,
        request["instruction"],
        kind=request["kind"],
        size=request["size"],
        seed=request["seed"],
        references=[
            collection.reference(sha256, slate_id=slate_id) for sha256 in request["references"]
        ],
        mask=collection.reference(request["mask"], slate_id=slate_id) if request["mask"] else None,
        routes=tuple(request["routes"]),
        personalization=0.0,
        key=f"twin-{slate_id}",
    )
    st.session_state[JOBS][slate_id] = job.job_id
    st.session_state[follow.FOLLOWING] = job.job_id


def _compare(user: User, mine: Sequence[Piece], theirs: Sequence[Piece]) -> None:
    st.subheader("Yours and anybody's", anchor=False)
    left, right = st.columns([1, 1])
    with right:
        places = list(range(1, min(len(mine), len(theirs)) + 1))
        place = st.segmented_control("Place", places, default=1, required=True, key="twin-place")
        st.caption(
            "Left: made for anybody with the same words and seed. Right: made for you. "
            "Drag the line, or show them side by side."
        )
    one, other = theirs[(place or 1) - 1], mine[(place or 1) - 1]
    with left:
        studio = desk.studio()
        compare.show(
            pictures.of_piece(studio, one, side=512),
            pictures.of_piece(studio, other, side=512),
            names=("Anybody's", "Yours"),
            alts=(f"for anybody: {pictures.alt(one)}", f"for you: {pictures.alt(other)}"),
        )
