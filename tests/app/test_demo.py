"""The demo and the main job on the bundled models."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app import demo
from studio.errors import InputError
from tests.app.conftest import Ran, Run, contents


def test_everybody_finds_enough_to_like_and_nothing_that_is_asked_for() -> None:
    drawings = list(demo.catalogue())
    assert 150 <= len(drawings) <= 300
    assert len(set(drawings)) == len(drawings)
    for persona in demo.PEOPLE:
        own = [
            one for one in drawings if one.look == persona.look and one.palette in persona.palettes
        ]
        assert sum(one.subject not in demo.ASKED for one in own) >= demo.LIKES
        assert sum(one.subject in demo.ASKED for one in own) >= 2


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "precious").touch()
    with pytest.raises(InputError, match="home"):
        demo.prepare(tmp_path)
    assert (tmp_path / "home" / "precious").exists()


def test_what_a_demo_made_is_made_anew_and_the_rest_stays(tmp_path: Path) -> None:
    demo.prepare(tmp_path)
    (tmp_path / "home").mkdir()
    (tmp_path / "notes.txt").touch()
    demo.prepare(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == [demo.MARK, "notes.txt"]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demo for all the tests of this module."""
    out = tmp_path_factory.mktemp("demo") / "out"
    words = [sys.executable, "-m", "app.cli", "demo", "--out", str(out), "--seed", "3", "--json"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (out / "answer.json").write_text(done.stdout)
    return out


@pytest.mark.slow
def test_the_demo_shows_people_their_slates_and_their_twins(shown: Path) -> None:
    answer = json.loads((shown / "answer.json").read_text())
    assert len(answer["people"]) >= 2
    with Image.open(shown / "demo.png") as sheet:
        assert sheet.width > 1000
    for person in answer["people"]:
        (slate,) = person["slates"]
        for document in (slate, slate["twin"]):
            folder = shown / document["folder"]
            saved = json.loads((folder / "slate.json").read_text())
            assert [item["file"] for item in saved["items"]] == [
                path.name for path in sorted(folder.glob("*.png"))
            ]


@pytest.mark.slow
def test_slates_differ_by_person_and_from_their_twins(shown: Path) -> None:
    answer = json.loads((shown / "answer.json").read_text())
    slates = [person["slates"][0] for person in answer["people"]]
    ids = [{item["candidate_id"] for item in slate["items"]} for slate in slates]
    assert all(not one & other for at, one in enumerate(ids) for other in ids[at + 1 :])
    for slate in slates:
        mine = {item["candidate_id"] for item in slate["items"]}
        assert mine - {item["candidate_id"] for item in slate["twin"]["items"]}


@pytest.mark.slow
def test_generate_writes_the_contract_and_feedback_takes_its_ids(
    shown: Path, run: Run, tmp_path: Path
) -> None:
    def made(out: str, *more: str) -> Ran:
        return run(
            "--home", shown / "home", "generate", "Ana", "a happy dog", "--seed", "5",
            "--out", tmp_path / out, "--json", *more,
        )  # fmt: skip

    first, again = made("one"), made("two")
    assert first.code == 0
    document = first.document
    routes = {item["route"] for item in [*document["items"], *document["rejected"]]}
    assert routes == {"retrieve", "edit", "create"}
    assert document["guidance"]["prompt"]
    assert document["timings"]["total_s"] > 0
    for item in document["items"]:
        bytes_of = [(tmp_path / out / item["file"]).read_bytes() for out in ("one", "two")]
        assert bytes_of[0] == bytes_of[1]
        assert item["provenance"]["guidance"].startswith("sha256:")
    assert again.document["slate_id"] == document["slate_id"]

    best = document["items"][0]["candidate_id"]
    before = run("--home", shown / "home", "profile", "Ben", "--json").document
    told = run(
        "--home", shown / "home", "feedback", "Ana", "--slate", document["slate_id"],
        "--choose", best, "--json",
    )  # fmt: skip
    assert told.document["recorded"][0]["verb"] == "choose"
    assert run("--home", shown / "home", "profile", "Ben", "--json").document == before
    other = run("--home", shown / "home", "feedback", "Ben", "--like", best)
    assert other.code == 2


@pytest.mark.slow
def test_a_profile_is_read_said_set_and_taken_back(shown: Path, run: Run) -> None:
    def profile(*words: str) -> dict[str, float]:
        ran = run("--home", shown / "home", "profile", "Dev", *words, "--json")
        assert ran.code == 0, ran.err
        return {one["name"]: one["weight"] for one in ran.document["concepts"]}

    learned = profile()
    assert learned
    assert profile("set", "skulls", "-1")["skulls"] == -1
    assert profile("undo") == learned
    assert profile("say", "never skulls") != learned
    assert profile("undo") == learned


@pytest.mark.slow
def test_the_catalogue_is_listed_by_page_and_searched(shown: Path, run: Run) -> None:
    first = run("--home", shown / "home", "catalog", "list", "--limit", "5", "--json").document
    after = run(
        "--home", shown / "home", "catalog", "list", "--after", first["next"], "--json"
    ).document
    assert len(first["items"]) == 5
    assert not {one["item_id"] for one in first["items"]} & {
        one["item_id"] for one in after["items"]
    }
    found = run(
        "--home", shown / "home", "catalog", "search", "a cat", "-k", "3", "--json"
    ).document
    scores = [one["score"] for one in found["items"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)


@pytest.mark.slow
def test_ctrl_c_stops_in_one_line_and_keeps_the_store(shown: Path, tmp_path: Path) -> None:
    before = contents(shown / "home")
    words = [
        sys.executable, "-m", "app.cli", "--home", str(shown / "home"), "generate", "Ana",
        "a sad fox", "-n", "16", "--out", str(tmp_path / "out"),
    ]  # fmt: skip
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 130, err
    assert err.splitlines()[-1].startswith("bespoke: stopped")
    assert "Traceback" not in err
    assert contents(shown / "home") == before
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_people_evaluated_in_the_drawn_world(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.png"
    words = ("--people", "2", "--likes", "0", "--likes", "10", "--sheet", sheet, "--json")
    ran = run("eval", "personalization", *words)
    assert ran.code == 0, ran.err
    report = ran.document
    assert report["people"] == 2
    assert report["simulated"] is True
    assert report["ladder"]["0"]["win_rate"] == 0.5
    assert set(report["ladder"]) == {"0", "10"}
    with Image.open(sheet) as image:
        assert np.asarray(image).std() > 0


@pytest.mark.slow
def test_the_doctor_finds_what_is_here(run: Run, home: Path) -> None:
    ran = run("doctor", "--json")
    assert ran.code == 0, ran.out
    found = {one["what"]: one for one in ran.document["checks"]}
    assert found["backbone bundled"]["ok"]
    assert found["encoder bundled"]["ok"]
    assert not home.exists()


@pytest.mark.slow
def test_code_3_where_nothing_passes_the_checks(shown: Path, run: Run, tmp_path: Path) -> None:
    shutil.copytree(shown / "home", tmp_path / "strict")
    (tmp_path / "strict" / "studio.toml").write_text("[options.checks.prompt]\nfloor = 1000.0\n")
    before = contents(tmp_path / "strict")
    words = ("generate", "Zoe", "a xylophone", "--new", "--json")
    ran = run("--home", tmp_path / "strict", *words)
    assert ran.code == 3
    assert ran.err.splitlines()[-1].startswith("bespoke: none of")
    assert ran.document["error"]["rejected"]
    assert contents(tmp_path / "strict") == before
