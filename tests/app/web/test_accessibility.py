"""No page has a serious or critical violation of axe-core's rules: light, dark, on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.web.sitemap import ENTRIES
from tests.app.web.conftest import Visit, press, settle

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
GRAVE = {"serious", "critical"}


def violations(page: Page) -> list[str]:
    """Each grave violation in a line: rule, and the first elements."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in GRAVE
    ]


@pytest.fixture(scope="module", autouse=True)
def made(url: str, home: object) -> None:
    """A slate for ana, so that pages have something to show."""
    from studio import Studio

    with Studio.open(str(home)) as studio:
        slate = studio.user("ana").personalize("a happy cat", size=2, routes=("retrieve",), seed=1)
        studio.user("ana").like(slate[0])


@pytest.mark.parametrize("name", ["", *(name for name in ENTRIES if name != "create")])
@pytest.mark.parametrize(("width", "is_dark"), [(1280, False), (1280, True), (390, False)])
def test_pages(visit: Visit, name: str, width: int, is_dark: bool) -> None:
    page = visit(name, person="ana", width=width, is_dark=is_dark)
    page.wait_for_timeout(1000)
    assert violations(page) == []


@pytest.mark.parametrize("name", ["", "gallery", "taste", "rate", "edit", "welcome"])
def test_empty_pages(visit: Visit, name: str, home: object) -> None:
    from studio import Studio

    with Studio.open(str(home)) as studio:
        studio.user("newcomer")
    page = visit(name, person="newcomer")
    assert violations(page) == []


def test_dialogs_and_popovers(visit: Visit) -> None:
    page = visit(person="ana")
    press(page, "Why?")
    page.get_by_role("dialog").wait_for()
    assert violations(page) == []
    page.keyboard.press("Escape")
    settle(page)
    press(page, "Settings", nth=-1)
    page.get_by_role("slider", name="Pictures in the slate").wait_for()
    assert violations(page) == []


def test_a_phone_scrolls_one_way_only(visit: Visit) -> None:
    for name in ("", "taste", "gallery", "rate", "settings"):
        page = visit(name, person="ana", width=390)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= 390, name


def test_all_pictures_have_words(visit: Visit) -> None:
    for name in ("", "gallery", "taste", "rate"):
        page = visit(name, person="ana")
        page.wait_for_timeout(1000)
        for image in page.locator("[data-testid=stImage] img").all():
            assert image.get_attribute("alt"), name
