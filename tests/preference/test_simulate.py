from __future__ import annotations

import pytest

from preference.simulate import people
from studio.errors import InputError
from tests.preference.world import filled

ITEMS = list(filled().held.values())


def test_people_like_one_look_and_theme_and_ask_for_something_else() -> None:
    crowd = people(ITEMS, count=12, seed=3)
    assert len({person.name for person in crowd}) == 12
    assert {person.style for person in crowd} == {"flat", "line"}
    for person in crowd:
        assert len({item.item_id for item in person.likes}) == 10
        assert {item.style for item in person.likes} == {person.style}
        assert all(person.theme in item.tags for item in person.likes)
        asked = [item for item in ITEMS if item.caption == person.instruction]
        assert asked
        assert all(person.theme not in item.tags for item in asked)


def test_the_same_seed_the_same_people_whatever_the_order() -> None:
    assert people(ITEMS, count=5, seed=1) == people(ITEMS[::-1], count=5, seed=1)
    assert people(ITEMS, count=5, seed=1) != people(ITEMS, count=5, seed=2)
    assert people(ITEMS, count=8, seed=1)[:5] == people(ITEMS, count=5, seed=1)


def test_dislikes_are_of_other_looks() -> None:
    for person in people(ITEMS, count=4, dislikes=3):
        assert len(person.dislikes) == 3
        assert person.style not in {item.style for item in person.dislikes}


def test_too_small_a_catalogue_is_refused() -> None:
    with pytest.raises(InputError, match="too few items"):
        people(ITEMS, count=1, likes=60)
    with pytest.raises(InputError, match="too few items"):
        people([], count=1)
