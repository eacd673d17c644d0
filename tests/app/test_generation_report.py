"""``eval generation``: what is kept, what must be shown, and what the studio would start from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from app.cli.judging import numbers_of
from app.measures.catalogue import Catalogue
from app.measures.findings import CHUNK, Finding, webp_of
from app.measures.making import Workshop, twins
from app.measures.must import FILE_MIB, LINES, WEIGHTS_MIB, judged_by, markdown, weights
from app.measures.report import COPIES, FIGURES, figures
from app.measures.shards import Shards, code_digest
from app.measures.tasks import Task
from app.measures.world import drawn_grid
from generators.backbone import load_backbone
from preference.encoders import load
from ranking.judges.art import Art
from studio.errors import InputError, StoreError
from studio.progress import Step


def tasks(count: int) -> list[Task]:
    return [Task(kind="known", text=str(at), seed=at, thing="t", style="s") for at in range(count)]


def finding(task: Task) -> Finding:
    return Finding(
        task=task,
        values={"style": task.seed / 7},
        vector_V=np.asarray([task.seed, 0.1], np.float16),
        sureness=0.1 * task.seed,
        webp=webp_of(Image.new("RGBA", (4, 4), (9, 9, 9, 255))),
    )


class Work:
    """Makes findings until it is stopped."""

    def __init__(self, most: int) -> None:
        self.most, self.made = most, 0

    def __call__(self, part: Sequence[Task], told: Callable[[int], object]) -> Iterator[Finding]:
        for number, task in enumerate(part, start=1):
            if self.made == self.most:
                raise KeyboardInterrupt
            self.made += 1
            told(number)
            yield finding(task)


def kept(folder: Path, work: Work, count: int, steps: list[Step]) -> list[Any]:
    shards = Shards(folder=folder)
    found = shards.findings(tasks(count), 4, work, on_progress=steps.append)
    return [(one.task, one.values, one.sureness, one.vector_V.tolist()) for one in found]


def test_a_measure_that_was_stopped_goes_on(tmp_path: Path) -> None:
    count = 2 * CHUNK + 5
    steps: list[Step] = []
    whole = kept(tmp_path / "whole", Work(count), count, steps)
    assert [step.done for step in steps][-1] == steps[-1].total == count
    with pytest.raises(KeyboardInterrupt):
        kept(tmp_path / "parts", Work(count - 1), count, [])
    assert len(list((tmp_path / "parts").glob("*.json"))) == 2
    rest = Work(count)
    assert kept(tmp_path / "parts", rest, count, []) == whole
    assert rest.made in (CHUNK, 5)


def test_two_measures_share_the_work(tmp_path: Path) -> None:
    count = 2 * CHUNK
    other = Work(count)

    class Beside(Work):
        def __call__(
            self, part: Sequence[Task], told: Callable[[int], object]
        ) -> Iterator[Finding]:
            if not self.made:  # the other one makes all of it meanwhile
                kept(tmp_path, other, count, [])
            return super().__call__(part, told)

    mine = Beside(count)
    assert [task for task, *_ in kept(tmp_path, mine, count, [])] == tasks(count)
    assert (mine.made, other.made) == (CHUNK, count)


def test_a_broken_shard_says_so(tmp_path: Path) -> None:
    kept(tmp_path, Work(3), 3, [])
    next(tmp_path.glob("*.json")).write_text("[")
    with pytest.raises(StoreError, match="delete it"):
        kept(tmp_path, Work(3), 3, [])


def test_shards_rest_on_the_code() -> None:
    assert len(code_digest()) == 64


@pytest.fixture(scope="module")
def grid() -> Art:
    art = drawn_grid()
    rows = [row for row, name in enumerate(art.concepts) if name in ("drawn_cat", "drawn_rocket")]
    return Art(
        rgba_NHW4=np.asarray(art.rgba_NHW4)[rows],
        captions=tuple(art.captions[row] for row in rows),
        styles=tuple(art.styles[row] for row in rows),
        concepts=tuple(art.concepts[row] for row in rows),
        splits=("train",) * len(rows),
    )


@pytest.mark.slow
def test_a_creation_starts_from_the_thing_in_another_look(grid: Art) -> None:
    catalogue = Catalogue(art=grid, encoder=load("bundled"), rows=range(len(grid)))
    for style in sorted(set(grid.styles)):
        row = catalogue.nearest("a cat", style)
        assert row is not None
        assert grid.captions[row] == "cat"
        assert grid.styles[row] != style
    assert catalogue.nearest("zebra", "drawn_flat") is None


@pytest.mark.slow
def test_history_scale_nought_is_the_twin(grid: Art) -> None:
    shop = Workshop(backbone=load_backbone("bundled"), encoder=load("bundled"), art=grid)
    led = Task(kind="pictures", text="a cat", seed=3, thing="", style="", shown=(0, 1))
    assert twins(shop, [led], 1) == 1
    assert twins(shop, [Task(kind="known", text="", seed=3, thing="", style="")], 1) is None


def report(few: dict[str, float], many: dict[str, float]) -> dict[str, Any]:
    blank = figures([], {})
    steps = {}
    for number, own in {"4": few, "20": many}.items():
        steps[number] = {**blank, **own, "of_judge": own, "ci": {}}
        steps[number]["pictures"] = dict.fromkeys(own, 9)
    made = {
        "prompts": 9,
        "edits": 9,
        "seed": 0,
        "backbone": "b",
        "revision": "r",
        "steps": steps,
        "judge": {"style": 0.9},
        "twin": {"4": 1.0, "20": None},
        "seconds_per_8": {"4": 1.0, "20": 5.5},
        "peak_mb": 1400,
        "weights": {"mib": 33.0, "largest_mib": 9.0},
    }
    return {**made, "must": judged_by(made)}


def test_what_must_be_shown_by_hand() -> None:
    made = report({"style": 0.9, "copies": 0.2}, {"style": 0.96, "copies": 0.1})
    met = {row["what"]: row["met"] for row in made["must"]}
    assert met["known thing, from noise: style, of the judge's own"] == {"4": False, "20": True}
    assert met["copies, from noise"] == {"4": False, "20": True}
    assert met["two things, from noise"] == {"4": None, "20": None}
    assert met["twin: the same bytes at history scale 0"] == {"4": True, "20": None}
    assert met["times faster than 20 steps"] == {"4": True}
    assert met["8 stickers at 20 steps, s"] == {"20": False}
    assert met["weights, MiB"] == {"all": False}
    behind = next(row for row in made["must"] if row["what"].startswith("most that 4 steps lie"))
    assert "copies" in behind["what"]
    assert behind["found"] == {"4": 0.1}
    text = markdown(made)
    assert (
        "| known thing, from noise: style, of the judge's own | ≥ 0.95 | 4 steps: 0.90 (missed)"
        in text
    )
    assert "| style | 0.900 |  | 0.960 |  | 9 | 0.900 |" in text


def test_lines_name_figures_that_there_are() -> None:
    assert {line.figure for line in LINES} <= {*FIGURES, *COPIES, "copies_named"}


def test_bundled_weights_are_as_small_as_they_must_be() -> None:
    found = weights()
    assert 10 < found["mib"] <= WEIGHTS_MIB
    assert found["largest_mib"] <= FILE_MIB


def test_steps_in_words() -> None:
    assert numbers_of(["20,4", "4"]) == (4, 20)
    for words in ("4,x", "", "0", "2000"):
        with pytest.raises(InputError, match="--steps"):
            numbers_of([words])
