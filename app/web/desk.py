"""The desk a page works at: the open studio, the queue, and the person who sits there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from app.jobs import Queue
    from app.serving import Serving
    from studio import Studio
    from studio.collection import Collection
    from studio.user import User

PERSON = "person"
SOMEBODY_NEW = "somebody-new"
_ACTING = "acting"


def serving() -> Serving:
    """What the running server serves."""
    from app import serving as running

    return running.serving()


def studio() -> Studio:
    """The open home."""
    return serving().studio


def queue() -> Queue:
    """Where work goes."""
    return serving().queue


def is_open() -> bool:
    """Whether anybody at the page may act for anybody: on this machine alone."""
    return serving().access.mode == "open"


def signed_in() -> str | None:
    """The person that the server vouches for; None where anybody may be picked.

    AccessDenied where the server asks for a sign-in and there is none.
    """
    account = st.user.to_dict() if getattr(st.user, "is_logged_in", False) else None
    return serving().access.page_person(
        headers=dict(st.context.headers), peer=st.context.ip_address or "", signed_in=account
    )


def sit_down(name: str | None) -> None:
    """Note who acts; what another person left on the page is cleared away."""
    before = st.session_state.get(_ACTING)
    if before is not None and before != name:
        for key in list(st.session_state):
            if key not in (PERSON, _ACTING):
                del st.session_state[key]
    st.session_state[_ACTING] = name


def person() -> User | None:
    """The person at the page; None where nobody has said who they are."""
    name = st.session_state.get(_ACTING)
    if not name:
        return None
    return studio().existing_user(name) if is_open() else studio().user(name)


def collection(user: User) -> Collection:
    """Everything that was shown to the person."""
    from studio.collection import Collection

    return Collection(user)
