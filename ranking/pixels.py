"""Pixels: small float views of a picture, since no check needs all of them.

Legend: H rows, W columns, 3 red green blue in [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Floats = NDArray[np.float32]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pixels:
    """A small view of one picture."""

    rgb_HW3: Floats = field(compare=False, repr=False)
    """In [0, 1]; transparent pixels count as white."""
    alpha_HW: Floats = field(compare=False, repr=False)
    """In [0, 1]; 1 everywhere for a picture without alpha."""
    transparent: bool
    """True where the picture has an alpha channel."""

    @property
    def opaque(self) -> Flags:
        """(H, W) True where the picture covers more than half of the pixel."""
        return self.alpha_HW > 0.5


def highest(values_HW3: Floats) -> Floats:
    """(H, W) largest of the three channels; several times faster than ``max(axis=2)``."""
    return np.maximum(np.maximum(values_HW3[..., 0], values_HW3[..., 1]), values_HW3[..., 2])


def lowest(values_HW3: Floats) -> Floats:
    """(H, W) smallest of the three channels."""
    return np.minimum(np.minimum(values_HW3[..., 0], values_HW3[..., 1]), values_HW3[..., 2])


def deviation(values_HW3: Floats) -> float:
    """Standard deviation over the picture, of the channel where it is largest."""
    return max(float(values_HW3[..., channel].std()) for channel in range(3))


def shrink(image: Image, side: int) -> Image:
    """``image`` with no edge longer than ``side`` pixels, by area averaging, alpha respected.

    A smaller picture stays as it is.
    """
    longest = max(image.size)
    if longest <= side:
        return image
    if longest % side == 0 and not any(edge % (longest // side) for edge in image.size):
        return image.reduce(longest // side)
    from PIL.Image import Resampling

    width, height = (max(1, round(edge * side / longest)) for edge in image.size)
    return image.resize((width, height), Resampling.BOX)


def read(image: Image, side: int) -> Pixels:
    """``image`` on white, no edge longer than ``side`` pixels."""
    transparent = image.has_transparency_data
    coloured = image.convert("RGBA") if transparent and image.mode != "RGBA" else image
    small = shrink(coloured, side)
    if not transparent:
        rgb_HW3 = np.asarray(small.convert("RGB"), dtype=np.float32) / np.float32(255)
        return Pixels(
            rgb_HW3=rgb_HW3, alpha_HW=np.ones(rgb_HW3.shape[:2], np.float32), transparent=False
        )
    rgba_HW4 = np.asarray(small, dtype=np.float32) / np.float32(255)
    alpha_HW = rgba_HW4[..., 3]
    rgb_HW3 = rgba_HW4[..., :3] * alpha_HW[..., None] + (1 - alpha_HW[..., None])
    return Pixels(rgb_HW3=rgb_HW3, alpha_HW=alpha_HW, transparent=True)
