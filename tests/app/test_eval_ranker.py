"""The simulated loop: its parts by hand, and a tiny run of the whole."""

from __future__ import annotations

import numpy as np
import pytest

from app.measures.loop import offpolicy, poison
from app.measures.loop.crowd import Crowd, answers, crowd_of, examined, regret, value
from app.measures.loop.diary import PARTS, begun, played, requests
from app.measures.loop.first import first_ranker
from app.measures.loop.measure import Bench, Plan, bench_of, comparisons, figures, gap, loop_of
from app.measures.loop.policies import chance
from app.measures.loop.world import World, nearest
from ranking.studio_ranker.logbook import LIKED

WIDTH = 16


def world(count: int = 160) -> World:
    """Vectors that tell look and theme."""
    random = np.random.default_rng(0)
    style, theme = random.integers(0, 3, count), random.integers(0, 5, count)
    rows = 0.3 * random.standard_normal((count, WIDTH))
    rows[np.arange(count), style] += 1.5
    rows[np.arange(count), 3 + theme] += 1.0
    vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    words = vectors[:20] + 0.1
    words = (words / np.linalg.norm(words, axis=1, keepdims=True)).astype(np.float32)
    return World(
        ids=tuple(f"i{number:04d}" for number in range(count)),
        catalogue=100,
        fresh=130,
        vectors_ND=vectors,
        encoder="sha256:test",
        style_N=style,
        theme_N=theme,
        colours_NV=random.standard_normal((count, 5)).astype(np.float32),
        questions=tuple(f"question {number}" for number in range(20)),
        words_QD=words,
        answers=tuple(
            nearest(words, vectors, start, end) for start, end in ((0, 100), (100, 130), (130, 160))
        ),
    )


@pytest.fixture(scope="module")
def bench() -> Bench:
    return bench_of(Plan(people=24, asks=2, likes=8, judged=1), world(), seed=0)


def test_value_and_regret_by_hand() -> None:
    liking = np.array([0.2, 0.8, 0.5])
    look = examined(2)
    assert value(liking[[1, 2]]) == pytest.approx(0.8 * look[0] + 0.5 * look[1])
    assert regret(liking, np.array([1, 2])) == 0.0
    assert regret(liking, np.array([2, 1])) == pytest.approx(
        1 - (0.5 * look[0] + 0.8 * look[1]) / (0.8 * look[0] + 0.5 * look[1])
    )


def test_people_answer_by_their_taste_and_their_patience() -> None:
    random = np.random.default_rng(0)
    told = np.array([answers(np.array([0.9, 0.9, 0.1]), random) for _ in range(4000)])
    liked = (told > 0).mean(axis=0)
    np.testing.assert_allclose(liked, examined(3) * [0.9, 0.9, 0.1], atol=0.03)
    assert (told[:, 2] < 0).mean() > (told[:, 0] < 0).mean()


def test_pools_keep_what_is_kept_for_judging(bench: Bench) -> None:
    shown = np.concatenate([one[3] for one in bench.diary.slates])
    assert shown.max() < bench.world.fresh
    assert any((one.pool_W >= bench.world.fresh).any() for one in bench.asked)
    asked = {one.question for one in bench.asked}
    assert not asked & {one[2] for one in bench.diary.slates}
    made = requests(bench.world, np.arange(5), questions=bench.learning, parts=PARTS, seed=3)
    again = requests(bench.world, np.arange(5), questions=bench.learning, parts=PARTS, seed=3)
    for one, two in zip(made, again, strict=True):
        np.testing.assert_array_equal(one.pool_W, two.pool_W)


