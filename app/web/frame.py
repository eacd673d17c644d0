"""The frame around every page: who is there, where to go, and what is being made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, sitemap
from app.web.components import notices, tray
from app.web.emphasis import strong, worded
from app.web.inert import plain
from studio.errors import BespokeError

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

_STITCH = (
    '<rect x="1" y="1" width="30" height="30" rx="9" fill="#a63a22"/>'
    '<path d="M11 7v18h6.4a5 5 0 0 0 1.8-9.7A4.6 4.6 0 0 0 16.6 7H11m0 8.6h6" fill="none" '
    'stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" '
    'stroke-dasharray="4.6 3.4"/>'
)
ICON = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">{_STITCH}</svg>'
MARK = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="132" height="32" viewBox="0 0 132 32">'
    f"{_STITCH}"
    '<text x="40" y="23" font-family="Georgia, serif" font-size="21" font-weight="600" '
    'fill="#c2563b">Bespoke</text></svg>'
)
SIDEBAR = 248  # pixels


def show() -> None:
    """The whole page: frame first, then the screen that the address names."""
    st.set_page_config(
        page_title="Bespoke",
        page_icon=ICON,
        layout="wide",
        menu_items={},
        initial_sidebar_state=SIDEBAR,
    )
    try:
        name = desk.signed_in()
    except BespokeError as error:
        _closed(str(error))
        return
    menu = sitemap.pages()
    chosen = st.navigation(list(menu.values()), position="hidden")
    st.logo(MARK, size="large")
    with st.sidebar:
        _menu(menu)
        desk.sit_down(name if name is not None else _picked())
        tray.show(desk.person(), page=chosen.url_path)
        _way_out(name)
    notices.show()
    chosen.run()


def _menu(menu: Mapping[str, StreamlitPage]) -> None:
    """Links by section; Streamlit's own menu is no proper list once it has sections."""
    section = ""
    for name, entry in sitemap.ENTRIES.items():
        if entry.is_hidden:
            continue
        if entry.section != section:
            section = entry.section
            st.caption(section)
        st.page_link(menu[name], width="stretch")


def _picked() -> str | None:
    """The person picked in the sidebar; in the address too, so that a reload keeps them."""
    people = desk.studio().users()
    if not people:
        return None
    asked = st.session_state.get(desk.PERSON) or st.query_params.get(desk.PERSON)
    st.session_state[desk.PERSON] = asked if asked in people else people[0]
    picked: str = st.selectbox("Person", people, key=desk.PERSON)
    st.query_params[desk.PERSON] = picked
    if st.button("New person", icon=":material/person_add:", type="tertiary", key="new-person"):
        st.session_state[desk.SOMEBODY_NEW] = True
        st.switch_page(sitemap.page("welcome"))
    return picked


def _way_out(name: str | None) -> None:
    if name is None:
        return
    st.caption(f"Signed in as {plain(name)}")
    if desk.serving().access.mode == "oidc":
        st.button("Sign out", on_click=st.logout, icon=":material/logout:")


def _closed(line: str) -> None:
    """What somebody sees whom the server does not let in."""
    st.title("Bespoke")
    st.error(plain(line), icon=":material/lock:")
    if desk.serving().access.mode == "oidc":
        st.button(worded("Sign in"), type=strong(), on_click=st.login, icon=":material/login:")
