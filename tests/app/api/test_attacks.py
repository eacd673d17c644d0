"""Attacks: other people's ids, forged and replayed credentials, hostile uploads, foreign pages."""

from __future__ import annotations

import io
import json
import shutil
import socket
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from app.api.links import Links
from app.keys import ApiKeys
from app.server import open_serving
from studio import Studio
from studio.errors import ConfigError, UnknownName
from studio.store.audit import Audit
from tests.app.api.conftest import Server, half_mask, png, server_on
from tests.app.conftest import png as raw_png
from tests.app.jobs.conftest import wait

pytestmark = pytest.mark.slow


@pytest.fixture(scope="session")
def ana_s(server: Server, keys: dict[str, str]) -> dict[str, str]:
    """Ids of ana's: a job, a slate, a candidate, an item."""
    with server.http(keys["ana"]) as http:
        ask = {"prompt": "a happy cat", "personalization": json.dumps({"routes": ["create"]})}
        made = http.post("/images/generations", json=ask).json()
        liked = made["data"][0]["candidate_id"]
        http.post("/feedback", json={"verb": "like", "candidate": liked})
    with Studio.open(server.home) as studio:
        items = [event.item for event in studio.user("ana").history.interactions]
        (own, *_) = [item.item_id for item in items if item.owner == "ana"]
    return {
        "job": made["job_id"],
        "slate": made["slate_id"],
        "candidate": liked,
        "item": own,
    }


Ask = Callable[[httpx.Client, str], httpx.Response]
BY_ID: dict[str, tuple[str, Ask]] = {
    "job": ("job", lambda http, one: http.get(f"/jobs/{one}")),
    "cancel": ("job", lambda http, one: http.post(f"/jobs/{one}/cancel")),
    "pause": ("job", lambda http, one: http.post(f"/jobs/{one}/pause")),
    "resume": ("job", lambda http, one: http.post(f"/jobs/{one}/resume")),
    "job of ben": ("job", lambda http, one: http.get(f"/jobs/{one}", params={"user": "ben"})),
    "page after": ("job", lambda http, one: http.get("/jobs", params={"after": one})),
    **{
        verb: (
            "candidate",
            lambda http, one, verb=verb: http.post(
                "/feedback", json={"verb": verb, "candidate": one}
            ),
        )
        for verb in ("like", "dislike", "choose")
    },
    "of a slate": (
        "slate",
        lambda http, one: http.post(
            "/feedback",
            json={"verb": "choose", "candidate": "c" + "0" * 16, "slate_id": one},
        ),
    ),
}
UNKNOWN = {"job": "j" + "0" * 16, "candidate": "c" + "0" * 16, "slate": "s" + "0" * 16}


@pytest.mark.parametrize("name", list(BY_ID))
def test_another_s_id_is_answered_as_one_that_is_not_there(
    server: Server, keys: dict[str, str], ana_s: dict[str, str], name: str
) -> None:
    kind, ask = BY_ID[name]
    with server.http(keys["ben"]) as http:
        others, unknown = ask(http, ana_s[kind]), ask(http, UNKNOWN[kind])
    assert others.status_code == unknown.status_code == 404
    theirs = others.json()["error"]["message"].replace(ana_s[kind], UNKNOWN[kind])
    assert theirs == unknown.json()["error"]["message"]


@pytest.mark.parametrize(
    "ask",
    [
        lambda http, user: http.get("/profile", params={"user": user}),
        lambda http, user: http.post("/profile", json={"user": user, "act": "undo"}),
        lambda http, user: http.get("/jobs", params={"user": user}),
        lambda http, user: http.post("/images/generations", json={"user": user, "prompt": "x y"}),
        lambda http, user: http.post(
            "/images/edits", data={"user": user, "prompt": "x y"}, files={"image": png()}
        ),
        lambda http, user: http.post(
            "/feedback", json={"user": user, "verb": "like", "candidate": "c" + "0" * 16}
        ),
        lambda http, user: http.post(
            "/images/generations",
            json={"user": user, "prompt": "x y", "personalization": json.dumps({"new": True})},
        ),
    ],
)
def test_another_person_is_answered_as_one_who_is_not_there(
    server: Server, keys: dict[str, str], ask: Ask
) -> None:
    with server.http(keys["ben"]) as http:
        others, unknown = ask(http, "ana"), ask(http, "nobody")
    assert others.status_code == unknown.status_code == 404
    assert others.content == unknown.content


