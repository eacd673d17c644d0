"""From the store to the logbook: who, what, when, shown how likely, and what was said of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from ranking.studio_ranker.logbook import DISLIKED, LIKED, SEEN
from ranking.studio_ranker.reading import read_logbook
from studio.content import Item
from studio.feedback import Feedback
from studio.history import Interaction
from studio.profile import Edit
from studio.protocols import Encoder, Gallery
from studio.store import CandidateRow, SlateRow, Store

WIDTH = 8


def vector(text: str) -> np.ndarray:
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
    row = np.random.default_rng(seed).standard_normal(WIDTH)
    return (row / np.linalg.norm(row)).astype(np.float32)


@dataclass
class Digests:
    """Words and pictures by a digest of theirs: an encoder and a gallery that see nothing."""

    dim: int = WIDTH
    digest: str = "sha256:digests"

    def texts(self, texts: Sequence[str]) -> np.ndarray:
        return np.array([vector(text) for text in texts], np.float32).reshape(-1, WIDTH)

    def vectors(self, items: Sequence[Item]) -> np.ndarray:
        return np.array([vector(one.blob) for one in items], np.float32).reshape(-1, WIDTH)


def blob(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def item(name: str, *, owner: str = "", source: str = "") -> Item:
    key = hashlib.sha256(f"{owner}{name}".encode()).hexdigest()[:16]
    return Item(item_id=f"i{key}", blob=blob(name), caption=name, owner=owner, source=source)


def slate(number: int, user: str, created: float, shown: list[tuple[str, str, str]]) -> SlateRow:
    """``shown``: candidate, route, and the item or picture it is."""
    slate_id = f"s{number:016x}"
    rows = [
        CandidateRow(
            candidate_id=name,
            slate_id=slate_id,
            user=user,
            route=route,
            rank=rank,
            seed=0,
            blob=blob(picture),
            source_item=item(picture).item_id if route == "retrieve" else "",
            propensity=1.0 / rank,
        )
        for rank, (name, route, picture) in enumerate(shown, start=1)
    ]
    failed = CandidateRow(
        candidate_id="cfail", slate_id=slate_id, user=user, route="edit", rank=0, seed=0, blob=""
    )
    return SlateRow(
        slate_id=slate_id,
        user=user,
        created=created,
        request={"instruction": "a cat"},
        guidance=blob("guidance"),
        document={},
        candidates=(*rows, failed),
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = Store.open(tmp_path / "studio.db")
    made.add_items([item("cat"), item("dog"), item("fox")])
    for user in ("ana", "ben"):
        made.add_user(user)
    made.add_slate(
        slate(
            1,
            "ana",
            100.0,
            [("c1", "retrieve", "cat"), ("c2", "edit", "made"), ("c3", "retrieve", "dog")],
        )
    )
    made.add_slate(slate(2, "ana", 200.0, [("c4", "retrieve", "cat")]))
    own = item("made", owner="ana", source="slate:c2")
    made.learn(
        Feedback(
            user="ana",
            verb="choose",
            subject=own.item_id,
            slate_id="s" + f"{1:016x}",
            timestamp=110.0,
        ),
        items=[own],
        interactions=[
            Interaction(item=item("dog"), event="pass", timestamp=110.0),
            Interaction(item=own, event="choose", timestamp=110.0),
        ],
    )
    made.learn(
        Feedback(user="ana", verb="dislike", subject=item("cat").item_id, timestamp=150.0),
        interactions=[Interaction(item=item("cat"), event="dislike", timestamp=150.0)],
    )
    made.add_edits("ana", [Edit(concept="pastel", weight=0.5, source="set", turn="1")])
    made.add_edits("ana", [Edit(concept="pastel", weight=1.0, source="set", turn="2")])
    return made


def test_everything_is_where_it_belongs(store: Store) -> None:
    known = Digests()
    log = read_logbook(store, encoder=cast("Encoder", known), gallery=cast("Gallery", known))
    catalogue = {item(name).item_id: name for name in ("cat", "dog", "fox")}
    names = [catalogue.get(one, one) for one in log.items]
    assert sorted(names[:3]) == ["cat", "dog", "fox"]
    assert log.catalogue == 3
    assert names[3:] == ["b" + blob("made")]
    assert log.people == ("ana", "ben")
    assert [names[at] for at in log.item_E] == ["dog", names[3], "cat"]
    assert log.action_E.tolist() == [SEEN, LIKED, DISLIKED]
    assert log.offsets_P1.tolist() == [0, 3, 3]
    assert [names[at] for at in log.shown_SK[0]] == ["cat", names[3], "dog"]
    assert [at if at < 0 else names[at] for at in log.shown_SK[1]] == ["cat", -1, -1]
    np.testing.assert_allclose(log.propensity_SK[0], [1.0, 1 / 2, 1 / 3])
    # The dislike names no slate: it belongs to the newest one before it that held the picture.
    assert log.said_SK.tolist() == [[-1, 1, 0], [0, 0, 0]]
    assert log.before_S.tolist() == [0, 3]
    np.testing.assert_allclose(log.words_SD[0], vector("a cat"))
    np.testing.assert_allclose(log.profile_PD[0], vector("pastel"), atol=1e-6)
    assert not log.profile_PD[1].any()


def test_a_home_of_nobody(tmp_path: Path) -> None:
    known = Digests()
    with Store.open(tmp_path / "studio.db") as empty:
        log = read_logbook(empty, encoder=cast("Encoder", known), gallery=cast("Gallery", known))
    assert (log.catalogue, log.people, len(log.item_E), log.shown_SK.shape) == (0, (), 0, (0, 1))


def test_one_persons_part_of_a_log(store: Store) -> None:
    known = Digests()
    log = read_logbook(store, encoder=cast("Encoder", known), gallery=cast("Gallery", known))
    ben = log.of(np.array([1]))
    assert (ben.people, len(ben.item_E), len(ben.person_S)) == (("ben",), 0, 0)
    both = log.of(np.array([1, 0]))
    assert both.offsets_P1.tolist() == [0, 0, 3]
    assert both.person_S.tolist() == [1, 1]
