"""Detail: what was remade small is as sharp as its source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image, ImageDraw

from generators.finish.detail import detailed
from generators.finish.pixels import over_white, pixels_of, resized
from generators.finish.sticker import SIDE, all_remade, in_detail, on_white

if TYPE_CHECKING:
    from generators.finish.pixels import Pixels

SMALL = 128


def figure(*, fill: str, eye: str, outline: str | None = None, width: int = 16) -> Image.Image:
    """A disc with an eye on a clear ground."""
    image = Image.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    draw = ImageDraw.Draw(image)
    draw.ellipse((90, 90, 420, 420), fill, outline, width)
    draw.ellipse((200, 200, 240, 240), eye)
    return image


def small_of(image: Image.Image, grain: float = 0.0) -> tuple[Pixels, Pixels]:
    """Colour on white and alpha, as from a soft model with blotches."""
    rgba = resized(pixels_of(image, "RGBA"), SMALL, SMALL)
    soft = resized(resized(over_white(rgba), 40, 40), SMALL, SMALL)
    blotches = np.random.default_rng(0).normal(0, grain, (16, 16, 3)).astype(np.float32)
    return (soft + resized(blotches + 0.5, SMALL, SMALL) - 0.5).clip(0, 1), rgba[..., 3:]


def gap(one: Pixels, other: Pixels) -> float:
    return float(np.abs(over_white(one) - over_white(other)).mean())


def test_a_soft_picture_takes_the_edges_of_its_source() -> None:
    source, wanted = (
        figure(fill=fill, eye=eye) for fill, eye in (("gold", "black"), ("teal", "navy"))
    )
    rgb, alpha = small_of(wanted, grain=0.08)
    plain = resized(np.concatenate([rgb, np.ones_like(alpha)], 2), SIDE, SIDE)
    truth = pixels_of(wanted, "RGBA")
    made = detailed(rgb, alpha, pixels_of(source, "RGBA"))
    assert made.shape == (SIDE, SIDE, 4)
    assert gap(made, truth) < 0.6 * gap(plain, truth)
    assert np.abs(made[..., 3] - truth[..., 3]).mean() < 0.005


def test_an_outline_may_be_put_on() -> None:
    source = figure(fill="gold", eye="black")
    wanted = figure(fill="gold", eye="black", outline="black")
    made = detailed(*small_of(wanted), pixels_of(source, "RGBA"))
    column = over_white(made)[255, :, 0]
    assert column[92:104].min() < 0.4  # the line
    assert column[125:180].min() > 0.8  # no dark glow inside
    assert column[:70].min() > 0.9


def test_white_within_the_source_is_no_hole() -> None:
    source = figure(fill="gold", eye="black")
    rgb, alpha = small_of(figure(fill="white", eye="black"))
    made = detailed(rgb, np.zeros_like(alpha), pixels_of(source, "RGBA"))
    inside = pixels_of(source, "RGBA")[..., 3] == 1
    assert made[..., 3][inside].min() == 1
    assert made[..., :3][300, 300] == pytest.approx(1, abs=0.03)
    assert made[..., 3][:60].max() == 0


def test_what_is_put_on_beyond_the_source_is_kept() -> None:
    wanted = figure(fill="gold", eye="black")
    ImageDraw.Draw(wanted).rectangle((200, 30, 310, 92), "blue")
    made = detailed(*small_of(wanted), pixels_of(figure(fill="gold", eye="black"), "RGBA"))
    assert made[60, 250, 3] > 0.9
    assert made[60, 250, :3] == pytest.approx((0, 0, 1), abs=0.2)


def test_a_new_mouth_takes_the_place_of_the_old() -> None:
    source, wanted = (figure(fill="gold", eye="black") for _ in range(2))
    ImageDraw.Draw(source).arc((190, 270, 320, 350), 0, 180, "black", 14)
    ImageDraw.Draw(wanted).arc((190, 300, 320, 380), 180, 360, "black", 14)
    rgba = resized(pixels_of(wanted, "RGBA"), SMALL, SMALL)
    made = over_white(detailed(over_white(rgba), rgba[..., 3:], pixels_of(source, "RGBA")))
    truth = over_white(pixels_of(wanted, "RGBA"))
    assert np.abs(made - truth)[260:390, 180:330].mean() < 0.03


@pytest.mark.parametrize("size", [(333, 217), (512, 333), (217, 333), (500, 490)])
def test_an_oblong_source_has_no_rim_on_black(size: tuple[int, int]) -> None:
    image = Image.new("RGBA", (1024, 1024), (255, 255, 255, 0))
    ImageDraw.Draw(image).ellipse((8, 8, 1016, 1016), (20, 20, 60))
    source = image.resize(size, Image.Resampling.LANCZOS)
    rgb = pixels_of(on_white(source, SMALL), "RGB")
    made = in_detail([rgb], sources=[source], kind="sticker")[0]
    assert (made[..., :3] * made[..., 3:] > 0.45).any(2).sum() < 500


def test_nothing_at_all() -> None:
    clear = np.zeros((SIDE, SIDE, 4), np.float32)
    white = np.ones((SMALL, SMALL, 3), np.float32)
    made = detailed(white, np.zeros((SMALL, SMALL, 1), np.float32), clear)
    assert made[..., 3].max() == 0
    assert np.isfinite(made).all()


@pytest.mark.parametrize("kind", ["sticker", "poster"])
@pytest.mark.parametrize("size", [(1, 1), (640, 200), (90, 128)])
@pytest.mark.parametrize("mode", ["RGBA", "RGB", "L", "P"])
def test_any_source_will_do(kind: str, size: tuple[int, int], mode: str) -> None:
    source = figure(fill="gold", eye="black").resize(size).convert(mode)
    rgb = pixels_of(on_white(source, SMALL), "RGB")
    made = all_remade([rgb], sources=[source], kind=kind)[0]
    assert made.size == (SIDE, SIDE)
    assert made.mode == ("RGBA" if kind == "sticker" else "RGB")


def test_a_poster_stays_as_it_lies() -> None:
    source = figure(fill="gold", eye="black").convert("RGB")
    rgb = pixels_of(on_white(source, SMALL), "RGB")
    made = in_detail([rgb], sources=[source], kind="poster")[0]
    assert made[..., 3].min() == 1
    assert np.abs(made[..., :3] - pixels_of(source, "RGB")).mean() < 0.01
