"""The baselines: what each computes, by slow references, and what each learns, on tiny data."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as fn

from ranking import recommenders
from ranking.baselines import bert4rec, ease, hstu, item_knn, popularity, recency_knn, sasrec
from ranking.baselines.choosing import best, ndcg
from ranking.baselines.network import Network, Shape
from ranking.baselines.softmax import full_softmax_loss
from ranking.baselines.teaching import Teaching, batch_of, scores_of, taught
from ranking.judges.training import Course
from ranking.lineage import code_digest
from ranking.recommenders import ByScores, Recommender, checked, is_seeded, listed
from ranking.sequences.interactions import Catalogue, Histories, Sequences
from ranking.sequences.simulated import simulated
from ranking.sequences.splits import Material, split
from studio.errors import ConfigError, ModelError, PluginError

CHAIN = 12
"""Items of a world in which item n is followed by item n + 1."""
SMALL = {"width": 32, "layers": 1, "batch": 32, "dropout": 0.0, "rate": 1e-2, "epochs": 12.0}


def material_of(lists: Sequence[Sequence[int]], items: int) -> Material:
    histories = Histories.of(lists)
    names = tuple(str(number) for number in range(items))
    return split(
        Sequences(
            name="tiny",
            people=tuple(str(number) for number in range(len(histories))),
            histories=histories,
            catalogue=Catalogue(items=names),
        ),
        "leave-last",
    ).material


@pytest.fixture(scope="module")
def chain() -> Material:
    random = np.random.default_rng(0)
    starts = random.integers(0, CHAIN, 200)
    return material_of([[(start + n) % CHAIN for n in range(7)] for start in starts], CHAIN)


def test_lists_leave_out_what_was_had_and_break_ties_by_number() -> None:
    scores = np.array([[1, 5, 5, 2, -np.inf], [0, 0, 0, 0, 0]], np.float32)
    histories = Histories.of([[1], []])
    assert listed(scores, histories, size=3).tolist() == [[2, 3, 0], [0, 1, 2]]
    assert listed(scores, histories, size=7)[0].tolist() == [2, 3, 0, -1, -1, -1, -1]
    assert scores[0, 1] == 5  # the caller's table is left alone


def test_a_batch_ranks_like_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    material = split(simulated(people=50, items=40), "leave-last").material
    recommend = item_knn.learn(material, options={"power": 0.3})
    together = recommend(material.complete, size=6)
    monkeypatch.setattr(recommenders, "ROWS", 1)
    assert (recommend(material.complete, size=6) == together).all()


def test_popularity_counts() -> None:
    material = material_of([[0, 1, 2, 3], [2, 0, 1, 3], [2, 0, 3, 1]], 4)
    recommend = popularity.learn(material, options={})
    assert recommend(Histories.of([[]]), size=4).tolist() == [[0, 2, 1, 3]]
    with pytest.raises(ConfigError, match="colour"):
        popularity.learn(material, options={"colour": 1})


def test_item_knn_is_the_slow_sum_of_cosines() -> None:
    material = split(simulated(people=60, items=30), "order-free").material
    table = np.zeros((60, 30))
    for person, own in enumerate(material.complete):
        table[person, own] = 1
    pairs = table.T @ table
    np.fill_diagonal(pairs, 0)
    count = np.maximum(1, table.sum(0))
    near = pairs / np.sqrt(np.outer(count, count))
    expected = listed((table @ near).astype(np.float32), material.complete, size=5)
    lists = item_knn.learn(material, options={"power": 0.5})(material.complete, size=5)
    assert (lists == expected).mean() > 0.98  # ties may round apart


def test_recency_knn_follows_the_chain(chain: Material) -> None:
    recommend = recency_knn.learn(chain, options={})
    assert recommend(Histories.of([[3, 4]]), size=1).tolist() == [[5]]
    with pytest.raises(ConfigError):
        recency_knn.learn(chain, options={"speed": 1})


def test_options_are_chosen_by_validation_items(chain: Material) -> None:
    start = recency_knn.Options(markov=0.0, fall=1.0)
    found = best(start, {"markov": (0.0, 2.0), "fall": (1.0, 0.5)}, recency_knn.fitted, chain)
    assert found.markov == 2.0 or found.fall == 0.5
    rehearsal = chain.rehearsal()
    assert ndcg(recency_knn.fitted(rehearsal, found), rehearsal) > ndcg(
        recency_knn.fitted(rehearsal, start), rehearsal
    )


def test_ease_is_its_closed_form(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "BLOCK", 7)  # several blocks, the last one short
    histories = simulated(people=80, items=30).histories
    table = np.zeros((80, 30))
    for person, own in enumerate(histories):
        table[person, own] = 1
    inverse = np.linalg.inv(table.T @ table + 5 * np.eye(30))
    expected = inverse / -np.diag(inverse)
    np.fill_diagonal(expected, 0)
    assert ease.weights(histories, 30, 5.0) == pytest.approx(expected, abs=1e-4)
    with pytest.raises(ConfigError):
        ease.Options(ridge=0)


def test_the_loss_over_all_items_is_that_of_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ranking.baselines.softmax.ROWS", 5)
    torch.manual_seed(0)
    hidden = torch.randn(12, 16, requires_grad=True)
    table = torch.randn(40, 16, requires_grad=True)
    target = torch.randint(0, 40, (12,))
    own = full_softmax_loss(hidden, table, target)
    (own * 3).backward()
    grads = hidden.grad.clone(), table.grad.clone()
    hidden.grad = table.grad = None
    reference = fn.cross_entropy(hidden @ table.T, target)
    (reference * 3).backward()
    assert own.item() == pytest.approx(reference.item(), rel=0.02)
    for one, other in zip(grads, (hidden.grad, table.grad), strict=True):
        assert torch.nn.functional.cosine_similarity(one.flatten(), other.flatten(), 0) > 0.999
        assert float(one.norm()) == pytest.approx(float(other.norm()), rel=0.02)


@pytest.mark.parametrize("block", ["softmax", "hstu"])
def test_places_see_only_what_came_before(block: str) -> None:
    torch.manual_seed(0)
    network = Network(Shape(items=9, width=16, length=6, dropout=0.0, block=block)).eval()  # type: ignore[arg-type]
    one = torch.tensor([[1, 2, 3, 4]])
    other = torch.tensor([[1, 2, 3, 7]])
    longer = torch.tensor([[1, 2, 3, 4, 9, 9]])  # 9: nothing here
    assert torch.allclose(network(one)[:, :3], network(other)[:, :3], atol=1e-6)
    assert not torch.allclose(network(one)[:, 3], network(other)[:, 3], atol=1e-3)
    assert torch.allclose(network(one), network(longer)[:, :4], atol=1e-6)
    both = Network(Shape(items=9, width=16, length=6, dropout=0.0, ahead=True)).eval()
    assert not torch.allclose(both(one)[:, 0], both(other)[:, 0], atol=1e-4)
    assert torch.allclose(both(one), both(longer)[:, :4], atol=1e-5)


@pytest.mark.parametrize("module", [sasrec, hstu, bert4rec])
def test_networks_learn_what_comes_next(module: object, chain: Material) -> None:
    options = {**SMALL, "epochs": 60.0} if module is bert4rec else SMALL
    recommend: Recommender = module.learn(chain, options=options)  # type: ignore[attr-defined]
    asked = Histories.of([[start, (start + 1) % CHAIN] for start in range(CHAIN)])
    wanted = [(start + 2) % CHAIN for start in range(CHAIN)]
    assert np.mean(recommend(asked, size=1)[:, 0] == wanted) > 0.8
    # An empty history, one longer than the network and one of one item all get a whole list.
    odd = recommend(Histories.of([[], [0, 1, 2] * 40, [3]]), size=3)
    assert (odd >= 0).all()
    assert all(len(set(row)) == 3 for row in odd.tolist())


def test_same_seed_same_network_and_everybody_once_an_epoch(chain: Material) -> None:
    teaching = Teaching(**{**SMALL, "epochs": 1.0, "dropout": 0.3})  # type: ignore[arg-type]
    shape = teaching.shape(CHAIN)
    one, other = (taught(chain.complete, shape, teaching, seed=3) for _ in range(2))
    third = taught(chain.complete, shape, teaching, seed=4)
    assert torch.equal(one.items_ND, other.items_ND)
    assert not torch.equal(one.items_ND, third.items_ND)
    steps = -(-len(chain.complete) // teaching.batch)
    people = np.concatenate([batch_of(chain.complete, teaching, k, seed=3) for k in range(steps)])
    assert sorted(people.tolist()) == list(range(len(chain.complete)))


def test_a_killed_training_goes_on_where_it_was(
    chain: Material, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    teaching = Teaching(**{**SMALL, "epochs": 2.0, "dropout": 0.3})  # type: ignore[arg-type]
    shape = teaching.shape(CHAIN)
    whole = taught(chain.complete, shape, teaching)

    def each_step(**given: object) -> Course:
        return Course(**{**given, "every_s": 0.0})  # type: ignore[arg-type]

    monkeypatch.setattr("ranking.baselines.teaching.Course", each_step)
    steps: list[object] = []

    def kill(step: object) -> None:
        steps.append(step)
        if len(steps) == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        taught(chain.complete, shape, teaching, kept=tmp_path / "c.pt", on_progress=kill)
    assert (tmp_path / "c.pt").exists()
    again = taught(chain.complete, shape, teaching, kept=tmp_path / "c.pt")
    assert torch.equal(whole.items_ND, again.items_ND)


def test_nobody_to_learn_from_is_no_crash() -> None:
    teaching = Teaching(**SMALL)  # type: ignore[arg-type]
    network = taught(Histories.of([[1], []]), teaching.shape(4), teaching)
    assert scores_of(network, Histories.of([[], [2]])).shape == (2, 4)
    with pytest.raises(ConfigError):
        Teaching(width=30, heads=4)


def test_learners_come_through_the_door() -> None:
    known = recommenders.names()
    assert {"popularity", "item-knn", "recency-knn", "ease", "sasrec-ce"} <= set(known)
    assert not is_seeded(recommenders.learner("ease"))
    assert is_seeded(recommenders.learner("sasrec-ce"))
    with pytest.raises(PluginError, match="none-such"):
        recommenders.learner("none-such")


def test_the_code_digest_follows_imports_and_ignores_words(tmp_path: Path) -> None:
    package = tmp_path / "lineagepkg"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "far.py").write_text("X = 1\n")
    body = "def made():\n    return far.X\n"
    (package / "near.py").write_text(f"from lineagepkg import far\n\n{body}")
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from lineagepkg.near import made; from ranking.lineage import code_digest;"
        "print(code_digest(made))"
    )

    def digest() -> str:
        done = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
        )
        return done.stdout

    first = digest()
    (package / "near.py").write_text(
        f'"""Words."""\nfrom lineagepkg import far  # a comment\n\n\n{body}'
    )
    assert digest() == first
    (package / "far.py").write_text("X = 2\n")
    assert digest() != first
    assert code_digest(popularity.learn) != code_digest(ease.learn)


@pytest.mark.parametrize(
    ("lists", "said"),
    [
        ([[0, 1]], "shape"),
        ([[0, 3], [2, 1]], "none of the 3"),
        ([[1, 1], [2, 0]], "twice for person 0"),
        ([[1, 2], [2, 0]], "own history"),
    ],
)
def test_broken_lists_are_refused(lists: list[list[int]], said: str) -> None:
    histories = Histories.of([[0], [0]])
    with pytest.raises(ModelError, match=said):
        checked(np.array(lists, np.int32), histories, items=3, name="other")
    good = np.array([[1, -1], [2, 1]], np.int32)
    assert checked(good, histories, items=3, name="other") is good


def test_a_recommender_of_nobody() -> None:
    recommend = ByScores(scores=lambda histories: np.zeros((len(histories), 3), np.float32))
    assert recommend(Histories.of([]), size=4).shape == (0, 4)
