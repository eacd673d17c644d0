"""Contact sheets."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from app.sheet import CARD, CORNER, Section, Strip, Tile, contact_sheet, fitted, font, wrapped

LONG = "a very long reason why this one is here, in many words, all of which nobody reads"


def section(count: int, *, side: int = 100) -> Section:
    tile = Tile(image=Image.new("RGBA", (50, 80), "#ff0000"), title="create 0.91", note=LONG)
    return Section(heading="Ana", words=LONG, strips=(Strip(label="x", tiles=(tile,) * count),))


def red(sheet: Image.Image) -> int:
    return int(np.count_nonzero((np.asarray(sheet) == (255, 0, 0)).all(axis=2)))


def test_every_tile_is_on_the_sheet() -> None:
    one = red(contact_sheet("t", "w", [section(1)]))
    assert one > 1000
    assert red(contact_sheet("t", "w", [section(9), section(2), section(0)])) == 11 * one


@pytest.mark.parametrize("columns", [1, 2, 3])
def test_cards_end_inside_the_sheet(columns: int) -> None:
    sheet = contact_sheet("t", "", [section(5)] * 3, columns=columns)
    pixels = np.asarray(sheet)
    white = (pixels == 255).all(axis=2)
    assert not white[-CORNER:].any()
    assert not white[:, :CORNER].any()
    assert CARD == "#ffffff"


@pytest.mark.parametrize("text", [LONG, "word" * 60, "", "one"])
def test_words_fit_their_lines(text: str) -> None:
    lines = wrapped(text, 14, 120, lines=2)
    assert len(lines) <= 2
    assert all(font(14).getlength(line) <= 120 for line in lines)
    whole = " ".join(lines)
    assert whole == text or whole.endswith("…")


def test_a_picture_fills_its_room_and_clear_pixels_do_not_bleed() -> None:
    image = Image.new("RGBA", (40, 40), (0, 255, 0, 0))
    image.paste((255, 0, 0, 255), (10, 10, 30, 30))
    pixels = np.asarray(fitted(image, 100))
    assert pixels.shape == (100, 100, 4)
    assert pixels[..., 1][pixels[..., 3] > 0].max() == 0
