"""Versions on disk: what was written is what is read, and no kill leaves half of one in use."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ranking.studio_ranker import versions
from ranking.studio_ranker.learning import Plan, Version, learned
from ranking.studio_ranker.training import Lessons
from studio.errors import ModelError, StoreLocked, UnknownName
from tests.ranking.studio_ranker.logs import small_log


@pytest.fixture(scope="module")
def version() -> Version:
    return learned(small_log(), Plan(lessons=Lessons(epochs=1.0)))


def test_what_is_loaded_is_what_was_learned(version: Version, tmp_path: Path) -> None:
    card = versions.add(tmp_path, version, people=["ana", "ben"])
    assert card.number == versions.current(tmp_path) == 1
    again = versions.load(tmp_path, 1)
    assert again.names.items == version.names.items
    assert again.names.ids.digest == version.names.ids.digest
    np.testing.assert_array_equal(again.names.fused_CF, version.names.fused_CF)
    assert again.rewards is not None
    assert version.rewards is not None
    for one, two in ((again.network, version.network), (again.rewards, version.rewards)):
        for name, value in one.state_dict().items():
            assert torch.equal(value, two.state_dict()[name]), name


def test_use_and_rollback(version: Version, tmp_path: Path) -> None:
    assert versions.current(tmp_path) == 0
    with pytest.raises(UnknownName, match="nothing to go back"):
        versions.rolled_back(tmp_path)
    versions.add(tmp_path, version, people=["ana"])
    versions.add(tmp_path, version, people=["ana"])
    assert versions.current(tmp_path) == 2
    assert versions.rolled_back(tmp_path) == 1
    assert versions.rolled_back(tmp_path) == 0
    versions.use(tmp_path, 2)
    assert versions.current(tmp_path) == 2
    with pytest.raises(UnknownName, match="there: 1, 2"):
        versions.use(tmp_path, 3)


def test_who_is_gone_is_known_and_nobody_is_named(version: Version, tmp_path: Path) -> None:
    versions.add(tmp_path, version, people=["ana", "ben"])
    card = versions.add(tmp_path, version, people=["ana", "cyd"])
    assert "ana" not in (tmp_path / "v0001" / "card.json").read_text()
    assert card.gone(["ana", "cyd"]) == 0
    assert card.gone(["ana"]) == 1
    assert versions.forgotten(tmp_path, users=["ana", "cyd"]) == [1]
    assert versions.numbers(tmp_path) == [2]
    # The one in use stays until another is learned.
    assert versions.forgotten(tmp_path, users=[]) == []


def test_broken_versions_are_said_to_be(version: Version, tmp_path: Path) -> None:
    versions.add(tmp_path, version, people=[])
    weights = tmp_path / "v0001" / versions.WEIGHTS
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="broken"):
        versions.load(tmp_path, 1)
    (tmp_path / "v0001" / versions.CARD).write_text(json.dumps({"number": 1}))
    with pytest.raises(ModelError, match="card"):
        versions.cards(tmp_path)
    (tmp_path / versions.CURRENT).write_text("latest")
    with pytest.raises(ModelError, match="names no version"):
        versions.current(tmp_path)


def test_numbers_that_are_not_finite_are_not_written(version: Version, tmp_path: Path) -> None:
    weight = version.network.metric.weight
    kept = weight.detach().clone()
    with torch.no_grad():
        weight[0, 0] = float("nan")
    try:
        with pytest.raises(ModelError, match="not finite"):
            versions.add(tmp_path, version, people=[])
    finally:
        with torch.no_grad():
            weight.copy_(kept)
    assert versions.current(tmp_path) == 0


def test_one_training_at_a_time(tmp_path: Path) -> None:
    words = "import sys; from pathlib import Path; from ranking.studio_ranker.versions import *\n"
    words += "with training(Path(sys.argv[1])):\n    print('in', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", words, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(StoreLocked, match="being trained"), versions.training(tmp_path):
            pass
        other.kill()
        other.wait()
    with versions.training(tmp_path) as unfinished:
        assert unfinished.is_dir()
