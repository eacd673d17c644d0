"""Reading the home's log: everybody's events, slates and answers, out of the store.

A picture that is not in the catalogue (a candidate that was made, a person's own file) is known by
the digest of its bytes. Legend: D width of the encoder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ranking.studio_ranker.logbook import DISLIKED, LIKED, SEEN, Logbook, Vectors, Whole
from studio.content import Item

if TYPE_CHECKING:
    from studio.feedback import Feedback
    from studio.history import Interaction
    from studio.profile import Edit
    from studio.protocols import Encoder, Gallery
    from studio.store import CandidateRow, SlateRow, Store

PAGE = 500
NEWEST = 400
"""Events read of each person."""
DECIDED = 0.5
"""Weight from which an event says that something was liked, or disliked."""


@dataclass(slots=True)
class _Pictures:
    """Numbers of pictures: the catalogue first, others as they are met."""

    numbers: dict[str, int] = field(default_factory=dict)
    items: list[Item] = field(default_factory=list)

    def of(self, item: Item) -> int:
        key = item.item_id if not item.owner else f"b{item.blob}"
        if key not in self.numbers:
            self.numbers[key] = len(self.items)
            self.items.append(item)
        return self.numbers[key]

    def shown(self, row: CandidateRow) -> int:
        if row.source_item in self.numbers and row.route == "retrieve":
            return self.numbers[row.source_item]
        return self.of(Item(item_id=row.candidate_id, blob=row.blob, owner=row.user))


def action_of(event: Interaction) -> int:
    """What an event says of its picture."""
    if event.weight >= DECIDED:
        return LIKED
    return DISLIKED if event.weight <= -DECIDED else SEEN


def catalogue_of(store: Store) -> Iterator[Item]:
    """The shared catalogue, by id."""
    after = ""
    while page := store.page_items(after=after, limit=5000):
        yield from page
        after = page[-1].item_id


def slates_of(store: Store, user: str) -> list[SlateRow]:
    """Every slate of a person, oldest first."""
    found: list[SlateRow] = []
    before, before_id = None, ""
    while page := store.slates(user, before=before, before_id=before_id, limit=PAGE):
        found += page
        before, before_id = page[-1].created, page[-1].slate_id
    return found[::-1]


def answers_of(
    slates: Sequence[SlateRow],
    pictures: Sequence[Sequence[int]],
    acts: Sequence[tuple[Feedback, int, int]],
) -> list[list[int]]:
    """What was said of each place of each slate: 1, -1 or 0.

    ``acts``: feedback with the numbers of its subject and of what it was preferred over (-1: none).
    An act belongs to the slate that it names, else to the newest one before it with the picture.
    """
    said = [[0] * len(one) for one in pictures]
    by_id = {slate.slate_id: at for at, slate in enumerate(slates)}

    def mark(act: Feedback, number: int, value: int) -> None:
        named = by_id.get(act.slate_id)
        order = [named] if named is not None else range(len(slates) - 1, -1, -1)
        for at in order:
            if number in pictures[at] and (
                named is not None or slates[at].created <= act.timestamp
            ):
                said[at][pictures[at].index(number)] = value
                return

    for act, subject, over in acts:
        if act.verb in ("like", "choose", "prefer"):
            mark(act, subject, 1)
        if act.verb == "dislike":
            mark(act, subject, -1)
        if over >= 0:
            mark(act, over, -1)
    return said


def read_logbook(store: Store, *, encoder: Encoder, gallery: Gallery) -> Logbook:
    """Everything that the people of a home did, as it stands now."""
    shelf = _Pictures()
    for item in catalogue_of(store):
        shelf.of(item)
    catalogue = len(shelf.items)
    people = store.users()
    events: list[tuple[int, int, float]] = []
    offsets = [0]
    slates: list[tuple[int, SlateRow, list[int], list[int]]] = []
    concepts: list[tuple[int, str, float]] = []
    for person, user in enumerate(people):
        own: dict[str, int] = {}
        for event in store.history(user, limit=NEWEST).interactions:
            number = shelf.of(event.item)
            own[event.item.item_id] = number
            events.append((number, action_of(event), event.timestamp))
        offsets.append(len(events))
        mine = slates_of(store, user)
        shown = [[shelf.shown(row) for row in slate.offers] for slate in mine]
        acts = [
            (act, own.get(act.subject, -1), own.get(act.over, -1))
            for act in store.feedback(user)
            if act.verb != "say"
        ]
        said = answers_of(mine, shown, acts)
        slates += [(person, *one) for one in zip(mine, shown, said, strict=True) if one[1]]
        concepts += [(person, name, weight) for name, weight in told(store.edits(user))]
    items = shelf.items
    return Logbook(
        items=(
            *(item.item_id for item in items[:catalogue]),
            *(f"b{item.blob}" for item in items[catalogue:]),
        ),
        catalogue=catalogue,
        vectors_ND=gallery.vectors(items),
        encoder=encoder.digest,
        people=tuple(people),
        offsets_P1=np.array(offsets, np.int64),
        item_E=np.array([one[0] for one in events], np.int64),
        action_E=np.array([one[1] for one in events], np.int64),
        time_E=np.array([one[2] for one in events], np.float64),
        person_S=np.array([one[0] for one in slates], np.int64),
        time_S=np.array([one[1].created for one in slates], np.float64),
        words_SD=words_of([str(one[1].request["instruction"]) for one in slates], encoder),
        **_tables(slates),
        profile_PD=profiles(concepts, len(people), encoder),
    )


def _tables(slates: Sequence[tuple[int, SlateRow, list[int], list[int]]]) -> dict[str, np.ndarray]:
    """(S, K) pictures, propensities and answers, filled up behind."""
    places = max((len(one[2]) for one in slates), default=1)
    shown: Whole = np.full((len(slates), places), -1, np.int64)
    said: Whole = np.zeros((len(slates), places), np.int64)
    chance = np.ones((len(slates), places), np.float64)
    for row, (_, slate, pictures, answers) in enumerate(slates):
        shown[row, : len(pictures)] = pictures
        said[row, : len(answers)] = answers
        chance[row, : len(pictures)] = [offer.propensity for offer in slate.offers]
    return {"shown_SK": shown, "said_SK": said, "propensity_SK": chance}


def words_of(words: Sequence[str], encoder: Encoder) -> Vectors:
    """(M, D) vectors of instructions, each read once; zeros where nothing was said."""
    unique = sorted(set(words))
    vectors = encoder.texts(unique)
    row = {text: at for at, text in enumerate(unique)}
    found = np.zeros((len(words), encoder.dim), np.float32)
    for at, text in enumerate(words):
        if text.strip():
            found[at] = vectors[row[text]]
    return found


def told(edits: Sequence[Edit]) -> list[tuple[str, float]]:
    """Concepts set or said by hand, the newest word about each; those forgotten left out."""
    newest = {edit.concept: edit.weight for edit in edits}
    return [(name, weight) for name, weight in newest.items() if weight]


def profiles(concepts: Sequence[tuple[int, str, float]], people: int, encoder: Encoder) -> Vectors:
    """(P, D) weighted mean of each person's concepts' vectors; zeros where there are none."""
    found = np.zeros((people, encoder.dim), np.float32)
    if not concepts:
        return found
    vectors = words_of([name for _, name, _ in concepts], encoder)
    total = np.zeros(people)
    for (person, _, weight), vector_D in zip(concepts, vectors, strict=True):
        found[person] += weight * vector_D
        total[person] += abs(weight)
    return (found / np.maximum(total, 1e-9)[:, None]).astype(np.float32)
