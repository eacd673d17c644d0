"""``eval ranker``: slate regret of the first ranker, the generative one, and each round of DPO.

Simulated people use the studio: the first ranker writes a log, the generative ranker learns from
it, and in each round people go on with the ranker of the round before, which then learns from its
own log and is aligned. Everybody is judged on new questions with pictures that nobody has seen.
The judge is the taste that the people were given; nothing that learns can see it.

Legend: B requests, P people, W pool.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.measures.loop import offpolicy, poison
from app.measures.loop.crowd import Crowd, Floats, crowd_of, regret
from app.measures.loop.diary import JUDGED, Diary, Policy, Request, begun, played, requests
from app.measures.loop.first import first_ranker
from app.measures.loop.policies import chance, generative, network_scores
from app.measures.loop.world import LEAST, Whole, World, art_for, world_of
from studio.errors import InputError
from studio.progress import OnProgress, Step, silent
from studio.request import derive_seed

if TYPE_CHECKING:
    from ranking.studio_ranker.learning import Plan as Learning
    from ranking.studio_ranker.learning import Version

HELD_OUT = 5
"""One question in so many is asked only when a ranker is judged."""
EXPLORED = 0.3
"""Share of the first ranker's last places that explore."""
TEMPERATURE = 0.5
"""Of the generative ranker's slates while the log grows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured."""

    people: int = 400
    pictures: int = 1600
    data: Path | None = None
    """Captioned sticker art; None: the drawn world."""
    cache: Path | None = None
    """Where packed pictures are kept."""
    encoder: str = "bundled"
    likes: int = 12
    """Mean likes of a person before the studio."""
    asks: int = 4
    """Requests of everybody before the first training, and in each round."""
    size: int = 5
    rounds: int = 3
    seeds: int = 3
    judged: int = 2
    """Requests of everybody when a ranker is judged."""
    poisoned: bool = True
    """Whether attacks are measured, too (with the first seed)."""
    seed: int = 0


@dataclass(slots=True, kw_only=True)
class Bench:
    """One seed's world, people and diary."""

    world: World
    crowd: Crowd
    diary: Diary
    asked: list[Request]
    """What everybody is judged on."""
    learning: Whole
    """Questions that may be asked while the log grows."""

    def regrets(self, policy: Policy) -> Floats:
        """(B,) regret of each judged request."""
        slates = policy(self.diary.logbook(), self.asked, self.diary.places)
        return np.array(
            [
                regret(self.crowd.liking_PN[one.person, one.pool_W], shown.slate_K)
                for one, shown in zip(self.asked, slates, strict=True)
            ]
        )


def run(plan: Plan, *, on_progress: OnProgress = silent) -> dict[str, Any]:
    """The report; InputError where the plan asks for too little."""
    from preference.encoders import load

    if plan.people < 20 or plan.pictures < LEAST or min(plan.asks, plan.seeds, plan.judged) < 1:
        raise InputError(f"too little to measure; ask for 20 people and {LEAST} pictures or more")
    began = time.perf_counter()
    art, encoder = art_for(plan.data, plan.cache), load(plan.encoder)
    regrets: dict[str, list[Floats]] = {}
    seconds: list[float] = []
    estimates: list[dict[str, Any]] = []
    attacks: dict[str, Any] = {}
    for number in range(plan.seeds):
        seed = plan.seed + number
        world = world_of(art, encoder, pictures=plan.pictures, seed=seed)
        bench = bench_of(plan, world, seed)
        found, versions, took = loop_of(plan, bench, seed=seed, on_progress=on_progress)
        for name, own in found.items():
            regrets.setdefault(name, []).append(own)
        seconds += took
        estimates.append(judged_offline(bench, versions, seed=seed))
        if number == 0 and plan.poisoned:
            attacks = poison.measured(bench, versions[0], learning(plan, seed), seed=seed)
        on_progress(Step(stage="seeds", done=number + 1, total=plan.seeds))
    return {
        "simulated": True,
        "people": plan.people,
        "pictures": plan.pictures,
        "data": "drawn" if plan.data is None else plan.data.name,
        "asks": plan.asks,
        "seeds": plan.seeds,
        "regret": {name: figures(own, plan.people) for name, own in regrets.items()},
        "ahead": {
            f"{better} than {worse}": gap(regrets[better], regrets[worse], plan.people)
            for better, worse in comparisons(regrets)
        },
        "off_policy": merged(estimates),
        "poisoning": attacks,
        "train_cpu_s": [round(one, 1) for one in seconds],
        "seconds": round(time.perf_counter() - began, 1),
        "seed": plan.seed,
    }


def bench_of(plan: Plan, world: World, seed: int) -> Bench:
    """People with a past, who have used the studio with the first ranker for a while."""
    questions = np.arange(len(world.questions))
    learning_Q = questions[questions % HELD_OUT != 0]
    held_Q = questions[questions % HELD_OUT == 0]
    crowd = crowd_of(world, plan.people, seed=seed)
    diary = begun(world, crowd, likes=plan.likes, places=plan.size, seed=seed)
    first = first_ranker(world, epsilon=EXPLORED)
    played(diary, crowd, first, asks=plan.asks, questions=learning_Q, seed=derive_seed(seed, -1))
    asked = [
        one
        for turn in range(plan.judged)
        for one in requests(
            world,
            np.arange(plan.people),
            questions=held_Q,
            parts=JUDGED,
            seed=derive_seed(seed, "judged", turn),
        )
    ]
    return Bench(world=world, crowd=crowd, diary=diary, asked=asked, learning=learning_Q)


