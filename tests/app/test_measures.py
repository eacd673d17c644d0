"""``eval generation``: its fixed lists, its figures, and a whole run on tiny real models."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.cli.judging import show_generation
from app.measures.colours import HUES, colour_word, turned
from app.measures.findings import Finding, webp_of
from app.measures.generation import Plan
from app.measures.generation import run as measure
from app.measures.report import figures
from app.measures.tasks import Makers, Task, creations, drawing_pairs, edits
from app.measures.wording import wording
from app.measures.world import drawn
from ranking.judges.art import ASIDE, Art, art_of
from tests.app.conftest import Run
from tests.generators.tiny import write_pipeline
from tests.ranking.test_judges import write_data


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "data")


def makers(art: Art, seed: int = 0) -> Makers:
    return Makers(art=art, wording=wording(), seed=seed, colour_of=lambda row: "red")


def test_shares_make_up_the_whole() -> None:
    words = wording()
    for route in ("create", "edit"):
        own = [kind.share for kind in words.kinds if kind.route == route]
        assert sum(own) == pytest.approx(1)
        assert sum(words.counts(route, 5000).values()) == 5000
        assert sum(words.counts(route, 61).values()) == 61


def test_the_lists_are_fixed(data: Path) -> None:
    art = art_of(data)
    counts = wording().counts("create", 200)
    one, again, other = (creations(makers(art, seed), counts) for seed in (0, 0, 1))
    assert one == again
    assert [task.text for task in one] != [task.text for task in other]
    assert Counter(task.kind for task in one) == counts
    assert len({task.seed for task in one}) == len(one)
    assert {task.text for task in one if task.kind == "pair_test"} == {"bar, dark", "disc, dark"}


def test_a_prompt_made_again_is_the_same_but_for_its_seed(data: Path) -> None:
    tasks = creations(makers(art_of(data)), wording().counts("create", 100))
    for task in tasks:
        if task.again is not None:
            first = tasks[task.again]
            assert first.kind == wording().kind(task.kind).after
            assert task.created
            assert (first.text, first.thing) == (task.text, task.thing)
            assert first.seed != task.seed


def test_edits_have_source_and_truth(data: Path) -> None:
    art = art_of(data)
    pairs = drawing_pairs("accessory", 2, seed=0)
    whole = art.joined(drawn(pairs, split=ASIDE))
    rows = {"accessory": [len(art), len(art) + 2]}
    counts = {"restyle": 20, "concept_test": 5, "recolour": 5, "accessory": 2}
    for task in edits(makers(whole), counts, rows):
        assert task.source is not None
        assert whole.concepts[task.source] == task.thing
        if task.kind == "recolour":
            assert task.colour not in ("", "red")
            assert task.truth is None
            continue
        assert task.truth is not None
        assert whole.concepts[task.truth] == task.thing
        assert whole.styles[task.truth] == task.style
        if task.kind == "concept_test":
            assert whole.splits[task.source] == "concept_test"
        if task.kind == "accessory":
            assert whole.traits["accessory"][task.source] == "none"
            assert whole.traits["accessory"][task.truth] == task.accessory
        if task.kind == "restyle":
            assert whole.styles[task.source] != task.style
            assert whole.splits[task.source] == "train"


def test_image_prompts_show_other_things_in_the_style(data: Path) -> None:
    art = art_of(data)
    for task in creations(makers(art), {"known": 1, "pictures": 10}):
        for row in task.shown:
            assert art.styles[row] == task.style
            assert art.concepts[row] != task.thing
            assert art.splits[row] == "train"


def disc(colour: Any) -> Image.Image:
    made = Image.new("RGBA", (128, 128), (255, 255, 255, 0))
    ImageDraw.Draw(made).ellipse((20, 20, 108, 108), fill=colour)
    return made


@pytest.mark.parametrize("word", list(HUES))
def test_a_thing_turned_to_a_colour_is_read_as_it(word: str) -> None:
    start = disc((60, 110, 230)) if word != "blue" else disc((230, 60, 60))
    assert colour_word(turned(start, word)) == word


def test_grey_has_no_colour_word() -> None:
    assert colour_word(disc((120, 120, 120))) == ""
    assert colour_word(turned(disc((120, 120, 120)), "red")) == "red"


def finding(kind: str, vector: list[float], **values: float) -> Finding:
    task = Task(kind=kind, text="", seed=0, thing="t", style="s")
    return Finding(
        task=task,
        values=values,
        vector_V=np.asarray(vector, np.float16),
        sureness=0.0,
        webp=webp_of(Image.new("RGB", (4, 4))),
    )


def test_figures_by_hand() -> None:
    found = [
        finding("known", [0, 0], subject_top5=1.0, style=1.0),
        finding("known", [3, 0], subject_top5=0.0, style=1.0),
        finding("again", [0, 2], subject_top5=1.0, style=1.0),
        finding("pair_test", [0, 0], subject_top5=1.0),
        finding("accessory", [0, 0], kept_ssim=0.4, true_ssim=0.8),
    ]
    made = figures(found, {"subject_top5": 0.8, "style": 0.5})
    assert made["subject_top5"] == 0.5
    assert made["of_judge"]["subject_top5"] == 0.625
    assert made["style"] == 1
    assert made["pair_test_top5"] == 1
    assert made["colour"] is None
    assert made["pictures"]["subject_top5"] == 2
    assert made["of_judge"]["accessory_kept"] == 0.5
    low, high = made["ci"]["subject_top5"]
    assert low < 0.5 < high
    assert made["diversity"] == pytest.approx(4 / 9, abs=1e-4)


@pytest.mark.slow
def test_a_whole_run(data: Path, tmp_path: Path) -> None:
    plan = Plan(
        judges=tmp_path / "judges",
        shards=tmp_path / "shards",
        data=data,
        prompts=50,
        edits=30,
        steps=(1, 2),
        backbone=str(write_pipeline(tmp_path / "tiny")),
        judge_steps=3,
        drawings=24,
        sheets=tmp_path / "sheets",
    )
    stages: Counter[str] = Counter()
    report = measure(plan, on_progress=lambda step: stages.update([step.stage]))
    assert (report["prompts"], report["edits"]) == (50, 30)
    assert list(report["steps"]) == ["1", "2"] == list(report["seconds_per_8"])
    assert {"subject_top5", "style", "colour"} <= set(report["steps"]["1"])
    assert {"pair_test_top5", "restyle_style", "restyle_subject"} <= set(report["steps"]["2"])
    assert {"subject_top5", "style"} <= set(report["judge"])
    assert 0 <= report["copies"] <= 1
    assert report["sample"] is True
    assert "image prompts" in report["cannot"]
    assert report["edits_by"] == "image to image"
    assert stages["judges"] == stages["traits"] == 3
    with Image.open(tmp_path / "sheets" / "mood.webp") as sheet:
        assert sheet.width > 700
    shown = {path.name for path in (tmp_path / "sheets").iterdir()}
    assert {"known.webp", "restyle.data.webp", "report.json"} <= shown
    assert "| must show |" in (tmp_path / "sheets" / "report.md").read_text(encoding="utf-8")
    made = sorted((tmp_path / "shards").rglob("*.json"))
    for path in made[::2]:  # as if it had been stopped in between
        path.unlink()
    again = measure(plan)
    assert sorted((tmp_path / "shards").rglob("*.json")) == made
    assert again["steps"] == report["steps"]
    assert again["judge"] == report["judge"]
    lines = [line for line in show_generation(report) if isinstance(line, str)]
    assert any("a sample" in line for line in lines)
    json.dumps(report, allow_nan=False)


def test_bad_input_is_one_line(run: Run, tmp_path: Path) -> None:
    ran = run("eval", "generation", "--data", tmp_path, "--judges", tmp_path)
    assert ran.code == 2
    assert "splits.csv" in ran.line
    ran = run("eval", "generation", "--backbone", tmp_path / "none", "--judges", tmp_path)
    assert ran.code != 0
    assert "none" in ran.line
