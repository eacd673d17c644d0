"""The tray: what is being made for the person, with its progress and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, sitemap
from app.web.components.notices import say, told
from app.web.inert import plain
from studio.errors import UnknownName

if TYPE_CHECKING:
    from app.jobs import Job
    from studio.user import User

OPEN = ("queued", "paused", "running")
EVERY_S = 1.0
SHOWN = 5
HIGH = 198  # pixels of a row: what is to be read and pressed changes, its place does not
ONE_LINE = 22  # characters
STAGES = {
    "retrieve": "looking through the catalogue",
    "edit": "editing pictures",
    "create": "drawing new ones",
    "rank": "choosing what to show",
}
ENDS = {"done": "done", "failed": "failed", "cancelled": "stopped"}
ROWS, PAGE, ALL = "tray-rows", "tray-page", "tray-all"
SLATE = "slate"
"""The slate that the page Create shows."""


def show(user: User | None, *, page: str) -> None:
    """The person's open jobs in the sidebar; nothing where there are none.

    What ends keeps its row until another page is opened, so that no row moves under the pointer.
    """
    state = st.session_state
    if state.get(PAGE) != page:
        state[PAGE], state[ROWS], state[ALL] = page, [], False
    if user is None:
        return
    is_open = bool(desk.queue().list(user.name, states=OPEN, limit=1))
    if is_open or state[ROWS]:
        st.fragment(_tray, run_every=EVERY_S if is_open else None)(user, is_open)


def _tray(user: User, is_open: bool) -> None:
    queue = desk.queue()
    standing = queue.standing(user.name)
    if is_open != bool(standing) or not (standing or st.session_state[ROWS]):
        st.rerun(scope="app")
    jobs = [job for job, _ in standing]
    ahead = {job.job_id: number for job, number in standing}
    waiting = [job for job in jobs if job.state == "queued"]
    st.caption("In the works" if jobs else "Came to an end")
    if queue.is_held:
        st.caption("The queue is held: nothing is begun until “bespoke jobs release”.")
    shown = jobs if st.session_state[ALL] else jobs[:SHOWN]
    rows = _rows(user, shown)
    for job in rows:
        with st.container(
            border=True,
            gap="xsmall",
            key=f"tray-{job.job_id}",
            height=HIGH if len(rows) > 1 else "content",
        ):
            words = str(job.arguments.get("instruction", job.kind))
            st.markdown(plain(words, longest=ONE_LINE))
            st.progress(job.fraction, text=state_of(job, ahead=ahead.get(job.job_id, 0)))
            _ended(job) if job.is_over else _buttons(user, job, waiting)
    if len(jobs) > len(shown):
        st.button(
            f"Show {len(jobs) - len(shown)} more",
            key="tray-more",
            on_click=lambda: st.session_state.update({ALL: True}),
            type="tertiary",
            icon=":material/expand_more:",
        )


def _rows(user: User, jobs: Sequence[Job]) -> list[Job]:
    """The jobs, and those that ended since they were shown, each of them where it was."""
    shown: list[str] = st.session_state[ROWS]
    rows = placed(shown, jobs, ended=[job for job in _known(user, shown) if job.is_over])
    st.session_state[ROWS] = [job.job_id for job in rows]
    return rows


def placed(shown: Sequence[str], jobs: Sequence[Job], *, ended: Sequence[Job]) -> list[Job]:
    """Each job once: of those ``shown`` the latest that ended where they were, open ones between.

    A job that ended since ``jobs`` were read counts as ended.
    """
    over = {job.job_id: job for job in ended}
    still_open = {job.job_id: job for job in jobs if job.job_id not in over}
    kept = set(list(over)[-SHOWN:])
    rows: list[Job] = []
    rest = iter(still_open.values())
    for job_id in dict.fromkeys(shown):
        if job_id in kept:
            rows.append(over[job_id])
        elif job_id in still_open:
            rows.append(next(rest))
    return [*rows, *rest]


def _known(user: User, job_ids: Sequence[str]) -> Iterator[Job]:
    for job_id in job_ids:
        with suppress(UnknownName):
            yield desk.queue().get(user.name, job_id)


def _ended(job: Job) -> None:
    """In place of the buttons: a way to what came of it."""
    words = plain(str(job.arguments.get("instruction", job.kind)), longest=40)
    if job.slate_id and st.button(
        "Show",
        key=f"show-{job.job_id}",
        type="tertiary",
        icon=":material/visibility:",
        help=f"Show: {words}",
    ):
        st.session_state[SLATE] = job.slate_id
        st.switch_page(sitemap.page("create"))
    if not job.slate_id:
        st.button(
            "Dismiss",
            key=f"dismiss-{job.job_id}",
            type="tertiary",
            icon=":material/close:",
            help=f"Dismiss: {words}",
            on_click=_dismiss,
            args=(job.job_id,),
        )


def _dismiss(job_id: str) -> None:
    rows: list[str] = st.session_state[ROWS]
    if job_id in rows:
        rows.remove(job_id)


def _buttons(user: User, job: Job, waiting: Sequence[Job]) -> None:
    act = partial(_button, user, job)
    with st.container(horizontal=True, gap="small"):
        if job.state == "queued":
            act("Pause", "pause", desk.queue().pause)
        elif job.state == "paused":
            act("Resume", "play_arrow", desk.queue().resume)
        cancel_button(user, job, key=f"tray-cancel-{job.job_id}", type="tertiary")
    if job.state == "queued" and len(waiting) > 1:
        place = [one.job_id for one in waiting].index(job.job_id)
        with st.container(horizontal=True, gap="small"):
            if place > 0:
                act("Sooner", "arrow_upward", partial(_swap, at=-1))
            if place < len(waiting) - 1:
                act("Later", "arrow_downward", partial(_swap, at=1))


def _button(user: User, job: Job, label: str, icon: str, act: Callable[[str, str], object]) -> None:
    words = plain(str(job.arguments.get("instruction", job.kind)), longest=40)
    st.button(
        label,
        key=f"{label}-{job.job_id}",
        on_click=told(act),
        args=(user.name, job.job_id),
        type="tertiary",
        icon=f":material/{icon}:",
        help=f"{label}: {words}",
    )


def _swap(name: str, job_id: str, *, at: int) -> None:
    """One place up or down among one's own; the two also change priorities, which come first."""
    queue = desk.queue()
    waiting = queue.waiting(name)
    ids = [job.job_id for job in waiting]
    if job_id not in ids or not 0 <= ids.index(job_id) + at < len(ids):
        return  # it was begun, or stands at the end, since the button was drawn
    place = ids.index(job_id)
    mine, other = waiting[place], waiting[place + at]
    if mine.priority != other.priority:
        queue.prioritize(name, job_id, priority=other.priority)
    ids[place], ids[place + at] = ids[place + at], ids[place]
    queue.reorder(name, ids)


def state_of(job: Job, *, ahead: int) -> str:
    """One short line: where a job stands, so many of anybody ahead of it."""
    if job.state == "queued":
        return "next" if ahead == 0 else f"waiting, {ahead} ahead"
    if job.state == "paused":
        return "paused"
    if job.is_over:
        return ENDS[job.state]
    doing = STAGES.get(job.stage, "getting ready")
    return f"{doing}, {job.done} of {job.total}" if job.total else doing


def cancel_button(user: User, job: Job, *, key: str, type: str = "secondary") -> None:
    """Stop a job: at once where it waits, at its next step where it runs."""
    st.button(
        "Cancel",
        key=key,
        on_click=told(_cancel),
        args=(user.name, job.job_id),
        icon=":material/stop_circle:",
        type=type,  # type: ignore[arg-type]
        help=f"Cancel: {plain(str(job.arguments.get('instruction', job.kind)), longest=40)}",
    )


def _cancel(name: str, job_id: str) -> None:
    desk.queue().cancel(name, job_id)
    say("Stopped. Nothing of it was kept.", icon="stop_circle")
