"""The strongest colour of a thing, in a word, read from pixels.

The rule reads OKLCh hues (``preference.palette``); training art was recoloured by HSV hues, so the
rule has a ceiling of its own: ``ceiling`` measures it on real art turned to the colour named.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

    from ranking.judges.art import Art

HUES = {
    "red": 0.0,
    "orange": 28.0,
    "yellow": 52.0,
    "green": 120.0,
    "teal": 176.0,
    "blue": 218.0,
    "purple": 275.0,
    "pink": 330.0,
}
"""HSV hue in degrees that each word is taken for."""
LEAST = 0.05
"""Share of the thing below which no colour is named."""


def colour_word(image: Image) -> str:
    """The hue word that covers most of the thing; brown counts as orange; "" where none does."""
    from preference.palette import WORDS, measure_colours

    share = dict(zip(WORDS, measure_colours(image).tolist(), strict=True))
    share["orange"] += share.get("brown", 0.0)
    best = max(HUES, key=lambda word: share[word])
    return best if share[best] >= LEAST else ""


def turned(image: Image, word: str) -> Image:
    """The picture with its strongest hue turned to the word's, or tinted where it has none."""
    from PIL import Image as Pictures

    rgba = image.convert("RGBA")
    hsv = np.asarray(rgba.convert("RGB").convert("HSV"), np.float32)
    hue, saturation, value = (hsv[..., at] for at in range(3))
    weight = saturation * value * np.asarray(rgba.getchannel("A"), np.float32)
    counts, _ = np.histogram(hue, bins=36, range=(0, 256), weights=weight)
    strongest = (int(counts.argmax()) + 0.5) * 256 / 36
    wanted = HUES[word] * 256 / 360
    if saturation[np.asarray(rgba.getchannel("A")) > 127].mean() < 30:
        hue, saturation = np.full_like(hue, wanted), np.maximum(saturation, 190)
        value = 0.55 * value + 107
    else:
        hue = (hue + wanted - strongest) % 256
    made = np.stack([hue, saturation, value], -1).round().clip(0, 255).astype(np.uint8)
    rgb = Pictures.fromarray(made, "HSV").convert("RGB")
    rgb.putalpha(rgba.getchannel("A"))
    return rgb


def ceiling(art: Art, rows: Sequence[int], words: Sequence[str]) -> float | None:
    """Share of art turned to a colour that the rule reads that colour of; None of no rows."""
    right = [
        colour_word(turned(art.picture(row), words[at % len(words)])) == words[at % len(words)]
        for at, row in enumerate(rows)
    ]
    return round(float(np.mean(right)), 4) if right else None
