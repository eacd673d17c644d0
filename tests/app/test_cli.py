"""The command line itself: where the options stand, what goes where, the codes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli.terminal import plain_progress
from studio.progress import Step
from tests.app.conftest import Run


@pytest.mark.parametrize(
    "words",
    [
        ("--json", "user", "list"),
        ("user", "--json", "list"),
        ("user", "list", "--json"),
    ],
)
def test_json_stands_anywhere(run: Run, words: tuple[str, ...]) -> None:
    run("user", "add", "ana")
    ran = run(*words)
    assert (ran.code, ran.err) == (0, "")
    assert ran.document == {"users": ["ana"]}


def test_help_and_version_are_documents_too(run: Run) -> None:
    assert set(run("--json", "--version").document) == {"version"}
    for words in (("--json",), ("user", "--help", "--json"), ("--json", "generate", "-h")):
        ran = run(*words)
        assert (ran.code, ran.err) == (0, "")
        assert ran.document["help"].startswith("Usage: bespoke")
    ran = run("nonsense", "--json", "--help")
    assert (ran.code, ran.document["error"]["type"]) == (2, "UsageError")


@pytest.mark.parametrize("at", [0, 1, 2, 3])
def test_home_stands_anywhere_and_beats_the_environment(
    run: Run, home: Path, tmp_path: Path, at: int
) -> None:
    words = ["user", "add", "ana"]
    words[at:at] = ["--home", str(tmp_path / "other")] if at % 2 else [f"--home={tmp_path}/other"]
    assert run(*words).code == 0
    assert (tmp_path / "other" / "studio.db").exists()
    assert not home.exists()


def test_after_two_dashes_nothing_is_an_option_of_ours(run: Run) -> None:
    ran = run("user", "add", "--", "--json")
    assert ran.code == 2
    assert "--json" in ran.line
    assert ran.out == ""


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nonsense",), "nonsense"),
        (("catalog",), "Missing command"),
        (("generate", "ana"), "INSTRUCTION"),
        (("catalog", "list", "--limit", "many"), "--limit"),
        (("user", "list", "--shiny"), "--shiny"),
        (("user", "list", "--home"), "--home"),
        (("profile", "ana", "--shiny"), "ana"),
        (("eval", "personalization", "--people", "1"), "--people"),
        (("models", "info", "no/such"), "no/such"),
        (("models", "info", "./nothing"), "nothing"),
        (("inspect", "nothing.png"), "nothing.png"),
        (("user", "export", "nobody", "x.zip"), "nobody"),
        (("user", "delete", "nobody"), "nobody"),
    ],
)
def test_wrong_usage_is_one_line_and_code_2(run: Run, words: tuple[str, ...], says: str) -> None:
    ran = run(*words)
    assert ran.code == 2
    assert says in ran.line
    assert ran.out == ""


def test_an_error_with_json_is_one_document_too(run: Run) -> None:
    ran = run("profile", "nobody", "--json")
    assert ran.code == 2
    assert ran.document["error"]["type"] == "UnknownName"
    assert ran.line == f"bespoke: {ran.document['error']['message']}"


def test_nothing_typed_is_help(run: Run, home: Path) -> None:
    ran = run()
    assert ran.code == 0
    assert "generate" in ran.out
    assert not home.exists()


def test_people_come_and_go(run: Run, picture: Path, tmp_path: Path) -> None:
    assert run("user", "add", "ana", "--json").document == {"user": "ana", "created": True}
    assert run("user", "add", "ana", "--json").document == {"user": "ana", "created": False}
    added = run("history", "add", "ben", picture, "--event", "dislike", "--note", "no", "--json")
    assert added.document == {"user": "ben", "added": 1, "event": "dislike", "total": 1}
    assert run("user", "list", "--json").document == {"users": ["ana", "ben"]}
    assert run("user", "export", "ben", tmp_path / "ben.zip").code == 0
    assert (tmp_path / "ben.zip").stat().st_size > 0
    assert run("user", "delete", "ben").code == 0
    assert run("user", "list", "--json").document == {"users": ["ana"]}


def test_history_is_imported_with_times_and_notes(run: Run, picture: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text(f"file,event,timestamp,note\n{picture.name},like,2026-01-02,yes\n")
    ran = run("history", "import", "ana", rows, "--json")
    assert ran.document == {"user": "ana", "added": 1, "total": 1}


def bespoke(home: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "app.cli", "--home", str(home), *words]


def test_a_closed_pipe_is_quiet(home: Path, run: Run) -> None:
    for name in ("ana", "ben"):
        run("user", "add", name)
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        bespoke(home, "user", "list"), stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert done.stderr == b""
    assert done.returncode == 0


def test_help_is_light(home: Path) -> None:
    names = ("torch", "sqlalchemy", "pydantic", "rich", "PIL", "numpy")
    code = (
        "import sys; from app.cli import main; main(['--help']); "
        f"print([name for name in {names} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_a_process_answers_with_one_document(home: Path) -> None:
    done = subprocess.run(
        bespoke(home, "user", "add", "ana", "--json"), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == {"user": "ana", "created": True}
    assert done.stderr == ""


def test_plain_progress_tells_of_an_end(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter((0.0, 1.0, 6.0, 7.0, 8.0, 8.5, 9.0))
    monkeypatch.setattr("app.cli.terminal.time.monotonic", lambda: next(clock))
    show = plain_progress()
    for stage, done in (("a", 1), ("a", 2), ("a", 3), ("a", 4), ("a", 4), ("b", 4)):
        show(Step(stage=stage, done=done, total=4))
    assert [line.split()[-1] for line in capsys.readouterr().err.splitlines()] == ["2/4", "4/4"]