def learning(plan: Plan, seed: int) -> Learning:
    """How a version is learned here: as in a home, without alignment, which has its own turn."""
    from ranking.studio_ranker.learning import Plan as Learning

    return Learning(seed=seed, rounds=0)


def loop_of(
    plan: Plan, bench: Bench, *, seed: int, on_progress: OnProgress
) -> tuple[dict[str, Floats], list[Version], list[float]]:
    """Regrets by ranker, the versions (learned first, then a round each), CPU seconds of learning.

    Beside each round stands its control: the same log learned from in the same way without
    alignment, so that what the preferences bring is told apart from what more log brings.
    """
    from ranking.defence.influence import influence
    from ranking.studio_ranker.learning import learned, one_round
    from ranking.studio_ranker.shelf import shelf_of_log

    world = bench.world
    found = {
        "chance": bench.regrets(chance),
        "first": bench.regrets(first_ranker(world)),
    }
    course = learning(plan, seed)
    clock = time.process_time()
    version = learned(bench.diary.logbook(), course)
    took = [time.process_time() - clock]
    versions = [version]
    shelf = shelf_of_log(version.names, bench.diary.logbook())
    found["generative"] = bench.regrets(generative(version.network, shelf, world))
    on_progress(Step(stage="learned", done=1, total=1 + plan.rounds))
    for number in range(plan.rounds):
        policy = generative(version.network, shelf, world, temperature=TEMPERATURE)
        played(
            bench.diary,
            bench.crowd,
            policy,
            asks=plan.asks,
            questions=bench.learning,
            seed=derive_seed(seed, number),
        )
        log = bench.diary.logbook()
        clock = time.process_time()
        again = replace(course, lessons=replace(course.lessons, epochs=1.0, rate=1e-3))
        control = learned(log, again, start=version)
        version = one_round(control, log, again, influence(log), shelf, number=number)
        took.append(time.process_time() - clock)
        versions.append(version)
        found[f"without-dpo-{number + 1}"] = bench.regrets(
            generative(control.network, shelf, world)
        )
        found[f"dpo-{number + 1}"] = bench.regrets(generative(version.network, shelf, world))
        on_progress(Step(stage="learned", done=number + 2, total=1 + plan.rounds))
    return found, versions, took


def judged_offline(bench: Bench, versions: list[Version], *, seed: int) -> dict[str, Any]:
    """Off-policy estimates of the rankers of this seed from one another's logs."""
    scores = {
        f"version-{number}": network_scores(
            version, bench.diary.logbook(), bench.world, bench.asked
        )
        for number, version in enumerate(versions)
    }
    scores["chance"] = np.zeros_like(scores["version-0"])
    return offpolicy.held(bench.world, bench.crowd, bench.asked, scores, seed=seed)


def comparisons(regrets: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which rankers are compared: each with the one before it, and all rounds with the first."""
    names = [name for name in regrets if name in ("first", "generative") or name.startswith("dpo")]
    pairs = list(zip(names[1:], names[:-1], strict=True))
    pairs += [(one, "first") for one in names[2:]]
    pairs += [(name, f"without-{name}") for name in names if f"without-{name}" in regrets]
    return pairs


def figures(own: list[Floats], people: int) -> dict[str, Any]:
    """Mean regret with its 95 % bootstrap interval over people, and by seed."""
    low, high = interval(own, people)
    return {
        "value": round(float(np.mean([one.mean() for one in own])), 4),
        "ci": [round(low, 4), round(high, 4)],
        "by_seed": [round(float(one.mean()), 4) for one in own],
    }


def gap(better: list[Floats], worse: list[Floats], people: int) -> dict[str, Any]:
    """How much less regret, with its interval over the same people; above 0 is ahead."""
    apart = [two - one for one, two in zip(better, worse, strict=True)]
    low, high = interval(apart, people)
    return {
        "gap": round(float(np.mean([one.mean() for one in apart])), 4),
        "ci": [round(low, 4), round(high, 4)],
    }


def interval(own: list[Floats], people: int) -> tuple[float, float]:
    """95 % bootstrap over people (those of all seeds), each with all their requests."""
    each = np.concatenate([one.reshape(-1, people).mean(axis=0) for one in own])
    random = np.random.default_rng(0)
    means = each[random.integers(0, len(each), (1000, len(each)))].mean(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    return float(low), float(high)


def merged(estimates: list[dict[str, Any]]) -> dict[str, Any]:
    """The seeds' off-policy figures as one."""
    names = [name for name, value in estimates[0].items() if isinstance(value, dict)]
    return {
        "cases": sum(one["cases"] for one in estimates),
        "choices": estimates[0]["choices"],
        **{
            name: {
                key: round(float(np.mean([one[name][key] for one in estimates])), 4)
                for key in estimates[0][name]
            }
            for name in names
        },
    }
