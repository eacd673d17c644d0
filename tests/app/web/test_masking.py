"""Masks: white is what may change."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PIL import Image

from app.web.components.masking import painted, rectangle, tinted


def test_a_rectangle_in_percent() -> None:
    mask = rectangle((200, 100), across=(25, 75), down=(10, 50))
    assert mask.size == (200, 100)
    assert mask.getbbox() == (50, 10, 150, 50)


@pytest.mark.parametrize("edge", [0, 50, 100])
def test_a_rectangle_is_never_empty(edge: int) -> None:
    mask = rectangle((64, 64), across=(edge, edge), down=(edge, edge))
    assert mask.getbbox() is not None


def test_strokes_become_white() -> None:
    stroke = {"path": [["M", 10, 10], ["Q", 20, 10, 40, 10]], "strokeWidth": 8}
    mask = painted(SimpleNamespace(json_data={"objects": [stroke]}), (64, 64))
    assert mask is not None
    assert mask.getpixel((25, 10)) == 255
    assert mask.getpixel((25, 30)) == 0


@pytest.mark.parametrize("drawn", [None, SimpleNamespace(json_data=None)])
def test_nothing_painted_is_no_mask(drawn: object) -> None:
    assert painted(drawn, (8, 8)) is None


def test_the_tint_shows_where() -> None:
    import io

    mask = rectangle((100, 100), across=(0, 50), down=(0, 100))
    shown = Image.open(io.BytesIO(tinted(Image.new("RGB", (100, 100), "white"), mask)))
    assert shown.getpixel((10, 50)) != shown.getpixel((90, 50))
