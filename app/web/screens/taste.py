"""Taste: what was learned of the person, on what evidence, and how to put it right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures
from app.web.components import notices, thumbnail
from app.web.components.notices import say, told
from app.web.emphasis import strong, worded
from app.web.inert import plain
from studio.errors import UnknownName

if TYPE_CHECKING:
    from studio.content import Item
    from studio.profile import Concept
    from studio.user import User

EVIDENCE = 4
NEUTRAL = 0.01
"""The weight of what was moved to 0: as good as none. It stays on the page; Forget is a button."""
HISTORY_PAGE, HISTORY_COLUMNS = 24, 6
SAY = "taste-say"
KINDS = {
    "look": "Looks",
    "colour": "Colours",
    "mood": "Moods",
    "subject": "Subjects",
    "thing": "Other things",
}
SOURCES = {"said": "you said so", "set": "set by you"}
EVENTS = {
    "choose": "chosen",
    "like": "liked",
    "prefer": "preferred",
    "share": "shared",
    "view": "viewed",
    "skip": "skipped",
    "pass": "passed over",
    "reject": "the lesser of two",
    "dislike": "disliked",
}


def show() -> None:
    """The page."""
    st.title("Taste", anchor=False)
    user = desk.person()
    if user is None:
        notices.nobody()
        return
    _say(user)
    concepts = user.profile.concepts
    if concepts:
        _concepts(user, concepts)
    else:
        notices.empty(
            "Nothing learned yet",
            "Like a few pictures, or say above what you like.",
            to="rate",
            label="Rate some pictures",
            icon="favorite",
        )
    _history(user)


def _say(user: User) -> None:
    with st.container(border=True):
        left, middle, right = st.columns([6, 1, 1], vertical_alignment="bottom")
        left.text_input(
            "Tell it in words",
            key=SAY,
            placeholder="more pastel, never skulls",
            max_chars=400,
        )
        middle.button(
            worded("Tell"), type=strong(), on_click=told(_tell), args=(user,), width="stretch"
        )
        right.button(
            "Undo",
            on_click=told(_undo),
            args=(user,),
            icon=":material/undo:",
            width="stretch",
            help="Takes back the newest thing you said or set.",
        )


def _tell(user: User) -> None:
    edits = user.say(st.session_state[SAY])
    st.session_state[SAY] = ""
    say("Understood: " + ", ".join(f"{edit.concept} {edit.weight:+.1f}" for edit in edits) + ".")


def _undo(user: User) -> None:
    undone = user.undo()
    words = ", ".join(edit.concept for edit in undone)
    say(f"Taken back: {words}." if undone else "There is nothing to take back.", icon="undo")


def _concepts(user: User, concepts: Sequence[Concept]) -> None:
    st.caption(
        "Move a slider to overrule what was learned: right for more, left for less. "
        "Forget takes a word out of your taste."
    )
    evidence = _evidence(user, concepts)
    for kind, heading in KINDS.items():
        some = [concept for concept in concepts if concept.kind == kind]
        if not some:
            continue
        st.subheader(heading, anchor=False)
        for concept in some:
            _concept(user, concept, [evidence[i] for i in concept.evidence if i in evidence])


def _evidence(user: User, concepts: Sequence[Concept]) -> dict[str, Item]:
    """The items that speak for the concepts, by id."""
    of_history = {event.item.item_id: event.item for event in user.history.interactions}
    wanted = {item_id for concept in concepts for item_id in concept.evidence}
    return {item_id: item for item_id, item in of_history.items() if item_id in wanted}


def _concept(user: User, concept: Concept, items: Sequence[Item]) -> None:
    drawn = 0.0 if abs(concept.weight) <= NEUTRAL else round(concept.weight, 2)
    key = f"concept-{concept.name}-{concept.weight:.3f}"
    with st.container(border=True, key=f"row-{key}"):
        name, weight, proof, forget = st.columns([2, 4, 4, 2], vertical_alignment="center")
        with name:
            st.markdown(f"**{plain(concept.name)}**")
            st.caption(f"{'more' if concept.weight >= 0 else 'less'} · {_source(concept)}")
        weight.slider(
            f"Weight of {plain(concept.name)}",
            -1.0,
            1.0,
            drawn,
            0.05,
            key=key,
            label_visibility="collapsed",
            on_change=told(_set),
            args=(user, concept.name, key, drawn),
        )
        with proof.container(horizontal=True, gap="xsmall"):
            for item in items[:EVIDENCE]:
                thumbnail.show(
                    pictures.of_item(desk.studio(), item, side=112),
                    width=56,
                    alt=f"evidence: {pictures.alt_of_item(item)}",
                )
        forget.button(
            "Forget",
            key=f"forget-{key}",
            on_click=told(_forget),
            args=(user, concept.name),
            icon=":material/delete:",
            type="tertiary",
            help=plain(f"Forget {concept.name}"),
        )


def _source(concept: Concept) -> str:
    """Where it comes from; how sure it is where it was learned."""
    if concept.source == "history":
        return f"{concept.confidence:.0%} sure"
    return SOURCES.get(concept.source, plain(concept.source))


def _set(user: User, concept: str, key: str, drawn: float) -> None:
    weight = float(st.session_state[key])
    if weight == drawn:
        return  # a slider that is gone: the browser still names its value with the next click
    user.set(concept, weight or NEUTRAL)
    say(f"{concept} is {weight:+.2f} now." if weight else f"{concept} counts no more.", icon="tune")


def _forget(user: User, concept: str) -> None:
    user.set(concept, 0.0)
    say(f"{concept} is forgotten. Undo brings it back.", icon="delete")


def _history(user: User) -> None:
    newest: dict[str, tuple[Item, str]] = {}
    for event in reversed(user.history.interactions):
        newest.setdefault(event.item.item_id, (event.item, event.event))
    st.subheader("What it learned from", anchor=False)
    if not newest:
        st.caption("Nothing yet: what you like, choose or rate shows up here.")
        return
    shown = min(len(newest), int(st.session_state.get("history-shown", HISTORY_PAGE)))
    entries = list(newest.values())[:shown]
    for start in range(0, len(entries), HISTORY_COLUMNS):
        row = entries[start : start + HISTORY_COLUMNS]
        for column, (item, verb) in zip(st.columns(HISTORY_COLUMNS), row, strict=False):
            with column, st.container(border=True, gap="xsmall"):
                words = pictures.alt_of_item(item)
                st.image(
                    pictures.of_item(desk.studio(), item, side=160), width="stretch", alt=words
                )
                st.caption(EVENTS[verb])
                st.button(
                    "Remove",
                    key=f"remove-{item.item_id}",
                    on_click=told(_remove),
                    args=(user, item),
                    type="tertiary",
                    icon=":material/close:",
                    help=plain(f"Forget what you said of {words}"),
                )
    if shown < len(newest):
        st.button(
            f"Show more ({len(newest) - shown} left)",
            on_click=lambda: st.session_state.update({"history-shown": shown + HISTORY_PAGE}),
        )


def _remove(user: User, item: Item) -> None:
    if not desk.collection(user).remove_history([item.item_id]):
        raise UnknownName("that picture is not in your history any more")
    say("Removed. What was learned from it is gone, too.", icon="close")
