"""Format: mode, size and weight."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from ranking.checks.format import FormatCheck, FormatOptions, complaint, png_bytes, raw_bytes
from studio import testing
from studio.intake import encode_png
from tests.ranking.world import Shelf, candidate, guidance, history, sticker

OPTIONS = FormatOptions()


@pytest.mark.parametrize(
    ("image", "kind", "words"),
    [
        (Image.new("RGB", (512, 512)), "sticker", "a sticker is RGBA; this is RGB, without"),
        (Image.new("L", (512, 512)), "poster", "a poster is RGB; this is L"),
        (Image.new("RGBA", (512, 512)), "poster", "a poster is RGB; this is RGBA"),
        (Image.new("RGBA", (512, 500)), "sticker", "a sticker is 512 × 512 px; this is 512 × 500"),
        (Image.new("RGBA", (256, 256)), "sticker", "a sticker is 512 × 512 px"),
        (Image.new("RGB", (512, 200)), "poster", "too small: 512 × 200 px"),
        (Image.new("RGB", (20000, 300)), "poster", "too large: 20000 × 300 px"),
    ],
)
def test_complaints(image: Image.Image, kind: str, words: str) -> None:
    assert complaint(image, kind, OPTIONS).startswith(words)


def test_good_ones() -> None:
    assert complaint(sticker(), "sticker", OPTIONS) == ""
    assert complaint(Image.new("RGB", (400, 600)), "poster", OPTIONS) == ""
    square = FormatOptions(sticker_side=0)
    assert complaint(sticker(side=256), "sticker", square) == ""
    assert "square" in complaint(Image.new("RGBA", (256, 255)), "sticker", square)


def test_too_heavy() -> None:
    light = FormatOptions(most_bytes=100)
    assert complaint(sticker(), "sticker", light).startswith("too heavy")


def test_estimate_is_near_and_not_below(tmp_path: object) -> None:
    buffer = io.BytesIO()
    sticker().save(buffer, "PNG", compress_level=1)
    assert len(buffer.getvalue()) <= png_bytes(sticker()) <= 8 * len(buffer.getvalue())


def test_contract() -> None:
    testing.check_check(
        FormatCheck(OPTIONS),
        candidates=[candidate(sticker()), candidate(sticker(side=128))],
        guidance=guidance(),
        history=history(),
        gallery=Shelf(),
    )


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (200, 200)])
def test_no_png_is_larger_than_its_pixels_and_a_little(size: tuple[int, int]) -> None:
    values = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 4), np.uint8)
    noise = Image.fromarray(values)
    buffer = io.BytesIO()
    noise.save(buffer, "PNG", compress_level=1)
    assert len(buffer.getvalue()) <= raw_bytes(noise)
    assert len(encode_png(noise)) <= raw_bytes(noise)
