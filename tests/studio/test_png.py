"""PNG files, read back by Pillow."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from studio.intake import PNG_KEY, encode_png
from studio.png import png_bytes


def noise(mode: str, size: tuple[int, int]) -> Image.Image:
    channels = len(mode)
    values = np.random.default_rng(1).integers(0, 256, (size[1], size[0], channels), np.uint8)
    return Image.fromarray(values[..., 0] if channels == 1 else values)


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("size", [(1, 1), (7, 1), (1, 9), (64, 33)])
def test_pixels_come_back(mode: str, size: tuple[int, int]) -> None:
    image = noise(mode, size)
    read = opened(png_bytes(image))
    assert (read.mode, read.size, read.format) == (mode, size, "PNG")
    assert read.tobytes() == image.tobytes()


def test_text_and_profile_come_back() -> None:
    image = noise("RGB", (8, 8))
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image.info["icc_profile"] = profile
    read = opened(encode_png(image, text='{"route": "créer 🐱"}'))
    assert read.text[PNG_KEY] == '{"route": "créer 🐱"}'
    assert read.info["icc_profile"] == profile


def test_a_clear_colour_becomes_alpha() -> None:
    image = Image.new("RGB", (4, 4), (9, 8, 7))
    image.info["transparency"] = (9, 8, 7)
    assert opened(encode_png(image)).getchannel("A").getextrema() == (0, 0)


def test_not_larger_than_pillow_makes_it() -> None:
    image = Image.radial_gradient("L").convert("RGB").resize((256, 256))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=1)
    assert len(png_bytes(image)) < 1.3 * len(buffer.getvalue())
