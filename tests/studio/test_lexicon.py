"""Which items' own words hold what is asked."""

from __future__ import annotations

import pytest

from studio.content import Item
from studio.lexicon import Lexicon, head, terms


def item(caption: str, *tags: str) -> Item:
    return Item(item_id=caption, blob="", caption=caption, tags=tags)


def test_terms_are_plain_singular_and_each_once() -> None:
    assert terms("A happy Cat, with the happy cats and berries!") == ("happy", "cat", "berry")
    assert terms("") == ()


def test_the_share_of_the_query_that_is_held_by_weight() -> None:
    lexicon = Lexicon(
        [item("a happy cat"), item("a happy dog"), item("a happy bird", "dog"), item("nothing")]
    )
    found = lexicon("a happy dog")
    assert found[1] == found[2] == pytest.approx(1)
    assert 0 < found[0] < 0.5  # "happy" is common and says little
    assert found[3] == 0
    assert lexicon("").tolist() == [0, 0, 0, 0]
    assert lexicon("the").tolist() == [0, 0, 0, 0]
    assert 0 < lexicon("friendly dog")[1] < 1  # a word nobody wrote lowers every share alike


def test_no_items() -> None:
    assert Lexicon([])("cat").shape == (0,)


@pytest.mark.parametrize(
    ("asked", "thing"),
    [
        ("a happy cat", "cat"),
        ("a red rocket with flames", "rocket"),
        ("birthday cakes", "cake"),
        ("cat wearing a bow", "cat"),
        ("a slice of pizza", "pizza"),
        ("for my cat", "cat"),
        ("with", ""),
        ("", ""),
    ],
)
def test_what_names_the_thing(asked: str, thing: str) -> None:
    assert head(asked) == thing


def test_the_thing_counts_more_than_what_is_said_of_it() -> None:
    lexicon = Lexicon([item("a rocket"), item("a fish with flames"), item("a dog"), item("a cow")])
    assert lexicon("a rocket with flames").tolist() == pytest.approx([0.6, 0.4, 0, 0])
    assert lexicon("a rocket with stripes")[0] == pytest.approx(0.6)  # nobody has stripes
    faces = [item("cat face"), item("dog face"), item("cow", "animal"), item("cow face")]
    found = Lexicon([*faces, *(item(f"face {n}") for n in range(20))])("cow face")
    assert found[3] == pytest.approx(1)
    assert found[2] > found[0]  # rare words still count more than common ones


def test_another_name_will_do_where_nobody_used_the_one_asked_for() -> None:
    lexicon = Lexicon([item("a rabbit"), item("a soccer ball"), item("a ball"), item("nothing")])
    assert lexicon("a bunny").tolist() == [1, 0, 0, 0]
    assert lexicon("football").tolist() == [0, 1, 0, 0]
    assert lexicon.share("a sad rabbit", "bunnies") == 1
    assert Lexicon([item("a bunny"), item("a rabbit")])("bunny").tolist() == [1, 0]
