"""The diary: a log that grows as people use the studio, and the logbook that it makes.

Legend: P people, E events, S slates, K places, W pool, D width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from app.measures.loop.crowd import Crowd, Floats, answers
from app.measures.loop.world import Whole, World
from ranking.studio_ranker.logbook import DISLIKED, LIKED, SEEN, Logbook
from studio.request import derive_seed

START = 1_767_225_600.0
"""Seconds since the epoch: fixed, so that a run is repeatable."""
HOUR = 3600.0
PARTS = (10, 6, 0)
"""Of a pool while the log grows: of the catalogue, fresh, kept for judging."""
JUDGED = (8, 3, 5)
"""Of a pool when a ranker is judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One person asking once."""

    person: int
    question: int
    pool_W: Whole = field(compare=False, repr=False)
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A slate as rows of the pool, with the propensity of each place."""

    slate_K: Whole = field(compare=False, repr=False)
    propensity_K: Floats = field(compare=False, repr=False)


Policy = Callable[[Logbook, list[Request], int], list[Shown]]
"""Slates of so many places for requests, given the log so far."""


@dataclass(slots=True, kw_only=True)
class Diary:
    """Everything that happened so far."""

    world: World
    people: int
    places: int
    events: list[tuple[int, int, int, float]] = field(default_factory=list)
    """Person, picture, action, time."""
    slates: list[tuple[int, float, int, Whole, Floats, Whole]] = field(default_factory=list)
    """Person, time, question, pictures, propensities, answers."""
    now: float = START
    names: tuple[str, ...] = ()

    def logbook(self) -> Logbook:
        """The diary as the ranker learns from it."""
        order = sorted(range(len(self.events)), key=lambda at: (self.events[at][0], at))
        who = np.array([self.events[at][0] for at in order], np.int64)
        count, width = len(self.slates), self.world.vectors_ND.shape[1]
        shown = np.full((count, self.places), -1, np.int64)
        propensity = np.ones((count, self.places))
        said = np.zeros((count, self.places), np.int64)
        for row, (_, _, _, pictures, chances, told) in enumerate(self.slates):
            shown[row, : len(pictures)] = pictures
            propensity[row, : len(pictures)] = chances
            said[row, : len(pictures)] = told
        questions = np.array([one[2] for one in self.slates], np.int64)
        names = self.names or tuple(f"person-{number:05d}" for number in range(self.people))
        return Logbook(
            items=self.world.ids,
            catalogue=self.world.catalogue,
            vectors_ND=self.world.vectors_ND,
            encoder=self.world.encoder,
            people=names,
            offsets_P1=np.searchsorted(who, np.arange(self.people + 1)).astype(np.int64),
            item_E=np.array([self.events[at][1] for at in order], np.int64),
            action_E=np.array([self.events[at][2] for at in order], np.int64),
            time_E=np.array([self.events[at][3] for at in order], np.float64),
            person_S=np.array([one[0] for one in self.slates], np.int64),
            time_S=np.array([one[1] for one in self.slates], np.float64),
            words_SD=(
                self.world.words_QD[questions] if count else np.zeros((0, width), np.float32)
            ),
            shown_SK=shown,
            propensity_SK=propensity,
            said_SK=said,
            profile_PD=np.zeros((self.people, width), np.float32),
        )

    def note(self, person: int, request: Request, shown: Shown, told_K: Whole) -> None:
        """A slate was shown and answered; the answers become events of the history."""
        pictures = request.pool_W[shown.slate_K]
        self.now += HOUR / 60
        self.slates.append(
            (person, self.now, request.question, pictures, shown.propensity_K, told_K)
        )
        for picture, said in zip(pictures.tolist(), told_K.tolist(), strict=True):
            action = LIKED if said > 0 else DISLIKED if said < 0 else SEEN
            if said:
                self.events.append((person, picture, action, self.now + 1))


def begun(world: World, crowd: Crowd, *, likes: int, places: int, seed: int) -> Diary:
    """Histories from before the studio: of some catalogue pictures, what each person took to."""
    random = np.random.default_rng((seed, 3))
    diary = Diary(world=world, people=len(crowd), places=places)
    for person in range(len(crowd)):
        seen = random.choice(world.catalogue, min(world.catalogue, 12 * likes), replace=False)
        chance = crowd.liking_PN[person, seen]
        count = max(2, int(random.poisson(likes)))
        taken = seen[np.argsort(-chance * random.random(len(seen)))[:count]]
        for at, picture in enumerate(taken.tolist()):
            moment = START - HOUR * 24 * (count - at)
            diary.events.append((person, picture, LIKED, moment))
    return diary


def requests(
    world: World,
    people: Whole,
    *,
    questions: Whole,
    parts: tuple[int, int, int],
    seed: int,
) -> list[Request]:
    """One request of each person, about one of the questions."""
    random = np.random.default_rng((seed, 4))
    made = []
    for person in people.tolist():
        question = int(random.choice(questions))
        own = derive_seed(seed, "request", person, question)
        made.append(
            Request(
                person=person,
                question=question,
                pool_W=world.pool(question, parts=parts, seed=own),
                seed=own,
            )
        )
    return made


def played(
    diary: Diary,
    crowd: Crowd,
    policy: Policy,
    *,
    asks: int,
    questions: Whole,
    seed: int,
) -> None:
    """Everybody asks ``asks`` times, sees what the policy shows, and answers."""
    random = np.random.default_rng((seed, 5))
    for turn in range(asks):
        asked = requests(
            diary.world,
            np.arange(len(crowd)),
            questions=questions,
            parts=PARTS,
            seed=derive_seed(seed, turn),
        )
        for one, shown in zip(asked, policy(diary.logbook(), asked, diary.places), strict=True):
            liking_K = crowd.liking_PN[one.person, one.pool_W[shown.slate_K]]
            diary.note(one.person, one, shown, answers(liking_K, random))
        diary.now += 24 * HOUR
