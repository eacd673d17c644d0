"""A small real OpenID Connect provider on loopback: whoever types a name is that person."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import uvicorn
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

CLIENT, SECRET = "bespoke", "not much of a secret"
FORM = """<!doctype html><html lang=en><title>Who?</title><h1>Who are you?</h1>
<form method=get action=/allow>{kept}<label>Email <input name=email></label>
<button>Sign in</button></form></html>"""


class Provider:
    """Discovery, authorization code with PKCE left to the client, tokens signed with RS256."""

    def __init__(self) -> None:
        self.issuer = ""
        self._key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, str]] = {}
        self.application = Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.about),
                Route("/authorize", self.ask),
                Route("/allow", self.allow),
                Route("/token", self.token, methods=["POST"]),
                Route("/keys", self.keys),
            ]
        )

    async def about(self, request: Request) -> Response:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
            }
        )

    async def ask(self, request: Request) -> Response:
        kept = "".join(
            f'<input type=hidden name={name} value="{request.query_params.get(name, "")}">'
            for name in ("redirect_uri", "state", "nonce")
        )
        return HTMLResponse(FORM.format(kept=kept))

    async def allow(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        answer = urlencode({"code": code, "state": asked["state"]})
        return RedirectResponse(f"{asked['redirect_uri']}?{answer}", status_code=303)

    async def token(self, request: Request) -> Response:
        given = await request.form()
        asked = self._codes.pop(str(given["code"]), None)
        if asked is None:
            return JSONResponse({"error": "invalid_grant"}, status_code=400)
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": asked["email"],
            "email": asked["email"],
            "email_verified": True,
            "iat": now,
            "exp": now + 600,
            "nonce": asked.get("nonce", ""),
        }
        told = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self._key)
        return JSONResponse(
            {
                "access_token": secrets.token_urlsafe(16),
                "token_type": "Bearer",
                "expires_in": 600,
                "id_token": told,
            }
        )

    async def keys(self, request: Request) -> Response:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})


@contextmanager
def provided() -> Iterator[Provider]:
    """A provider that runs, its address in ``issuer``."""
    provider = Provider()
    config = uvicorn.Config(
        provider.application, host="127.0.0.1", port=0, log_level="error", lifespan="off"
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    (port,) = (one.getsockname()[1] for bound in server.servers for one in bound.sockets)
    provider.issuer = f"http://127.0.0.1:{port}"
    yield provider
    server.should_exit = True
    thread.join(10)
