"""Recolouring: the liked colours, and nothing else changed."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from generators.drawn import Drawing, render
from generators.recolour import recoloured
from studio.colours import drawn_pixels, lab_of, oklab, palette_of, srgb

OCEAN = (("#1b84ad", 0.5), ("#7fdcd6", 0.3), ("#062a42", 0.2))


def cat(**other: str) -> Image.Image:
    return render(Drawing(subject="cat", **other), 128)  # type: ignore[arg-type]


def rgba(image: Image.Image) -> np.ndarray:
    return np.asarray(image.convert("RGBA")).astype(int)


def test_oklab_there_and_back() -> None:
    colours = np.random.default_rng(0).uniform(0, 1, (200, 3)).astype(np.float32)
    assert np.allclose(srgb(oklab(colours)), colours, atol=2e-3)
    assert np.allclose(lab_of("#ffffff"), [1, 0, 0], atol=1e-3)


def test_a_palette_is_what_pictures_share() -> None:
    found = palette_of([drawn_pixels(cat(look="flat", palette="ocean"))] * 2)
    assert abs(sum(share for _, share in found) - 1) < 0.01
    assert found == tuple(sorted(found, key=lambda one: (-one[1], one[0])))
    lab = np.stack([lab_of(colour) for colour, _ in found])
    assert (lab[:, 2] < 0.02).all()  # nothing warm in the ocean
    assert palette_of([]) == ()
    assert palette_of([drawn_pixels(Image.new("RGBA", (8, 8)))]) == ()


def test_greys_are_a_palette_where_there_is_nothing_else() -> None:
    found = palette_of([drawn_pixels(cat(look="flat", palette="mono"))])
    assert found
    assert max(np.ptp([*bytes.fromhex(colour[1:])]) for colour, _ in found) <= 4


def test_colours_move_and_lines_stay() -> None:
    before = Image.new("RGBA", (64, 64))
    before.paste((20, 18, 30, 255), (8, 8, 56, 56))  # an outline, nearly black
    before.paste((240, 50, 60, 255), (12, 12, 52, 52))
    before.paste((255, 255, 255, 255), (20, 20, 28, 28))
    after = recoloured(before, OCEAN)
    one, two = rgba(before), rgba(after)
    assert (one[..., 3] == two[..., 3]).all()
    assert np.abs(one[9, 9] - two[9, 9]).max() <= 2
    assert np.abs(one[24, 24] - two[24, 24]).max() <= 2
    red, _, blue, _ = two[40, 40]
    assert blue > red + 40
    assert len(np.unique(two[14:18, 14:50].reshape(-1, 4), axis=0)) == 1


def test_shades_go_along() -> None:
    before = cat(look="soft", palette="vivid")
    light = [oklab(drawn_pixels(one))[:, 0] for one in (before, recoloured(before, OCEAN))]
    assert np.corrcoef(*light)[0, 1] > 0.7
    grey = drawn_pixels(recoloured(before, (("#808080", 0.6), ("#c0c0c0", 0.4))))
    assert np.quantile(np.ptp(grey, axis=1), 0.9) < 0.06


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0])
def test_strength_is_the_share_of_the_way(strength: float) -> None:
    before = cat(look="flat", palette="vivid")
    whole = np.abs(rgba(recoloured(before, OCEAN)) - rgba(before)).mean()
    part = np.abs(rgba(recoloured(before, OCEAN, strength=strength)) - rgba(before)).mean()
    assert part == pytest.approx(strength * whole, abs=0.2 * whole + 0.1)


def test_a_seed_deals_the_same_and_others_deal_otherwise() -> None:
    before = cat(look="flat", palette="vivid")
    made = [recoloured(before, OCEAN, seed=seed).tobytes() for seed in (1, 1, *range(2, 14))]
    assert made[0] == made[1]
    assert len(set(made)) > 1


def test_what_has_no_colour_stays_and_grey_takes_one() -> None:
    lines = Image.new("RGBA", (32, 32), "white")
    lines.paste((0, 0, 0, 255), (8, 8, 24, 24))
    assert recoloured(lines, OCEAN).tobytes() == lines.tobytes()
    assert recoloured(Image.new("RGBA", (4, 4)), OCEAN).tobytes() == bytes(64)
    assert recoloured(lines, ()).tobytes() == lines.tobytes()
    grey = rgba(recoloured(cat(look="flat", palette="mono"), OCEAN))
    assert np.ptp(grey[grey[..., 3] == 255][:, :3], axis=-1).max() > 60
