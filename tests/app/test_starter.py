"""The starter catalogue: the same every time, added once, all or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from PIL import Image

from app.starter import EACH_LOOK, HELPING, drawings, fill, grow, others
from generators.drawn import LOOKS, SUBJECTS, Drawing
from studio import Studio
from studio.errors import Cancelled


def test_every_look_as_often_and_no_subject_twice() -> None:
    wanted = list(drawings())
    assert wanted == list(drawings())
    assert len(wanted) == EACH_LOOK * len(LOOKS)
    assert {sum(one.look == look for one in wanted) for look in LOOKS} == {EACH_LOOK}
    assert len({one.subject for one in wanted}) > 100


def test_in_the_end_everything_is_there_in_every_look() -> None:
    whole = [*drawings(), *others()]
    assert len(whole) == len(SUBJECTS) * len(LOOKS) + sum(n - 1 for n in _times(drawings()))
    assert {(one.subject, one.look) for one in whole} == {(s, k) for s in SUBJECTS for k in LOOKS}


def _times(drawings: Iterable[Drawing]) -> list[int]:
    return list(Counter((one.subject, one.look) for one in drawings).values())


@pytest.mark.slow
def test_it_is_added_once(tmp_path: Path) -> None:
    with Studio.open(tmp_path) as studio:
        with pytest.raises(Cancelled):
            fill(studio, is_cancelled=lambda: True)
        assert len(studio.catalog) == 0
        assert fill(studio) == len(studio.catalog) == EACH_LOOK * len(LOOKS)
        assert fill(studio) == 0
        items = studio.catalog.list(limit=200)
        assert {item.style for item in items} == set(LOOKS)
        assert all(item.caption and item.tags for item in items)


@pytest.mark.slow
def test_it_grows_by_helpings_and_never_into_art_of_somebody(tmp_path: Path) -> None:
    with Studio.open(tmp_path / "home") as studio:
        assert grow(studio) == 0
        first = fill(studio)
        with pytest.raises(Cancelled):
            grow(studio, is_cancelled=lambda: True)
        assert len(studio.catalog) == first
        assert grow(studio) == HELPING
        names = {item.source for item in studio.catalog.list(limit=first + HELPING)}
        assert len(names) == first + HELPING
        assert grow(studio) == HELPING
        Image.new("RGB", (64, 64), "red").save(tmp_path / "own.png")
        studio.catalog.add(tmp_path / "own.png", license="own")
        assert grow(studio) == 0
