"""Small pictures are made once, and go with the person."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from streamlit.elements.lib.image_utils import (
    _ensure_image_size_and_format,
    _validate_image_format_string,
)
from streamlit.elements.lib.layout_utils import LayoutConfig

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


@pytest.mark.parametrize(
    ("picture", "kind"),
    [
        (Image.new("RGBA", (600, 300), (9, 9, 9, 0)), "PNG"),
        (Image.new("RGBA", (600, 300), (9, 9, 9, 255)), "JPEG"),
        (Image.new("RGB", (600, 300)), "JPEG"),
        (Image.new("P", (600, 300)), "JPEG"),
    ],
)
def test_small_pictures_are_handed_on_as_they_are(picture: Image.Image, kind: str) -> None:
    small = pictures.small(picture, 200)
    with Image.open(io.BytesIO(small)) as again:
        assert (again.format, again.size) == (kind, (200, 100))
    stretched = LayoutConfig(width="stretch")
    assert _validate_image_format_string(small, "auto") == kind
    assert _ensure_image_size_and_format(small, stretched, kind) is small
