"""The judges' recipe: trains, keeps, examines, and writes its card."""

from __future__ import annotations

from pathlib import Path

import pytest

from ranking.judges.judge import opened
from recipes.judges import main
from tests.ranking.test_judges import write_data


@pytest.mark.slow
def test_the_recipe_makes_a_judge(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, out = write_data(tmp_path / "data"), tmp_path / "judges"
    words = ["--data", str(data), "--out", str(out), "--drawn", "16", "--steps", "2"]
    main(words)
    folder = next(path for path in out.iterdir() if path.name != "art")
    assert "examination" in (folder / "README.md").read_text(encoding="utf-8")
    judge = opened(folder)
    assert judge is not None
    assert judge.figures["steps"] == 2
    capsys.readouterr()
    main([*words, "--evaluate"])
    assert '"subject_top5"' in capsys.readouterr().out
