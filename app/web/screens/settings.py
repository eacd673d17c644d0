"""Settings: the models, what is kept, API keys, and how to take everything along or away."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk, pictures
from app.web.components import notices
from app.web.components.notices import say, told
from app.web.inert import plain
from studio.errors import InputError

if TYPE_CHECKING:
    from studio.user import User

SHOWN_ONCE = "settings-shown-once"
LABEL, CONFIRM = "settings-key-label", "settings-confirm"


def show() -> None:
    """The page."""
    st.title("Settings", anchor=False)
    user = desk.person()
    models, privacy, keys, yours = st.tabs(["Models", "Privacy", "API keys", "Your data"])
    with models:
        _models()
    with privacy:
        _privacy()
    with keys:
        if user is None:
            notices.nobody()
        else:
            _keys(user)
    with yours:
        if user is None:
            st.caption("Nobody is picked in the sidebar.")
        else:
            _export(user)
            _delete(user)


def _models() -> None:
    studio = desk.studio()
    st.markdown(f"**Generator**: {plain(studio.config.backbone)}")
    st.markdown(f"**Encoder**: {plain(studio.config.encoder)}")
    st.markdown(f"**Catalogue**: {len(studio.catalog):,} pictures")
    st.markdown(
        "Any diffusers checkpoint can take the generator's place: run "
        "`bespoke models add PATH_OR_ID` and start the server again. "
        "`bespoke models list` says what each one can do."
    )


def _privacy() -> None:
    st.markdown(
        "- Your pictures, likes and words are kept in this home and nowhere else.\n"
        "- Nobody else sees your pictures or what was learned of you; each request asks for "
        "exactly one person's rows.\n"
        "- There is no telemetry. Models run on this machine unless you name a remote one.\n"
        "- Made pictures carry how they were made, and nothing of whom they were made for."
    )


def _keys(user: User) -> None:
    st.caption("A key lets a program act for you over HTTP, at `/v1` of this server.")
    with st.form("settings-new-key", border=False):
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        left.text_input("What is it for?", key=LABEL, placeholder="my chat bot", max_chars=60)
        right.form_submit_button(
            "Make a key", on_click=told(_add_key), args=(user,), width="stretch"
        )
    secret = st.session_state.pop(SHOWN_ONCE, "")
    if secret:
        st.success("Copy it now. It is shown this once.", icon=":material/key:")
        st.code(secret, language=None)
    keys = desk.serving().keys.list(user=user.name)
    if not keys:
        st.caption("No key yet.")
    for key in keys:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            used = _date(key.used) if key.used else "never used"
            st.markdown(f"**{plain(key.label)}** made {_date(key.created)}, last use: {used}")
            if key.revoked:
                st.badge("revoked", color="red")
            else:
                st.button(
                    "Revoke",
                    key=f"revoke-{key.key_id}",
                    on_click=told(_revoke),
                    args=(user, key.key_id),
                    help=plain(f"Revoke {key.label}"),
                )


def _date(when: float) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(when))


def _add_key(user: User) -> None:
    label = st.session_state[LABEL].strip()
    if not label:
        raise InputError("say in a word what the key is for")
    _, st.session_state[SHOWN_ONCE] = desk.serving().keys.add(label, users=[user.name])


def _revoke(user: User, key_id: str) -> None:
    desk.serving().keys.revoke(key_id, user=user.name)
    say("Revoked. Programs that used it are locked out.", icon="key_off")


def _export(user: User) -> None:
    st.subheader("Take it along", anchor=False)
    st.caption("History, taste, slates and every picture of yours in one zip.")

    def zipped() -> bytes:
        with tempfile.TemporaryDirectory(prefix="bespoke-export-") as folder:
            return user.export(Path(folder) / "export.zip").read_bytes()

    st.download_button(
        "Export everything",
        data=zipped,
        file_name=f"{user.name}.zip",
        mime="application/zip",
        icon=":material/download:",
    )


def _delete(user: User) -> None:
    st.subheader("Delete me", anchor=False)
    st.markdown(
        "Removes your history, taste, slates, jobs and pictures for good. Export first if in doubt."
    )
    with st.form("settings-delete", border=True):
        st.text_input(f"Type {plain(user.name)} to confirm", key=CONFIRM)
        st.form_submit_button(
            "Delete everything of mine",
            on_click=told(_gone),
            args=(user,),
            icon=":material/delete_forever:",
        )


def _gone(user: User) -> None:
    if st.session_state[CONFIRM].strip() != user.name:
        raise InputError(f"type {user.name} exactly to delete everything; nothing was deleted")
    for job in desk.queue().list(user.name, states=("queued", "paused", "running")):
        desk.queue().cancel(user.name, job.job_id)
    user.delete()
    pictures.forget()
    for key in list(st.session_state):
        del st.session_state[key]
    say("Everything of yours is gone.", icon="delete_forever")
