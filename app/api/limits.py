"""Limits: how often, and how much at once."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.failures import RateLimited, body_of, respond

CALLERS = 10_000
"""Callers remembered; the ones not heard of for longest are forgotten first."""
SMALL_BODY = 256 * 1024
"""Bytes; of every body that holds no picture."""


@dataclass(slots=True, kw_only=True, eq=False)
class Rate:
    """A bucket of tokens a caller, refilled evenly; a request takes one."""

    per_minute: int
    _buckets: OrderedDict[str, tuple[float, float]] = field(init=False, default_factory=OrderedDict)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def take(self, caller: str) -> None:
        """RateLimited, with the seconds to wait, where the bucket is empty."""
        now = time.monotonic()
        with self._lock:
            left, then = self._buckets.pop(caller, (float(self.per_minute), now))
            left = min(float(self.per_minute), left + (now - then) * self.per_minute / 60)
            allowed = left >= 1
            self._buckets[caller] = (left - allowed, now)
            if len(self._buckets) > CALLERS:
                self._buckets.popitem(last=False)
        if not allowed:
            wait_s = max(1, round((1 - left) * 60 / self.per_minute + 0.5))
            raise RateLimited(
                f"more than {self.per_minute} requests a minute; wait {wait_s} s", retry_s=wait_s
            )


class BodyLimit:
    """Refuses bodies over the limit: by their header, and by counting what arrives."""

    def __init__(self, app: ASGIApp, *, upload_bytes: int) -> None:
        self.app = app
        self.upload_bytes = upload_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, its body counted."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        is_upload = scope["path"].endswith("/images/edits")
        limit = self.upload_bytes if is_upload else SMALL_BODY
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await self._refuse(limit)(scope, receive, send)
            return
        taken = 0
        over = False

        async def counted() -> Message:
            nonlocal taken, over
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > limit:
                over = True
                return {"type": "http.disconnect"}
            return message

        async def answered(message: Message) -> None:
            if not over:
                await send(message)

        try:
            await self.app(scope, counted, answered)
        except Exception:
            if not over:
                raise
        if over:
            await self._refuse(limit)(scope, receive, send)

    def _refuse(self, limit: int) -> ASGIApp:
        message = f"the body is over {limit / 2**20:g} MiB; send less"
        return respond(413, body_of(message, kind="invalid_request_error", code="too_large"))
