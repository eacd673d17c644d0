"""Runs that stop and go on; averages; learning rate."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from recipes.export import finite, folder_replaced
from recipes.training import Average, Run, rate


def test_a_run_goes_on_where_it_was(tmp_path: Path) -> None:
    model = nn.Linear(2, 2)
    run = Run(out=tmp_path, steps=5, kept={"model": model}, every_s=0.0)
    steps = run.loop()
    assert [next(steps) for _ in range(3)] == [0, 1, 2]
    again = Run(out=tmp_path, steps=5, kept={"model": nn.Linear(2, 2)})
    assert again.resume()
    assert list(again.loop()) == [2, 3, 4]  # step 2 was not finished, so it is done again
    assert torch.equal(again.kept["model"].weight, model.weight)


def test_each_step_has_its_own_random_numbers(tmp_path: Path) -> None:
    def numbers(run: Run) -> list[float]:
        return [float(torch.rand(())) + run.random().random() for _ in run.loop()]

    first = numbers(Run(out=tmp_path, steps=3, seed=1))
    assert first == numbers(Run(out=tmp_path, steps=3, seed=1))
    assert len(set(first + numbers(Run(out=tmp_path, steps=3, seed=2)))) == 6


def test_a_loss_that_is_not_finite_stops_the_run(tmp_path: Path) -> None:
    with pytest.raises(FloatingPointError, match="lower the rate"):
        Run(out=tmp_path, steps=1).note(float("nan"))


def test_the_average_follows_the_weights() -> None:
    model = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(model.weight)
    average = Average(model, 0.999)
    nn.init.ones_(model.weight)
    average.update(model)  # decay grows in: (1 + 1) / (10 + 1)
    assert float(average.weights()["weight"].detach()) == pytest.approx(1 - 2 / 11)


def test_the_rate_warms_up_stays_and_falls() -> None:
    assert rate(0.0, 0, 1.0, warmup=10) == pytest.approx(0.1)
    assert rate(0.5, 50, 1.0, warmup=10) == 1.0
    assert rate(0.85, 85, 1.0, warmup=10) == pytest.approx(0.501)


def test_weights_that_are_not_finite_are_refused() -> None:
    with pytest.raises(FloatingPointError, match="model: w"):
        finite({"w": torch.tensor([1e9])}, "model")  # too large for half precision


def test_a_failed_export_leaves_the_old_folder(tmp_path: Path) -> None:
    out = tmp_path / "model"
    with folder_replaced(out) as folder:
        (folder / "weights").write_text("old")

    def broken() -> None:
        with folder_replaced(out) as folder:
            (folder / "weights").write_text("new")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        broken()
    assert (out / "weights").read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["model"]
