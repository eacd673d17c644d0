"""Poisoning: fake people push one picture; how far do they get, with and without the defence?

Three attacks, at several shares of the people. *Random*: accounts that like the pushed picture and
others at random. *Bandwagon*: accounts that like it and the most popular ones, all alike.
*Single-user*: one account that likes it over and over, among others, as often as all the fakes
of the other attacks together. A ranker learns on from the poisoned log, with the defence and
without.

Shift: how much more often the pushed picture is shown to real people (share of the slates in whose
pool it stands), against the ranker that learned on from the clean log. Legend: P people, B
requests.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from app.measures.loop.crowd import regret
from app.measures.loop.diary import HOUR, JUDGED, Diary, Request, requests
from app.measures.loop.policies import generative
from app.measures.loop.world import Whole
from ranking.studio_ranker.logbook import LIKED
from studio.request import derive_seed

if TYPE_CHECKING:
    from app.measures.loop.measure import Bench
    from ranking.studio_ranker.learning import Plan, Version

SHARES = (0.001, 0.01, 0.05)
ATTACKS = ("random", "bandwagon", "single-user")
LIKES = 12
"""Pictures that a fake likes."""
PUSHES = 3
"""Slates a fake answers, the pushed picture liked in each."""
TARGETS = 3
"""Pictures pushed, one attack each."""


def measured(bench: Bench, version: Version, plan: Plan, *, seed: int) -> dict[str, Any]:
    """By attack and share: exposure and regret with and without the defence, and who was found."""
    clean = bench.diary
    learning_on = replace(plan, lessons=replace(plan.lessons, epochs=1.0, rate=1e-3), rewards=None)
    random = np.random.default_rng((seed, 9))
    targets = random.choice(bench.world.catalogue, TARGETS, replace=False)
    asked = asking(bench, targets, seed=seed)
    found: dict[str, Any] = {
        name: judged(
            bench,
            clean,
            version,
            replace(learning_on, defended=defended),
            asked=asked,
            targets=targets,
        )
        for name, defended in (("clean", False), ("clean, defended", True))
    }
    for attack in ATTACKS:
        for share in SHARES:
            poisoned = attacked(clean, attack, share, targets, seed=seed)
            for name, defended in (("open", False), ("defended", True)):
                course = replace(learning_on, defended=defended)
                found[f"{attack} {share:.1%} {name}"] = judged(
                    bench, poisoned, version, course, asked=asked, targets=targets
                )
    return found


def asking(bench: Bench, targets: Whole, *, seed: int) -> list[Request]:
    """Requests of real people whose pools hold the pushed pictures, one each in turn."""
    made = requests(
        bench.world,
        np.arange(len(bench.crowd)),
        questions=bench.learning,
        parts=JUDGED,
        seed=derive_seed(seed, "poison"),
    )
    found = []
    for number, one in enumerate(made):
        target = int(targets[number % len(targets)])
        pool_W = one.pool_W.copy()
        if target not in pool_W:
            pool_W[0] = target
        found.append(replace(one, pool_W=pool_W))
    return found


def attacked(clean: Diary, attack: str, share: float, targets: Whole, *, seed: int) -> Diary:
    """The diary with fake people behind the real ones; one fake at least for each share."""
    random = np.random.default_rng((seed, 10))
    fakes = max(1, round(share * clean.people))
    one_alone = attack == "single-user"
    catalogue = clean.world.catalogue
    liked = [event[1] for event in clean.events if event[2] == LIKED and event[1] < catalogue]
    popular = np.argsort(-np.bincount(liked, minlength=catalogue), kind="stable")[:LIKES]
    made = Diary(
        world=clean.world,
        people=clean.people + (1 if one_alone else fakes),
        places=clean.places,
        events=list(clean.events),
        slates=list(clean.slates),
        now=clean.now + HOUR,
    )
    for fake in range(fakes):
        person = clean.people + (0 if one_alone else fake)
        filler = popular if attack == "bandwagon" else random.choice(catalogue, LIKES, False)
        for picture in random.permutation(filler).tolist():
            made.now += HOUR
            made.events.append((person, int(picture), LIKED, made.now))
        for push in range(PUSHES):
            made.now += HOUR
            target = int(targets[(fake + push) % len(targets)])
            others = random.choice(catalogue, made.places - 1, replace=False)
            slate = np.array([*others[: made.places - 1], target])
            answer = (slate == target).astype(np.int64)
            question = int(random.integers(len(clean.world.questions)))
            made.slates.append((person, made.now, question, slate, np.ones(len(slate)), answer))
            made.events.append((person, target, LIKED, made.now + 1))
    return made


def judged(
    bench: Bench,
    diary: Diary,
    version: Version,
    plan: Plan,
    *,
    asked: list[Request],
    targets: Whole,
) -> dict[str, Any]:
    """Learn on from a diary and look at what real people are shown."""
    from ranking.defence.influence import influence
    from ranking.studio_ranker.learning import learned
    from ranking.studio_ranker.shelf import shelf_of_log

    log = diary.logbook()
    made = learned(log, plan, start=version)
    shelf = shelf_of_log(made.names, log)
    slates = generative(made.network, shelf, bench.world)(log, asked, diary.places)
    pushed = [
        bool(np.isin(one.pool_W[shown.slate_K], targets).any())
        for one, shown in zip(asked, slates, strict=True)
    ]
    lost = [
        regret(bench.crowd.liking_PN[one.person, one.pool_W], shown.slate_K)
        for one, shown in zip(asked, slates, strict=True)
    ]
    found: dict[str, Any] = {
        "exposure": round(float(np.mean(pushed)), 4),
        "regret": round(float(np.mean(lost)), 4),
    }
    if plan.defended:
        doubted = np.array(sorted(influence(log).doubted), np.int64)
        real = bench.diary.people
        found["doubted_fakes"] = int((doubted >= real).sum())
        found["fakes"] = len(log.people) - real
        found["doubted_real"] = round(float((doubted < real).sum()) / real, 4)
    return found
