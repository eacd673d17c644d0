"""No click is lost, and the queue is steered from the page."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from app.jobs import Queue
from studio import Studio
from tests.app.web.conftest import WAIT_MS, Visit, press, settle

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
expect.set_options(timeout=WAIT_MS)


def until(of: Callable[[], bool]) -> None:
    """Wait for what the server does, not for what the page shows."""
    ends = time.monotonic() + WAIT_MS / 1000
    while not of():
        assert time.monotonic() < ends
        time.sleep(0.1)


def test_a_click_right_after_another_counts(visit: Visit, home: Path) -> None:
    """Forget and, before the page has followed, Undo: it stands as before, and only that is undone.

    What the browser still says of the forgotten slider is no move of it.
    """
    with Studio.open(home) as studio:
        ana = studio.user("ana")
        ana.set("pastel", 0.6)
        before = len(studio.store.edits("ana"))
        page = visit("taste", person="ana")
        row = page.locator("[class*=st-key-row-concept-pastel]")
        undo = page.get_by_role("button", name="Undo").element_handle()
        assert undo is not None
        row.get_by_role("button", name="Forget").evaluate("one => one.click()")
        until(lambda: len(studio.store.edits("ana")) == before + 1)
        undo.evaluate("one => one.click()")
        page.get_by_text("Taken back: pastel.").wait_for()
        settle(page)
        assert ana.profile["pastel"].weight == pytest.approx(0.6)
        assert len(studio.store.edits("ana")) == before
        ana.undo()


def test_ten_likes_as_fast_as_they_go(visit: Visit, home: Path) -> None:
    with Studio.open(home) as studio:
        studio.user("gus")
    page = visit("gallery", person="gus")
    page.get_by_text("Catalogue", exact=True).first.click()
    page.get_by_role("button", name="As reference").first.wait_for()
    settle(page)
    with Studio.open(home) as studio:
        gus = studio.user("gus")
        buttons = page.get_by_role("button", name="Like", exact=True)
        handles = [buttons.nth(at).element_handle() for at in range(10)]
        page.evaluate(
            "(all) => all.forEach((one, at) => setTimeout(() => one.click(), 60 * at))", handles
        )
        until(lambda: len(gus.history) == 10)


def test_the_queue_is_steered(visit: Visit, home: Path) -> None:
    with Studio.open(home) as studio:
        queue = Queue(studio)
        queue.hold()
        jobs = [queue.generate("cleo", words, size=1) for words in ("one cat", "two", "three")]
        first, second, third = (job.job_id for job in jobs)
        page = visit("settings", person="cleo")
        expect(page.get_by_text("The queue is held")).to_be_visible()

        def of(job_id: str, name: str) -> Locator:
            return page.locator(f".st-key-tray-{job_id}").get_by_role("button", name=name)

        def order() -> list[str]:
            return [job.job_id for job in queue.waiting("cleo")]

        def shown() -> list[str]:
            classes = page.locator("[class*=st-key-tray-cancel-j]").evaluate_all(
                "all => all.map(one => one.className)"
            )
            return [re.findall("st-key-tray-cancel-(j[0-9a-f]{16})", name)[0] for name in classes]

        def press_and_see(
            job_id: str, name: str, *expected: str, rows: tuple[str, ...] = ()
        ) -> None:
            """The rows move with what is done: the next click waits until they have."""
            of(job_id, name).click()
            until(lambda: order() == list(expected))
            until(lambda: shown()[: len(rows or expected)] == list(rows or expected))
            page.wait_for_timeout(500)

        press_and_see(third, "Sooner", first, third, second)
        press_and_see(third, "Sooner", third, first, second)
        press_and_see(third, "Later", first, third, second)
        press_and_see(first, "Pause", third, second, rows=(first, third, second))
        press_and_see(first, "Resume", first, third, second)
        press_and_see(second, "Cancel", first, third)
        assert queue.get("cleo", second).state == "cancelled"
        last = queue.generate("cleo", "four", size=1).job_id
        row = page.locator(f".st-key-tray-{third}")
        page.locator(f".st-key-tray-{last}").wait_for()
        expect(page.locator(f".st-key-tray-{second}")).to_contain_text("stopped")
        before = row.bounding_box()
        of(first, "Cancel").click()
        expect(page.locator(f".st-key-tray-{first}")).to_contain_text("stopped")
        page.wait_for_timeout(1500)
        assert row.bounding_box() == before  # what ends keeps its place: nothing moves
        of(second, "Dismiss").click()
        expect(page.locator(f".st-key-tray-{second}")).to_have_count(0)
        queue.cancel("cleo", last)
        first = queue.generate("cleo", "one more cat", size=1).job_id
        until(lambda: order() == [third, first])
        press_and_see(first, "Sooner", first, third)
        queue.prioritize("cleo", first, priority=50)
        press_and_see(third, "Sooner", third, first)  # also past a higher priority
        for job_id in (first, third):
            queue.cancel("cleo", job_id)
        queue.release()


def test_what_is_to_come_first_does(visit: Visit, home: Path) -> None:
    with Studio.open(home) as studio:
        queue = Queue(studio)
        queue.hold()
        waiting = queue.generate("dev", "a slow cat", size=1)
        page = visit(person="dev")
        press(page, "Settings", nth=-1)
        page.get_by_role("radio", name="First").or_(
            page.get_by_role("button", name="First", exact=True)
        ).first.click()
        settle(page)
        page.keyboard.press("Escape")
        box = page.get_by_role("textbox", name="What would you like?")
        box.fill("a quick fox")
        box.press("Tab")
        settle(page)
        press(page, "Make it")
        until(lambda: len(queue.waiting("dev")) == 2)
        ahead, behind = queue.waiting("dev")
        assert (ahead.arguments["instruction"], ahead.priority) == ("a quick fox", 50)
        assert behind.job_id == waiting.job_id
        for job in (ahead, behind):
            queue.cancel("dev", job.job_id)
        queue.release()
