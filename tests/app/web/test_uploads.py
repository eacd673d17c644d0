"""Hostile pictures, handed to every page that takes one: refused in one line."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, expect

from tests.app.conftest import png
from tests.app.web.conftest import WAIT_MS, Visit, press, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
expect.set_options(timeout=WAIT_MS)


def svg() -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg"><script>window.hit = 1</script></svg>'


def bomb() -> bytes:
    return png(60_000, 60_000, bytes(60_001))


def page_of_text() -> bytes:
    return b"<script>window.hit = 1</script>"


def good() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (64, 64), "teal").save(buffer, "PNG")
    return buffer.getvalue()


def give(page: Page, data: bytes) -> None:
    name = "<img src=x onerror=window.hit=1>.png"
    given: FilePayload = {"name": name, "mimeType": "image/png", "buffer": data}
    page.locator("input[type=file]").last.set_input_files(given)
    settle(page)


def on_edit(visit: Visit) -> Page:
    return visit("edit", person="ana")


def as_reference(visit: Visit) -> Page:
    page = visit(person="ana")
    press(page, "Pictures")
    return page


def as_search(visit: Visit) -> Page:
    page = visit("gallery", person="ana")
    press(page, "Search by picture")
    return page


@pytest.mark.parametrize("place", [on_edit, as_reference, as_search])
def test_hostile_pictures_are_refused(visit: Visit, place: Callable[[Visit], Page]) -> None:
    for data in (svg(), bomb(), page_of_text()):
        page = place(visit)
        give(page, data)
        alert = page.get_by_role("alert").first
        expect(alert).to_contain_text("the upload")
        assert page.evaluate("window.hit") is None
    page = place(visit)
    give(page, good())
    expect(page.get_by_text("cannot be read")).to_have_count(0)
