"""Emphasis: how the button that matters most stands out, in light and in dark."""

from __future__ import annotations

from typing import Literal

import streamlit as st


def strong() -> Literal["primary", "secondary"]:
    """The button type that stands out and can be read.

    Streamlit writes white on the primary colour and the primary colour on the ground. On a dark
    ground no colour has a contrast of 4.5 to both, so there the outlined button is used,
    with its words in that colour (``worded``).
    """
    return "secondary" if st.context.theme.type == "dark" else "primary"


def worded(label: str) -> str:
    """The words of such a button."""
    return f":primary[{label}]" if strong() == "secondary" else label
