"""Create: say what is wanted, watch it being made, say what is good of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.web import desk, pictures, sitemap
from app.web.components import cards, composer, follow, notices, twin
from app.web.components.notices import told
from app.web.components.tray import SLATE
from app.web.inert import plain

if TYPE_CHECKING:
    from app.jobs import Job
    from studio.piece import Piece
    from studio.user import User

EARLIER = 6


def show() -> None:
    """The page."""
    st.title("Create", anchor=False)
    user = desk.person()
    if user is None:
        st.switch_page(sitemap.page("welcome"))
    if len(user.history) == 0 and not desk.collection(user).page(limit=1):
        _newcomer(user)
    composer.show(user)
    current = follow.job(user)
    if current is not None and not current.is_over:
        follow.show(user, current)
    elif current is not None:
        _landed(current)
    slates = _recent(user)
    shown = st.session_state.get(SLATE) or (slates[0][0].slate_id if slates else "")
    if shown:
        _slate(user, shown)
        _earlier(slates, shown)
    elif current is None:
        notices.empty(
            "Nothing made yet",
            "Write a few words above and press **Make it**. A slate takes a few seconds.",
            icon="auto_awesome",
        )


def _newcomer(user: User) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"**{plain(user.name)} has liked nothing yet.** Slates are better after a few likes."
        )
        if st.button("Pick a few pictures", icon=":material/favorite:"):
            st.switch_page(sitemap.page("welcome"))


def _landed(job: Job) -> None:
    """A followed job that is over: its slate comes to the front, once."""
    follow.ended_badly(job)
    st.session_state.pop(follow.FOLLOWING, None)
    if job.state == "done" and float(job.arguments.get("personalization", 1.0)) > 0:
        st.session_state[SLATE] = job.slate_id


def _recent(user: User) -> list[list[Piece]]:
    """The newest slates, each as its pieces; twins are not shown by themselves."""
    slates: dict[str, list[Piece]] = {}
    for piece in desk.collection(user).page(limit=16 * EARLIER):
        if piece.personalization:
            slates.setdefault(piece.slate_id, []).append(piece)
    return list(slates.values())[: EARLIER + 1]


def _slate(user: User, slate_id: str) -> None:
    document = user.slate(slate_id)
    pieces = desk.collection(user).slate(slate_id)
    request = document["request"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.subheader(f"“{plain(request['instruction'], longest=80)}”", anchor=False)
        _reuse(user, slate_id, request)
    if not request["personalization"]:
        st.caption("Made without your taste.")
    for line in document.get("passed_over", ()):
        st.caption(f":material/broken_image: Passed over: {plain(line)}")
    cards.slate(user, pieces, document)
    twin.show(user, slate_id, pieces, request)


def _reuse(user: User, slate_id: str, request: dict[str, Any]) -> None:
    with st.popover("Reuse", icon=":material/replay:"):
        for label, what in (("Words", "words"), ("Seed", "seed"), ("Everything", "all")):
            st.button(
                label,
                key=f"reuse-{what}",
                on_click=told(composer.reuse),
                args=(user, slate_id, what),
                width="stretch",
            )
        st.caption(f"Seed {request['seed']}")


def _earlier(slates: Sequence[Sequence[Piece]], shown: str) -> None:
    others = [pieces for pieces in slates if pieces[0].slate_id != shown][:EARLIER]
    if not others:
        return
    st.subheader("Earlier", anchor=False)
    for column, pieces in zip(st.columns(EARLIER), others, strict=False):
        with column:
            first = pieces[0]
            st.image(
                pictures.of_piece(desk.studio(), first, side=160),
                width="stretch",
                alt=pictures.alt(first),
            )
            st.button(
                plain(first.instruction, longest=28),
                key=f"open-{first.slate_id}",
                on_click=_open,
                args=(first.slate_id,),
                type="tertiary",
                width="stretch",
            )


def _open(slate_id: str) -> None:
    st.session_state[SLATE] = slate_id
