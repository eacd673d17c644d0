"""Who is let in: sign-in with a provider, and a proxy that names people, in a real browser."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from studio import Studio
from studio.store.audit import Audit
from tests.app.web.conftest import WAIT_MS, Server, settle
from tests.app.web.provider import CLIENT, SECRET, provided
from tests.app.web.proxy import FROM, HEADER, proxied

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
expect.set_options(timeout=WAIT_MS)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def guarded(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that asks a provider who is there."""
    port = free_port()
    own = Path(shutil.copytree(home, tmp_path_factory.mktemp("guarded") / "home"))
    with provided() as provider:
        with (own / "studio.toml").open("a") as file:
            file.write(
                f"""
[web.oidc]
client_id = "{CLIENT}"
client_secret = "{SECRET}"
server_metadata_url = "{provider.issuer}/.well-known/openid-configuration"
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{"c" * 40}"
"""
            )
        server = Server(own, port=port)
        yield server
        server.stop()


def test_sign_in_and_out(browser: Browser, guarded: Server) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(f"{guarded.url}/taste?person=ana")
    settle(page)
    expect(page.get_by_text("nobody is signed in")).to_be_visible()
    assert "ana" not in page.inner_text("body")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Email").fill("ana")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Signed in as ana").wait_for()
    settle(page)
    page.goto(f"{guarded.url}/taste?person=ben")  # the address names nobody here
    page.get_by_text("Signed in as ana").wait_for()
    settle(page)
    assert page.get_by_role("combobox", name="Person").count() == 0
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("nobody is signed in")).to_be_visible()
    context.close()


def test_uploads_come_from_people_who_are_let_in(browser: Browser, guarded: Server) -> None:
    """Streamlit itself keeps what anybody sends to an open page, signed in or not."""
    address = f"{guarded.url}/_stcore/upload_file/none/none"
    picture = {"file": {"name": "a.png", "mimeType": "image/png", "buffer": b"x"}}
    context = browser.new_context()
    answer = context.request.put(address, multipart=picture)  # type: ignore[arg-type]
    assert answer.status == 403
    assert "nobody is signed in" in answer.text()
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(guarded.url)
    settle(page)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_label("Email").fill("ana")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Signed in as ana").wait_for()
    answer = context.request.put(address, multipart=picture)  # type: ignore[arg-type]
    assert "nobody is signed in" not in answer.text()  # Streamlit's own checks come next
    context.close()
    with Studio.open(guarded.home) as studio:
        refused = [row for row in Audit(store=studio.store).newest() if row.status == 403]
    assert refused[0].action == "PUT /_stcore/upload_file/none/none"


def test_a_forged_cookie_signs_nobody_in(browser: Browser, guarded: Server) -> None:
    context = browser.new_context()
    forged = {"name": "_streamlit_user", "value": '{"email": "ana", "is_logged_in": true}'}
    context.add_cookies([{**forged, "url": guarded.url}])  # type: ignore[list-item]
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(guarded.url)
    settle(page)
    expect(page.get_by_text("nobody is signed in")).to_be_visible()
    context.close()


@pytest.fixture(scope="module")
def behind(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that believes one proxy."""
    own = Path(shutil.copytree(home, tmp_path_factory.mktemp("behind") / "home"))
    with (own / "studio.toml").open("a") as file:
        file.write(f'\ntrusted_header = "{HEADER}"\ntrusted_proxies = ["{FROM}"]\n')
    server = Server(own)
    yield server
    server.stop()


def test_a_proxy_names_the_person(browser: Browser, behind: Server) -> None:
    port = int(behind.url.rsplit(":", 1)[1])
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    with proxied(port, person="ben") as address:
        page.goto(f"{address}/taste?person=ana")
        settle(page)
        expect(page.get_by_text("Signed in as ben")).to_be_visible()
        assert page.get_by_role("combobox", name="Person").count() == 0
        context.close()


def test_a_forged_header_names_nobody(browser: Browser, behind: Server) -> None:
    context = browser.new_context(extra_http_headers={HEADER: "ana"})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(behind.url)
    settle(page)
    expect(page.get_by_text("nobody is signed in")).to_be_visible()
    context.close()
