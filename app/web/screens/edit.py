"""Edit: change a part of a picture, look at before and after, go on or go back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures, sitemap
from app.web.components import cards, compare, follow, masking, notices
from app.web.components.notices import say, told
from app.web.emphasis import strong, worded
from app.web.inert import plain
from studio import intake
from studio.errors import BespokeError, InputError

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.piece import Piece
    from studio.user import User

STEPS, FOLLOWING, WORDS, COUNT = "edit-steps", "edit-following", "edit-words", "edit-count"
MASK = "edit-mask"
LARGEST = 1024  # pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """The picture on the table, and what it came from."""

    data: bytes
    """PNG."""
    kind: str
    words: str
    slate_id: str = ""
    """The slate of versions made from it."""


def show() -> None:
    """The page."""
    st.title("Edit", anchor=False)
    user = desk.person()
    if user is None:
        notices.nobody()
        return
    _take_source(user)
    steps: list[Step] = st.session_state.setdefault(STEPS, [])
    if not steps:
        _no_source(user)
        return
    _table(user, steps)


def _take_source(user: User) -> None:
    """A picture that another page handed over starts a new row of steps."""
    piece: Piece | None = st.session_state.pop(cards.EDITING, None)
    if piece is not None:
        data = desk.collection(user).picture(piece)
        st.session_state[STEPS] = [Step(data=data, kind=piece.kind, words=piece.instruction)]
        st.session_state.pop(FOLLOWING, None)


def _no_source(user: User) -> None:
    upload = st.file_uploader(
        "A picture to change: drop, browse or paste",
        type=["png", "jpg", "jpeg", "webp", "gif", "bmp"],
        max_upload_size=16,
        key="edit-upload",
    )
    if upload is not None:
        try:
            image = intake.decode(upload.getvalue(), name="the upload")
        except BespokeError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
        image.thumbnail((LARGEST, LARGEST))
        step = Step(data=intake.encode_png(image), kind="sticker", words="")
        st.session_state[STEPS] = [step]
        st.rerun()
    recent = desk.collection(user).page(limit=6)
    if not recent:
        notices.empty(
            "Nothing to edit yet",
            "Upload a picture above, or make one first.",
            to="create",
            label="Make something",
            icon="brush",
        )
        return
    st.subheader("Or take one of yours", anchor=False)
    for column, piece in zip(st.columns(6), recent, strict=False):
        with column:
            st.image(
                pictures.of_piece(desk.studio(), piece, side=200),
                width="stretch",
                alt=pictures.alt(piece),
            )
            if st.button("Edit", key=f"take-{piece.candidate_id}-{piece.slate_id}"):
                cards.edit(piece)


def _table(user: User, steps: list[Step]) -> None:
    step = steps[-1]
    image = intake.decode(step.data)
    _walk(steps)
    left, right = st.columns([1, 1], gap="large")
    with left:
        try:
            st.session_state[MASK] = masking.ask(image, key=f"mask-{len(steps)}")
        except BespokeError as error:
            st.error(plain(str(error)), icon=":material/error:")
            return
    with right:
        _ask(user, step)
        _made(user, steps, step)


def _walk(steps: list[Step]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"Step **{len(steps)}**")
        st.button(
            "Undo",
            on_click=_undo,
            disabled=len(steps) < 2,
            icon=":material/undo:",
            shortcut="Mod+Z",
        )
        st.button("Another picture", on_click=_clear, type="tertiary", icon=":material/image:")


def _undo() -> None:
    st.session_state[STEPS].pop()
    st.session_state.pop(FOLLOWING, None)


def _clear() -> None:
    for key in (STEPS, FOLLOWING, MASK):
        st.session_state.pop(key, None)


def _ask(user: User, step: Step) -> None:
    st.session_state.setdefault(WORDS, step.words)
    st.text_input(
        "What should be there?",
        key=WORDS,
        placeholder="a red scarf",
        max_chars=400,
        persist_state="session",
    )
    st.slider("Versions", 1, 4, 2, key=COUNT, persist_state="session")
    st.button(
        worded("Change it"),
        type=strong(),
        icon=":material/brush:",
        shortcut="Mod+Enter",
        key="change",
        on_click=told(_submit),
        args=(user, step),
    )


def _submit(user: User, step: Step) -> None:
    mask: Image | None = st.session_state.get(MASK)
    if mask is not None and mask.getbbox() is None:
        raise InputError("the mask is all black, so nothing may change; mark a part of the picture")
    job = desk.queue().generate(
        user.name,
        st.session_state[WORDS],
        kind=step.kind,
        size=int(st.session_state[COUNT]),
        references=[step.data],
        mask=None if mask is None else intake.encode_png(mask),
        routes=("edit",),
    )
    st.session_state[FOLLOWING] = job.job_id


def _made(user: User, steps: list[Step], step: Step) -> None:
    job_id = st.session_state.get(FOLLOWING)
    if not job_id:
        st.caption("Versions appear here, each with before and after.")
        return
    job = desk.queue().get(user.name, job_id)
    if not job.is_over:
        follow.show(user, job)
        return
    if job.state != "done":
        follow.ended_badly(job)
        return
    pieces = desk.collection(user).slate(job.slate_id)
    numbers = list(range(1, len(pieces) + 1))
    number = st.segmented_control("Version", numbers, default=1, required=True, key="edit-version")
    piece = pieces[(number or 1) - 1]
    after = desk.collection(user).picture(piece)
    image = intake.decode(after)
    before = intake.decode(step.data).resize(image.size)
    compare.show(
        pictures.small(before, 512),
        pictures.small(image, 512),
        names=("Before", "After"),
        alts=("before the change", f"after: {pictures.alt(piece)}"),
    )
    with st.container(horizontal=True):
        st.button(
            worded("Go on from this"),
            on_click=_go_on,
            args=(steps, after, piece),
            type=strong(),
            icon=":material/arrow_forward:",
        )
        st.button(
            "Like",
            on_click=told(cards.give),
            args=(user, "like", piece),
            icon=":material/thumb_up:",
            key="edit-like",
        )
        st.page_link(sitemap.page("gallery"), label="In the gallery", icon=":material/grid_view:")


def _go_on(steps: list[Step], after: bytes, piece: Piece) -> None:
    steps.append(
        Step(data=after, kind=piece.kind, words=piece.instruction, slate_id=piece.slate_id)
    )
    st.session_state.pop(FOLLOWING, None)
    say("That is the picture on the table now.", icon="arrow_forward")
