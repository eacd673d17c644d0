"""``eval ranking``: the report, what is kept between runs, and bad input."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.cli.judging import show_ranking
from app.measures.sequences import Plan, options_of
from app.measures.sequences import run as measure
from ranking import recommenders
from ranking.sequences.simulated import simulated
from studio.errors import InputError, ModelError
from tests.app.conftest import Run

CHEAP = "popularity,item-knn"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with one small data set, "Tiny"."""
    folder = tmp_path / "data"
    folder.mkdir()
    made = simulated(people=80, items=60)
    names = made.catalogue.items
    (folder / "Tiny.item_keywords.txt").write_text(
        "".join(
            f"{item} |{'|'.join(own)}\n"
            for item, own in zip(names, made.catalogue.words, strict=True)
        ),
        "utf-8",
    )
    (folder / "Tiny.user_sequence.txt").write_text(
        "".join(
            f"{person} {' '.join(names[item] for item in own)}\n"
            for person, own in zip(made.people, made.histories, strict=True)
        ),
        "utf-8",
    )
    return folder


def test_the_report_of_a_folder(run: Run, data: Path, home: Path) -> None:
    words = ("eval", "ranking", "--data", data, "--dataset", "Tiny", "--models", CHEAP)
    ran = run(*words, "--protocol", "order-free", "--json")
    assert ran.code == 0, ran.err
    report = ran.document
    assert report["dataset"] == "Tiny"
    assert report["protocol"] == "order-free"
    assert report["asked"] == 80
    assert report["simulated"] is False
    assert set(report["models"]) == {"popularity", "item-knn"}
    for found in report["models"].values():
        assert 0 <= found["ndcg@10"] <= found["recall@10"] <= 1
        low, high = found["ci"]["recall@10"]
        assert low <= found["recall@10"] <= high
    assert report["models"]["item-knn"]["recall@10"] > report["models"]["popularity"]["recall@10"]
    assert report["models"]["popularity"]["coverage@10"] < 0.5
    ran = run(*words)
    assert ran.code == 0, ran.err
    assert "item-knn" in ran.out
    assert "leave-last: 80 people asked, 60 items" in ran.out
    assert (home / "indexes" / "ranking").is_dir()


def test_ours_is_compared_with_each_other(data: Path, tmp_path: Path) -> None:
    from app.measures import sequences

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sequences, "OURS", "item-knn")
        report = measure(Plan(kept=tmp_path, data=data, models=("item-knn", "popularity")))
    gap = report["ahead"]["popularity"]["recall@10"]
    both = report["models"]
    assert gap["gap"] == pytest.approx(
        both["item-knn"]["recall@10"] - both["popularity"]["recall@10"], abs=2e-5
    )
    json.dumps(report, allow_nan=False)
    assert show_ranking(report)