def test_a_private_picture_of_another_is_not_there(
    server: Server, keys: dict[str, str], ana_s: dict[str, str]
) -> None:
    with server.http(keys["ben"]) as http:
        answer = http.post("/feedback", json={"verb": "like", "candidate": ana_s["item"]})
        unknown = http.post("/feedback", json={"verb": "like", "candidate": "i" + "0" * 16})
    assert answer.status_code == unknown.status_code == 404


@pytest.mark.parametrize("kind", ["candidate", "item"])
def test_another_s_picture_is_neither_of_two(
    server: Server, keys: dict[str, str], ana_s: dict[str, str], kind: str
) -> None:
    with Studio.open(server.home) as studio:
        shared = studio.catalog.list(limit=1)[0].item_id
    with server.http(keys["ben"]) as http:
        for pair in ((shared, ana_s[kind]), (ana_s[kind], shared)):
            ask = {"verb": "prefer", "candidate": pair[0], "over": pair[1]}
            unknown = {key: UNKNOWN.get(kind, "i" + "0" * 16) if one == ana_s[kind] else one
                       for key, one in ask.items()}  # fmt: skip
            told = [http.post("/feedback", json=one) for one in (ask, unknown)]
            assert [one.status_code for one in told] == [404, 404]
    with Studio.open(server.home) as studio:
        assert [one.verb for one in studio.store.feedback("ben")].count("prefer") == 0


def test_a_key_for_two_must_say_for_whom(server: Server, keys: dict[str, str]) -> None:
    with server.http(keys["both"]) as http:
        answer = http.get("/profile")
        assert (answer.status_code, answer.json()["error"]["param"]) == (400, "user")
        assert http.get("/profile", params={"user": "ben"}).status_code == 200
        assert http.get("/profile", params={"user": "cleo"}).status_code == 404


@pytest.mark.parametrize(
    "key",
    ["bsp_" + "A" * 43, "bsp_short", "bsp_" + "A" * 5000, "bsp_' OR 1=1 --"],
)
def test_a_wrong_key_opens_nothing_also_on_loopback(server: Server, key: str) -> None:
    with server.http(key) as http:
        answer = http.get("/models")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_opens_nothing(server: Server) -> None:
    with Studio.open(server.home) as studio:
        made = ApiKeys(store=studio.store)
        row, secret = made.add("short-lived", users=["ana"])
        with server.http(secret) as http:
            assert http.get("/models").status_code == 200
            made.revoke(row.key_id)
            assert http.get("/models").status_code == 401
        assert secret not in (server.home / "studio.db").read_bytes().decode("latin-1")


@pytest.mark.parametrize(
    "path", ["../../studio.toml", "studio.db", "/etc/passwd", "file:///etc/passwd", "..%2f..%2fx"]
)
def test_no_path_is_ever_read(server: Server, keys: dict[str, str], path: str) -> None:
    with server.http(keys["ana"]) as http:
        told = http.post("/feedback", json={"verb": "like", "candidate": path[:17]})
        assert told.status_code == 400
        assert http.get(f"/jobs/{path}").status_code == 404
        assert http.get(f"/images/files/{path}").status_code in {400, 404}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "http://127.0.0.1.evil.example"},
        {"Origin": "null"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:8501"},
    ],
)
def test_foreign_pages_and_names_are_refused(server: Server, headers: dict[str, str]) -> None:
    with server.http(**headers) as http:
        assert http.post("/profile", json={"user": "ana", "act": "undo"}).status_code == 403
        assert http.get("/models").status_code == 403


def bomb() -> bytes:
    return raw_png(60_000, 60_000, bytes(60_001))


def svg() -> bytes:
    return b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script/></svg>'


def zip_in_png() -> bytes:
    """A PNG whose text chunk unpacks to 200 MiB."""
    packed = zlib.compress(b"x" * (200 * 2**20), 9)
    data = b"k\x00\x00" + packed
    chunk = struct.pack(">I", len(data)) + b"zTXt" + data
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + data))
    plain = png()
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize("picture", [bomb, svg, zip_in_png], ids=["bomb", "svg", "text bomb"])
@pytest.mark.parametrize("field", ["image", "mask"])
def test_hostile_pictures_are_refused(
    server: Server, picture: Callable[[], bytes], field: str
) -> None:
    files = {"image": png(), field: picture()}
    with server.http() as http:
        answer = http.post("/images/edits", data={"prompt": "a cat", "user": "ana"}, files=files)
        assert answer.status_code == 400
        assert http.get("/models").status_code == 200


def test_too_large_a_body_is_refused_by_its_header(server: Server) -> None:
    with server.http() as http:
        answer = http.post("/profile", content=b"x" * (300 * 1024))
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"


