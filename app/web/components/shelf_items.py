"""Shelves of items: the catalogue or a person's own pictures, by page or by likeness."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures
from app.web.components import composer, notices, search
from app.web.components.notices import say, told
from app.web.inert import plain
from studio import intake
from studio.errors import BespokeError

if TYPE_CHECKING:
    from studio.content import Item
    from studio.user import User

PAGE, COLUMNS = 20, 5
ONE_LINE = 38  # characters, of two lines
ICONS = {"like": "thumb_up", "dislike": "thumb_down", "refer": "image"}
EVENTS = {"like": "Liked", "dislike": "Noted: not this"}


def show(user: User, *, owner: str) -> None:
    """The catalogue (no owner) or the person's own pictures."""
    studio = desk.studio()
    if not studio.store.count_items(owner=owner):
        _nothing(owner)
        return
    found = _found(user, owner)
    if found is None:
        _pages(user, owner)
    elif found:
        _grid(user, found)
    else:
        st.info("Nothing like that is here.", icon=":material/search_off:")


def _nothing(owner: str) -> None:
    if owner:
        notices.empty(
            "No picture of your own yet",
            "What you upload, like or choose from a slate is kept here, for you alone.",
            to="create",
            label="Make something",
            icon="photo_library",
        )
    else:
        notices.empty(
            "The catalogue is empty",
            "Add pictures with `bespoke catalog add FOLDER`, or start with drawn ones.",
            to="welcome",
            label="Start with drawn ones",
            icon="photo_library",
        )


def _found(user: User, owner: str) -> list[Item] | None:
    """What the search finds, best first; None where nothing is searched for."""
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    words = left.text_input(
        "Search words",
        key=f"items-words-{bool(owner)}",
        placeholder="a sleepy fox",
        icon=":material/search:",
        max_chars=200,
    )
    with right:
        upload = search.upload("own" if owner else "catalogue")
    if not words and upload is None:
        return None
    studio = desk.studio()
    try:
        asked = "" if upload is not None else intake.check_words(words, what="search text")
        query_D = search.by_words(asked) if upload is None else search.by_picture(upload)
        near = studio.gallery.search(query_D, k=4 * PAGE, words=asked, owner=owner)
    except BespokeError as error:
        st.error(plain(str(error)), icon=":material/error:")
        return []
    found = [item for item, _ in near if item.owner == owner][:PAGE]
    if asked and found and not any(studio.gallery.spoken(item, asked) for item in found):
        st.caption("Nothing is called that. This is what looks most like it.")
    return found


def _pages(user: User, owner: str) -> None:
    key = f"items-cursors-{bool(owner)}"
    cursors: list[str] = st.session_state.setdefault(key, [])
    items = desk.studio().store.page_items(
        owner=owner, after=cursors[-1] if cursors else "", limit=PAGE + 1
    )
    _grid(user, items[:PAGE])
    with st.container(horizontal=True, horizontal_alignment="center"):
        if cursors:
            st.button(
                "Back",
                on_click=_back,
                args=(key,),
                icon=":material/chevron_left:",
                key="items-back",
            )
        if len(items) > PAGE:
            st.button(
                "More",
                on_click=cursors.append,
                args=(items[PAGE - 1].item_id,),
                icon=":material/chevron_right:",
                key="items-more",
            )


def _back(key: str) -> None:
    st.session_state[key].pop()


def _grid(user: User, items: list[Item]) -> None:
    for start in range(0, len(items), COLUMNS):
        row = items[start : start + COLUMNS]
        for column, item in zip(st.columns(COLUMNS), row, strict=False):
            with column, st.container(border=True, gap="xsmall"):
                words = pictures.alt_of_item(item)
                st.image(
                    pictures.of_item(desk.studio(), item, side=200), width="stretch", alt=words
                )
                st.caption(plain(item.caption or item.source, longest=ONE_LINE))
                with st.container(horizontal=True, gap="xsmall", horizontal_alignment="distribute"):
                    _button(user, item, "like", "Like")
                    _button(user, item, "dislike", "No")
                _button(user, item, "refer", "As reference")


def _button(user: User, item: Item, verb: str, label: str) -> None:
    st.button(
        label,
        key=f"item-{verb}-{item.item_id}",
        icon=f":material/{ICONS[verb]}:",
        type="tertiary",
        on_click=told(_act),
        args=(user, verb, item),
        help=plain(f"{label}: {pictures.alt_of_item(item)}"),
    )


def _act(user: User, verb: str, item: Item) -> None:
    if verb == "refer":
        composer.add_reference(desk.studio().blobs.get(item.blob))
        say("On the Create page as a reference.", icon="image")
        return
    (user.like if verb == "like" else user.dislike)(item.item_id)
    say(f"{EVENTS[verb]}. Your next slate will follow it.", icon="favorite")
