"""The tray: what is being made for the person, with its progress and a way to stop it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk
from app.web.components.notices import say, told
from app.web.inert import plain

if TYPE_CHECKING:
    from app.jobs import Job
    from studio.user import User

OPEN = ("queued", "paused", "running")
EVERY_S = 1.0
SHOWN = 5
STAGES = {
    "retrieve": "looking through the catalogue",
    "edit": "editing pictures",
    "create": "drawing new ones",
    "rank": "choosing what to show",
}


def show(user: User | None) -> None:
    """The person's open jobs in the sidebar; nothing where there are none."""
    if user is not None and desk.queue().list(user.name, states=OPEN, limit=1):
        st.fragment(_tray, run_every=EVERY_S)(user)


def _tray(user: User) -> None:
    queue = desk.queue()
    waiting = queue.waiting(user.name)
    jobs = [
        *queue.list(user.name, states=("running",), limit=SHOWN),
        *waiting,
        *queue.list(user.name, states=("paused",), limit=SHOWN),
    ]
    if not jobs:
        st.rerun(scope="app")
    st.caption("In the works")
    if queue.is_held:
        st.caption("The queue is held: nothing is begun until `bespoke jobs release`.")
    for job in jobs[:SHOWN]:
        with st.container(border=True, gap="xsmall", key=f"tray-{job.job_id}"):
            st.markdown(plain(str(job.arguments.get("instruction", job.kind)), longest=60))
            st.progress(job.fraction, text=state_of(user, job))
            with st.container(horizontal=True, gap="xsmall"):
                _buttons(user, job, waiting)
    if len(jobs) > SHOWN:
        st.caption(f"and {len(jobs) - SHOWN} more after these")


def _buttons(user: User, job: Job, waiting: Sequence[Job]) -> None:
    act = partial(_button, user, job)
    if job.state == "queued":
        act("Pause", "pause", desk.queue().pause)
        place = [one.job_id for one in waiting].index(job.job_id)
        if place > 0:
            act("Sooner", "arrow_upward", partial(_swap, at=-1))
        if place < len(waiting) - 1:
            act("Later", "arrow_downward", partial(_swap, at=1))
    elif job.state == "paused":
        act("Resume", "play_arrow", desk.queue().resume)
    cancel_button(user, job, key=f"tray-cancel-{job.job_id}", type="tertiary")


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


def state_of(user: User, job: Job) -> str:
    """One short line: where a job stands."""
    if job.state == "queued":
        ahead = desk.queue().ahead(user.name, job.job_id)
        return "next" if ahead == 0 else f"waiting, {ahead} ahead"
    if job.state == "paused":
        return "paused"
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
    )


def _cancel(name: str, job_id: str) -> None:
    desk.queue().cancel(name, job_id)
    say("Stopped. Nothing of it was kept.", icon="stop_circle")
