"""A thumbnail: a picture shown smaller than it is."""

from __future__ import annotations

import streamlit as st


def show(picture: bytes, *, width: int, alt: str) -> None:
    """Encoded bytes, so many pixels wide on the page, and as sharp there as they are.

    Of a picture that is told a width of its own Streamlit makes a copy of that width at every run.
    """
    with st.container(width=width):
        st.image(picture, width="stretch", alt=alt)