def test_too_large_a_body_is_refused_without_a_header(server: Server) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1000):
            yield b"x" * 65536

    with server.http() as http:
        answer = http.post("/profile", content=endless())
        assert answer.status_code == 413


def test_too_many_files_are_refused(server: Server) -> None:
    files = [("image", png())] * 9
    with server.http() as http:
        answer = http.post("/images/edits", data={"prompt": "a cat", "user": "ana"}, files=files)
        assert answer.status_code == 400


def test_a_mask_of_another_size_is_refused(server: Server) -> None:
    files = {"image": png(side=32), "mask": half_mask(64)}
    with server.http() as http:
        answer = http.post("/images/edits", data={"prompt": "a cat", "user": "ana"}, files=files)
        assert answer.status_code == 400


WORDS = "<script>alert(1)</script> cat"


def test_words_come_back_inert(server: Server, keys: dict[str, str]) -> None:
    with server.http(keys["ana"]) as http:
        answer = http.post("/images/generations", json={"prompt": WORDS, "n": 1})
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b'{"user": "\\ud800"}', b"[" * 100_000, b"\xff", b"null", b""])
def test_broken_json_is_refused(server: Server, body: bytes) -> None:
    with server.http() as http:
        for path in ("/profile", "/feedback", "/images/generations"):
            answer = http.post(path, content=body, headers={"content-type": "application/json"})
            assert answer.status_code in {400, 404}
            assert answer.json()["error"]["message"]


# idempotency keys


def test_a_replayed_key_does_once(server: Server, keys: dict[str, str]) -> None:
    with server.http(keys["ana"], **{"Idempotency-Key": "once-1"}) as http:
        say = {"act": "set", "concept": "teal", "weight": 0.7}
        first, again = http.post("/profile", json=say), http.post("/profile", json=say)
        assert first.json() == again.json()
        other = http.post("/profile", json={**say, "weight": 0.1})
        assert other.status_code == 400
    with Studio.open(server.home) as studio:
        edits = [edit for edit in studio.store.edits("ana") if edit.concept == "teal"]
    assert len(edits) == 1


def test_a_replayed_key_makes_one_job(server: Server, keys: dict[str, str]) -> None:
    with server.http(keys["ana"], **{"Idempotency-Key": "once-2"}) as http:
        ask = {"prompt": "a happy fox", "n": 1}
        first = http.post("/images/generations", json=ask).json()
        again = http.post("/images/generations", json=ask).json()
        assert first["job_id"] == again["job_id"]
        assert first["data"] == again["data"]
        assert http.post("/images/generations", json={**ask, "n": 2}).status_code == 400
    with server.http(keys["ben"], **{"Idempotency-Key": "once-2"}) as http:
        other = http.post("/images/generations", json=ask).json()
        assert other["job_id"] != first["job_id"]


def test_a_key_whose_act_failed_may_be_used_again(server: Server, keys: dict[str, str]) -> None:
    with server.http(keys["ana"], **{"Idempotency-Key": "once-3"}) as http:
        assert http.post("/profile", json={"act": "say", "words": " "}).status_code == 400
        assert http.post("/profile", json={"act": "say", "words": " "}).status_code == 400
        fine = http.post("/profile", json={"act": "set", "concept": "mauve", "weight": 0.2})
        assert fine.status_code == 200


