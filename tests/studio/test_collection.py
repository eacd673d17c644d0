"""A person's collection: pages by key, ratings, boards, and what is not theirs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from studio import Studio
from studio.collection import Collection
from studio.content import Item
from studio.errors import InputError, UnknownName
from studio.history import Interaction
from studio.piece import Shelf, item_id_of
from studio.store import CandidateRow, SlateRow, Store


def slate(number: int, *, user: str, shown: int = 3, words: str = "a cat") -> SlateRow:
    slate_id = f"s{number:016x}"
    rows = [
        CandidateRow(
            candidate_id=f"c{number * 100 + rank:016x}",
            slate_id=slate_id,
            user=user,
            route="retrieve" if rank == 1 else "create",
            rank=rank if rank <= shown else 0,
            seed=rank,
            blob=f"{number * 100 + rank:064x}",
            source_item=f"i{rank:016x}" if rank == 1 else "",
        )
        for rank in range(1, shown + 2)
    ]
    request = {"instruction": words, "kind": "sticker", "references": ["aa"], "mask": None}
    return SlateRow(
        slate_id=slate_id,
        user=user,
        created=1000.0 + number,
        request=request,
        guidance=f"{number:064x}",
        document={"request": request},
        candidates=tuple(rows),
    )


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Studio]:
    with Studio.open(tmp_path / "home") as studio:
        for name in ("ana", "bob"):
            studio.user(name)
        studio.store.add_items([Item(item_id=f"i{1:016x}", blob="ff")])
        for number in range(1, 6):
            words = "a happy dog, 100%" if number == 2 else "a cat"
            studio.store.add_slate(slate(number, user="ana", words=words))
        studio.store.add_slate(slate(9, user="bob"))
        yield studio


@pytest.fixture
def ana(opened: Studio) -> Collection:
    return Collection(opened.existing_user("ana"))


def test_pages_cover_all_that_was_shown_newest_first(ana: Collection) -> None:
    seen: list[tuple[float, int]] = []
    after = None
    while page := ana.page(after=after, limit=4):
        seen += [(piece.created, piece.rank) for piece in page]
        after = page[-1]
    assert seen == [(1000.0 + n, rank) for n in (5, 4, 3, 2, 1) for rank in (1, 2, 3)]
    assert len(ana) == 15


@pytest.mark.parametrize(
    ("shelf", "count"),
    [
        (Shelf(words="DOG happy"), 3),
        (Shelf(words="0%"), 3),
        (Shelf(words="_"), 0),
        (Shelf(route="retrieve"), 5),
        (Shelf(kind="poster"), 0),
        (Shelf(since=1004.0), 6),
        (Shelf(until=1002.0), 3),
        (Shelf(rating="unrated"), 15),
        (Shelf(rating="liked"), 0),
    ],
)
def test_filters(ana: Collection, shelf: Shelf, count: int) -> None:
    assert len(ana.page(shelf, limit=100)) == count


def rate(studio: Studio, item: Item, event: str, *, at: float) -> None:
    if item.owner:
        studio.store.add_items([item])
    row = Interaction(item=item, event=event, timestamp=at)
    studio.store.add_interactions("ana", [row])


def test_the_newest_rating_counts(opened: Studio, ana: Collection) -> None:
    made = ana.page(limit=2)[1]
    item = Item(item_id=item_id_of(made.blob, owner="ana"), blob=made.blob, owner="ana")
    rate(opened, item, "like", at=1.0)
    assert ana.page(Shelf(rating="liked")) == ana.pieces([made.candidate_id])
    rate(opened, item, "dislike", at=2.0)
    rate(opened, item, "view", at=3.0)
    assert ana.page(Shelf(rating="liked")) == []
    assert [piece.rating for piece in ana.page(Shelf(rating="disliked"))] == ["disliked"]
    assert len(ana.page(Shelf(rating="unrated"), limit=100)) == 14


def test_a_retrieved_item_is_rated_wherever_it_was_shown(opened: Studio, ana: Collection) -> None:
    rate(opened, Item(item_id=f"i{1:016x}", blob="ff"), "choose", at=1.0)
    liked = ana.page(Shelf(rating="liked"), limit=100)
    assert len(liked) == 5
    assert {piece.route for piece in liked} == {"retrieve"}


def test_removing_from_the_history(opened: Studio, ana: Collection) -> None:
    item = Item(item_id=f"i{1:016x}", blob="ff")
    rate(opened, item, "like", at=1.0)
    rate(opened, item, "view", at=2.0)
    assert ana.remove_history([item.item_id]) == 2
    assert len(opened.existing_user("ana").history) == 0
    assert ana.remove_history([item.item_id]) == 0


def test_a_like_is_removed_from_the_log_too(
    opened: Studio, ana: Collection, tmp_path: Path
) -> None:
    from PIL import Image

    person = opened.existing_user("ana")
    person.like(Image.new("RGB", (8, 8), "red"))
    liked = person.history.interactions[0].item.item_id
    assert ana.remove_history([liked]) == 1
    assert opened.store.feedback("ana") == []


def test_boards(ana: Collection) -> None:
    board = ana.add_board("  My   team ")
    assert ana.add_board("My team").board_id == board.board_id
    one, other = ana.page(limit=2)
    assert ana.pin(board.board_id, [one.candidate_id, other.candidate_id]) == 2
    assert ana.pin(board.board_id, [one.candidate_id]) == 0
    assert {p.candidate_id for p in ana.board(board.board_id)} == {
        one.candidate_id,
        other.candidate_id,
    }
    assert ana.unpin(board.board_id, [one.candidate_id]) == 1
    assert [found.count for found in ana.boards()] == [1]
    ana.remove_board(board.board_id)
    assert ana.boards() == []


def test_what_is_anothers_is_not_there(opened: Studio, ana: Collection) -> None:
    bob = Collection(opened.existing_user("bob"))
    theirs = bob.page()[0]
    assert ana.pieces([theirs.candidate_id]) == []
    with pytest.raises(UnknownName):
        ana.slate(theirs.slate_id)
    with pytest.raises(UnknownName):
        ana.pin(ana.add_board("mine").board_id, [theirs.candidate_id])
    board = bob.add_board("bob's")
    for act in (ana.board, ana.remove_board):
        with pytest.raises(UnknownName):
            act(board.board_id)
    with pytest.raises(UnknownName):
        ana.unpin(board.board_id, [theirs.candidate_id])
    assert [one.name for one in bob.boards()] == ["bob's"]


def test_a_reference_is_handed_out_with_its_own_slate_only(ana: Collection) -> None:
    with pytest.raises(InputError, match="no such reference"):
        ana.reference("bb", slate_id=f"s{1:016x}")
    with pytest.raises(UnknownName):
        ana.reference("aa", slate_id=f"s{9:016x}")


@pytest.mark.slow
def test_a_page_of_a_hundred_thousand(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path / 'studio.db'}") as store:
        store.add_user("ana")
        for number in range(1, 12_501):
            store.add_slate(slate(number, user="ana", shown=8))
    with Studio.open(tmp_path) as studio:
        ana = Collection(studio.existing_user("ana"))
        ana.page()
        for shelf in (Shelf(), Shelf(words="cat"), Shelf(route="create"), Shelf(rating="unrated")):
            started = time.perf_counter()
            assert len(ana.page(shelf)) == 24
            assert time.perf_counter() - started < 3.0  # alone: 0.3; the machine may be shared


def read_all(studio: Studio, user: str) -> None:
    """A vector of its own for every picture: its number on the first axis that is not taken."""
    pieces = Collection(studio.user(user)).page(limit=100)
    eye = np.eye(studio.gallery.index.dim, dtype=np.float32)
    studio.gallery.index.add([piece.blob for piece in pieces], eye[: len(pieces)])


@pytest.mark.slow
def test_what_is_alike_comes_first(opened: Studio) -> None:
    read_all(opened, "ana")
    read_all(opened, "bob")
    collection = Collection(opened.user("ana"))
    wanted = collection.page(limit=100)[7]
    query_D = opened.gallery.index.get([wanted.blob])[0]
    found, unread = collection.alike(query_D, limit=3)
    assert (found[0], len(found), unread) == (wanted, 3, 0)
    others, _ = collection.alike(query_D, shelf=Shelf(words="dog"), limit=100)
    assert {piece.instruction for piece in others} == {"a happy dog, 100%"}
    theirs = Collection(opened.user("bob")).alike(query_D, limit=100)[0]
    assert {piece.slate_id for piece in theirs} == {f"s{9:016x}"}


@pytest.mark.slow
def test_a_new_slate_is_searched_too(opened: Studio) -> None:
    read_all(opened, "ana")
    collection = Collection(opened.user("ana"))
    query_D = np.zeros(opened.gallery.index.dim, np.float32)
    before, _ = collection.alike(query_D, limit=100)
    opened.store.add_slate(slate(7, user="ana"))
    eye = np.eye(opened.gallery.index.dim, dtype=np.float32)
    opened.gallery.index.add([f"{7 * 100 + rank:064x}" for rank in (1, 2, 3)], eye[:3])
    after, _ = collection.alike(query_D, limit=100)
    assert len(after) == len(before) + 3


@pytest.mark.slow
def test_places_of_an_index_that_is_gone_are_not_used(opened: Studio) -> None:
    read_all(opened, "bob")  # first on disk: what is Ana's moves when it goes
    read_all(opened, "ana")
    collection = Collection(opened.user("ana"))
    wanted = collection.page(limit=100)[7]
    query_D = opened.gallery.index.get([wanted.blob])[0].copy()
    assert collection.alike(query_D, limit=1)[0] == [wanted]
    theirs = [piece.blob for piece in Collection(opened.user("bob")).page(limit=100)]
    opened.gallery.forget(theirs)
    read_all(opened, "ana")
    assert collection.alike(query_D, limit=1)[0] == [wanted]
