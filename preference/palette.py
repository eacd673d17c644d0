"""Colour words measured in pixels, with no model: a robust third source of evidence.

Legend: H, W pixels; P foreground pixels; F colour words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from preference.vocabulary import HUES, TONES
from studio.colours import oklab

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

WORDS = (*HUES, *TONES)
"""The F colour words, in the order of ``measure_colours``."""
SIDE = 48
"""Pictures are measured at this many pixels a side; colour shares need no more."""
ACHROMATIC = 0.04
"""OKLab chroma below which a pixel counts as black, grey or white."""
_HUE_BOUNDS = (
    ("red", 12.0, 42.0),
    ("orange", 42.0, 74.0),
    ("yellow", 74.0, 114.0),
    ("green", 114.0, 168.0),
    ("teal", 168.0, 212.0),
    ("blue", 212.0, 282.0),
    ("purple", 282.0, 322.0),
    ("pink", 322.0, 372.0),
)
"""OKLCh hue angles in degrees."""


def foreground(image: Image) -> NDArray[np.float32]:
    """(P, 3) sRGB pixels in [0, 1] of what is drawn: opaque pixels, less a plain white ground."""
    rgba = image.convert("RGBA")
    rgba.thumbnail((SIDE, SIDE))
    pixels_HWC = np.asarray(rgba, dtype=np.float32) / 255.0
    colour_HW3, alpha_HW = pixels_HWC[..., :3], pixels_HWC[..., 3]
    drawn = alpha_HW > 0.5
    white = colour_HW3.min(axis=-1) > 0.96
    corners = (white & drawn)[[0, 0, -1, -1], [0, -1, 0, -1]]
    if corners.sum() >= 3:
        drawn &= ~white
    return colour_HW3[drawn]


def oklch(rgb_P3: NDArray[np.float32]) -> NDArray[np.float32]:
    """(P, 3) lightness in [0, 1], chroma and hue in degrees [0, 360) of sRGB in [0, 1]."""
    lab = oklab(rgb_P3)
    chroma = np.hypot(lab[:, 1], lab[:, 2])
    hue = np.degrees(np.arctan2(lab[:, 2], lab[:, 1])) % 360.0
    return np.stack([lab[:, 0], chroma, hue], axis=1).astype(np.float32)


def _hue_shares(lch_P3: NDArray[np.float32]) -> dict[str, float]:
    """Share of foreground pixels in [0, 1] by hue word; the shares sum to 1."""
    light, chroma, hue = lch_P3.T
    turned = np.where(hue < 12.0, hue + 360.0, hue)
    plain = chroma < ACHROMATIC
    names = np.full(len(light), "grey", dtype="<U6")
    for name, low, high in _HUE_BOUNDS:
        names[(turned >= low) & (turned < high)] = name
    names[(names == "red") & (light > 0.74) & (chroma < 0.16)] = "pink"
    names[(names == "pink") & (light < 0.55) & (turned < 340.0)] = "purple"
    names[np.isin(names, ("red", "orange", "yellow")) & (light < 0.58) & (chroma < 0.13)] = "brown"
    names[plain] = "grey"
    names[plain & (light > 0.93)] = "white"
    names[(light < 0.28) & (chroma < 0.08)] = "black"
    return {name: float(np.mean(names == name)) for name in HUES}


def measure_colours(image: Image) -> NDArray[np.float32]:
    """(F,) strength in [0, 1] of each word of ``WORDS``; all zero for an empty picture.

    Hue words are shares of the foreground; tone words are shares too, save ``colourful``, which
    is 1 from five hues of at least 8 % on.
    """
    rgb_P3 = foreground(image)
    if not len(rgb_P3):
        return np.zeros(len(WORDS), np.float32)
    lch_P3 = oklch(rgb_P3)
    light, chroma, hue = lch_P3.T
    shares = _hue_shares(lch_P3)
    coloured = chroma >= ACHROMATIC
    chromatic_hues = sum(
        shares[name] >= 0.08 for name in HUES if name not in ("black", "white", "grey")
    )
    warm = coloured & ((hue < 114.0) | (hue > 330.0))
    tones = {
        "pastel": np.mean((light > 0.76) & (chroma >= 0.02) & (chroma < 0.125)),
        "vivid": np.mean(chroma > 0.15),
        "dark": np.mean(light < 0.36),
        "light": np.mean(light > 0.86),
        "mono": np.mean(~coloured),
        "warm": np.mean(warm),
        "cold": np.mean(coloured & (hue > 165.0) & (hue < 300.0)),
        "colourful": min(1.0, chromatic_hues / 5.0),
    }
    return np.array([float({**shares, **tones}[word]) for word in WORDS], np.float32)


def salient(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """(…, F) how much a picture *is* of each word, in [0, 1]: hue shares count double, since a
    picture half pink is a pink picture; tones count as they are."""
    factor_F = np.array([2.0 if word in HUES else 1.0 for word in WORDS], np.float32)
    return np.asarray(np.minimum(1.0, colours * factor_F), np.float32)
