"""Interactions as arrays, the two file formats, and what the protocols hold out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ranking.sequences.interactions import Catalogue, Histories, Sequences
from ranking.sequences.reading import datasets, read
from ranking.sequences.simulated import simulated
from ranking.sequences.splits import split
from ranking.sequences.words import tfidf, topics, word_vectors
from studio.errors import BadTable, InputError, UnknownName

LISTS = [[0, 1, 2, 3], [4], [], [3, 2, 1], [1, 4]]


def as_lists(histories: Histories) -> list[list[int]]:
    return [[int(item) for item in own] for own in histories]


def tiny(lists: list[list[int]], items: int = 5) -> Sequences:
    return Sequences(
        name="tiny",
        people=tuple(str(number) for number in range(len(lists))),
        histories=Histories.of(lists),
        catalogue=Catalogue(items=tuple("abcde"[:items])),
    )


def test_histories_keep_their_people_apart() -> None:
    histories = Histories.of(LISTS)
    assert as_lists(histories) == LISTS
    assert as_lists(histories.take(np.array([3, 2, 0]))) == [LISTS[3], [], LISTS[0]]
    assert as_lists(histories.last(2)) == [[2, 3], [4], [], [2, 1], [1, 4]]
    assert histories.back_E.tolist() == [3, 2, 1, 0, 0, 2, 1, 0, 1, 0]
    assert histories.counts(5).tolist() == [1, 3, 2, 2, 2]
    padded = histories.padded(3, fill=9)
    assert padded.tolist() == [[1, 2, 3], [4, 9, 9], [9, 9, 9], [3, 2, 1], [1, 4, 9]]
    assert histories.digest != Histories.of([[0, 1, 2, 3, 4], *LISTS[2:]]).digest
    assert as_lists(Histories.of([])) == []


def test_leave_last_holds_out_the_two_newest() -> None:
    parts = split(tiny(LISTS), "leave-last")
    assert parts.test.people.tolist() == [0, 3]
    assert parts.test.targets.tolist() == [3, 1]
    assert parts.material.validation.targets.tolist() == [2, 2]
    assert as_lists(parts.test.histories) == [[0, 1, 2], [3, 2]]
    assert as_lists(parts.material.validation.histories) == [[0, 1], [3]]
    # People who are too short to be asked are learned from whole.
    assert as_lists(parts.material.complete) == [[0, 1, 2], [4], [], [3, 2], [1, 4]]
    assert as_lists(parts.material.rehearsal().complete) == [[0, 1], [4], [], [3], [1, 4]]


def test_order_free_draws_what_it_holds_out() -> None:
    lists = [[int(item) for item in np.random.default_rng(n).permutation(5)] for n in range(400)]
    parts = split(tiny(lists), "order-free", seed=0)
    place = [own.index(int(one)) for own, one in zip(lists, parts.test.targets, strict=True)]
    assert np.bincount(place, minlength=5).min() > 50
    for own, test, tuned, left in zip(
        lists,
        parts.test.targets,
        parts.material.validation.targets,
        as_lists(parts.material.train),
        strict=True,
    ):
        assert sorted([*left, test, tuned]) == sorted(own)
        assert left == [item for item in own if item not in (test, tuned)]
    again = split(tiny(lists), "order-free", seed=0)
    assert (again.test.targets == parts.test.targets).all()
    assert (split(tiny(lists), "order-free", seed=1).test.targets != parts.test.targets).any()


def test_nobody_to_ask_is_an_error() -> None:
    with pytest.raises(InputError, match="3 interactions"):
        split(tiny([[0, 1], [2]]), "leave-last")
    with pytest.raises(InputError, match="order-free"):
        split(tiny(LISTS), "random")  # type: ignore[arg-type]


def test_sequence_files(tmp_path: Path) -> None:
    (tmp_path / "Art.item_keywords.txt").write_text("b1 |▁red|ish\nb2 |▁blue\nb3|\n", "utf-8")
    (tmp_path / "Art.user_sequence.txt").write_text("u1 b1 b2\n\nu2 b3 b1 b3\n", "utf-8")
    assert datasets(tmp_path) == ("Art",)
    found = read(tmp_path)
    assert found.name == "Art"
    assert found.people == ("u1", "u2")
    assert found.catalogue.items == ("b1", "b2", "b3")
    assert found.catalogue.words == (("▁red", "ish"), ("▁blue",), ())
    assert as_lists(found.histories) == [[0, 1], [2, 0]]  # an item counts once a person
    with pytest.raises(UnknownName, match="Art"):
        read(tmp_path, "Music")


def test_bad_sequence_files_are_named_by_line(tmp_path: Path) -> None:
    words, people = tmp_path / "A.item_keywords.txt", tmp_path / "A.user_sequence.txt"
    people.write_text("u1 b1\n", "utf-8")
    with pytest.raises(BadTable, match="item_keywords"):
        read(tmp_path)
    words.write_text("b1 |x\nb1 |y\n", "utf-8")
    with pytest.raises(BadTable, match=r"line 2 \(repeats b1\)"):
        read(tmp_path)
    words.write_text("b1 |x\n", "utf-8")
    people.write_text("u1 b1\nu2\nu1 b1\nu3 zz\n", "utf-8")
    with pytest.raises(BadTable, match=r"line 2.*line 3.*line 4.*zz"):
        read(tmp_path)
    words.write_bytes(b"b1 |\xff\n")
    with pytest.raises(BadTable, match="UTF-8"):
        read(tmp_path)


def test_interaction_tables(tmp_path: Path) -> None:
    (tmp_path / "cat.png").write_bytes(b"a picture; nobody looks inside here")
    (tmp_path / "Shop.items.csv").write_text(
        "item,text,image\na,Red cat,cat.png\nb,blue,\nc,,\n", "utf-8"
    )
    (tmp_path / "Shop.interactions.csv").write_text(
        "user,item,timestamp,event\n"
        "ana,b,2024-01-02,like\nana,a,2024-01-01,purchase\nana,c,5,dislike\nbo,c,,\n",
        "utf-8",
    )
    found = read(tmp_path, "Shop")
    assert found.people == ("ana", "bo")
    assert as_lists(found.histories) == [[0, 1], [2]]  # by time; what was disliked is left out
    assert found.catalogue.words == (("red", "cat"), ("blue",), ())
    assert found.catalogue.images == (str(tmp_path / "cat.png"), "", "")
    (tmp_path / "Shop.items.csv").unlink()
    assert read(tmp_path).catalogue.items == ("b", "a", "c")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",a,1,like", r"line 2 \(no user\)"),
        ("u,,1,like", r"line 2 \(no item\)"),
        ("u,a,yesterday,like", "line 2.*timestamp"),
        ("u,a,1,adore", "line 2.*adore"),
        ("u,z,1,like", "line 2.*item z"),
    ],
)
def test_bad_rows_are_named_by_line(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "items.csv").write_text("item,text\na,x\n", "utf-8")
    (tmp_path / "interactions.csv").write_text(f"user,item,timestamp,event\n{row}\n", "utf-8")
    with pytest.raises(BadTable, match=said):
        read(tmp_path)


def test_words_become_vectors() -> None:
    words = [("red", "cat"), ("red", "dog"), ("blue", "fish"), (), ()]
    table = tfidf(words).toarray()
    assert np.allclose(np.linalg.norm(table, axis=1), [1, 1, 1, 0, 0], atol=1e-6)
    red, cat = np.log(5 / 2), np.log(5 / 1)
    assert table[0] @ table[1] == pytest.approx(red**2 / (red**2 + cat**2), abs=1e-6)
    vectors = word_vectors(words, 8)
    assert vectors.shape == (5, 8)
    assert np.allclose(vectors @ vectors.T, table @ table.T, atol=1e-5)
    groups = topics(np.repeat(np.eye(2, dtype=np.float32), 3, axis=0), 2)
    assert len(set(groups[:3])) == len(set(groups[3:])) == 1
    assert groups[0] != groups[3]


def test_simulated_people_repeat() -> None:
    one, other = simulated(people=20, items=60), simulated(people=20, items=60)
    assert one.digest == other.digest
    assert one.digest != simulated(people=20, items=60, seed=1).digest
    assert one.histories.lengths_U.min() >= 5
    assert all(len(set(own)) == len(own) for own in as_lists(one.histories))
