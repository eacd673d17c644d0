"""The map: every page, its address and its place in the menu. A new page is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One page."""

    title: str
    icon: str
    section: str
    default: bool = False
    is_hidden: bool = False


ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {
        "create": Entry(title="Create", icon="auto_awesome", section="Make", default=True),
        "edit": Entry(title="Edit", icon="brush", section="Make"),
        "taste": Entry(title="Taste", icon="favorite", section="Know me"),
        "rate": Entry(title="Rate", icon="swap_horiz", section="Know me"),
        "gallery": Entry(title="Gallery", icon="grid_view", section="Keep"),
        "settings": Entry(title="Settings", icon="tune", section="Keep"),
        "welcome": Entry(title="Welcome", icon="waving_hand", section="Make", is_hidden=True),
    }
)


def page(name: str) -> StreamlitPage:
    """The page as Streamlit knows it; also what ``st.switch_page`` and ``st.page_link`` take."""
    entry = ENTRIES[name]
    return st.Page(
        _screen(name),
        title=entry.title,
        icon=f":material/{entry.icon}:",
        url_path="" if entry.default else name,
        default=entry.default,
        visibility="hidden" if entry.is_hidden else "visible",
    )


def pages() -> dict[str, StreamlitPage]:
    """All pages by name, in the order of ``ENTRIES``."""
    return {name: page(name) for name in ENTRIES}


def _screen(name: str) -> Callable[[], None]:
    def show() -> None:
        import_module(f"app.web.screens.{name}").show()

    show.__name__ = name
    return show
