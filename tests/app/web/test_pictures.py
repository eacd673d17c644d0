"""Small pictures are made once, and go with the person."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

from app.web import pictures
from studio import Studio


def test_small_pictures_are_kept_until_somebody_is_deleted(tmp_path: Path) -> None:
    Image.new("RGB", (600, 300), "red").save(tmp_path / "red.png")
    with Studio.open(tmp_path / "home") as studio:
        ana = studio.user("ana")
        ana.like(tmp_path / "red.png")
        (event,) = ana.history.interactions
        small = pictures.of_item(studio, event.item, side=64)
        ana.delete()
        assert pictures.of_item(studio, event.item, side=64) == small  # kept: no page asks for it
        pictures.forget()
        assert pictures.of_item(studio, event.item, side=64) != small


def test_a_lost_picture_is_a_card_that_says_so_until_it_is_back(tmp_path: Path) -> None:
    Image.new("RGB", (600, 300), "red").save(tmp_path / "red.png")
    pictures.forget()
    with Studio.open(tmp_path / "home") as studio:
        ana = studio.user("ana")
        ana.like(tmp_path / "red.png")
        (event,) = ana.history.interactions
        studio.blobs.drop(event.item.blob)
        card = Image.open(io.BytesIO(pictures.of_item(studio, event.item)))
        assert (card.size, len(card.getcolors(1 << 16)) > 2) == ((320, 320), True)
        studio.blobs.put((tmp_path / "red.png").read_bytes())
        shown = Image.open(io.BytesIO(pictures.of_item(studio, event.item)))
        assert shown.size == (320, 160)
