"""The web studio as people use it, in a real browser, on a running server."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from studio import Studio
from studio.collection import Collection
from tests.app.web.conftest import WAIT_MS, Server, Visit, press, settle, write_home

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
expect.set_options(timeout=WAIT_MS)


def ask(page: Page, words: str) -> None:
    """Write words on the Create page and press the button."""
    box = page.get_by_role("textbox", name="What would you like?")
    box.fill(words)
    box.press("Tab")
    settle(page)
    press(page, "Make it")


def slate_of(page: Page, words: str) -> None:
    """Wait for the slate of these words."""
    page.get_by_role("heading", name=f"“{words}”").wait_for()
    page.get_by_role("button", name="Choose").first.wait_for()
    settle(page)


def slates_of(home: Path, person: str, *, count: int) -> list[list[str]]:
    """Candidates shown in the person's newest slates, newest first, once there are ``count``."""
    ends = time.monotonic() + WAIT_MS / 1000
    with Studio.open(home) as studio:
        while len(found := studio.store.slates(person, limit=count)) < count:
            assert time.monotonic() < ends, f"{len(found)} of {count} slates"
            time.sleep(0.1)
    assert {slate.request["seed"] for slate in found} == {7}
    return [[item["candidate_id"] for item in slate.document["items"]] for slate in found]


def test_first_run_to_a_slate(visit: Visit, tmp_path: Path) -> None:
    home = write_home(tmp_path, is_empty=True)
    server = Server(home)
    try:
        first_run(visit(base=server.url), home)
    finally:
        server.stop()


def first_run(page: Page, home: Path) -> None:
    """From an empty home over the guided start to four pictures."""
    page.get_by_role("heading", name="Welcome").wait_for()  # nobody is here: it starts by itself
    settle(page)
    page.get_by_role("textbox", name="Your name").fill("gil")
    press(page, "Start")
    page.get_by_text("You are gil").wait_for()
    for place in (0, 3, 5):
        page.get_by_role("button", name="Like", exact=True).nth(place).click()
        page.wait_for_timeout(500)
        settle(page)
    page.get_by_text("3 picked.").wait_for()
    page.get_by_role("textbox", name="In a few words").fill("a happy cat")
    press(page, "Make my first slate")
    slate_of(page, "a happy cat")
    with Studio.open(home) as studio:
        gil = studio.existing_user("gil")
        assert len(gil.history.liked) == 3
        assert len(Collection(gil)) == 4


def test_a_like_changes_the_next_slate(visit: Visit, home: Path) -> None:
    page = visit(person="ana")
    press(page, "Settings")
    page.get_by_role("textbox", name="Seed").fill("7")
    page.get_by_role("textbox", name="Seed").press("Enter")
    page.keyboard.press("Escape")
    ask(page, "a red fox")
    slate_of(page, "a red fox")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("1")  # the first picture, by key
    expect(page.locator("[class*=st-key-card-]").get_by_text("liked").first).to_be_visible()
    with Studio.open(home) as studio:
        assert [event.event for event in studio.user("ana").history.interactions][-1] == "like"
    press(page, "Make it")
    newest, first = slates_of(home, "ana", count=2)
    assert newest != first
    for candidate in newest:
        page.locator(f".st-key-card-{candidate}").wait_for()


def test_rate_ten_pairs_by_keyboard(visit: Visit, home: Path) -> None:
    page = visit("rate", person="ben")
    for number in range(1, 11):
        page.get_by_role("button", name="This one").first.wait_for()
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        page.get_by_text(f"{number} of 10 rated").wait_for()
        settle(page)
    expect(page.get_by_text("Learned in this round")).to_be_visible()
    expect(page.get_by_text(re.compile("Guessed right"))).to_be_visible()
    with Studio.open(home) as studio:
        assert [one.verb for one in studio.store.feedback("ben")].count("prefer") == 10


def test_edit_by_a_rectangle(visit: Visit, home: Path) -> None:
    page = visit(person="cleo")
    ask(page, "a blue house")
    slate_of(page, "a blue house")
    press(page, "Edit", exact=True)
    page.get_by_role("heading", name="Edit").wait_for()
    thumb = page.get_by_role("slider").first
    thumb.focus()
    for _ in range(3):
        thumb.press("ArrowLeft")
    settle(page)
    words = page.get_by_role("textbox", name="What should be there?")
    words.fill("a red door")
    words.press("Tab")
    settle(page)
    press(page, "Change it")
    page.get_by_role("button", name="Go on from this").wait_for()
    with Studio.open(home) as studio:
        newest = studio.store.slates("cleo", limit=1)[0]
        assert newest.request["routes"] == ["edit"]
        assert newest.request["mask"]
        assert newest.request["instruction"] == "a red door"
    press(page, "Go on from this")
    expect(page.get_by_text("Step 2")).to_be_visible()
    press(page, "Undo")
    expect(page.get_by_text("Step 1")).to_be_visible()


