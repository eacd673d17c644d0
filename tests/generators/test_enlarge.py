"""Enlarging keeps the edges of drawings better than Lanczos does."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.enlarge import decibels, lanczos
from generators.drawn import Drawing, render
from generators.finish.enlarge import enlarged
from generators.finish.pixels import over_white, pixels_of, resized
from generators.finish.sticker import STEEPNESS


@pytest.mark.parametrize(("look", "palette"), [("line", "mono"), ("soft", "candy")])
def test_two_decibels_better_than_lanczos(look: str, palette: str) -> None:
    drawing = Drawing(
        subject="cat",
        look=look,
        palette=palette,
        mood="happy",
        accessory="none",
        background="none",
        seed=3,
    )
    true = pixels_of(render(drawing, 256), "RGBA")
    small = resized(true, 64, 64)
    ours = enlarged(small, 256, 256, steepness=4 * STEEPNESS).astype(np.float32) / 255
    theirs = lanczos(small, 256, 256)
    gain = decibels(ours[..., 3], true[..., 3]) - decibels(theirs[..., 3], true[..., 3])
    assert gain >= 2
    on_black = [one[..., :3] * one[..., 3:] for one in (ours, theirs, true)]
    assert decibels(on_black[0], on_black[2]) >= decibels(on_black[1], on_black[2])
    assert decibels(over_white(ours), over_white(true)) > 20
