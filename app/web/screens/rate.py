"""Rate: two pictures, one key. The pair that teaches most comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures
from app.web.components import notices
from app.web.components.notices import told
from app.web.emphasis import strong, worded
from app.web.inert import plain
from studio.pairs import Pair, informative_pairs

if TYPE_CHECKING:
    from studio.content import Item
    from studio.user import User

PAIRS, ROUND, GUESSES = "rate-pairs", "rate-round", "rate-guesses"
BEFORE = "rate-before"
LONG = 10
BATCH = 5
WIDTH = 760
"""Pixels of a pair, at most."""


def show() -> None:
    """The page."""
    st.title("Rate", anchor=False)
    user = desk.person()
    if user is None:
        notices.nobody()
        return
    st.session_state.setdefault(GUESSES, [])
    st.session_state.setdefault(ROUND, 0)
    if BEFORE not in st.session_state:
        st.session_state[BEFORE] = _weights(user)
    _progress()
    pair = _next(user)
    if pair is None:
        notices.empty(
            "No pair is left",
            "You have seen all of the catalogue, or it has fewer than two pictures.",
            to="create",
            label="Make something",
            icon="done_all",
        )
    else:
        _ask(user, pair)
    _learned(user)


def _next(user: User) -> Pair | None:
    """The next pair; after every ``BATCH`` answers they are chosen anew."""
    pairs: list[Pair] = st.session_state.get(PAIRS, [])
    if not pairs:
        pairs = informative_pairs(user, count=BATCH, seed=st.session_state[ROUND])
        st.session_state[PAIRS] = pairs
    return pairs[0] if pairs else None


def _progress() -> None:
    guesses: list[bool] = st.session_state[GUESSES]
    done = len(guesses)
    goal = LONG * (done // LONG + 1) if done % LONG or not done else done
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.progress(min(1.0, done / goal), text=f"{done} of {goal} rated")
    if done:
        recent = guesses[-LONG:]
        right.markdown(f"Guessed right: **{sum(recent)} of the last {len(recent)}**")
    else:
        right.markdown("Which one is more to your taste?")


def _ask(user: User, pair: Pair) -> None:
    row = st.container(horizontal=True, width=WIDTH)  # side by side on a phone too, unlike columns
    for item, other, shortcut, side in (
        (pair.first, pair.second, "Left", "left"),
        (pair.second, pair.first, "Right", "right"),
    ):
        with row.container(border=True, horizontal_alignment="center"):
            st.image(
                pictures.of_item(desk.studio(), item, side=420),
                width="stretch",
                alt=pictures.alt_of_item(item),
            )
            st.button(
                worded("This one"),
                key=f"rate-{side}",
                icon=":material/arrow_back:" if side == "left" else ":material/arrow_forward:",
                shortcut=shortcut,
                type=strong(),
                width="stretch",
                on_click=told(_prefer),
                args=(user, item, other, pair),
            )
    with st.container(horizontal=True, horizontal_alignment="center", width=WIDTH):
        st.button(
            "Neither, next",
            key="rate-skip",
            shortcut="Down",
            on_click=_skip,
            icon=":material/skip_next:",
        )


def _prefer(user: User, chosen: Item, other: Item, pair: Pair) -> None:
    user.prefer(chosen.item_id, over=other.item_id)
    st.session_state[GUESSES].append(pair.expected.item_id == chosen.item_id)
    _skip()


def _skip() -> None:
    pairs: list[Pair] = st.session_state.get(PAIRS, [])
    if pairs:
        pairs.pop(0)
    st.session_state[ROUND] += 1


def _weights(user: User) -> dict[str, float]:
    return {concept.name: concept.weight for concept in user.profile.concepts}


def _learned(user: User) -> None:
    """What has changed in the taste since the page was opened."""
    if not st.session_state[GUESSES]:
        st.caption("Keys: left arrow, right arrow; down arrow for neither.")
        return
    before: dict[str, float] = st.session_state[BEFORE]
    now = _weights(user)
    moved = {
        name: (before.get(name, 0.0), now.get(name, 0.0)) for name in before.keys() | now.keys()
    }
    strongest = sorted(moved.items(), key=lambda pair: -abs(pair[1][1] - pair[1][0]))
    changes = [(name, one, two) for name, (one, two) in strongest if abs(two - one) >= 0.02][:6]
    st.subheader("Learned in this round", anchor=False)
    if not changes:
        st.caption("Nothing new stands out yet. A few more answers will tell.")
        return
    with st.container(horizontal=True, gap="small"):
        for name, one, two in changes:
            arrow = "trending_up" if two > one else "trending_down"
            st.badge(
                f"{plain(name)} {two:+.2f}" if two else f"{plain(name)} no more",
                icon=f":material/{arrow}:",
                color="green" if two > one else "orange",
            )
