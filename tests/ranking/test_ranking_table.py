"""The tables of docs/ranking.md come from reports alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ranking_table import NOT_RUN, cell, gathered, main, short, written
from studio.errors import InputError


def figures(recall: float, *, seeds: int = 1) -> dict[str, Any]:
    found = {"recall@10": recall, "ndcg@10": recall / 2, "seeds": seeds}
    others = ("coverage", "gini", "novelty", "diversity", "miscalibration", "popularity_bias")
    return {
        **found,
        "ci": {"recall@10": [recall - 0.01, recall + 0.01]},
        "spread": {"recall@10": 0.001},
        "cold": {"people": 3, "recall@10": 0.5},
        **{f"{name}@10": 0.25 for name in others},
    }


def report(models: dict[str, float], *, protocol: str = "leave-last", seeds: int = 1) -> Any:
    gap = {"gap": 0.01, "ci": [0.005, 0.015]}
    return {
        "dataset": "Beauty",
        "protocol": protocol,
        "models": {name: figures(value, seeds=seeds) for name, value in models.items()},
        "ahead": {name: {"recall@10": gap, "ndcg@10": gap} for name in models if name != "bespoke"},
    }


def test_a_cell_says_all() -> None:
    assert short(0.0937) == ".0937"
    assert short(1.0) == "1.0000"
    assert cell(None) == NOT_RUN
    assert cell(figures(0.1)) == ".1000/.0500 (.0900 to .1100), cold .5000"
    assert cell(figures(0.1, seeds=3)).endswith("3 seeds ± .0010")


def test_more_seeds_count_before_newer() -> None:
    several, later = report({"bespoke": 0.1}, seeds=3), report({"bespoke": 0.2, "ease": 0.1})
    found = gathered([several, later])
    assert found["Beauty", "leave-last", "bespoke"]["recall@10"] == 0.1
    assert found["Beauty", "leave-last", "ease"]["recall@10"] == 0.1
    assert gathered([report({"ease": 0.1}), report({"ease": 0.2})])["Beauty", "leave-last", "ease"][
        "recall@10"
    ] == pytest.approx(0.2)


def test_ours_without_a_part_is_a_row_of_its_own() -> None:
    less = report({"bespoke": 0.3, "ease": 0.1})
    less["models"]["bespoke"]["settings"] = {"parts": ["companions", "content"]}
    found = gathered([less])
    assert ("Beauty", "leave-last", "bespoke") not in found
    assert found["Beauty", "leave-last", "bespoke without network"]["recall@10"] == 0.3
    assert "(without network)" in written(found)
    whole = report({"bespoke": 0.2, "ease": 0.1})
    whole["models"]["bespoke"]["settings"] = {"parts": ["items", "digits", "companions", "content"]}
    for order in ([whole, less], [less, whole]):
        found = gathered(order)
        assert found["Beauty", "leave-last", "bespoke"]["recall@10"] == 0.2
        assert found["Beauty", "leave-last", "ease"]["by"] == "bespoke"
    less["models"]["bespoke"]["settings"] = {"parts": ["content"]}
    assert ("Beauty", "leave-last", "bespoke of content") in gathered([less])


def test_the_page_gets_its_tables_and_keeps_the_rest(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nstale\n<!-- /figures -->\nafter\n", "utf-8")
    whole = report({"bespoke": 0.2, "bespoke without network": 0.15, "ease": 0.1})
    (tmp_path / "one.json").write_text(json.dumps(whole), "utf-8")
    main(tmp_path, into=page)
    text = page.read_text("utf-8")
    assert text.startswith("before\n<!-- figures -->\n")
    assert text.endswith("<!-- /figures -->\nafter\n")
    assert "stale" not in text
    assert "| `ease` | .1000/.0500 (.0900 to .1100), cold .5000 | not run | not run |" in text
    assert "+0.0100 (+0.0050 to +0.0150) / +0.0100" in text
    assert "`bespoke without network`" in text
    main(tmp_path, into=page)
    assert page.read_text("utf-8") == text
    assert written(gathered([whole])) in text


def test_what_cannot_be_made_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no report"):
        main(tmp_path)
    (tmp_path / "one.json").write_text(json.dumps(report({"ease": 0.1})), "utf-8")
    page = tmp_path / "page.md"
    page.write_text("nothing here", "utf-8")
    with pytest.raises(InputError, match="lacks the marks"):
        main(tmp_path, into=page)
