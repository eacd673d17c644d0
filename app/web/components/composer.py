"""The composer: words, pictures and settings of a request, kept while one looks elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures
from app.web.components import follow, thumbnail
from app.web.components.notices import say, told
from app.web.emphasis import strong, worded
from studio import intake
from studio.content import KINDS
from studio.errors import BespokeError, InputError
from studio.request import ROUTES

if TYPE_CHECKING:
    from studio.user import User

KEPT = "create-references"
WORDS, KIND, STRENGTH = "create-words", "create-kind", "create-strength"
SIZE, ROUTE, SEED, TURN = "create-size", "create-routes", "create-seed", "create-turn"
TURNS = {"first": 50, "in turn": 0, "last": -50}
"""When among one's own jobs, as a priority of the queue."""
DEFAULTS = {
    WORDS: "",
    KIND: "sticker",
    STRENGTH: 1.0,
    SIZE: 4,
    ROUTE: list(ROUTES),
    SEED: "",
    TURN: "in turn",
}
MAX_MIB = 16
TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp"]


def show(user: User) -> None:
    """Everything that can be asked, the words first."""
    for key, value in DEFAULTS.items():
        st.session_state.setdefault(key, value)
    with st.container(border=True, key="composer"):
        st.text_area(
            "What would you like?",
            key=WORDS,
            placeholder="a happy cat with a scarf",
            max_chars=intake.MAX_INSTRUCTION,
            height=80,
            persist_state="session",
        )
        with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
            st.segmented_control(
                "Shape",
                KINDS,
                key=KIND,
                format_func=str.capitalize,
                persist_state="session",
                required=True,
            )
            st.slider(
                "Strength of your taste",
                0.0,
                2.0,
                step=0.1,
                key=STRENGTH,
                width=190,
                help="0: as anybody would get it. 1: as learned. 2: your taste above all.",
                persist_state="session",
            )
            _pictures()
            _settings()
            st.space("stretch")
            st.button(
                worded("Make it"),
                type=strong(),
                icon=":material/auto_awesome:",
                shortcut="Mod+Enter",
                key="make",
                on_click=told(submit),
                args=(user,),
            )


def _pictures() -> None:
    kept: list[bytes] = st.session_state.setdefault(KEPT, [])
    label = f"Pictures ({len(kept)})" if kept else "Pictures"
    with st.popover(label, icon=":material/image:"):
        uploads = st.file_uploader(
            "Reference pictures: drop, browse or paste",
            type=TYPES,
            accept_multiple_files=True,
            max_upload_size=MAX_MIB,
            key=f"create-upload-{st.session_state.get('create-upload-turn', 0)}",
        )
        if uploads:
            _take([upload.getvalue() for upload in uploads])
        for number, data in enumerate(kept):
            with st.container(horizontal=True, vertical_alignment="center"):
                small = pictures.of_upload(data, side=128)
                thumbnail.show(small, width=64, alt=f"reference picture {number + 1}")
                st.button(
                    f"Remove picture {number + 1}",
                    key=f"drop-reference-{number}",
                    on_click=_drop,
                    args=(number,),
                    type="tertiary",
                )
        if not kept:
            st.caption("The slate follows their look. The gallery can hand pictures over, too.")


def _drop(number: int) -> None:
    st.session_state[KEPT].pop(number)


def _take(uploads: list[bytes]) -> None:
    """Checked uploads join the references; the uploader starts anew, empty."""
    kept: list[bytes] = st.session_state[KEPT]
    try:
        for data in uploads:
            if len(kept) >= intake.MAX_REFERENCES:
                raise InputError(f"at most {intake.MAX_REFERENCES} pictures; remove one first")
            picture = pictures.whole(intake.decode(data, name="the upload"), 1024)
            if picture in kept:
                raise InputError("that picture is a reference already; give another one")
            kept.append(picture)
    except BespokeError as error:
        say(str(error), icon="error")
    st.session_state["create-upload-turn"] = st.session_state.get("create-upload-turn", 0) + 1
    st.rerun()


def _settings() -> None:
    with st.popover("Settings", icon=":material/tune:"):
        st.slider("Pictures in the slate", 1, 8, key=SIZE, persist_state="session")
        st.pills(
            "Ways",
            ROUTES,
            key=ROUTE,
            selection_mode="multi",
            persist_state="session",
            format_func=lambda route: pictures.WAYS[route].capitalize(),
            help="Found in the catalogue, edited from something near, or created anew.",
        )
        st.text_input(
            "Seed",
            key=SEED,
            placeholder="a new one each time",
            persist_state="session",
            help="The same words, seed and history give the same pictures.",
        )
        st.segmented_control(
            "When, among your own",
            list(TURNS),
            key=TURN,
            format_func=str.capitalize,
            required=True,
            persist_state="session",
            help="Others have their turn as before.",
        )


def submit(user: User) -> None:
    """Hand the request to the queue."""
    state = st.session_state
    job = desk.queue().generate(
        user.name,
        state[WORDS],
        kind=state[KIND],
        size=state[SIZE],
        seed=_seed(state[SEED]),
        references=list(state[KEPT]),
        routes=tuple(route for route in ROUTES if route in state[ROUTE]),
        personalization=float(state[STRENGTH]),
        priority=TURNS[state[TURN]],
    )
    state[follow.FOLLOWING] = job.job_id


def _seed(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isdecimal() or len(text) > 19:
        raise InputError(f"seed {intake.shown(text)!r} is not a number; clear it for a new one")
    return int(text)


def reuse(user: User, slate_id: str, what: str) -> None:
    """Put the words, the seed or all of an earlier request back into the composer."""
    state = st.session_state
    request = user.slate(slate_id)["request"]
    if what in {"words", "all"}:
        state[WORDS] = request["instruction"]
    if what in {"seed", "all"}:
        state[SEED] = str(request["seed"])
    if what == "all":
        state[KIND], state[SIZE] = request["kind"], min(request["size"], 8)
        state[STRENGTH], state[ROUTE] = request["personalization"], list(request["routes"])
        collection = desk.collection(user)
        state[KEPT] = [
            collection.reference(sha256, slate_id=slate_id) for sha256 in request["references"]
        ]
    say({"words": "Words are back.", "seed": "Seed kept."}.get(what, "All of it is back."))


def add_reference(data: bytes) -> None:
    """A picture from elsewhere (the gallery) joins the references."""
    kept: list[bytes] = st.session_state.setdefault(KEPT, [])
    if len(kept) >= intake.MAX_REFERENCES:
        raise InputError(f"at most {intake.MAX_REFERENCES} pictures; remove one first")
    kept.append(data)
