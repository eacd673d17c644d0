"""Hand-made pictures with a known defect, each named in words."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from ranking.checks import quality
from ranking.checks.quality import QualityOptions, islands, over, under
from studio import testing
from studio.errors import ConfigError
from studio.fidelity import Finding
from tests.ranking.world import Shelf, candidate, guidance, history, sticker


def found(image: Image.Image, *, route: str = "create", kind: str = "sticker") -> Finding:
    check = quality.QualityCheck(QualityOptions())
    return check(
        [candidate(image, route=route)],
        guidance=guidance(kind=kind),
        history=history(),
        gallery=Shelf(),
    )[0]


def noise(side: int = 512, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


def transparent() -> Image.Image:
    return Image.new("RGBA", (512, 512))


def dot() -> Image.Image:
    image = transparent()
    image.paste((200, 0, 60, 255), (250, 250, 290, 290))
    return image


def grey_block() -> Image.Image:
    image = transparent()
    image.paste((0, 0, 0, 255), (60, 100, 460, 420))
    return image


def cut_off() -> Image.Image:
    image = transparent()
    image.paste(sticker("blue"), (0, -200))
    return image


def not_cut_out() -> Image.Image:
    ground = Image.new("RGBA", (512, 512), (250, 240, 200, 255))
    ground.alpha_composite(sticker("green"))
    return ground


def ground_left() -> Image.Image:
    """A cutout that took off scraps of the rim alone."""
    image = Image.new("RGBA", (512, 512), (250, 248, 246, 255))
    image.alpha_composite(sticker("green"))
    alpha = Image.new("L", (512, 512), 0)
    alpha.paste(255, (20, 20, 492, 492))
    for at in range(40, 480, 110):
        alpha.paste(0, (at, 20, at + 24, 60))
        alpha.paste(0, (20, at, 60, at + 24))
    image.putalpha(alpha)
    return image


def burnt() -> Image.Image:
    image = sticker("red")
    flat = Image.new("RGBA", image.size, (255, 0, 255, 255))
    flat.putalpha(image.getchannel("A"))
    return flat


def grainy() -> Image.Image:
    image = Image.fromarray(noise(128)).resize((512, 512), Image.Resampling.NEAREST)
    rgba = image.convert("RGBA")
    rgba.putalpha(sticker("red").getchannel("A"))
    return rgba


def speckled() -> Image.Image:
    image = sticker("red")
    for at in range(20):
        image.paste((20, 20, 20, 255), (20 + 24 * at, 20, 28 + 24 * at, 28))
    return image


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (transparent(), "nothing to see"),
        (dot(), "tiny"),
        (Image.new("RGB", (512, 512), (127, 127, 127)), "blank"),
        (Image.new("RGB", (512, 512), (0, 0, 0)), "blank"),
        (Image.new("RGBA", (512, 512), (0, 0, 0, 255)), "blank"),
        (grey_block(), "blank: a rectangle"),
        (cut_off(), "cut off by the frame"),
        (not_cut_out(), "not cut out"),
        (ground_left(), "not cut out"),
        (burnt(), "clipped"),
        (grainy(), "grainy"),
        (speckled(), "speckled: 80 stray dots"),
        (Image.fromarray(noise(128)).resize((512, 512), Image.Resampling.NEAREST), "grainy"),
    ],
)
def test_defect_fails_and_is_named(image: Image.Image, words: str) -> None:
    finding = found(image)
    assert not finding.passed
    assert finding.score < finding.threshold
    assert finding.reason.startswith(words)


@pytest.mark.parametrize("shape", ["disc", "bar", "tower", "fork"])
@pytest.mark.parametrize("colour", ["red", "black", "pink"])
def test_drawings_pass(shape: str, colour: str) -> None:
    finding = found(sticker(colour, shape))
    assert finding.passed
    assert finding.score > 0.9
    assert finding.reason == "clear and complete"


def test_poster_passes_without_alpha() -> None:
    image = Image.new("RGB", (512, 512), "white")
    image.paste(sticker("green"), mask=sticker("green").getchannel("A"))
    assert found(image, kind="poster").passed


def test_retrieved_art_is_framed_by_its_author() -> None:
    assert not found(cut_off()).passed
    assert found(cut_off(), route="retrieve").passed
    assert not found(transparent(), route="retrieve").passed


def test_white_on_transparent_is_seen() -> None:
    image = Image.new("RGBA", (512, 512), (255, 255, 255, 255))
    image.putalpha(sticker("red", "fork").getchannel("A"))
    assert found(image, route="retrieve").passed


def test_islands_are_those_of_three_by_three_and_less() -> None:
    mask_HW = np.zeros((20, 20), np.bool_)
    mask_HW[1:4, 1:4] = True  # 3 × 3, alone
    mask_HW[10:14, 10:14] = True  # 4 × 4: no island
    mask_HW[18, 2] = True  # one pixel at the border
    alone_HW = islands(mask_HW)
    assert alone_HW[2, 2]
    assert alone_HW[18, 2]
    assert not alone_HW[10:14, 10:14].any()


def test_scores_at_the_limits() -> None:
    assert [over(value, 4) for value in (0, 2, 4, 6, 9)] == [1, 1, 0.5, 0, 0]
    assert [under(value, 4) for value in (0, 4, 8, 9)] == [0, 0.5, 1, 1]


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (2, 2)])
def test_tiny_pictures_are_judged_too(size: tuple[int, int]) -> None:
    for mode in ("RGB", "RGBA"):
        assert 0 <= found(Image.new(mode, size, "red")).score <= 1


def test_contract() -> None:
    testing.check_check(
        quality.QualityCheck(QualityOptions()),
        candidates=[candidate(sticker()), candidate(transparent()), candidate(grainy())],
        guidance=guidance(),
        history=history(),
        gallery=Shelf(),
    )


def test_unknown_option_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"checks\.quality"):
        quality.build(None, {"sharpness": 1})  # type: ignore[arg-type]
