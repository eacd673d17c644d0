"""The slate: quotas, order, propensities, and words that the scores bear out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from ranking.pools import likeness
from ranking.reasons import liked, reason
from ranking.slates import RankerOptions, TasteRanker
from studio import testing
from studio.candidate import Candidate
from studio.errors import ModelError
from studio.fidelity import Fidelity, Finding
from studio.guidance import Guidance
from studio.slate import Offer
from tests.ranking.world import COLOURS, ENCODER, candidate, guidance, sticker

Vectors = NDArray[np.float32]
ROUTES = ("retrieve", "edit", "create")


def taste_for(colour: str) -> Callable[[Vectors], Vectors]:
    wanted_D = ENCODER.images([sticker(colour)])[0]

    def taste(vectors_ND: Vectors) -> Vectors:
        liked_N: Vectors = np.clip(vectors_ND @ wanted_D, 0, 1)
        return liked_N

    return taste


def unknown(vectors_ND: Vectors) -> Vectors:
    return np.full(len(vectors_ND), 0.5, np.float32)


def pool() -> list[Candidate]:
    pairs = [(colour, shape) for colour in COLOURS for shape in ("disc", "bar")]
    return [
        candidate(sticker(colour, shape), route=ROUTES[at % 3], name=f"{colour} {shape}")
        for at, (colour, shape) in enumerate(pairs)
    ]


POOL = pool()


def fidelity(prompt: float = 0.9, quality: float = 1.0, passed: bool = True) -> Fidelity:
    found = {
        name: Finding(check=name, score=score, threshold=0.5, passed=passed, reason="…")
        for name, score in (("prompt", prompt), ("quality", quality))
    }
    return Fidelity(findings=MappingProxyType(found))


def rank(
    candidates: list[Candidate],
    *,
    size: int = 4,
    seed: int = 0,
    asked: Guidance | None = None,
    taste: Callable[[Vectors], Vectors] = unknown,
    fidelities: list[Fidelity] | None = None,
    options: RankerOptions | None = None,
) -> tuple[Offer, ...]:
    return TasteRanker(options or RankerOptions())(
        candidates,
        fidelities=fidelities or [fidelity()] * len(candidates),
        guidance=asked or guidance(),
        taste=taste,
        size=size,
        seed=seed,
    )


def test_contract() -> None:
    testing.check_ranker(
        TasteRanker(RankerOptions()), candidates=POOL, guidance=guidance(), taste=unknown
    )


@settings(max_examples=25, deadline=None)
@given(rows=st.permutations(range(len(POOL))), size=st.integers(1, 14), cut=st.integers(1, 12))
def test_invariants(rows: list[int], size: int, cut: int) -> None:
    kept = sorted(rows[:cut])
    offers = rank([POOL[row] for row in kept], size=size, taste=taste_for("red"))
    shuffled = [POOL[row] for row in rows if row in kept]
    again = rank(shuffled, size=size, taste=taste_for("red"))
    assert [(one.candidate_id, one.score) for one in offers] == [
        (one.candidate_id, one.score) for one in again
    ]
    assert len(offers) == min(size, cut)
    routes = {POOL[row].route for row in kept}
    assert len({one.route for one in offers}) == min(len(routes), size)
    assert all(0 <= part <= 1 for one in offers for part in (one.score, *one.scores.values()))
    assert all(one.propensity == 1 for one in offers)


def test_taste_leads_and_its_words_are_true() -> None:
    asked = guidance("a thing", concepts=MappingProxyType({"pink": 0.9, "bar": 0.4, "red": -0.8}))
    offers = rank(POOL, asked=asked, taste=taste_for("pink"))
    assert offers[0].candidate_id in {POOL[row].candidate_id for row in (10, 11)}
    first = max(offers, key=lambda one: one.scores["taste"])
    assert first.reason.startswith("closest to the pink and bar you like; fits “a thing” well; ")


def test_without_personalization_taste_is_constant() -> None:
    asked = guidance("a thing", personalization=0.0)
    pink = rank(POOL, asked=asked, taste=taste_for("pink"))
    nobody = rank(POOL, asked=asked, taste=unknown)
    assert [one.candidate_id for one in pink] == [one.candidate_id for one in nobody]
    assert {one.scores["taste"] for one in pink} == {0.5}
    assert not any("like" in one.reason for one in pink)


def test_prompt_decides_where_taste_does_not() -> None:
    found = [fidelity(prompt=0.5 + 0.04 * at) for at in range(len(POOL))]
    offers = rank(POOL, fidelities=found, size=1)
    assert offers[0].candidate_id == POOL[-1].candidate_id


def test_what_failed_is_not_shown() -> None:
    found = [fidelity(passed=at % 2 == 0) for at in range(len(POOL))]
    shown = {one.candidate_id for one in rank(POOL, fidelities=found, size=16)}
    assert shown == {one.candidate_id for one in POOL[::2]}
    assert rank(POOL, fidelities=[fidelity(passed=False)] * len(POOL)) == ()
    assert rank([]) == ()


def test_variety_comes_before_a_second_of_the_same() -> None:
    same = [candidate(sticker("red"), name=f"red {at}") for at in range(3)]
    other = candidate(sticker("green", "bar"), name="green")
    offers = rank([*same, other], size=3)
    assert "green" in {
        name for one in offers[:2] for name in ("green",) if one.candidate_id == other.candidate_id
    }
    assert offers[2].scores["diversity"] == 0


def test_checks_that_are_switched_off_are_left_out_of_the_score() -> None:
    offers = rank(POOL, fidelities=[Fidelity()] * len(POOL))
    assert set(offers[0].scores) == {"taste", "diversity"}
    assert offers[0].score == pytest.approx((0.5 * 0.5 + 0.1 * 1) / 0.6)
    assert "fits" not in offers[0].reason


def test_exploring_propensities_are_how_often_it_happens() -> None:
    options = RankerOptions(epsilon=0.4)
    shown: Counter[str] = Counter()
    said: dict[str, float] = {}
    for seed in range(2000):
        offers = rank(POOL[:6], size=2, seed=seed, options=options)
        assert offers[0].propensity == 1
        shown[offers[1].candidate_id] += 1
        said[offers[1].candidate_id] = offers[1].propensity
    assert sum(said.values()) == pytest.approx(1)
    for name, propensity in said.items():
        assert shown[name] / 2000 == pytest.approx(propensity, abs=0.04)
    assert sorted(said.values())[-1] > 0.6


def test_exploring_says_so_and_repeats_with_the_seed() -> None:
    options = RankerOptions(epsilon=1.0)
    runs = [rank(POOL, size=4, seed=seed, options=options) for seed in (1, 1, 2, 3, 4)]
    names = [[one.candidate_id for one in offers] for offers in runs]
    assert names[0] == names[1]
    assert len({tuple(found) for found in names}) > 1
    assert any("to learn" in offers[-1].reason for offers in runs)


def test_likeness_by_hand() -> None:
    vectors_ND = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    like_NN = likeness(vectors_ND)
    np.testing.assert_allclose(like_NN, [[1, 1, 0], [1, 1, 0], [0, 0, 1]], atol=1e-9)


def test_candidate_without_embedding_is_refused() -> None:
    with pytest.raises(ModelError):
        rank([replace(POOL[0], embedding_D=None)])


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ({"taste": 0.9, "prompt": 0.9}, "closest to the pink you like; fits “a cat” well; "),
        ({"taste": 0.8, "prompt": 0.7}, "close to the pink you like; fits “a cat”; "),
        ({"taste": 0.7, "prompt": 0.7}, "suits your taste; fits “a cat”; "),
        ({"taste": 0.2, "prompt": 0.55}, "unlike what you chose before; fits “a cat” loosely; "),
        ({"taste": 0.5}, ""),
    ],
)
def test_reasons(scores: dict[str, float], words: str) -> None:
    asked = guidance("a cat", concepts=MappingProxyType({"pink": 0.7}))
    said = reason(POOL[2], scores=scores, best_taste=0.9, guidance=asked, explored=False)
    assert said == words + "newly drawn"


def test_liked_falls_back_on_the_style() -> None:
    assert liked(guidance(styles=(("fluent_line", 0.9), ("noto", 0.1)))) == "fluent line"
    assert liked(guidance()) == ""


def test_liked_says_a_word_once() -> None:
    concepts = {"black": 0.9, "black line art": 0.8, "sad": -0.9, "cats": 0.5, "dogs": 0.4}
    assert liked(guidance(concepts=MappingProxyType(concepts))) == "black line art and cats"