def test_one_key_many_at_once_does_once(server: Server, keys: dict[str, str]) -> None:
    say = {"act": "set", "concept": "ochre", "weight": 0.3}
    codes: list[int] = []

    def post() -> None:
        with server.http(keys["ana"], **{"Idempotency-Key": "once-4"}) as http:
            codes.append(http.post("/profile", json=say).status_code)

    threads = [threading.Thread(target=post) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(codes) <= {200, 400}
    assert 200 in codes
    with Studio.open(server.home) as studio:
        edits = [edit for edit in studio.store.edits("ana") if edit.concept == "ochre"]
    assert len(edits) == 1


# what is logged


def test_acts_and_refusals_are_logged_without_words(server: Server, keys: dict[str, str]) -> None:
    with server.http(keys["ben"]) as http:
        http.post("/profile", json={"act": "say", "words": "more secretcolour"})
        http.get("/profile", params={"user": "ana"})
    with server.http("bsp_" + "B" * 43) as http:
        http.get("/models")

    def logged() -> list[tuple[str, int]]:
        with Studio.open(server.home) as studio:
            rows = Audit(store=studio.store).newest(limit=20)
        assert not any("secretcolour" in str(row) for row in rows)
        return [(row.action, row.status) for row in rows]

    wait(lambda: ("GET /v1/models", 401) in logged())
    assert ("POST /v1/profile", 200) in logged()
    assert ("GET /v1/profile", 404) in logged()


# who is let in


def test_off_loopback_somebody_must_prove_who_they_are(tmp_path: Path) -> None:
    with Studio.open(tmp_path / "home") as studio:
        studio.user("ana")
        with pytest.raises(ConfigError, match="keys add"):
            open_serving(studio, host="0.0.0.0")
        ApiKeys(store=studio.store).add("one", users=["ana"])
        assert open_serving(studio, host="0.0.0.0").access.mode == "keys"
        assert open_serving(studio, host="127.0.0.1").access.mode == "open"
        assert open_serving(studio, host="::1").access.mode == "open"


@pytest.fixture(scope="module")
def proxied(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Behind a proxy that names people, which is not on 127.0.0.1."""
    home = tmp_path_factory.mktemp("proxied") / "home"
    shutil.copytree(furnished, home)
    with (home / "studio.toml").open("a") as file:
        file.write(
            '\n[web]\ntrusted_header = "X-Forwarded-User"\ntrusted_proxies = ["127.0.0.2"]\n'
            "requests_per_minute = 5\n"
        )
    with server_on(home, "--api-only") as running:
        yield running


def from_address(address: str, url: str, headers: dict[str, str]) -> tuple[int, Any]:
    """GET from another address of loopback, as another machine would."""
    host, _, port = url.removeprefix("http://").partition(":")
    connection = socket.create_connection((host, int(port)), source_address=(address, 0))
    lines = [f"GET /v1/profile HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    answer = b""
    while part := connection.recv(65536):
        answer += part
    connection.close()
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def test_a_forged_header_names_nobody(proxied: Server) -> None:
    code, told = from_address("127.0.0.2", proxied.url, {"X-Forwarded-User": "ana"})
    assert (code, told["user"]) == (200, "ana")
    for name in ("X-Forwarded-User", "x-forwarded-user", "X_Forwarded_User"):
        assert from_address("127.0.0.1", proxied.url, {name: "ana"})[0] == 401
    forged = {"X-Forwarded-User": "ana", "X-Forwarded-For": "127.0.0.2"}
    assert from_address("127.0.0.1", proxied.url, forged)[0] == 401
    assert from_address("127.0.0.2", proxied.url, {"X-Forwarded-User": "../x"})[0] == 401


def test_too_often_is_refused_with_a_time_to_wait(proxied: Server) -> None:
    with Studio.open(proxied.home) as studio:
        key = ApiKeys(store=studio.store).add("busy", users=["ben"])[1]
    with proxied.http(key) as http:
        answers = [http.get("/models") for _ in range(8)]
    codes = [answer.status_code for answer in answers]
    assert codes[:5] == [200] * 5
    assert codes[-1] == 429
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert answers[-1].json()["error"]["code"] == "rate_limit_exceeded"


def test_a_link_is_signed_by_this_home_alone(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    links, others = Links.of(tmp_path / "a"), Links.of(tmp_path / "b")
    assert Links.of(tmp_path / "a") == links != others
    assert (tmp_path / "a" / "server.key").stat().st_mode & 0o077 == 0
    query = links.query("ana", "c1", now=0.0)
    with pytest.raises(UnknownName, match="expired"):
        links.check("ana", "c1", expires=int(query["expires"]), signature=query["signature"])
    fresh, forged = links.query("ana", "c1"), others.query("ana", "c1")
    links.check("ana", "c1", expires=int(fresh["expires"]), signature=fresh["signature"])
    for user, signature in (("ana", forged["signature"]), ("ben", fresh["signature"])):
        with pytest.raises(UnknownName):
            links.check(user, "c1", expires=int(fresh["expires"]), signature=signature)


def test_a_picture_s_bytes_are_not_what_was_uploaded(server: Server) -> None:
    """What is served was drawn here: an upload never comes back as it was sent."""
    image = Image.new("RGB", (32, 32), "red")
    buffer = io.BytesIO()
    image.save(buffer, "PNG", comment="<script>")
    with server.http() as http:
        made = http.post(
            "/images/edits",
            data={"prompt": "a cat", "user": "ana"},
            files={"image": buffer.getvalue() + b"<script>alert(1)</script>"},
        ).json()
    assert made["data"]
    assert "PHNjcmlwdD" not in made["data"][0]["b64_json"]
