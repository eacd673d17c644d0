"""The judge that uses no encoder."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ranking.looks import (
    LOOK_NAMES,
    colour_shares,
    foreground,
    gradient,
    inner,
    look_distance,
    look_scale,
    look_statistics,
)
from ranking.pixels import read
from tests.ranking.world import COLOURS, sticker


def named(image: Image.Image) -> dict[str, float]:
    return dict(zip(LOOK_NAMES, look_statistics(image), strict=True))


def test_black_disc_by_hand() -> None:
    image = Image.new("RGBA", (64, 64))
    image.paste((0, 0, 0, 255), (16, 16, 48, 48))
    found = named(image)
    assert found["mean lightness"] == found["mean chroma"] == found["spread of lightness"] == 0
    assert found["black strokes"] == found["gradient 0.00"] == found["colour 000"] == 1
    assert found["covered"] == 0.25
    assert found["outline"] == pytest.approx(124 / 1024)  # the rim of 32 × 32
    assert found["dark outline"] == 1


def test_half_red_half_white_by_hand() -> None:
    image = Image.new("RGBA", (64, 64))
    image.paste((255, 0, 0, 255), (0, 0, 32, 64))
    image.paste((255, 255, 255, 255), (32, 0, 60, 64))
    found = named(image)
    assert found["white"] == pytest.approx(28 / 60)
    assert found["colour 400"] ** 2 == pytest.approx(32 / 60)
    assert found["mean chroma"] == pytest.approx(32 / 60)
    assert found["mean lightness"] == pytest.approx((32 * 0.299 + 28) / 60, abs=1e-6)


def test_colour_shares_by_slow_reference() -> None:
    rgb_P3 = np.random.default_rng(0).random((40, 3)).astype(np.float32)
    slow = np.zeros((5, 5, 5))
    for pixel in rgb_P3:
        for index in np.ndindex(5, 5, 5):
            parts = np.maximum(0, 1 - np.abs(pixel * 4 - np.array(index)))
            slow[index] += parts.prod() / len(rgb_P3)
    np.testing.assert_allclose(colour_shares(rgb_P3), slow.ravel(), atol=1e-6)
    assert colour_shares(rgb_P3).sum() == pytest.approx(1, abs=1e-6)


def test_gradient_of_a_ramp() -> None:
    ramp_HW3 = np.zeros((8, 8, 3), np.float32)
    ramp_HW3[..., 1] = np.arange(8) * 0.1
    np.testing.assert_allclose(gradient(ramp_HW3), 0.1, atol=1e-6)


def test_inner_drops_one_pixel() -> None:
    mask_HW = np.zeros((7, 7), np.bool_)
    mask_HW[1:6, 1:6] = True
    assert inner(mask_HW).sum() == 9
    assert inner(np.ones((3, 3), np.bool_)).sum() == 1


def test_foreground_with_and_without_alpha() -> None:
    rgba = sticker("blue")
    white = Image.new("RGB", rgba.size, "white")
    white.paste(rgba, mask=rgba.getchannel("A"))
    with_alpha, without = (foreground(read(image, 64)) for image in (rgba, white))
    assert (with_alpha != without).mean() < 0.05
    blank = foreground(read(Image.new("RGB", (64, 64), "white"), 64))
    assert blank.all()


@pytest.mark.parametrize("side", [128, 256, 384])
def test_resolution_hardly_counts(side: int) -> None:
    small, large = look_statistics(sticker("green", side=side)), look_statistics(sticker("green"))
    assert np.abs(small - large).max() < 0.1


def test_every_statistic_is_finite_for_any_picture() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (50, 70, 4), dtype=np.uint8)
    for image in (
        Image.new("RGBA", (512, 512)),
        Image.new("RGB", (3, 900), "red"),
        Image.fromarray(noise),
        Image.new("RGBA", (1, 1), "white"),
    ):
        assert np.isfinite(look_statistics(image)).all()


def test_scale_tells_looks_apart_better_than_subjects() -> None:
    statistics, looks = [], []
    for colour in COLOURS:
        for shape in ("disc", "bar", "tower", "fork"):
            image = sticker(colour, shape, 128)
            statistics.append(look_statistics(image))
            looks.append(colour)
    scale = look_scale(np.stack(statistics), looks)
    rows = dict(zip([(look, at % 4) for at, look in enumerate(looks)], statistics, strict=True))
    same = look_distance(rows["red", 0], rows["red", 1], scale=scale)
    other = look_distance(rows["red", 0], rows["blue", 0], scale=scale)
    assert same < other
    assert look_distance(rows["red", 0], rows["red", 0], scale=scale) == 0


def test_plain_scale_by_hand() -> None:
    scale = look_scale(np.array([[0.0, 1.0], [2.0, 1.0]]))
    np.testing.assert_allclose(scale.mean_F, [1, 1])
    distance = look_distance(np.array([0.0, 1.0]), np.array([2.0, 1.0]), scale=scale)
    assert distance == pytest.approx(np.sqrt((2 / 1.001) ** 2 / 2))
