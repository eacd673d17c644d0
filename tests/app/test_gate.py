"""The gate by itself: whose headers pass, which names and origins, what is added."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.access import Access, decide, is_loopback
from app.gate import Gate
from studio.config import WebSettings
from studio.errors import AccessDenied

PROXIED = Access(mode="header", header="x-forwarded-user", proxies=("10.0.0.2",))
OPEN = Access(mode="open")


def through(
    access: Access,
    headers: dict[str, str],
    *,
    peer: str = "127.0.0.1",
    kind: str = "http",
    host: str = "127.0.0.1",
    hosts: tuple[str, ...] = (),
    method: str = "GET",
    path: str = "/v1/models",
    **more: Any,
) -> tuple[dict[str, Any] | None, list[dict[str, Any]]]:
    """The scope that reached the application (None: it did not), and what was sent."""
    reached: list[dict[str, Any]] = []
    sent: list[dict[str, Any]] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        reached.append(scope)
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    scope = {
        "type": kind,
        "method": method,
        "path": path,
        "client": (peer, 1),
        "headers": [
            (name.lower().encode(), value.encode())
            for name, value in ({"host": "127.0.0.1:8501"} | headers).items()
        ],
    }
    gate = Gate(application, access=access, host=host, hosts=hosts, **more)
    asyncio.run(gate(scope, receive, send))
    return (reached[0] if reached else None), sent


def names(scope: dict[str, Any] | None) -> set[str]:
    assert scope is not None
    return {name.decode() for name, _ in scope["headers"]}


@pytest.mark.parametrize("name", ["X-Forwarded-User", "X_Forwarded_User"])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_person_s_name_passes_from_the_proxy_alone(name: str, kind: str) -> None:
    forged, _ = through(PROXIED, {name: "ana"}, peer="10.0.0.3", kind=kind)
    assert names(forged) == {"host"}
    told, _ = through(PROXIED, {"X-Forwarded-User": "ana"}, peer="10.0.0.2", kind=kind)
    assert "x-forwarded-user" in names(told)


@pytest.mark.parametrize(
    ("headers", "passes"),
    [
        ({}, True),
        ({"host": "localhost:8501"}, True),
        ({"host": "[::1]:8501"}, True),
        ({"host": "evil.example"}, False),
        ({"host": "["}, False),
        ({"origin": "http://127.0.0.1:8501"}, True),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"origin": "null"}, False),
        ({"origin": "https://evil.example"}, False),
    ],
)
def test_names_and_origins_on_loopback(headers: dict[str, str], passes: bool) -> None:
    reached, sent = through(OPEN, headers)
    assert (reached is not None) == passes
    assert sent[0]["status"] == (200 if passes else 403)
    told = {name for name, _ in sent[0]["headers"]}
    assert {b"x-content-type-options", b"content-security-policy"} <= told


def test_a_foreign_page_opens_no_websocket() -> None:
    reached, sent = through(OPEN, {"origin": "https://evil.example"}, kind="websocket")
    assert reached is None
    assert sent[0]["type"] == "websocket.close"


def test_behind_a_name_of_its_own() -> None:
    named = {"host": "studio.example.org", "origin": "https://studio.example.org"}
    assert through(OPEN, named, hosts=("studio.example.org",))[0] is not None
    assert through(OPEN, named)[0] is None
    assert through(OPEN, named, host="0.0.0.0")[0] is not None


def test_who_is_at_a_page() -> None:
    assert OPEN.page_person(headers={}) is None
    assert PROXIED.page_person(headers={"x-forwarded-user": "ana"}) == "ana"
    signed = decide(
        WebSettings.model_validate(
            {
                "oidc": {
                    "client_id": "a",
                    "client_secret": "b",
                    "server_metadata_url": "https://x",
                    "redirect_uri": "https://y",
                    "cookie_secret": "c" * 32,
                }
            }
        ),
        host="0.0.0.0",
        has_keys=False,
    )
    assert signed.page_person(headers={}, signed_in={"email": "ana@x.org"}) == "ana@x.org"
    keyed = decide(WebSettings(), host="0.0.0.0", has_keys=True)
    for access, headers in ((PROXIED, {}), (PROXIED, {"x-forwarded-user": "../x"}), (keyed, {})):
        with pytest.raises(AccessDenied):
            access.page_person(headers=headers)
    with pytest.raises(AccessDenied):
        signed.page_person(headers={"x-forwarded-user": "ana"}, signed_in=None)
    assert [is_loopback(host) for host in ("127.9.9.9", "::1", "localhost", "10.0.0.1", "x")] == [
        True,
        True,
        True,
        False,
        False,
    ]


UPLOAD: dict[str, Any] = {"method": "PUT", "path": "/_stcore/upload_file/session/file"}
OIDC = Access(mode="oidc", claim="email")


@pytest.mark.parametrize(
    ("access", "headers", "peer", "is_let_in"),
    [
        (OPEN, {}, "127.0.0.1", True),
        (Access(mode="keys"), {}, "127.0.0.1", False),
        (PROXIED, {"X-Forwarded-User": "ana"}, "10.0.0.2", True),
        (PROXIED, {"X-Forwarded-User": "ana"}, "10.0.0.3", False),
        (PROXIED, {}, "10.0.0.2", False),
        (OIDC, {"cookie": "session=ana"}, "127.0.0.1", True),
        (OIDC, {"cookie": "session=forged"}, "127.0.0.1", False),
    ],
)
def test_a_page_that_lets_nobody_in_takes_no_uploads(
    access: Access, headers: dict[str, str], peer: str, is_let_in: bool
) -> None:
    def signed_in(cookies: Any) -> dict[str, str] | None:
        return {"email": "ana"} if cookies.get("session") == "ana" else None

    scope, sent = through(access, headers, peer=peer, signed_in=signed_in, **UPLOAD)
    assert (scope is not None) == is_let_in
    assert sent[0]["status"] == (200 if is_let_in else 403)


def test_refusals_are_noted() -> None:
    noted: list[Any] = []
    through(OPEN, {"origin": "https://evil.example"}, note=noted.append)
    through(Access(mode="keys"), {}, peer="10.1.1.1", note=noted.append, **UPLOAD)
    assert [(row.action, row.status, row.address) for row in noted] == [
        ("GET /v1/models", 403, "127.0.0.1"),
        ("PUT /_stcore/upload_file/session/file", 403, "10.1.1.1"),
    ]
