"""Finishing: what leaves the generators."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from generators.finish.enlarge import enlarged
from generators.finish.pixels import blended, letterboxed, picture_of, pixels_of, resized
from generators.finish.sticker import (
    MARGIN,
    SIDE,
    centred,
    crisp,
    drawn,
    mask_square,
    on_white,
    repainted,
    stored,
    untouched,
)
from tests.generators.tiny import picture


def disc(side: int, centre: tuple[int, int], radius: int) -> Image.Image:
    """A red disc on transparent ground."""
    image = Image.new("RGBA", (side, side), (255, 255, 255, 0))
    x, y = centre
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), "red")
    return image


def box_of(image: Image.Image) -> tuple[int, int, int, int]:
    box = image.getchannel("A").point(lambda v: 255 if v >= 8 else 0).getbbox()
    assert box is not None
    return box


def test_a_sticker_is_centred_and_512() -> None:
    image = stored(disc(128, (40, 50), 20), kind="sticker")
    assert (image.mode, image.size) == ("RGBA", (SIDE, SIDE))
    left, top, right, bottom = box_of(image)
    assert abs(left - (SIDE - right)) <= 1
    assert abs(top - (SIDE - bottom)) <= 1


def test_a_full_picture_keeps_the_margin() -> None:
    full = centred(pixels_of(disc(SIDE, (256, 256), 256), "RGBA"))
    left, top, right, bottom = box_of(full)
    assert min(left, top, SIDE - right, SIDE - bottom) >= MARGIN - 1


@pytest.mark.parametrize("size", [(1, 1), (16, 16), (3, 200), (600, 90)])
def test_any_size_becomes_a_sticker(size: tuple[int, int]) -> None:
    image = stored(Image.new("RGBA", size, (200, 0, 0, 200)), kind="sticker")
    assert image.size == (SIDE, SIDE)
    assert image.getpixel((SIDE // 2, SIDE // 2))[3] > 100


def test_an_empty_picture_stays_empty() -> None:
    empty = Image.new("RGBA", (64, 64), (255, 255, 255, 0))
    assert stored(empty, kind="sticker").getchannel("A").getextrema() == (0, 0)


def test_an_enlarged_edge_is_crisp() -> None:
    small = pixels_of(disc(64, (32, 32), 20), "RGBA")
    soft = letterboxed(small, SIDE, ground=1)[..., 3]
    sharp = pixels_of(crisp(small), "RGBA")[..., 3]

    def between(alpha: np.ndarray) -> int:
        return int(((alpha > 0.1) & (alpha < 0.9)).sum())

    assert between(sharp) < 0.6 * between(soft)
    assert abs(int((sharp > 0.5).sum()) - int((soft > 0.5).sum())) < 0.02 * (soft > 0.5).sum()


def test_a_poster_is_rgb_on_white() -> None:
    image = stored(disc(128, (64, 64), 20), kind="poster")
    assert (image.mode, image.size) == ("RGB", (SIDE, SIDE))
    assert image.getpixel((0, 0)) == (255, 255, 255)
    assert drawn(pixels_of(picture(1), "RGB"), kind="poster").size == (SIDE, SIDE)


def test_a_picture_of_the_right_size_keeps_its_bytes() -> None:
    whole = picture(3, (SIDE, SIDE))
    assert stored(whole, kind="poster").tobytes() == whole.tobytes()
    for mode in ("L", "RGB", "RGBA"):
        one = picture(3, mode=mode)
        assert picture_of(pixels_of(one, mode)).tobytes() == one.tobytes()


def test_resizing_agrees_with_pillow() -> None:
    ramp = np.linspace(60, 190, 32 * 32 * 4).reshape(32, 32, 4).astype(np.uint8)
    ramp[..., 1] = ramp[::-1, ::-1, 1]
    image = Image.fromarray(ramp)
    ours = np.asarray(picture_of(resized(pixels_of(image, "RGBA"), 80, 80)), np.int16)
    theirs = np.asarray(image.resize((80, 80), Image.Resampling.BICUBIC), np.int16)
    assert np.abs(ours - theirs).max() <= 4


def test_enlarging_agrees_with_floats_where_it_is_opaque() -> None:
    small = pixels_of(disc(96, (48, 48), 40), "RGBA")
    small[40:60, 40:60, :3] = (0.2, 0.5, 0.8)
    floats = resized(small, 384, 384)
    fast = enlarged(small, 384, 384)
    difference = np.abs(floats * 255 - fast)
    assert difference[..., 3].max() <= 1
    assert difference[small_inside(floats)].max() <= 2


def small_inside(rgba_HW4: np.ndarray) -> np.ndarray:
    """Opaque, and so is all within eight pixels."""
    opaque = Image.fromarray(rgba_HW4[..., 3] >= 1).convert("L").filter(ImageFilter.MinFilter(17))
    return np.asarray(opaque) > 0


@pytest.mark.parametrize("hidden", [(0.0, 0.0, 0.0), (0.0, 1.0, 0.0)])
def test_what_lies_under_the_clear_never_shows(hidden: tuple[float, float, float]) -> None:
    small = pixels_of(disc(96, (48, 48), 30), "RGBA")
    small[small[..., 3] == 0, :3] = hidden
    edge = enlarged(small, 384, 384, steepness=3)
    seen = edge[edge[..., 3] > 0]
    assert (seen[:, 0] >= 250).all()
    assert (seen[:, 1:3] <= 5).all()


def test_half_clear_colours_stay() -> None:
    small = np.full((16, 16, 4), 0.5, np.float32)
    small[:8, :, :3] = (1, 0, 0)
    large = enlarged(small, 64, 64)
    assert (np.abs(large[:24].astype(int) - (255, 0, 0, 128)) <= 1).all()


def test_a_wide_picture_is_letterboxed() -> None:
    square = on_white(Image.new("RGB", (40, 20), "blue"), 16)
    assert square.getpixel((8, 1)) == (255, 255, 255)
    assert square.getpixel((8, 8)) == (0, 0, 255)
    mask = mask_square(Image.new("L", (40, 20), 255), 16)
    assert (mask[1, 8, 0], mask[8, 8, 0]) == (0, 1)


def test_blend_keeps_the_outside_to_the_byte() -> None:
    outside, inside = (pixels_of(picture(seed, mode="RGBA"), "RGBA") for seed in (1, 2))
    share = np.zeros((16, 16, 1), np.float32)
    share[:, :8] = 1
    mixed = blended(outside, inside, share)
    assert (mixed[:, 8:] == outside[:, 8:]).all()
    assert (mixed[:, :8] == inside[:, :8]).all()


def test_half_masked_pixels_mix_by_alpha() -> None:
    outside, inside = (np.array([[pixel]], np.float32) for pixel in [(0.8, 0, 0, 1), (0, 1, 0, 0)])
    mixed = blended(outside, inside, np.full((1, 1, 1), 0.5, np.float32))
    np.testing.assert_allclose(mixed[0, 0], [0.8, 0, 0, 0.5], atol=1e-6)


def test_repainting_changes_nothing_outside_the_mask() -> None:
    reference = picture(5, (100, 60))
    mask = Image.new("L", reference.size, 0)
    mask.paste(255, (0, 0, 50, 60))
    new = pixels_of(picture(6), "RGB")
    image = repainted([new], reference=reference, mask=mask, kind="poster")[0]
    outside = mask_square(mask, SIDE)[..., 0] == 0
    kept = np.asarray(untouched(reference, kind="poster"))
    assert (np.asarray(image)[outside] == kept[outside]).all()
    assert not np.array_equal(np.asarray(image), kept)
