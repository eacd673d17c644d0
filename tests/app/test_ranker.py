"""``bespoke ranker``: a home's own log into a version, used, rolled back, forgotten, and killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from studio import Studio
from studio.tables import HistoryRow
from tests.app.conftest import Run

pytestmark = pytest.mark.slow
START = 1_767_225_600.0
PEOPLE = 8


def picture(number: int) -> Image.Image:
    """Discs are red, bars are blue; a number of dots tells them apart."""
    image = Image.new("RGB", (128, 128), "white")
    draw = ImageDraw.Draw(image)
    if number % 2:
        draw.rectangle((10, 40 + number % 7, 118, 88), fill=(30, 60, 200 + number))
    else:
        draw.ellipse((20, 20, 108 - number % 9, 108), fill=(210 + number, 30, 40))
    for dot in range(number // 2):
        draw.ellipse((8 * dot, 2, 8 * dot + 5, 7), fill="black")
    return image


@pytest.fixture
def filled(home: Path, tmp_path: Path) -> Path:
    """A home where every other person likes discs, the others bars."""
    art = tmp_path / "art"
    art.mkdir()
    for number in range(24):
        picture(number).save(art / f"{number:02d}.png")
    with Studio.open(home) as studio:
        studio.catalog.add(art)
        items = sorted(studio.catalog.list(limit=100), key=lambda item: item.source)
        for person in range(PEOPLE):
            rows = [
                HistoryRow(
                    subject=item.item_id, event="like", timestamp=START + 3600.0 * at + person
                )
                for at, item in enumerate(items[person % 2 :: 2][: 6 + person % 3])
            ]
            studio.user(f"person-{person}").add_history(rows)
    return home


def test_nothing_to_learn_from_is_one_line(run: Run, home: Path) -> None:
    ran = run("ranker", "train")
    assert ran.code == 2
    assert "catalogue is empty" in ran.line
    assert run("ranker", "rollback").code == 2
    listed = run("ranker", "list", "--json")
    assert listed.document == {"used": 0, "versions": [], "train_again": False}


def test_train_use_rollback_and_forget(run: Run, filled: Path) -> None:
    first = run("ranker", "train", "--epochs", "2", "--json")
    assert first.code == 0, first.err
    assert first.document["version"] == 1
    assert first.document["figures"]["people"] == PEOPLE
    asked = ("generate", "person-0", "a disc", "--route", "retrieve", "-n", "3", "--seed", "5")
    slate = run(*asked, "--json").document
    with Studio.open(filled) as studio:
        document = studio.existing_user("person-0").slate(slate["slate_id"])
        row = studio.store.slate(slate["slate_id"], user="person-0")
    assert document["items"]
    assert all(0 < offer.propensity <= 1 for offer in row.offers)
    assert run("feedback", "person-0", "--like", slate["items"][0]["candidate_id"]).code == 0
    assert run("ranker", "train", "--epochs", "2", "--json").document["version"] == 2
    assert run("ranker", "rollback", "--json").document == {"version": 1}
    assert run("ranker", "use", "9").code == 2
    assert run("user", "delete", "person-3").code == 0
    listed = run("ranker", "list", "--json").document
    assert [one["gone"] for one in listed["versions"]] == [1, 1]
    assert listed["train_again"]
    third = run("ranker", "train", "--epochs", "2", "--json").document
    assert third["version"] == 3
    assert third["removed"] == [1, 2]
    listed = run("ranker", "list", "--json").document
    assert [one["gone"] for one in listed["versions"]] == [0]
    assert run("ranker", "use", "0", "--json").document == {"version": 0}


def test_a_killed_training_goes_on_and_leaves_what_was_in_use(run: Run, filled: Path) -> None:
    assert run("ranker", "train", "--epochs", "1", "--json").document["version"] == 1
    words = "from ranking.studio_ranker.course import SHORT\n"
    words += "object.__setattr__(SHORT, 'every_s', 0.0)\n"
    words += "from app.cli import main; import sys; sys.exit(main(sys.argv[1:]))"
    command = [sys.executable, "-c", words, "--home", str(filled), "ranker", "train"]
    unfinished = filled / "models" / "ranker" / "unfinished"
    with subprocess.Popen(
        [*command, "--epochs", "100"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as training:
        until = time.monotonic() + 240
        while not list(unfinished.glob("*.pt")) and time.monotonic() < until:
            assert training.poll() is None, "it ended before it was killed"
            time.sleep(0.05)
        training.send_signal(signal.SIGKILL)
        training.wait()
    kept = list(unfinished.glob("*.pt"))
    assert kept
    listed = run("ranker", "list", "--json").document
    assert [one["version"] for one in listed["versions"]] == [1]
    assert listed["used"] == 1
    again = run("ranker", "train", "--epochs", "100", "--json")
    assert again.code == 0, again.err
    assert again.document["version"] == 2
    assert not list(unfinished.glob("*.pt"))
