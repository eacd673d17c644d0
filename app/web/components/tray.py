"""The tray: what is being made for the person, with its progress and a way to stop it."""

from __future__ import annotations

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
    jobs = desk.queue().list(user.name, states=OPEN, limit=SHOWN)
    if not jobs:
        st.rerun(scope="app")
    st.caption("In the works")
    for job in jobs:
        with st.container(border=True, gap="xsmall", key=f"tray-{job.job_id}"):
            st.markdown(plain(str(job.arguments.get("instruction", job.kind)), longest=60))
            st.progress(job.fraction, text=state_of(user, job))
            with st.container(horizontal=True, gap="xsmall"):
                _buttons(user, job)


def _buttons(user: User, job: Job) -> None:
    if job.state == "queued":
        st.button(
            "Pause",
            key=f"pause-{job.job_id}",
            on_click=told(desk.queue().pause),
            args=(user.name, job.job_id),
            type="tertiary",
            icon=":material/pause:",
        )
    elif job.state == "paused":
        st.button(
            "Resume",
            key=f"resume-{job.job_id}",
            on_click=told(desk.queue().resume),
            args=(user.name, job.job_id),
            type="tertiary",
            icon=":material/play_arrow:",
        )
    cancel_button(user, job, key=f"tray-cancel-{job.job_id}", type="tertiary")


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
