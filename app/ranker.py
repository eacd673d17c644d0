"""The generative ranker of a home: learned from its log with one call, listed with what it owes."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from studio.progress import OnProgress, Step, silent

if TYPE_CHECKING:
    from studio import Studio


def train(
    studio: Studio,
    *,
    rounds: int = 1,
    epochs: float = 3.0,
    seed: int = 0,
    on_progress: OnProgress = silent,
) -> dict[str, Any]:
    """Learn a version from everything the home's people did, write it and use it.

    InputError where there is nothing to learn from, StoreLocked while another training goes on.
    A run that was killed goes on from its checkpoints as long as the log has not changed. Older
    versions that learned from people who are gone are removed.
    """
    from ranking.studio_ranker import versions
    from ranking.studio_ranker.learning import Plan, learned
    from ranking.studio_ranker.logbook import require_something
    from ranking.studio_ranker.reading import read_logbook

    clock = time.perf_counter()
    folder = versions.place(studio.home)
    with versions.training(folder) as unfinished:
        log = require_something(
            read_logbook(studio.store, encoder=studio.parts.encoder, gallery=studio.gallery)
        )
        on_progress(Step(stage="log", done=1, total=1))
        plan = Plan(seed=seed, rounds=rounds)
        plan = replace(plan, lessons=replace(plan.lessons, epochs=epochs))
        version = learned(log, plan, keep=unfinished, on_progress=on_progress)
        card = versions.add(folder, version, people=log.people)
        dropped = versions.forgotten(folder, users=studio.users())
        for path in unfinished.iterdir():
            path.unlink()
    return {
        "version": card.number,
        "figures": dict(card.figures),
        "removed": dropped,
        "seconds": round(time.perf_counter() - clock, 1),
    }


def listed(studio: Studio) -> dict[str, Any]:
    """The versions of a home, and whether the one in use owes somebody who is gone a training."""
    from ranking.studio_ranker import versions

    folder = versions.place(studio.home)
    users, used = studio.users(), versions.current(folder)
    found = [
        {
            "version": card.number,
            "used": card.number == used,
            "created": card.created,
            "gone": card.gone(users),
            "figures": dict(card.figures),
        }
        for card in versions.cards(folder)
    ]
    return {
        "used": used,
        "versions": found,
        "train_again": any(one["used"] and one["gone"] for one in found),
    }