def test_the_diary_is_the_log(bench: Bench) -> None:
    log = bench.diary.logbook()
    assert len(log.person_S) == 24 * 2
    assert (log.action_E == LIKED).sum() == sum(one[2] == LIKED for one in bench.diary.events)
    assert (np.diff(log.time_E)[log.person_E[1:] == log.person_E[:-1]] >= 0).all()
    # A slate's history ends before what was said of it.
    assert all(
        (log.time_E[log.offsets_P1[who] : end] < when).all()
        for who, end, when in zip(log.person_S, log.before_S, log.time_S, strict=True)
    )


def test_the_first_ranker_beats_chance_where_looks_are_told(bench: Bench) -> None:
    assert bench.regrets(first_ranker(bench.world)).mean() < bench.regrets(chance).mean()


def test_a_round_grows_the_log_and_gives_every_figure(bench: Bench) -> None:
    plan = Plan(people=24, asks=1, likes=8, judged=1, rounds=1)
    before = len(bench.diary.slates)
    found, versions, took = loop_of(plan, bench, seed=0, on_progress=lambda _: None)
    assert set(found) == {"chance", "first", "generative", "without-dpo-1", "dpo-1"}
    assert len(bench.diary.slates) == before + 24
    assert len(versions) == len(took) == 2
    assert ("dpo-1", "without-dpo-1") in comparisons(found)


def test_figures_and_gaps() -> None:
    one, two = np.full(40, 0.4), np.full(40, 0.5)
    assert figures([two, two], 20) == {"value": 0.5, "ci": [0.5, 0.5], "by_seed": [0.5, 0.5]}
    assert gap([one], [two], 20) == {"gap": 0.1, "ci": [0.1, 0.1]}


def test_estimates_hold_the_truth(bench: Bench) -> None:
    random = np.random.default_rng(1)
    scores = {
        name: random.standard_normal((len(bench.asked), len(bench.asked[0].pool_W)))
        for name in ("one", "two", "three")
    }
    found = offpolicy.held(bench.world, bench.crowd, bench.asked, scores, seed=0)
    assert found["cases"] == 36
    for name in ("ips", "snips", "doubly_robust"):
        assert found[name]["held"] >= 0.85
        assert found[name]["mean_error"] < 0.1


@pytest.mark.parametrize("attack", poison.ATTACKS)
def test_attacks_stand_behind_the_real_people(bench: Bench, attack: str) -> None:
    targets = np.array([1, 2, 3])
    made = poison.attacked(bench.diary, attack, 0.1, targets, seed=0)
    real = bench.diary.people
    assert made.people == real + (1 if attack == "single-user" else 2)
    assert made.events[: len(bench.diary.events)] == bench.diary.events
    pushed = [event for event in made.events if event[0] >= real and event[1] in targets]
    assert len(pushed) >= 2 * poison.PUSHES
    assert made.logbook().digest != bench.diary.logbook().digest


def test_the_crowd_is_the_same_for_the_same_seed() -> None:
    one, two = (crowd_of(world(), 10, seed=4) for _ in range(2))
    np.testing.assert_array_equal(one.liking_PN, two.liking_PN)
    assert isinstance(one, Crowd)
    diary = begun(world(), one, likes=5, places=4, seed=0)
    played(diary, one, chance, asks=1, questions=np.arange(3), seed=0)
    assert len(diary.slates) == 10


def test_poisoning_gives_every_figure(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from ranking.studio_ranker.learning import Plan as Learning
    from ranking.studio_ranker.learning import learned

    monkeypatch.setattr(poison, "SHARES", (0.1,))
    plan = Learning(rounds=0, rewards=None)
    version = learned(bench.diary.logbook(), plan)
    found = poison.measured(bench, version, plan, seed=0)
    names = {f"{attack} 10.0% {side}" for attack in poison.ATTACKS for side in ("open", "defended")}
    assert set(found) == {"clean", "clean, defended"} | names
    twins = found["bandwagon 10.0% defended"]
    assert (twins["doubted_fakes"], twins["fakes"]) == (2, 2)
    assert all(0 <= one["exposure"] <= 1 and 0 <= one["regret"] <= 1 for one in found.values())
