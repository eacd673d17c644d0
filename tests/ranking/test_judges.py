"""Judges: what they learn, how they are kept, and the distances beside them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from ranking.judges.art import Art, art_of, packed
from ranking.judges.disturbance import disturbed
from ranking.judges.judge import Judge, kept, lessons_of, opened, seen, top, trained
from ranking.judges.likeness import luma, ssim
from ranking.judges.training import Course, Lessons, small, taught
from ranking.judges.traits import evened
from studio.errors import BadTable, InputError, ModelError

WIDTHS = (8, 16, 16)
SHAPES = ("disc", "square", "wedge", "bar", "cross", "ring")
STYLES = {"flat": (220, 60, 60), "dark": (40, 30, 60), "line": None}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def shape(thing: str, style: str, turn: int = 0) -> Image.Image:
    made = Image.new("RGBA", (128, 128), (255, 255, 255, 0))
    pen = ImageDraw.Draw(made)
    fill = STYLES[style]
    how: dict[str, Any] = {"fill": fill} if fill else {"outline": "black", "width": 6}
    box = (24 + turn, 24, 104, 104 - turn)
    match thing:
        case "disc":
            pen.ellipse(box, **how)
        case "square":
            pen.rectangle(box, **how)
        case "wedge":
            pen.polygon([(64, 20 + turn), (108, 104), (20, 104)], **how)
        case "bar":
            pen.rectangle((10, 54, 118, 74 + turn), **how)
        case "cross":
            pen.rectangle((54, 12, 74, 116), **how)
            pen.rectangle((12, 54, 116, 74), **how)
        case _:
            pen.ellipse(box, outline=fill or "black", width=18)
    return made


def shapes(copies: int = 3) -> Art:
    rows = [(t, s, turn) for t in SHAPES for s in STYLES for turn in range(copies)]
    return Art(
        rgba_NHW4=np.stack([packed(shape(*row)) for row in rows]),
        captions=tuple(row[0] for row in rows),
        styles=tuple(row[1] for row in rows),
        concepts=tuple(f"c-{row[0]}" for row in rows),
        splits=("train",) * len(rows),
        traits={"round": tuple("yes" if r[0] in ("disc", "ring") else "no" for r in rows)},
    )


class Interrupted(Course):
    """A course that is stopped right after its second step was kept."""

    def save(self, parts: Any, digest: str) -> None:
        super().save(parts, digest)
        if self.step == 2:
            raise KeyboardInterrupt


def weights(lessons: Lessons, course: Course) -> dict[str, torch.Tensor]:
    return taught(lessons, course, widths=WIDTHS, batch=8).state_dict()


def test_resumed_equals_uninterrupted(tmp_path: Path) -> None:
    lessons = lessons_of(shapes())
    whole = weights(lessons, Course(steps=4))
    file = tmp_path / "checkpoint.pt"
    with pytest.raises(KeyboardInterrupt):
        weights(lessons, Interrupted(steps=4, kept=file, every_s=0.0))
    parts = weights(lessons, Course(steps=4, kept=file))
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


@pytest.fixture(scope="module")
def judge() -> Judge:
    torch.set_num_threads(1)
    return trained(shapes(), Course(steps=60), widths=WIDTHS, batch=24)


def test_a_judge_passes_its_examination(judge: Judge) -> None:
    own = judge.figures["real"]
    assert own["things"] == len(SHAPES)
    assert own["subject_top1"] > 2.5 / len(SHAPES)
    assert own["style"] > 0.9
    assert judge.figures["round"] > 0.6


def test_every_answer_comes_up_as_often() -> None:
    labels = np.array([0, 0, 0, 1])
    assert np.allclose(evened(labels), [1 / 6, 1 / 6, 1 / 6, 1 / 2])


def test_what_is_learned_is_not_examined() -> None:
    lessons = lessons_of(shapes())
    rows = np.concatenate(lessons.groups)
    assert lessons.learned[rows].all()
    assert 0.1 < (~lessons.learned).mean() < 0.35


def test_kept_and_opened_reads_alike(judge: Judge, tmp_path: Path) -> None:
    kept(judge, tmp_path)
    again = opened(tmp_path)
    assert again is not None
    pictures = [shape("disc", "flat"), shape("bar", "line")]
    one, other = judge(pictures), again(pictures)
    assert np.allclose(one.unit_ND, other.unit_ND, atol=0.02)
    assert np.allclose(one.chances["style"], other.chances["style"], atol=0.02)
    assert again.figures == judge.figures
    assert opened(tmp_path / "none") is None


def test_a_broken_judge_says_so(judge: Judge, tmp_path: Path) -> None:
    kept(judge, tmp_path)
    (tmp_path / "judge.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="delete it"):
        opened(tmp_path)


def test_things_are_told_among_those_asked(judge: Judge) -> None:
    reading = judge([shape("ring", "dark")])
    scores = judge.likeness(reading, ["c-bar", "c-ring", "c-unknown"])
    assert scores.shape == (1, 3)
    assert scores[0].argmax() == 1
    assert scores[0, 2] == -1
    chance = judge.chance_of(reading, "style", ["dark", "line"])
    assert np.isclose(chance.sum(), 1)


def test_perceptual_distance_grows_with_difference(judge: Judge) -> None:
    same, moved, other = judge(
        [shape("disc", "flat"), shape("disc", "flat", 2), shape("bar", "line")]
    ).vectors_NV
    assert ((same - moved) ** 2).sum() < ((same - other) ** 2).sum()


def test_top_counts_what_scores_above() -> None:
    scores = np.float32([[0.1, 0.9, 0.5], [0.3, 0.2, 0.1]])
    assert top(scores, [2, 0], 1).tolist() == [False, True]
    assert top(scores, [2, 0], 2).tolist() == [True, True]


def test_ssim_by_hand() -> None:
    dark, light = np.full((20, 20), 0.25), np.full((20, 20), 0.75)
    by_hand = (2 * 0.25 * 0.75 + 1e-4) / (0.25**2 + 0.75**2 + 1e-4)
    assert ssim(dark, light) == pytest.approx(by_hand)
    noise = np.random.default_rng(0).random((20, 20))
    assert ssim(noise, noise) == pytest.approx(1)
    assert ssim(noise, 1 - noise) < 0
    with pytest.raises(InputError):
        ssim(dark, light[:10])


def test_clear_pixels_count_as_white() -> None:
    clear = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    assert luma(clear).min() == 1
    assert torch.equal(seen([clear])[0], torch.ones(3, 64, 64))


def test_disturbed_pictures_stay_pictures() -> None:
    rgba = small(shapes(1).rgba_NHW4)
    torch.manual_seed(0)
    found = disturbed(rgba, np.random.default_rng(0))
    assert found.shape == (len(rgba), 3, 64, 64)
    assert found.min() >= -1
    assert found.max() <= 1
    torch.manual_seed(0)
    assert torch.equal(found, disturbed(rgba, np.random.default_rng(0)))


def test_small_weighs_colour_by_alpha() -> None:
    rgba = np.zeros((1, 128, 128, 4), np.uint8)
    rgba[:, :, ::2] = (200, 100, 50, 255)
    found = small(rgba)
    assert found.shape == (1, 64, 64, 4)
    assert found[0, 0, 0].tolist() == [200, 100, 50, 128]
    with pytest.raises(InputError):
        small(np.zeros((1, 100, 100, 4), np.uint8))


def write_data(folder: Path) -> Path:
    """A data folder of shapes: two held out in one style, one in all."""
    with (_made(folder) / "splits.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["hexcode", "style", "split"])
        for thing in SHAPES:
            for style in STYLES:
                held = {"ring": "concept_test"}.get(thing, "train")
                if thing in ("bar", "disc") and style == "dark":
                    held = "pair_test"
                table.writerow([f"c-{thing}", style, held])
    for style in STYLES:
        with (_made(folder / style) / "captions.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["file", "caption", "hexcode"])
            for thing in SHAPES:
                shape(thing, style).save(folder / style / f"{thing}.png")
                table.writerow([f"{thing}.png", thing, f"c-{thing}"])
    return folder


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def test_art_of_a_data_folder(tmp_path: Path) -> None:
    data = write_data(tmp_path / "data")
    art = art_of(data, cache=tmp_path / "cache")
    assert len(art) == len(SHAPES) * len(STYLES)
    assert len(art.rows("pair_test")) == 2
    assert art.names["c-disc"] == "disc"
    assert art.concepts[art.grid["c-bar", "line"]] == "c-bar"
    again = art_of(data, cache=tmp_path / "cache")
    assert np.array_equal(art.rgba_NHW4, again.rgba_NHW4)


def test_a_data_folder_that_lacks_something(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"splits\.csv"):
        art_of(tmp_path)
    data = write_data(tmp_path / "data")
    (data / "flat" / "captions.csv").write_text("file,caption\na.png,a\n")
    with pytest.raises(BadTable, match="hexcode"):
        art_of(data)
