"""The gate: what every request passes before it reaches the pages or the API."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import LOOPBACK_NAMES, Access, is_loopback
from studio.errors import AccessDenied
from studio.intake import shown
from studio.store import AuditRow

EVERYWHERE = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"x-frame-options": b"SAMEORIGIN",
    b"cross-origin-opener-policy": b"same-origin",
    b"permissions-policy": b"camera=(), geolocation=(), microphone=()",
}
PAGES = {
    b"content-security-policy": (
        b"base-uri 'self'; frame-ancestors 'self'; object-src 'none'; form-action 'self'"
    ),
}
API = {
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"cache-control": b"no-store",
    b"cross-origin-resource-policy": b"same-origin",
}
API_PREFIX = "/v1"
UPLOADS = "/_stcore/upload_file/"
"""Where the pages' uploads arrive; Streamlit keeps them in memory for any open page."""

SignedIn = Callable[[Mapping[str, str]], Mapping[str, object] | None]
"""Cookies to what the sign-in says of the person."""


class Gate:
    """Refuses requests that a foreign page or a rebound name sent; adds the security headers.

    On loopback a web page elsewhere could otherwise reach the server through its visitor's browser:
    by a name that it points to 127.0.0.1 (so the Host must be ours), or by a request across origins
    (so an Origin must be the Host's). The header in which a proxy names the person is taken out
    wherever no such proxy sent it. A page that lets nobody in takes no uploads either.

    ``note``: told of every refusal. ``signed_in``: what the cookies of a request prove.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        host: str,
        hosts: tuple[str, ...],
        note: Callable[[AuditRow], None] = lambda row: None,
        signed_in: SignedIn = lambda cookies: None,
    ) -> None:
        self.app = app
        self.access = access
        self.note = note
        self.signed_in = signed_in
        # Bound elsewhere and without a list of names, any name may lead here.
        self.names = {*LOOPBACK_NAMES, host, *hosts} if hosts or is_loopback(host) else set()
        self.hosts = {name.lower() for name in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer 403."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        wrong = self._wrong(
            headers.get(b"host", b"").decode("latin-1"),
            headers.get(b"origin", b"").decode("latin-1"),
        )
        peer = scope["client"][0] if scope.get("client") else ""
        if wrong:
            await self._refuse(scope, send, wrong, peer=peer)
            return
        if self.access.header and not self.access.is_proxy(peer):
            kept = [
                (name, value)
                for name, value in scope["headers"]
                if name.decode("latin-1").lower().replace("_", "-") != self.access.header
            ]
            scope = {**scope, "headers": kept}
        if scope["path"].startswith(UPLOADS) and scope["method"] == "PUT":
            try:
                self._person(scope, peer=peer)
            except AccessDenied as error:
                await self._refuse(scope, send, str(error), peer=peer)
                return
        own = EVERYWHERE | (API if _is_api(scope["path"]) else PAGES)

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                added = [pair for pair in own.items() if pair[0] not in given]
                message = {**message, "headers": [*message.get("headers", []), *added]}
            await send(message)

        await self.app(scope, receive, dressed)

    def _person(self, scope: Scope, *, peer: str) -> None:
        """AccessDenied where a page would let nobody in with this request."""
        asking = HTTPConnection(scope)
        self.access.page_person(
            headers=asking.headers, peer=peer, signed_in=self.signed_in(asking.cookies)
        )

    async def _refuse(self, scope: Scope, send: Send, why: str, *, peer: str) -> None:
        row = AuditRow(
            timestamp=time.time(),
            actor="",
            user="",
            action=shown(f"{scope.get('method', 'OPEN')} {scope['path']}", width=120),
            subject=why,
            status=403,
            address=peer,
        )
        await run_in_threadpool(self.note, row)
        await _refuse(scope, send, why)

    def _wrong(self, host: str, origin: str) -> str:
        if self.names and _name_of(f"//{host}") not in self.names:
            return "this server is not known by that name; see hosts in studio.toml"
        # ``null`` is what a sandboxed frame of a foreign page sends.
        same = origin.partition("//")[2].lower() == host.lower() or _name_of(origin) in self.hosts
        if origin and not same:
            return "a page of another site may not ask this server"
        return ""


def _name_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").lower()
    except ValueError:
        return ""


def _is_api(path: str) -> bool:
    return path == API_PREFIX or path.startswith(f"{API_PREFIX}/")


async def _refuse(scope: Scope, send: Send, why: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": why})
        return
    from app.api.failures import body_of, respond

    answer = respond(403, body_of(why, kind="invalid_request_error", code="forbidden"))
    await send(
        {
            "type": "http.response.start",
            "status": 403,
            "headers": [*answer.raw_headers, *(EVERYWHERE | API).items()],
        }
    )
    await send({"type": "http.response.body", "body": answer.body})
