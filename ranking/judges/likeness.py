"""How alike two pictures are, nothing learned. Legend: H × W pixels, 3 red green blue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.errors import InputError

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = npt.NDArray[np.float64]
SIDE = 128
WINDOW = 7
"""Pixels of the square over which means and spreads are taken."""
C1, C2 = 0.01**2, 0.03**2


def luma(image: Image) -> Floats:
    """(SIDE, SIDE) lightness in 0…1 of a picture on white."""
    from PIL import Image as Pictures

    rgba = image.convert("RGBA")
    rgb = Pictures.new("RGB", rgba.size, "white")
    rgb.paste(rgba, mask=rgba.getchannel("A"))
    if rgb.size != (SIDE, SIDE):
        rgb = rgb.resize((SIDE, SIDE), Pictures.Resampling.BOX)
    made: Floats = np.asarray(rgb.convert("L"), np.float64) / 255
    return made


def ssim(one_HW: Floats, other_HW: Floats) -> float:
    """Structural similarity, at most 1 (Wang et al. 2004, eq. 13), over uniform windows.

    InputError where the shapes differ.
    """
    if one_HW.shape != other_HW.shape:
        raise InputError(f"pictures of {one_HW.shape} and {other_HW.shape} do not compare")
    mean_a, mean_b = _mean(one_HW), _mean(other_HW)
    spread_a = _mean(one_HW**2) - mean_a**2
    spread_b = _mean(other_HW**2) - mean_b**2
    both = _mean(one_HW * other_HW) - mean_a * mean_b
    top = (2 * mean_a * mean_b + C1) * (2 * both + C2)
    bottom = (mean_a**2 + mean_b**2 + C1) * (spread_a + spread_b + C2)
    return float((top / bottom).mean())


def _mean(values_HW: Floats) -> Floats:
    """Means of every WINDOW × WINDOW square that lies inside, by a table of sums."""
    table = np.pad(values_HW.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
    w = WINDOW
    total = table[w:, w:] - table[:-w, w:] - table[w:, :-w] + table[:-w, :-w]
    found: Floats = total / w**2
    return found
