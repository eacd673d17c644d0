"""How long the ranker takes to learn a home's log: ``python -m benchmarks.ranker_training``.

Makes a home of so many people with so many events each (a part of them answers to logged slates),
reads the log out of its database and learns from it, one row a stage. The catalogue's vectors are
put into its index beforehand: a home that has shown its pictures has them there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import tempfile
import time
from pathlib import Path

import numpy as np

from ranking.studio_ranker.learning import Plan, learned
from ranking.studio_ranker.reading import read_logbook
from studio import Studio
from studio.content import Item
from studio.feedback import Feedback
from studio.history import Interaction
from studio.store import CandidateRow, SlateRow

PLACES = 5
ANSWERED = 0.6
"""Share of the events that are answers to slates."""


def blob(name: str) -> str:
    """A digest to stand for a picture's bytes."""
    return hashlib.sha256(name.encode()).hexdigest()


def filled(studio: Studio, *, people: int, events: int, catalogue: int, seed: int) -> None:
    """A catalogue, and people with a past and slates of it."""
    random = np.random.default_rng(seed)
    items = [
        Item(item_id="i" + blob(f"item {number}")[:16], blob=blob(f"item {number}"))
        for number in range(catalogue)
    ]
    studio.store.add_items(items)
    look_N = random.integers(0, 8, catalogue)
    rows = random.standard_normal((catalogue, studio.parts.encoder.dim)) * 0.5
    rows[np.arange(catalogue), look_N] += 4
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    studio.gallery.index.add([one.blob for one in items], rows.astype(np.float32))
    slates = max(1, round(events * ANSWERED / PLACES))
    for person in range(people):
        user, own = f"person-{person:05d}", int(random.integers(8))
        studio.store.add_user(user)
        mine = np.flatnonzero(look_N == own)
        past = random.choice(mine, min(len(mine), events - slates * PLACES), replace=False)
        when = 1.7e9 + 100 * person
        studio.store.add_interactions(
            user,
            [
                Interaction(item=items[number], event="like", timestamp=when + 3600 * at)
                for at, number in enumerate(past.tolist())
            ],
        )
        for number in range(slates):
            when += 86400
            shown = random.choice(catalogue, PLACES, replace=False).tolist()
            slate_id = "s" + blob(f"{person} {number}")[:16]
            studio.store.add_slate(slate_row(slate_id, user, when, [items[one] for one in shown]))
            liked = [one for one in shown if look_N[one] == own]
            answers = [
                Interaction(
                    item=items[one], event="choose" if one in liked else "pass", timestamp=when + 9
                )
                for one in shown
            ]
            subject = items[liked[0] if liked else shown[0]].item_id
            studio.store.learn(
                Feedback(
                    user=user,
                    verb="choose" if liked else "dislike",
                    subject=subject,
                    slate_id=slate_id,
                    timestamp=when + 9,
                ),
                interactions=answers,
            )


def slate_row(slate_id: str, user: str, created: float, shown: list[Item]) -> SlateRow:
    """A slate of catalogue items as it is stored."""
    return SlateRow(
        slate_id=slate_id,
        user=user,
        created=created,
        request={"instruction": f"look {blob(slate_id)[:1]}"},
        guidance=blob("guidance"),
        document={},
        candidates=tuple(
            CandidateRow(
                candidate_id="c" + blob(f"{slate_id} {rank}")[:16],
                slate_id=slate_id,
                user=user,
                route="retrieve",
                rank=rank,
                seed=0,
                blob=one.blob,
                source_item=one.item_id,
                propensity=0.2,
            )
            for rank, one in enumerate(shown, start=1)
        ),
    )


def main() -> None:
    """Print a row a stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--events", type=int, default=50)
    parser.add_argument("--catalogue", type=int, default=2000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, Studio.open(Path(folder) / "home") as studio:
        filled(
            studio,
            people=given.people,
            events=given.events,
            catalogue=given.catalogue,
            seed=0,
        )
        rows = []
        wall, cpu = time.perf_counter(), time.process_time()

        def done(name: str) -> None:
            nonlocal wall, cpu
            rows.append((name, time.perf_counter() - wall, time.process_time() - cpu))
            wall, cpu = time.perf_counter(), time.process_time()

        log = read_logbook(studio.store, encoder=studio.parts.encoder, gallery=studio.gallery)
        done("read the log")
        version = learned(log, Plan())
        done("learn")
    print(
        f"{given.people} people, {len(log.item_E)} events, {len(log.person_S)} slates, "
        f"{given.catalogue} pictures; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'stage':16}{'s':>8}{'CPU s':>8}")
    for name, seconds, used in rows:
        print(f"{name:16}{seconds:8.1f}{used:8.1f}")
    print(version.figures)


if __name__ == "__main__":
    main()
