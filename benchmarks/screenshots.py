"""Screenshots of every page of the web studio, by one command, on the bundled models.

    python -m benchmarks.screenshots [--out docs/screens] [--home DIR]

Builds the demo's people in a home, serves it, walks through the pages in Debian's Chromium, and
writes small WebP files. ``--home``: an earlier home to look at instead of making one.
"""

from __future__ import annotations

import argparse
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDTH, HEIGHT = 1280, 860
PHONE = 390
WAIT_MS = 240_000
QUALITY = 78
IDLE = "[data-testid=stApp][data-test-script-state=notRunning]"
WORDS = ("a happy cat", "a sleepy fox with a scarf")
NEWCOMER = "you"
PAGES = ("create", "edit", "taste", "rate", "gallery", "settings")


def furnish(folder: Path) -> Path:
    """The demo's people and a few slates; returns the home."""
    from app.demo import PEOPLE, catalogue, introduce, items_by_file, write_art
    from studio import Studio

    drawings = list(catalogue())
    write_art(drawings, folder / "art")
    home = folder / "home"
    with Studio.open(home) as studio:
        studio.catalog.add(folder / "art", license="Apache-2.0")
        by_file = dict(items_by_file(studio))
        for persona in PEOPLE[:2]:
            introduce(studio, persona, drawings, by_file)
        person = studio.user(PEOPLE[0].name)
        for seed, words in enumerate(reversed(WORDS)):
            slate = person.personalize(words, seed=seed)
            person.like(slate[0])
    return home


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a server on a home, for the length of the block."""
    command = [sys.executable, "-m", "app.cli", "--home", str(home), "--json", "web", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield str(json.loads(process.stdout.readline())["url"])
        process.terminate()


def settle(page: Page) -> None:
    """Wait until a page is drawn."""
    page.wait_for_selector("h1", timeout=WAIT_MS)
    page.wait_for_selector(IDLE, timeout=WAIT_MS)
    page.wait_for_timeout(1500)


def keep(page: Page, path: Path) -> None:
    """The window as a small WebP."""
    from PIL import Image

    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.save(path, "WEBP", quality=QUALITY, method=6)
    print(f"{path.name}  {path.stat().st_size / 1024:.0f} KB", flush=True)


def window(browser: Browser, url: str, *, width: int = WIDTH, scheme: str = "light") -> Page:
    """A page of a browser of its own; ``scheme``: light or dark."""
    height = HEIGHT if width == WIDTH else 844
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.goto(url)
    settle(page)
    return page


def walk(browser: Browser, url: str, out: Path) -> None:
    """Every page once in light; some in dark and at a phone's width."""
    page = window(browser, f"{url}/?person=Ana")
    for name in PAGES:
        page.goto(f"{url}/{'' if name == 'create' else name}?person=Ana")
        settle(page)
        if name == "edit":
            page.get_by_role("button", name="Edit", exact=True).first.click()
            settle(page)
        keep(page, out / f"{name}.webp")
    page.goto(f"{url}/?person=Ana")
    settle(page)
    page.get_by_role("button", name="Why?").first.click()
    page.get_by_role("dialog").wait_for()
    settle(page)
    keep(page, out / "why.webp")
    welcome(browser, url, out)
    keep(window(browser, f"{url}/?person=Ana", scheme="dark"), out / "create-dark.webp")
    keep(window(browser, f"{url}/?person=Ana", width=PHONE), out / "create-phone.webp")
    keep(window(browser, f"{url}/taste?person=Ana", width=PHONE), out / "taste-phone.webp")


def welcome(browser: Browser, url: str, out: Path) -> None:
    """The guided start of somebody new."""
    page = window(browser, f"{url}/welcome")
    page.get_by_role("textbox", name="Your name").fill(NEWCOMER)
    page.get_by_role("button", name="Start").click()
    page.get_by_text("3 to go").wait_for()
    settle(page)
    keep(page, out / "welcome.webp")


def forget(home: Path, name: str) -> None:
    """Whom an earlier walk left behind."""
    from studio import Studio

    with Studio.open(home) as studio:
        if name in studio.users():
            studio.user(name).delete()


def main(words: Sequence[str] | None = None) -> None:
    """Parse the command line and take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("docs/screens"))
    parser.add_argument("--home", type=Path)
    given = parser.parse_args(words)
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("no chromium here: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bespoke-screens-") as folder:
        home = given.home or furnish(Path(folder))
        forget(home, NEWCOMER)
        with served(home) as url, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            walk(browser, url, given.out)
            browser.close()


if __name__ == "__main__":
    main()
