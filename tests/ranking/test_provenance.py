"""What a saved picture says of itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from ranking.provenance import LONGEST, inspect
from studio.errors import BadImage
from studio.intake import encode_png
from tests.ranking.world import sticker

INFO = {"route": "create", "seed": 7, "words": "ein Kätzchen 😺", "settings": {"steps": 4}}


def test_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(encode_png(sticker(), text=json.dumps(INFO)))
    found = inspect(path)
    assert found.pop("bespoke") == INFO
    assert found == {"file": "a.png", "format": "PNG", "width": 512, "height": 512, "mode": "RGBA"}


def test_pixels_are_not_touched(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(encode_png(sticker(), text=json.dumps(INFO)))
    with Image.open(tmp_path / "a.png") as image:
        assert image.tobytes() == sticker().tobytes()


def test_picture_that_says_nothing(tmp_path: Path) -> None:
    sticker().save(tmp_path / "a.png")
    sticker().convert("RGB").save(tmp_path / "b.jpg")
    assert inspect(tmp_path / "a.png")["bespoke"] is None
    assert inspect(tmp_path / "b.jpg")["bespoke"] is None


@pytest.mark.parametrize("text", ["{", "[1]", "[" * 100_000, '"words"'])
def test_damaged_record(tmp_path: Path, text: str) -> None:
    chunks = PngInfo()
    chunks.add_itxt("bespoke", text)
    sticker().save(tmp_path / "a.png", pnginfo=chunks)
    with pytest.raises(BadImage, match="ask for the original"):
        inspect(tmp_path / "a.png")


def test_too_long(tmp_path: Path) -> None:
    chunks = PngInfo()
    chunks.add_itxt("bespoke", "x" * (LONGEST + 1))
    sticker().save(tmp_path / "a.png", pnginfo=chunks)
    with pytest.raises(BadImage, match="too long"):
        inspect(tmp_path / "a.png")


def test_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    for name in ("a.png", "absent.png"):
        with pytest.raises(BadImage):
            inspect(tmp_path / name)
