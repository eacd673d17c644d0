"""The starter catalogue: the same every time, added once, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.starter import EACH_LOOK, drawings, fill
from generators.drawn import LOOKS
from studio import Studio
from studio.errors import Cancelled


def test_every_look_as_often_and_no_subject_twice() -> None:
    wanted = list(drawings())
    assert wanted == list(drawings())
    assert len(wanted) == EACH_LOOK * len(LOOKS)
    assert {sum(one.look == look for one in wanted) for look in LOOKS} == {EACH_LOOK}
    assert len({one.subject for one in wanted}) > 100


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
