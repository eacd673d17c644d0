"""The report of `eval personalization`."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from ranking.evaluation import Outcome, catalogue_scale, outcome, personalization_report
from ranking.looks import Scale, look_distance, look_energy
from studio.errors import InputError
from tests.ranking.world import COLOURS, sticker

PLAIN = Scale(mean_F=np.zeros(2), std_F=np.ones(2), whiten_FF=np.eye(2))


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
    near = look_energy(made.slate_NF, made.own_NF, scale=scale)
    far = look_energy(made.twin_NF, made.own_NF, scale=scale)
    assert near < far
    assert personalization_report([made], scale=scale)["nearer_own_look"]["plain_share"] == 1


def test_energy_by_hand() -> None:
    a, b = np.array([[0.0, 0.0], [2.0, 0.0]]), np.array([[0.0, 1.0]])
    between = (1 + np.sqrt(5)) / 2
    assert look_energy(a, b, scale=PLAIN) == pytest.approx(2 * between - 2)
    assert look_energy(b, a, scale=PLAIN) == pytest.approx(2 * between - 2)
    assert look_energy(a, a[::-1], scale=PLAIN) == pytest.approx(2 * 1 - 2 - 2)


def test_two_draws_of_one_look_are_zero_apart_on_average() -> None:
    random = np.random.default_rng(0)
    scale = Scale(mean_F=np.zeros(5), std_F=np.ones(5), whiten_FF=np.eye(5))
    gaps = [
        look_energy(random.normal(size=(4, 5)), random.normal(size=(10, 5)), scale=scale)
        for _ in range(500)
    ]
    assert abs(np.mean(gaps)) < 3 * np.std(gaps) / np.sqrt(500)


def test_a_mix_with_plainer_pictures_is_no_nearer() -> None:
    """Means alone would prefer the mix: half of what varies within the look is gone from it."""
    random = np.random.default_rng(0)
    scale = Scale(mean_F=np.zeros(60), std_F=np.ones(60), whiten_FF=np.eye(60))
    plain = np.zeros(60)
    plain[0] = 3.5
    by_energy, by_mean = [], []
    for _ in range(200):
        own, slate = random.normal(size=(10, 60)), random.normal(size=(4, 60))
        mix = np.concatenate([random.normal(size=(2, 60)), [plain, plain]])
        by_energy.append(look_energy(slate, own, scale=scale) < look_energy(mix, own, scale=scale))
        by_mean.append(
            look_distance(slate.mean(0), own.mean(0), scale=scale)
            < look_distance(mix.mean(0), own.mean(0), scale=scale)
        )
    assert np.mean(by_energy) > 0.95
    assert np.mean(by_mean) < 0.5
