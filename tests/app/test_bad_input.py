"""Bad input: the right code, one line that says what to do, the store as it was."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.app.conftest import Contents, Run, bad_pictures, contents

WRONG = ("empty", "truncated", "bomb", "mislabelled", "text", "absent")


@pytest.fixture
def before(run: Run, home: Path, picture: Path) -> Contents:
    """A home with a person who has a history."""
    assert run("history", "add", "ana", picture).code == 0
    return contents(home)


def wrong(folder: Path, name: str) -> Path:
    return bad_pictures(folder).get(name, folder / "absent.png")


@pytest.mark.parametrize(
    ("user", "instruction", "says"),
    [
        ("anna", "a cat", "did you mean ana"),
        ("../ana", "a cat", "name"),
        ("", "a cat", "name"),
        ("ana", "", "empty"),
        ("ana", " \t ", "empty"),
        ("ana", "a cat " * 170_000, "2,000"),
        ("ana", "a\x07cat", "U+0007"),
        ("ana", "a\x1b[31mcat", "U+001B"),
        ("ana", "a\x00cat", "U+0000"),
        ("ana", "a \ud800 cat", "U+D800"),
    ],
)
def test_who_and_what(
    *,
    run: Run,
    home: Path,
    before: Contents,
    user: str,
    instruction: str,
    says: str,
) -> None:
    ran = run("generate", user, instruction)
    assert ran.code == 2
    assert says in ran.line
    assert contents(home) == before


def test_a_new_person_is_not_made_for_bad_words(run: Run, home: Path, before: Contents) -> None:
    assert run("generate", "zoe", "", "--new").code == 2
    assert contents(home) == before


@pytest.mark.parametrize(
    "words",
    [
        ("-n", "0"),
        ("-n", "17"),
        ("--kind", "statue"),
        ("--route", "teleport"),
        ("--seed", "-1"),
        ("--personalization", "9"),
        ("--personalization", "nan"),
    ],
)
def test_options_out_of_range(
    run: Run, home: Path, before: Contents, words: tuple[str, ...]
) -> None:
    ran = run("generate", "ana", "a cat", *words)
    assert ran.code == 2
    assert ran.line
    assert contents(home) == before


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("who", ["ana", "zoe"])
def test_pictures_of_a_history(
    *,
    run: Run,
    home: Path,
    tmp_path: Path,
    before: Contents,
    who: str,
    name: str,
) -> None:
    picture = wrong(tmp_path / "bad", name)
    ran = run("history", "add", who, tmp_path / "good.png", picture)
    assert ran.code == 2
    assert name == "absent" or picture.name in ran.line
    assert contents(home) == before


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("option", ["--reference", "--mask"])
def test_pictures_of_a_request(
    *,
    run: Run,
    home: Path,
    tmp_path: Path,
    before: Contents,
    option: str,
    name: str,
) -> None:
    picture = wrong(tmp_path / "bad", name)
    ran = run("generate", "ana", "a cat", option, picture)
    assert ran.code == 2
    assert name == "absent" or picture.name in ran.line
    assert contents(home) == before


@pytest.mark.parametrize(
    "rows",
    [
        "file,event\nabsent.png,like\n",
        "file,event\ngood.png,like\nabsent.png,like\n",
        "file,event\ngood.png,adore\n",
        "file,event,timestamp\ngood.png,like,soon\n",
        "file\ngood.png\n",
        "item,event\n../../secret,like\n",
        "item,event\ni0123456789abcdef,like\n",
        "",
    ],
)
@pytest.mark.parametrize("who", ["ana", "zoe"])
def test_rows_of_a_history(
    *,
    run: Run,
    home: Path,
    tmp_path: Path,
    before: Contents,
    who: str,
    rows: str,
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(rows)
    ran = run("history", "import", who, file)
    assert ran.code == 2
    assert ran.line
    assert contents(home) == before


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--like", "c../../../etc/x"),
        ("--like", "../studio.db"),
        ("--dislike", "c0123456789abcdef"),
        ("--like", "i0123456789abcdef"),
        ("--slate", "../s", "--choose", "c0123456789abcdef"),
        ("--slate", "s0123456789abcdef"),
        ("--prefer", "c0123456789abcdef"),
    ],
)
def test_ids_of_feedback(run: Run, home: Path, before: Contents, words: tuple[str, ...]) -> None:
    ran = run("feedback", "ana", *words)
    assert ran.code == 2
    assert ran.line
    assert contents(home) == before


def test_one_bad_act_of_feedback_stores_none(
    run: Run, home: Path, picture: Path, before: Contents
) -> None:
    item = next(line.split("'")[1] for line in before[0] if 'INTO "items"' in line)
    ran = run("feedback", "ana", "--like", item, "--dislike", "c0123456789abcdef")
    assert ran.code == 2
    assert contents(home) == before


@pytest.mark.slow
@pytest.mark.parametrize("name", WRONG)
def test_pictures_of_the_catalogue(
    run: Run, home: Path, tmp_path: Path, before: Contents, name: str
) -> None:
    picture = wrong(tmp_path / "bad", name)
    ran = run("catalog", "add", tmp_path / "good.png", picture)
    assert ran.code == 2
    assert name == "absent" or picture.name in ran.line
    assert contents(home) == before


def test_a_caption_table_with_missing_files(
    run: Run, home: Path, tmp_path: Path, before: Contents
) -> None:
    table = tmp_path / "captions.csv"
    table.write_text("file,caption\ngood.png,a dot\nabsent.png,nothing\n")
    ran = run("catalog", "add", table)
    assert ran.code == 2
    assert "absent.png" in ran.line
    assert "line 3" in ran.line
    assert contents(home) == before


def test_a_corrupt_database(run: Run, home: Path) -> None:
    run("user", "add", "ana")
    garbage = b"not a database " * 400
    for path in home.glob("studio.db-*"):
        path.unlink()
    (home / "studio.db").write_bytes(garbage)
    ran = run("user", "add", "ben")
    assert ran.code == 1
    assert "studio.db" in ran.line or "database" in ran.line
    assert (home / "studio.db").read_bytes() == garbage


def test_a_locked_database(run: Run, home: Path, before: Contents) -> None:
    other = sqlite3.connect(home / "studio.db", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    try:
        ran = run("user", "add", "ben")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert ran.code == 1
    assert "another process" in ran.line
    assert contents(home) == before


def test_a_full_disk(home: Path, run: Run, tmp_path: Path) -> None:
    run("user", "add", "ana")
    picture = tmp_path / "noise.png"
    from PIL import Image

    Image.effect_noise((256, 256), 90).save(picture)
    kept = contents(home)

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (16_384, 16_384))

    words = [sys.executable, "-m", "app.cli", "--home", str(home), "history", "add", "zoe", picture]
    done = subprocess.run(words, capture_output=True, text=True, check=False, preexec_fn=small)
    assert done.returncode == 1, done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert contents(home) == kept


def test_a_home_that_is_a_file(run: Run, picture: Path) -> None:
    ran = run("--home", picture, "user", "list")
    assert ran.code == 2
    assert picture.name in ran.line
