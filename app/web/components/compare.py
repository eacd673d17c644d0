"""Compare: two pictures over each other with a slider, and side by side for who has no mouse."""

from __future__ import annotations

import streamlit as st


def show(before: bytes, after: bytes, *, names: tuple[str, str], alts: tuple[str, str]) -> None:
    """``before`` and ``after`` as encoded pictures; a switch shows them side by side."""
    from streamlit_extras.image_compare_slider import image_compare_slider

    side_by_side = st.toggle("Side by side", key=f"compare-{names[0]}-{names[1]}")
    if side_by_side:
        for column, data, name, alt in zip(
            st.columns(2), (before, after), names, alts, strict=True
        ):
            column.image(data, width="stretch", alt=alt)
            column.caption(name)
        return
    image_compare_slider(before, after, label1=names[0], label2=names[1])
