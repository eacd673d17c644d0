"""Notices: what became of the last click, and what an empty page is waiting for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from app.web import sitemap
from app.web.emphasis import strong, worded
from app.web.inert import plain
from studio.errors import BespokeError

_WAITING = "notices"


def say(words: str, *, icon: str = "check") -> None:
    """Tell the person something with the next run of the page."""
    st.session_state.setdefault(_WAITING, []).append((words, icon))


def show() -> None:
    """Show what is waiting to be told."""
    for words, icon in st.session_state.pop(_WAITING, []):
        if icon == "error":
            st.error(plain(words), icon=":material/error:")
        else:
            st.toast(plain(words), icon=f":material/{icon}:")


def told(act: Callable[..., Any]) -> Callable[..., None]:
    """A click's callback whose errors reach the person as one line."""

    @wraps(act)
    def guarded(*args: Any, **named: Any) -> None:
        try:
            act(*args, **named)
        except BespokeError as error:
            say(str(error), icon="error")

    return guarded


def empty(title: str, words: str, *, to: str = "", label: str = "", icon: str = "inbox") -> None:
    """An empty state: what is missing here and the page where it comes from."""
    with st.container(border=True, horizontal_alignment="center", gap="small"):
        st.subheader(f":material/{icon}: {title}", anchor=False, text_alignment="center")
        st.markdown(words, text_alignment="center")
        if to and st.button(worded(label), type=strong(), key=f"empty-{to}-{title}"):
            st.switch_page(sitemap.page(to))


def nobody() -> None:
    """The empty state of a page that needs a person."""
    empty(
        "Nobody is here yet",
        "Say who you are and like a few pictures. It takes less than a minute.",
        to="welcome",
        label="Start",
        icon="waving_hand",
    )
