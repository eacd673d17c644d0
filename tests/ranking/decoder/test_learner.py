"""The whole: material in, a recommender out, by the harness's own protocol."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ranking.baselines.options import chosen
from ranking.decoder import training
from ranking.decoder.ablation import ABLATIONS
from ranking.decoder.companions import Evidence, companions, follows, kept
from ranking.decoder.learner import Options, learn
from ranking.decoder.mixture import Questions, fitted
from ranking.sequences.interactions import Catalogue, Histories, Sequences
from ranking.sequences.splits import Split, split
from studio.errors import ConfigError

QUICK = {
    "batch": 16,
    "rate": 1e-2,
    "epochs": 8.0,
    "again": 2.0,
    "width": 16,
    "heads": 2,
    "layers": 1,
    "codes": 16,
    "vectors": 6,
    "dropout": 0.1,
    "length": 12,
}


@pytest.fixture(scope="module")
def rings() -> Split:
    """Five rings of eight items; a person walks along one of them. Words name the ring."""
    random = np.random.default_rng(0)
    walks = []
    for _ in range(240):
        ring, start = int(random.integers(5)), int(random.integers(8))
        walks.append([8 * ring + (start + step) % 8 for step in range(6)])
    items = tuple(f"item{number}" for number in range(42))
    words = (*tuple((f"ring{n // 8}", f"place{n % 8}") for n in range(40)), ("ring0",), ())
    return split(
        Sequences(
            name="rings",
            people=tuple(f"p{n}" for n in range(240)),
            histories=Histories.of(walks),
            catalogue=Catalogue(items=items, words=words),
        ),
        "leave-last",
    )


def hits(lists: np.ndarray, targets: np.ndarray, size: int) -> float:
    return float((lists[:, :size] == targets[:, None]).any(axis=1).mean())


def test_it_foretells_the_next_step(rings: Split, tmp_path: Path) -> None:
    ranker = learn(rings.material, options=QUICK, seed=0, keep=tmp_path)
    lists = ranker(rings.test.histories, size=5)
    assert lists.shape == (240, 5)
    assert hits(lists, rings.test.targets, 1) > 0.9
    for person in range(240):
        row = lists[person][lists[person] >= 0].tolist()
        assert len(set(row)) == len(row)
        assert not set(row) & set(rings.test.histories[person].tolist())
    names = sorted(path.name.partition("-")[0] for path in tmp_path.glob("*.pt"))
    assert names == ["decoder", "rehearsal"]
    again = learn(rings.material, options=QUICK, seed=0)
    assert np.array_equal(again(rings.test.histories, size=5), lists)


def test_what_is_heard_changes_no_network(
    rings: Split, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    learn(rings.material, options=QUICK, seed=0, keep=tmp_path)
    kept = sorted(path.name for path in tmp_path.glob("*.pt"))
    steps: list[object] = []
    monkeypatch.setattr(training, "losses", lambda *told, **more: steps.append(told))
    learn(rings.material, options={**QUICK, "parts": ("items",)}, seed=0, keep=tmp_path)
    assert not steps
    assert sorted(path.name for path in tmp_path.glob("*.pt")) == kept


def test_without_ids_the_item_head_still_speaks(rings: Split) -> None:
    ranker = learn(rings.material, options={**QUICK, "levels": 0, "parts": ("items",)}, seed=0)
    assert ranker.voices.network.code.numel() == 0
    lists = ranker(rings.test.histories, size=5)
    assert hits(lists, rings.test.targets, 5) > 0.9


def test_learned_codebooks(rings: Split) -> None:
    options = {**QUICK, "quantizer": "rq-vae", "parts": ("digits",)}
    lists = learn(rings.material, options=options, seed=0)(rings.test.histories, size=5)
    assert hits(lists, rings.test.targets, 5) > 0.3


@pytest.mark.parametrize("without", list(ABLATIONS))
def test_every_part_can_be_taken_away(without: str) -> None:
    options = dict(ABLATIONS[without])
    assert chosen(Options, options) != Options()


@pytest.mark.parametrize("part", ["items", "digits", "companions", "content"])
def test_each_part_speaks_alone(rings: Split, part: str) -> None:
    ranker = learn(rings.material, options={**QUICK, "parts": (part,)}, seed=0)
    lists = ranker(rings.test.histories, size=5)
    # By chance one in seven would be right; words name the ring and the place, not the order.
    assert hits(lists, rings.test.targets, 5) > 0.3


def test_nobody_known_and_more_places_than_items(rings: Split) -> None:
    ranker = learn(rings.material, options=QUICK, seed=0)
    lists = ranker(Histories.of([[], [0]]), size=50)
    assert lists.shape == (2, 50)
    assert (lists[1] != 0).all()
    assert (lists[1, :5] >= 0).all()


def test_unknown_options_are_refused(rings: Split) -> None:
    with pytest.raises(ConfigError, match="widht"):
        learn(rings.material, options={"widht": 3})
    with pytest.raises(ConfigError, match="parts are among"):
        learn(rings.material, options={"parts": ("words",)})
    with pytest.raises(ConfigError, match="quantizer"):
        learn(rings.material, options={"quantizer": "guess"})
    with pytest.raises(ConfigError, match="leave digits out"):
        learn(rings.material, options={"levels": 0})


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("epochs", "many", "a number"),
        ("layers", 1.5, "whole number"),
        ("layers", True, "a number"),
        ("parts", 3, "names"),
        ("quantizer", 3, "a name"),
        ("minutes", "all", "a number"),
    ],
)
def test_options_of_another_type_are_refused(name: str, value: object, said: str) -> None:
    with pytest.raises(ConfigError, match=f"{name}.*{said}"):
        chosen(Options, {name: value})


def test_options_take_their_type() -> None:
    made = chosen(Options, {"epochs": 3, "layers": 1.0, "parts": "items", "minutes": 2})
    assert (made.epochs, made.layers, made.parts, made.minutes) == (3.0, 1, ("items",), 2)
    assert isinstance(made.layers, int)


def test_follows_by_hand() -> None:
    table = follows(Histories.of([[0, 1, 2], [0, 1]]), 3, fall=0.5, reach=8).toarray()
    assert table.tolist() == [[0, 2, 0.5], [0, 0, 1], [0, 0, 0]]


def test_evidence_is_the_dense_sum() -> None:
    people = Histories.of([[0, 1, 2], [3, 0], [1, 4, 0, 2]])
    counted = companions(people, 5)
    weights = np.zeros((3, 5), np.float32)
    for person, row in enumerate(people):
        for back, item in enumerate(reversed(row.tolist())):
            weights[person, item] += 0.6**back
    dense = weights @ counted.tables["company"].toarray()
    found = counted(people)["company 0.6"]
    assert np.allclose(found.at(np.arange(15)).reshape(3, 5), dense, atol=1e-6)


def test_what_was_met_lately_by_hand() -> None:
    counted = companions(Histories.of([[0, 1], [1, 2, 0]]), 4)
    assert counted.late_N.tolist() == [1.5, 1.25, 0.5, 0]


def test_kept_keeps_the_largest() -> None:
    from scipy import sparse

    table = sparse.csr_matrix(np.array([[3, 1, 2, 0], [0, 0, 0, 5], [1, 1, 1, 1]], np.float32))
    assert kept(table, 2).toarray().tolist() == [[3, 0, 2, 0], [0, 0, 0, 5], [1, 1, 0, 0]]


def test_evidence_of_nobody() -> None:
    empty = Evidence(keys_E=np.zeros(0, np.int64), values_E=np.zeros(0, np.float32))
    assert empty.at(np.array([3, 4])).tolist() == [0, 0]


def test_the_mixture_hears_who_is_right() -> None:
    """Piece 0 is noise, piece 1 is largest at the right candidate: it must decide."""
    random = np.random.default_rng(0)
    pieces = random.normal(size=(600, 20, 2)).astype(np.float32)
    right = random.integers(0, 20, 600)
    pieces[np.arange(600), right, 1] += 3
    right[:50] = -1
    mixture = fitted(Questions(pieces_QCP=pieces, right_Q=right))
    import torch

    with torch.no_grad():
        best = mixture(torch.from_numpy(pieces)).argmax(1).numpy()
    alone = pieces[..., 1].argmax(1)
    assert (best[50:] == right[50:]).mean() >= (alone[50:] == right[50:]).mean() - 0.02
    assert (best[50:] == right[50:]).mean() > 0.7
