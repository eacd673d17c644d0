"""The logbook: every act and every refusal, without anybody's words or pictures."""

from __future__ import annotations

import time
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.errors import BadText
from studio.intake import shown
from studio.store import AuditRow, Store
from studio.store.audit import Audit

QUIET = {429}
"""Not logged: a flood would fill the log with itself."""


class Logbook:
    """Notes requests that change something, and those that were refused."""

    def __init__(self, app: ASGIApp, *, store: Store) -> None:
        self.app = app
        self.audit = Audit(store=store)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and note what came of it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status = 500

        async def seen(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
            await send(message)

        try:
            await self.app(scope, receive, seen)
        finally:
            is_act = scope["method"] not in {"GET", "HEAD", "OPTIONS"}
            if (is_act or status >= 400) and status not in QUIET:
                with suppress(BadText):  # a path that is no text names nothing of ours
                    await run_in_threadpool(self.audit.note, _row(scope, status))


def _row(scope: Scope, status: int) -> AuditRow:
    state = scope.get("state", {})
    client = scope.get("client")
    return AuditRow(
        timestamp=time.time(),
        actor=state.get("actor", ""),
        user=shown(state.get("user", ""), width=64),
        action=shown(f"{scope['method']} {scope['path']}", width=120),
        subject=shown(state.get("subject") or state.get("refusal", "")),
        status=status,
        address=client[0] if client else "",
    )