def test_a_second_run_learns_nothing_anew(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    real = recommenders.learner("popularity")

    def counting(name: str) -> recommenders.Learner:
        def learn(*values: object, **more: object) -> recommenders.Recommender:
            calls.append(name)
            return real(*values, **more)  # type: ignore[arg-type]

        return recommenders.unseeded(learn)

    monkeypatch.setattr(recommenders, "learner", counting)
    plan = Plan(kept=tmp_path / "kept", data=data, models=("popularity",))
    one, other = measure(plan), measure(plan)
    assert calls == ["popularity"]
    assert one["models"] == other["models"]
    # A run that was killed while it wrote leaves no list; what depends on data is made anew.
    (kept,) = (tmp_path / "kept").glob("*/lists.npy")
    kept.rename(kept.with_name("lists.part.npy"))
    assert (
        measure(plan)["models"]["popularity"]["recall@10"]
        == one["models"]["popularity"]["recall@10"]
    )
    people = data / "Tiny.user_sequence.txt"
    people.write_text(people.read_text("utf-8") + "new i1 i2 i3 i4\n", "utf-8")
    assert measure(plan)["asked"] == 81
    assert calls == ["popularity"] * 3


def test_seeds_run_only_where_they_matter(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noise(material: object, *, seed: int = 0, **more: object) -> recommenders.Recommender:
        table = np.random.default_rng(seed).random(60, np.float32)
        return recommenders.ByScores(scores=lambda asked: np.tile(table, (len(asked), 1)))

    monkeypatch.setattr(recommenders, "learner", lambda name: noise)
    plan = Plan(kept=tmp_path / "kept", data=data, models=("hstu",), seeds=3)
    found = measure(plan)["models"]["hstu"]
    assert found["seeds"] == 3
    assert found["spread"]["recall@20"] > 0


def test_a_recommender_that_breaks_its_promise_is_named(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def learn(*values: object, **more: object) -> recommenders.Recommender:
        return lambda histories, *, size: np.zeros((len(histories), size), np.int32)

    monkeypatch.setattr(recommenders, "learner", lambda name: learn)
    with pytest.raises(ModelError, match=r"'ease'.*twice"):
        measure(Plan(kept=tmp_path / "kept", data=data, models=("ease",)))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--data", "nowhere"), "nowhere"),
        (("--dataset", "Beauty"), "--data"),
        (("--protocol", "backwards"), "leave-last"),
        (("--models", "oracle"), "oracle"),
        (("--seeds", "0"), "--seeds"),
        (("--option", "epochs=3"), "MODEL.NAME=VALUE"),
        (("--option", "bespoke.epochs="), "MODEL.NAME=VALUE"),
        (("--option", "bespok.epochs=3"), "bespok"),
        (("--models", "bespoke", "--ablate", "without luck"), "without network"),
        (("--models", "hstu", "--ablate", "all"), "only bespoke"),
    ],
)
def test_bad_input_is_one_line(run: Run, words: tuple[str, ...], said: str) -> None:
    ran = run("eval", "ranking", *words)
    assert ran.code == 2
    assert said in ran.line


def test_an_unknown_data_set_names_those_there(run: Run, data: Path) -> None:
    ran = run("eval", "ranking", "--data", data, "--dataset", "Beauty")
    assert ran.code == 2
    assert "Tiny" in ran.line
    with pytest.raises(InputError):
        measure(Plan(kept=data, data=data, minutes=0.0))


def test_options_are_read_as_what_they_look_like() -> None:
    words = ["bespoke.epochs=4", "item-knn.power=0.3", "bespoke.parts=items,digits", "a.b=c"]
    assert options_of(words) == {
        "bespoke": {"epochs": 4, "parts": ["items", "digits"]},
        "item-knn": {"power": 0.3},
        "a": {"b": "c"},
    }


def test_an_option_reaches_its_recommender(run: Run, data: Path) -> None:
    words = ("eval", "ranking", "--data", data, "--models", "item-knn", "--json")
    ran = run(*words, "--option", "item-knn.power=0.7")
    assert ran.code == 0, ran.err
    assert ran.document["models"]["item-knn"]["settings"] == {"power": 0.7}
    ran = run(*words, "--option", "item-knn.power=much")
    assert ran.code == 2
    assert "power" in ran.line


def test_ours_is_taken_apart(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    some = {
        "without network": {"parts": ("companions", "content")},
        "without slate training": {"slates": 0.0},
    }
    monkeypatch.setattr("ranking.decoder.ablation.ABLATIONS", some)
    small = {"epochs": 1.0, "again": 0.0, "width": 8, "heads": 1, "codes": 8, "vectors": 4}
    kept = tmp_path / "kept"
    plan = Plan(kept=kept, data=data, models=("bespoke",), options={"bespoke": small})
    plan = replace(plan, ablate=("all",))
    report = measure(plan)
    assert list(report["models"]) == ["bespoke", *(f"bespoke {name}" for name in some)]
    assert set(report["ahead"]) == {f"bespoke {name}" for name in some}
    # Checkpoints go once every list is there.
    assert not list(kept.rglob("*.pt"))
    assert len(list(kept.glob("*/lists.npy"))) == 3
