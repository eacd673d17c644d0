"""Follow: one job on the page, from queued to done, with previews and a way to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk
from app.web.components import tray
from app.web.inert import plain

if TYPE_CHECKING:
    from app.jobs import Job
    from studio.user import User

EVERY_S = 0.7
FOLLOWING = "following"


def job(user: User, *, key: str = FOLLOWING) -> Job | None:
    """The job that the page follows: the one it started, else the newest open one."""
    job_id = st.session_state.get(key)
    if job_id:
        return desk.queue().get(user.name, job_id)
    newest = desk.queue().list(user.name, states=tray.OPEN, limit=1)
    return newest[0] if newest else None


def show(user: User, followed: Job) -> None:
    """Progress while it is open; the page runs again when it is over."""
    st.fragment(_open, run_every=EVERY_S)(user, followed.job_id)


def _open(user: User, job_id: str) -> None:
    queue = desk.queue()
    current = queue.get(user.name, job_id)
    if current.is_over:
        st.rerun(scope="app")
    ahead = queue.ahead(user.name, job_id)
    with st.container(border=True, key="follow"):
        words = plain(str(current.arguments.get("instruction", "")), longest=80)
        st.markdown(f"**Making:** {words}")
        st.progress(current.fraction, text=tray.state_of(current, ahead=ahead))
        preview = queue.preview(user.name, job_id)
        if preview is not None:
            st.image(preview, width=180, alt="unfinished picture, as it stands now")
        tray.cancel_button(user, current, key=f"follow-cancel-{job_id}")


def ended_badly(job: Job) -> None:
    """What to say of a job that made nothing."""
    if job.state == "cancelled":
        st.info("Stopped. Nothing of it was kept.", icon=":material/stop_circle:")
    elif job.state == "failed":
        st.error(plain(job.error), icon=":material/error:")
