"""A running server on a small real home, and Debian's Chromium to look at it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from studio import Studio
from tests.generators.tiny import write_pipeline

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WAIT_MS = 240_000
"""For one thing to appear; the machine may be shared."""
SETTINGS = """\
backbone = "{backbone}"
threads = 1

[parts]
checks = ["format"]

[options.generators.create]
steps = {steps}

[web]
starter = "first"
"""
QUIET_MS = 300
QUIET = """([idle, quiet, most]) => new Promise((done, failed) => {
  const began = performance.now();
  let since = began;
  const look = () => {
    const now = performance.now();
    if (!document.querySelector(idle)) since = now;
    if (now - since >= quiet) done();
    else if (now - began > most) failed(new Error("the page never came to rest"));
    else setTimeout(look, 20);
  };
  look();
})"""
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"


def write_home(
    folder: Path, *, people: tuple[str, ...] = (), steps: int = 4, is_empty: bool = False
) -> Path:
    """A home with the starter catalogue and a random 16 px Stable Diffusion."""
    from app.starter import fill

    home = folder / "home"
    home.mkdir(parents=True)
    backbone = write_pipeline(folder / "model").as_posix()
    (home / "studio.toml").write_text(SETTINGS.format(backbone=backbone, steps=steps))
    if is_empty:
        return home
    with Studio.open(home) as studio:
        fill(studio)
        items = studio.catalog.list(limit=60)
        for place, name in enumerate(people):
            person = studio.user(name)
            for item in items[place * 6 : place * 6 + 6]:
                person.like(item.item_id)
    return home


class Server:
    """``bespoke web`` in a process of its own."""

    def __init__(self, home: Path, *, port: int = 0) -> None:
        self.home = home
        command = [sys.executable, "-m", "app.cli", "--home", str(home), "--json"]
        self.log = (home.parent / "server.log").open("a")
        self.process = subprocess.Popen(
            [*command, "web", "--port", str(port)],
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, Path(self.log.name).read_text()
        self.url = json.loads(line)["url"]

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six people, each of whom likes six other pictures."""
    people = ("ana", "ben", "cleo", "dev", "eva", "finn")
    return write_home(tmp_path_factory.mktemp("web"), people=people)


@pytest.fixture(scope="module")
def url(home: Path) -> Iterator[str]:
    server = Server(home)
    yield server.url
    server.stop()


@pytest.fixture(scope="module")  # while it is open an event loop counts as running in this thread
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        if os.environ.get("BESPOKE_CI"):
            pytest.fail("chromium is not installed; .ci/run installs it")
        pytest.skip("no chromium here: apt-get install chromium")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield opened
        opened.close()


Visit = Callable[..., "Page"]


FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport]:
    """Note for the fixtures whether the test itself failed."""
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def visit(browser: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open a page in a browser of its own: ``visit("taste", person="ana")``.

    When the test fails, what stands on its pages is printed.
    """
    contexts = []

    def open_page(
        name: str = "",
        *,
        person: str = "",
        base: str = "",
        width: int = 1280,
        is_dark: bool = False,
    ) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if is_dark else "light",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        query = f"?person={person}" if person else ""
        page.goto(f"{base or url}/{name}{query}")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                print(page.url, page.inner_text("body"), sep="\n")
        context.close()


def settle(page: Page) -> None:
    """Wait until the page has been drawn and nothing has run for a while: a click takes a moment
    to reach the server, and until then the page looks as idle as after it."""
    page.wait_for_selector("h1", timeout=WAIT_MS)
    page.evaluate(QUIET, [IDLE, QUIET_MS, WAIT_MS])


def press(page: Page, name: str, *, nth: int = 0, exact: bool = False) -> None:
    """Click a button by its words."""
    page.get_by_role("button", name=name, exact=exact).nth(nth).click()
    settle(page)
