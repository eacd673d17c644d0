"""Caller: who asks, and for whom they may."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.concurrency import run_in_threadpool

from app.api.failures import ParamError
from app.api.limits import Rate
from app.jobs import Job
from app.keys import PREFIX
from app.serving import Serving
from studio import User, intake
from studio.errors import AccessDenied, BadText, InputError, UnknownName
from studio.store import KeyRow

GUEST = "guest"
"""Who is meant where nobody is named and everybody may be."""
NOBODY = "no such person; name one that this key may act for in the field user"
LONGEST_KEY = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who sent a request."""

    actor: str
    """A key id, ``local``, or the name that the proxy gave."""
    users: tuple[str, ...] | None
    """Whom they may act for; None: everybody."""
    address: str

    def may(self, user: str) -> bool:
        """Whether they may act for this person."""
        return self.users is None or user in self.users


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Desk:
    """What every endpoint works with: the server, the caller and the request's idempotency key."""

    serving: Serving
    caller: Caller
    request: Request
    key: str

    def person(self, user: str | None, *, new: bool = False) -> User:
        """Whom the request is for.

        UnknownName, in the same words, where the person is not there and where the caller may not
        act for them. ``new``: make the person where the caller may act for everybody.
        """
        studio = self.serving.studio
        name = user or self._default()
        self.request.state.user = name[:64]
        try:
            intake.check_user(name)
        except BadText as error:
            raise UnknownName(NOBODY) from error
        if not self.caller.may(name):
            raise UnknownName(NOBODY)
        if not studio.store.has_user(name):
            if not (new or name == GUEST) or self.caller.users is not None:
                raise UnknownName(NOBODY)
            return studio.user(name)
        return User(studio, name)

    def owner(self, job_id: str, user: str | None) -> str:
        """Whose job it is; UnknownName where it is nobody's for whom the caller may act."""
        if user:
            return self.person(user).name
        row = self.serving.queue.jobs.find(job_id)
        if row is None or not self.caller.may(row.user):
            raise UnknownName("no such job; its id was answered when the job was accepted")
        self.request.state.user = row.user
        return row.user

    async def waited(self, job: Job, *, seconds: float) -> Job:
        """The job once it is over, or as it stands after so many seconds."""
        await self.serving.watch.over(job.job_id, seconds=seconds)
        return await run_in_threadpool(self.serving.queue.get, job.user, job.job_id)

    def about(self, subject: str) -> None:
        """Note for the audit log what the request was about: an id, never words."""
        self.request.state.subject = subject

    def _default(self) -> str:
        users = self.caller.users
        if users is None:
            return GUEST
        if len(users) != 1:
            raise ParamError(
                "this key acts for several people; say for whom in the field user",
                param="user",
                code="missing_required_parameter",
            )
        return users[0]


def serving_of(request: Request) -> Serving:
    """The server that a request came to."""
    found: Serving = request.app.state.serving
    return found


def caller_of(request: Request, authorization: Annotated[str | None, Header()] = None) -> Caller:
    """Who asks; AccessDenied where it cannot be told, RateLimited where they ask too often."""
    serving = serving_of(request)
    rate: Rate = request.app.state.rate
    refused: Rate = request.app.state.refused
    address = request.client.host if request.client else ""
    secret = bearer(authorization)
    access = serving.access
    if secret.startswith(PREFIX) or (secret and access.mode != "open"):
        key = serving.keys.find(secret)
        if key is None:
            refused.take(address)
            raise AccessDenied("the API key is wrong or was revoked; make one with `bespoke keys`")
        rate.take(key.key_id)
        return _noted(request, _key_caller(key, address))
    if access.mode == "open":
        rate.take("local")
        return _noted(request, Caller(actor="local", users=None, address=address))
    if access.mode == "header" and access.is_proxy(address):
        name = access.page_person(headers=request.headers) or ""
        rate.take(name)
        if not serving.studio.store.has_user(name):
            serving.studio.user(name)
        return _noted(request, Caller(actor=name, users=(name,), address=address))
    refused.take(address)
    raise AccessDenied("no API key; send one as `Authorization: Bearer …`")


def bearer(authorization: str | None) -> str:
    """The secret of an Authorization header; empty where there is none."""
    scheme, _, secret = (authorization or "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def desk_of(
    request: Request,
    caller: Annotated[Caller, Depends(caller_of)],
    idempotency_key: Annotated[
        str | None, Header(description="The same key again answers as the first time.")
    ] = None,
) -> Desk:
    """The desk of one request; InputError for a key that cannot be one."""
    key = idempotency_key or ""
    if len(key) > LONGEST_KEY or not key.isprintable():
        raise InputError(
            f"Idempotency-Key must be up to {LONGEST_KEY} printable characters; shorten it"
        )
    return Desk(serving=serving_of(request), caller=caller, request=request, key=key)


AtDesk = Annotated[Desk, Depends(desk_of)]


def digest_of(*parts: Mapping[str, Any] | str) -> str:
    """sha256 of what was asked."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _key_caller(key: KeyRow, address: str) -> Caller:
    return Caller(actor=key.key_id, users=None if key.everybody else key.users, address=address)


def _noted(request: Request, caller: Caller) -> Caller:
    request.state.actor = caller.actor
    return caller
