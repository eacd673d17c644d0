"""A stored picture that is gone: it is passed over and named, and back as soon as it reads."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest

from app.doctor import examine
from studio import Slate, Studio
from studio.content import Item
from studio.errors import BlobLost

pytestmark = pytest.mark.slow

WORDS = "a happy cat"


def file_of(studio: Studio, item: Item) -> Path:
    return studio.home / "blobs" / item.blob[:2] / item.blob


def shown(slate: Slate) -> set[str]:
    return {offer.candidate.source_item for offer in slate}


def cat(studio: Studio) -> Item:
    """The item that ana gets first."""
    slate = studio.user("ana").personalize(WORDS, seed=7, routes=("retrieve",))
    return studio.store.items([slate[0].candidate.source_item])[0]


@pytest.mark.parametrize("damaged", [False, True], ids=["missing", "damaged"])
def test_a_lost_picture_is_passed_over_until_it_is_back(studio: Studio, damaged: bool) -> None:
    ana = studio.user("ana")
    before, item = ana.personalize(WORDS, seed=7), cat(studio)
    data = file_of(studio, item).read_bytes()
    if damaged:
        file_of(studio, item).write_bytes(data[:-1] + b"?")
    else:
        file_of(studio, item).unlink()
    with Studio.open(studio.home) as again:
        slate = again.user("ana").personalize(WORDS, seed=7)
        assert item.item_id not in shown(slate)
        assert len(slate.passed_over) == 1
        assert item.title in slate.passed_over[0]
        assert again.user("ana").slate(slate.slate_id)["passed_over"] == [slate.passed_over[0]]
        file_of(studio, item).write_bytes(data)
        after = again.user("ana").personalize(WORDS, seed=7)
        assert (after.slate_id, after.passed_over) == (before.slate_id, ())


def test_a_lost_like_leaves_the_others_to_speak(studio: Studio, tmp_path: Path) -> None:
    ana = studio.user("ana")
    liked = ana.history.interactions[0].item
    file_of(studio, liked).unlink()
    with Studio.open(studio.home) as again:
        person = again.user("ana")
        assert person.profile.concepts
        assert liked.title in person.personalize(WORDS, seed=7).passed_over[0]
        assert len(person.history) == 6
        with zipfile.ZipFile(person.export(tmp_path / "ana.zip")) as archive:
            told = json.loads(archive.read("user.json"))["lost_pictures"]
        assert told == [f"history/{liked.item_id}"]


def test_a_search_goes_on_without_what_is_lost(studio: Studio) -> None:
    lost = [item for item in studio.catalog.list() if item.style == "line"]
    for item in lost:
        file_of(studio, item).unlink()
    shutil.rmtree(studio.home / "indexes")  # so that every picture is read again
    with Studio.open(studio.home) as again:
        found = {item.item_id for item, _ in again.catalog.search("a cat", k=20)}
        assert found == {item.item_id for item in again.catalog.list()} - {
            item.item_id for item in lost
        }
        with pytest.raises(BlobLost, match="missing"):
            again.gallery.image(lost[0])


def test_the_doctor_names_missing_pictures(studio: Studio) -> None:
    item = studio.catalog.list()[0]
    lines = {one["what"]: one for one in examine(studio.home)["checks"]}
    assert lines["pictures"]["ok"]
    file_of(studio, item).unlink()
    told = examine(studio.home)
    line = {one["what"]: one for one in told["checks"]}["pictures"]
    assert not line["ok"]
    assert item.item_id in line["found"]
    assert "1 picture missing" in line["found"]
    assert told["ok"]  # it works without
