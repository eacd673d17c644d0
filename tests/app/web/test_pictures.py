"""Small pictures are made once, and go with the person."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from app.web import pictures
from studio import Studio
from studio.errors import BespokeError


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
        with pytest.raises(BespokeError):
            pictures.of_item(studio, event.item, side=64)
