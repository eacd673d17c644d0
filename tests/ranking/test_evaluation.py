"""The report of `eval personalization`."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from ranking.evaluation import Outcome, catalogue_scale, outcome, personalization_report
from ranking.looks import Scale, look_distance, look_scale
from studio.errors import InputError
from tests.ranking.world import COLOURS, sticker

PLAIN = Scale(mean_F=np.zeros(2), std_F=np.ones(2), whiten_FF=np.eye(2), axes_FG=np.eye(2))


def one(person: str, own: float, slate: float, twin: float, likes: int = 10) -> Outcome:
    return Outcome(
        person=person,
        likes=likes,
        own_NF=np.array([[own, 0.0]]),
        slate_NF=np.array([[slate, 0.0]]),
        twin_NF=np.array([[twin, 0.0]]),
        best_NF=np.array([[own, 0.0]]),
        shown=4,
        slate_prompt=0.7,
        twin_prompt=0.75,
        copies=1 if person == "a" else 0,
    )


def test_report_by_hand() -> None:
    outcomes = [
        one("a", own=0, slate=1, twin=2),
        one("b", own=3, slate=1, twin=3),
        one("a", own=0, slate=2, twin=2, likes=0),
        one("b", own=3, slate=2, twin=2, likes=0),
    ]
    found = personalization_report(outcomes, scale=PLAIN)
    assert found["people"] == 2
    assert found["simulated"] is True
    assert list(found["ladder"]) == ["0", "10"]
    assert found["ladder"]["0"] == {"win_rate": 0.5, "ci": [0.5, 0.5]}
    assert found["ladder"]["10"]["win_rate"] == 0.5
    assert found["nearer_own_look"]["share"] == 0.5
    assert found["prompt_loss"] == pytest.approx(0.05)
    assert found["copy_rate"] == pytest.approx(1 / 8)
    near = [[1 / (1 + d / np.sqrt(2)) for d in row] for row in ((1, 2), (1, 2))]
    own, others = (near[0][0] + near[1][1]) / 2, (near[0][1] + near[1][0]) / 2
    assert found["specificity"] == pytest.approx(own - others, abs=1e-4)
    assert found["user_retrieval_at_1"] == 0.5
    assert json.loads(json.dumps(found)) == found


def test_one_person_has_nobody_to_compare_with() -> None:
    found = personalization_report([one("a", own=0, slate=1, twin=2)], scale=PLAIN)
    assert found["specificity"] is None
    assert found["nearer_own_look"].pop("ci") == [1.0, 1.0]
    assert set(found["nearer_own_look"].values()) == {1.0}


def test_nobody_is_an_error() -> None:
    with pytest.raises(InputError):
        personalization_report([], scale=PLAIN)
    with pytest.raises(InputError):
        catalogue_scale([])


def test_pictures_of_the_own_look_win() -> None:
    art = [(colour, shape) for colour in COLOURS for shape in ("disc", "bar", "tower")]
    scale = catalogue_scale(
        (sticker(colour, shape, 128) for colour, shape in art), [colour for colour, _ in art]
    )

    def of(colour: str) -> list[Image.Image]:
        return [sticker(colour, shape) for shape in ("fork", "bar")]

    made = outcome(
        person="ana",
        likes=2,
        own=[sticker("red", "disc"), sticker("red", "tower")],
        slate=of("red"),
        twin=of("green"),
        best=of("red"),
        slate_prompt=[0.5, 0.7],
        twin_prompt=[0.6, 0.6],
        copies=0,
    )
    assert made.slate_prompt == pytest.approx(0.6)
    own_F = made.own_NF.mean(axis=0)
    near = look_distance(made.slate_NF.mean(axis=0), own_F, scale=scale)
    far = look_distance(made.twin_NF.mean(axis=0), own_F, scale=scale)
    assert near < far
    assert personalization_report([made], scale=scale)["nearer_own_look"]["plain_share"] == 1


def test_a_mix_with_plainer_pictures_is_no_nearer() -> None:
    """All statistics alike would prefer the mix: half of what varies within the look is gone."""
    random = np.random.default_rng(0)
    plain_F = np.zeros(60)
    plain_F[0] = 4.0
    rich_NF, plain_NF = random.normal(size=(300, 60)), np.tile(plain_F, (300, 1))
    plain_NF += 0.1 * random.normal(size=plain_NF.shape)
    names = ["rich"] * 300 + ["plain"] * 300
    scale = look_scale(np.concatenate([rich_NF, plain_NF]), names)
    assert scale(rich_NF).shape == (300, 1)
    whitened = replace(scale, axes_FG=np.eye(60))
    by_axes, by_all = [], []
    for start in range(0, 280, 14):
        own, slate = rich_NF[start : start + 10], rich_NF[start + 10 : start + 14]
        mix = np.concatenate([slate[:2], plain_NF[start : start + 2]])
        for found, judge in ((by_axes, scale), (by_all, whitened)):
            near = look_distance(slate.mean(0), own.mean(0), scale=judge)
            found.append(near < look_distance(mix.mean(0), own.mean(0), scale=judge))
    assert np.mean(by_axes) > 0.95
    assert np.mean(by_all) < 0.7