def test_overrule_a_concept(visit: Visit, home: Path) -> None:
    page = visit("taste", person="dev")
    page.get_by_role("textbox", name="Tell it in words").fill("more pastel, never skulls")
    page.get_by_role("textbox", name="Tell it in words").press("Tab")
    settle(page)
    press(page, "Tell")
    row = page.locator("[class*=st-key-row-concept-pastel]")
    row.get_by_text("you said so").wait_for()
    slider = row.get_by_role("slider")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowLeft")
    page.get_by_text("set by you").wait_for()
    settle(page)
    with Studio.open(home) as studio:
        pastel = studio.user("dev").profile["pastel"]
        assert pastel.source == "set"
        assert studio.user("dev").profile["skull"].weight < 0
    row = page.locator("[class*=st-key-row-concept-pastel]")
    row.get_by_role("button", name="Forget").click()
    expect(row).to_have_count(0)
    settle(page)
    press(page, "Undo")
    expect(page.locator("[class*=st-key-row-concept-pastel]")).to_have_count(1)


def test_a_weight_of_nothing_stays_until_it_is_forgotten(visit: Visit, home: Path) -> None:
    with Studio.open(home) as studio:
        cleo = studio.user("cleo")
        cleo.set("pastel", 0.05)
        page = visit("taste", person="cleo")
        row = page.locator("[class*=st-key-row-concept-pastel]")
        row.get_by_role("slider").press("ArrowLeft")
        page.get_by_text("pastel counts no more.").wait_for()
        expect(row).to_have_count(1)
        assert 0 < cleo.profile["pastel"].weight < 0.05


def test_create_is_also_found_by_its_name(visit: Visit) -> None:
    page = visit("create", person="dev")
    assert "/create" not in page.url
    expect(page.get_by_role("button", name="Make it")).to_be_visible()


def test_removing_from_the_history(visit: Visit, home: Path) -> None:
    page = visit("taste", person="finn")
    remove = page.get_by_role("button", name="Remove")
    expect(remove).to_have_count(6)
    remove.first.click()
    expect(remove).to_have_count(5)
    with Studio.open(home) as studio:
        assert len(studio.user("finn").history) == 5


@pytest.fixture
def slow_server(tmp_path: Path) -> Server:
    """A server whose pictures take many steps."""
    return Server(write_home(tmp_path, people=("ana",), steps=1000))


def test_reload_and_cancel_in_mid_step(visit: Visit, slow_server: Server, tmp_path: Path) -> None:
    try:
        page = visit(person="ana", base=slow_server.url)
        ask(page, "a long story")
        page.get_by_text(re.compile(r"drawing new ones, [1-9]\d* of")).first.wait_for()
        page.reload()
        page.wait_for_selector("h1")
        page.get_by_text("Making:").wait_for()
        page.get_by_text(re.compile(r"drawing new ones, [1-9]\d* of")).first.wait_for()
        follow = page.locator("[class*=st-key-follow]").first
        follow.get_by_role("button", name="Cancel").click()
        started = time.monotonic()
        expect(page.get_by_text("Making:")).to_be_hidden()
        assert time.monotonic() - started < 60
        with Studio.open(tmp_path / "home") as studio:
            assert studio.store.slates("ana", limit=1) == []
    finally:
        slow_server.stop()


def test_two_people_never_see_each_others_things(visit: Visit, home: Path) -> None:
    eva, ben = visit(person="eva"), visit(person="ben")
    ask(eva, "a secret lighthouse")
    slate_of(eva, "a secret lighthouse")
    for name in ("", "gallery", "taste", "edit"):
        ben.goto(f"{ben.url.split('?')[0].rsplit('/', 1)[0]}/{name}?person=ben")
        settle(ben)
        assert "secret lighthouse" not in ben.content()
    with Studio.open(home) as studio:
        theirs = Collection(studio.user("eva")).page(limit=1)[0]
    for query in (f"slate={theirs.slate_id}", f"candidate={theirs.candidate_id}"):
        ben.goto(f"{ben.url.split('?')[0].rsplit('/', 1)[0]}/?person=ben&{query}")
        settle(ben)
        assert "secret lighthouse" not in ben.content()


def test_words_of_people_are_inert(visit: Visit, home: Path, tmp_path: Path) -> None:
    attack = (
        "<img src=x onerror=window.hit=1> ![x](http://evil.example/p.png) [go](http://e.example)"
    )
    art = tmp_path / "art"
    art.mkdir()
    picture = art / "<script>window.hit=1<.png"
    with Studio.open(home) as studio:
        from PIL import Image

        Image.new("RGB", (64, 64), "green").save(picture)
        table = art / "captions.csv"
        table.write_text("file,caption\n" + json.dumps(picture.name)[1:-1] + f',"{attack}"\n')
        studio.catalog.add(art, captions=table)
        hit = next(one for one in _all(studio) if "evil" in one.caption)
        studio.user("finn").like(hit.item_id)
        studio.user("finn").set(attack[:40], 0.9)
    page = visit("taste", person="finn")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    settle(page)
    ask_page = visit(person="finn")
    ask(ask_page, attack)
    ask_page.get_by_role("button", name="Choose").first.wait_for()
    for one in (page, ask_page):
        assert one.evaluate("window.hit") is None
        assert one.locator("a[href*='example']").count() == 0
        assert one.locator("img[src*='evil']").count() == 0
    assert not [address for address in asked if "evil" in address]


def _all(studio: Studio) -> list:
    items = []
    while page := studio.catalog.list(after=items[-1].item_id if items else "", limit=100):
        items += page
    return items
