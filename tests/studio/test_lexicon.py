"""Which items' own words hold what is asked."""

from __future__ import annotations

import pytest

from studio.content import Item
from studio.lexicon import Lexicon, terms


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
