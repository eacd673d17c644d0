"""``/v1/feedback`` and ``/v1/profile``: what a person likes, and what was understood of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, ConfigDict, Field

from app.api.asked import LONGEST_TEXT
from app.api.caller import AtDesk, Desk, digest_of
from app.api.documents import profile_document
from app.api.failures import ParamError
from studio import User, intake
from studio.errors import InputError
from studio.store.audit import Replies

routes = APIRouter(tags=["people"])
NOTE = Field(default="", max_length=LONGEST_TEXT)


class FeedbackAsk(BaseModel):
    """One act of feedback."""

    model_config = ConfigDict(extra="forbid")

    user: str | None = Field(default=None, max_length=64)
    verb: Literal["like", "dislike", "choose", "prefer"]
    candidate: str = Field(max_length=17, description="A candidate's or an item's id.")
    over: str | None = Field(default=None, max_length=17, description="With prefer: the other id.")
    slate_id: str | None = Field(default=None, max_length=17)
    note: str = NOTE


class ProfileAsk(BaseModel):
    """One change of a profile."""

    model_config = ConfigDict(extra="forbid")

    user: str | None = Field(default=None, max_length=64)
    act: Literal["say", "set", "undo"]
    words: str = NOTE
    concept: str = Field(default="", max_length=LONGEST_TEXT)
    weight: float = Field(default=0.0, ge=-1, le=1, allow_inf_nan=False)


@routes.post("/feedback")
def feedback(desk: AtDesk, body: Annotated[FeedbackAsk, Body()]) -> dict[str, Any]:
    """Like, dislike, choose, or prefer one over another; the next slate knows."""
    person = desk.person(body.user)
    subject = _picture_id(body.candidate, "candidate")
    slate_id = body.slate_id or ""
    if slate_id:
        intake.check_id(slate_id, intake.SLATE_ID, "a slate")
    if (body.verb == "prefer") != (body.over is not None):
        raise ParamError("over goes with prefer, and prefer with over", param="over")
    desk.about(subject)

    def act() -> dict[str, Any]:
        if body.verb == "prefer":
            person.prefer(subject, over=_picture_id(body.over or "", "over"), slate_id=slate_id)
        elif body.verb == "choose":
            person.choose(subject, slate_id=slate_id)
        elif body.verb == "like":
            person.like(subject, note=body.note, slate_id=slate_id)
        else:
            person.dislike(subject, note=body.note, slate_id=slate_id)
        return {"object": "feedback", "user": person.name, "verb": body.verb, "candidate": subject}

    return once(desk, person, {"feedback": body.model_dump()}, act)


@routes.get("/profile")
def profile(desk: AtDesk, user: str | None = None) -> dict[str, Any]:
    """The taste in words: concepts with weight, confidence and evidence."""
    return profile_document(desk.person(user).profile)


@routes.post("/profile")
def change_profile(desk: AtDesk, body: Annotated[ProfileAsk, Body()]) -> dict[str, Any]:
    """Say something of the taste in words, set one concept's weight, or undo the last change."""
    person = desk.person(body.user)

    def act() -> dict[str, Any]:
        if body.act == "say":
            changed = person.say(body.words)
        elif body.act == "set":
            changed = (person.set(body.concept, body.weight),)
        else:
            changed = person.undo()
        edits = [{"concept": edit.concept, "weight": float(edit.weight)} for edit in changed]
        return {**profile_document(person.profile), "changed": edits}

    return once(desk, person, {"profile": body.model_dump()}, act)


def once(
    desk: Desk, person: User, asked: Mapping[str, Any], act: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What ``act`` answers; with an idempotency key that came before, the answer of then."""
    if not desk.key:
        return act()
    replies = Replies(store=desk.serving.studio.store)
    digest = digest_of(asked)
    if not replies.reserve(person.name, desk.key, digest=digest):
        known = replies.known(person.name, desk.key, digest=digest)
        if not known:
            raise InputError("a request with this idempotency key is still under way; wait")
        return dict(known)
    try:
        answer = act()
    except BaseException:
        replies.drop(person.name, desk.key)
        raise
    replies.keep(person.name, desk.key, answer)
    return answer


def _picture_id(text: str, field: str) -> str:
    """A candidate's or an item's id; never a path."""
    if not (intake.CANDIDATE_ID.fullmatch(text) or intake.ITEM_ID.fullmatch(text)):
        raise ParamError(
            f"{intake.shown(text)!r} is no id of a picture; it looks like c and 16 hex digits",
            param=field,
        )
    return text
