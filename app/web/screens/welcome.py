"""Welcome: a name, a few likes, a few words, a slate. Less than a minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures, sitemap
from app.web.components import composer, follow, shelving
from app.web.components.notices import say, told
from app.web.emphasis import strong, worded
from app.web.inert import plain
from studio import intake
from studio.content import Item
from studio.errors import InputError

if TYPE_CHECKING:
    from studio.user import User

GRID = 20
TILE = 152
"""Pixels: two beside each other on a phone, five or more on a desk."""
ENOUGH = 3
PICKED, DONE = "welcome-picked", "welcome-done"
EXAMPLES = ("a happy cat", "a sleepy fox with a scarf", "a rocket full of flowers")


def show() -> None:
    """The page: three short steps, one below the other."""
    if st.session_state.pop(DONE, False):
        st.switch_page(sitemap.page("create"))
    st.title("Welcome to Bespoke", anchor=False)
    st.markdown(
        "It makes stickers and posters that suit **you**. Three short steps, then the first ones."
    )
    filling = shelving.begin(desk.studio())
    user = desk.person()
    st.subheader("1. Who are you?", anchor=False)
    if user is None or len(user.history) or st.session_state.get(desk.SOMEBODY_NEW):
        if not desk.is_open():
            st.markdown("You have started already. **Create** is the place to go on.")
            return
        _name()
        return
    st.markdown(f"You are **{plain(user.name)}**.")
    st.subheader("2. What do you like?", anchor=False)
    if filling is not None:
        st.fragment(_drawing, run_every=0.7)(filling)
        return
    picked = _grid()
    st.subheader("3. What shall we make first?", anchor=False)
    _words(user, picked)


def _name() -> None:
    with st.form("welcome-name", border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        left.text_input(
            "Your name",
            key="welcome-name-text",
            placeholder="ana",
            max_chars=64,
            help="Letters, digits and . _ @ + -",
        )
        right.form_submit_button(
            worded("Start"),
            type=strong(),
            on_click=told(_begin),
            width="stretch",
            key="welcome-begin",
        )
    st.caption("Everything stays on this machine: no account, no tracking.")


def _begin() -> None:
    name = intake.check_user(st.session_state["welcome-name-text"].strip())
    if name in desk.studio().users():
        raise InputError(f"{name} is here already; pick them in the sidebar or take another name")
    desk.studio().user(name)
    st.session_state[desk.PERSON] = name
    for key in (PICKED, desk.SOMEBODY_NEW):
        st.session_state.pop(key, None)


def _drawing(filling: shelving.Filling) -> None:
    if filling.outcome.done():
        filling.outcome.result()
        st.rerun(scope="app")
    st.progress(filling.fraction, text="Drawing some pictures to pick from. This happens once.")


def _sample() -> list[Item]:
    """Catalogue pictures of as many looks as there are, in turn."""
    by_style: dict[str, list[Item]] = {}
    for item in desk.studio().catalog.list(limit=240):
        by_style.setdefault(item.style, []).append(item)
    sample: list[Item] = []
    shelves = list(by_style.values())
    while shelves and len(sample) < GRID:
        for shelf in list(shelves):
            sample.append(shelf.pop(0))
            if not shelf:
                shelves.remove(shelf)
    return sample[:GRID]


@st.fragment
def _grid() -> set[str]:
    picked: set[str] = st.session_state.setdefault(PICKED, set())
    left = ENOUGH - len(picked)
    st.markdown(
        f"Pick at least {ENOUGH} that please you. Looks count more than subjects. "
        + (f"**{left} to go.**" if left > 0 else f"**{len(picked)} picked.**")
    )
    with st.container(horizontal=True):
        for item in _sample():
            _tile(item, picked)
    return picked


def _tile(item: Item, picked: set[str]) -> None:
    is_picked = item.item_id in picked
    words = pictures.alt_of_item(item)
    with st.container(border=True, gap="xsmall", width=TILE):
        st.image(pictures.of_item(desk.studio(), item, side=200), width="stretch", alt=words)
        st.button(
            worded("Liked") if is_picked else "Like",
            key=f"pick-{item.item_id}",
            type=strong() if is_picked else "secondary",
            icon=":material/favorite:",
            help=plain(words),
            on_click=_toggle,
            args=(item.item_id,),
            width="stretch",
        )


def _toggle(item_id: str) -> None:
    picked: set[str] = st.session_state[PICKED]
    picked.symmetric_difference_update({item_id})


def _words(user: User, picked: set[str]) -> None:
    with st.form("welcome-words", border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        left.text_input(
            "In a few words", key="welcome-words-text", placeholder=EXAMPLES[0], max_chars=200
        )
        right.form_submit_button(
            worded("Make my first slate"),
            type=strong(),
            icon=":material/auto_awesome:",
            on_click=told(_make),
            args=(user,),
            width="stretch",
            key="welcome-make",
        )
    st.caption("For example: " + ", ".join(EXAMPLES))


def _make(user: User) -> None:
    from studio.tables import HistoryRow

    picked = sorted(st.session_state.get(PICKED, set()))
    if len(picked) < ENOUGH:
        raise InputError(f"pick at least {ENOUGH} pictures above; {len(picked)} so far")
    words = st.session_state["welcome-words-text"].strip() or EXAMPLES[0]
    intake.check_words(words)
    user.add_history([HistoryRow(subject=item, event="like") for item in picked])
    job = desk.queue().generate(user.name, words, size=4)
    st.session_state[composer.WORDS] = words
    st.session_state[follow.FOLLOWING] = job.job_id
    st.session_state[DONE] = True
    say("Liked. Your first slate is being made.", icon="auto_awesome")
