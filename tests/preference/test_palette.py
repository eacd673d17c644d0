from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from preference.palette import WORDS, foreground, measure_colours, oklch


def strength(image: Image.Image, word: str) -> float:
    return float(measure_colours(image)[WORDS.index(word)])


@pytest.mark.parametrize(
    ("colour", "word"),
    [
        ("#ff0000", "red"), ("#e8262a", "red"), ("#ffa500", "orange"), ("#ffc83d", "yellow"),
        ("#00a000", "green"), ("#008080", "teal"), ("#1e60ff", "blue"), ("#87ceeb", "blue"),
        ("#800080", "purple"), ("#ff69b4", "pink"), ("#ffc0cb", "pink"), ("#6b3e1f", "brown"),
        ("#101010", "black"), ("#808080", "grey"), ("#ffffff", "white"),
    ],
)  # fmt: skip
def test_hues(colour: str, word: str) -> None:
    patch = Image.new("RGBA", (20, 20), colour)
    rim = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    rim.paste(patch, (10, 10))
    assert strength(rim, word) > 0.95


def test_tones() -> None:
    assert strength(Image.new("RGB", (9, 9), "#ffc0cb"), "pastel") == 1
    assert strength(Image.new("RGB", (9, 9), "#e00020"), "vivid") == 1
    assert strength(Image.new("RGB", (9, 9), "#101820"), "dark") == 1
    assert strength(Image.new("RGB", (9, 9), "#777777"), "mono") == 1


def test_the_ground_does_not_count() -> None:
    red = Image.new("RGB", (30, 30), "white")
    red.paste("#ff0000", (10, 10, 20, 20))
    assert strength(red, "red") > 0.9
    assert len(foreground(Image.new("RGBA", (8, 8), (0, 0, 0, 0)))) == 0
    assert not measure_colours(Image.new("RGBA", (8, 8), (0, 0, 0, 0))).any()


def test_oklch_of_known_colours() -> None:
    # B. Ottosson's published table, sRGB white and red.
    found = oklch(np.array([[1, 1, 1], [1, 0, 0]], np.float32))
    np.testing.assert_allclose(found[0, :2], [1, 0], atol=1e-3)
    np.testing.assert_allclose(found[1], [0.62796, 0.25768, 29.234], rtol=2e-3)
