"""Real art in other colours, the colour named: what teaches "a blue cat" and recolouring.

Hues are turned so that the strongest becomes the colour named; art without colour (line art, a
grey elephant) is tinted. Legend: H rows, W columns, C channels.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.measures.colours import HUES
from recipes.corpus import Corpus, Pixels, kept_pixels

COLOURLESS = 0.12
"""Mean saturation of the drawn part below which a picture is tinted instead of turned."""
APART = 40.0
"""A new colour lies at least this far from the old one, in degrees."""


def recoloured_art(art: Corpus, count: int, *, seed: int = 0, cache: Path | None = None) -> Corpus:
    """`count` pictures of `art` in another colour, named first in the caption.

    Art whose caption or tags name a colour already is left out.
    """
    random = np.random.default_rng((seed, count))
    fit = [row for row in range(len(art)) if not _names_colour(art, row)]
    rows = np.sort(random.choice(fit, size=min(count, len(fit)), replace=False))
    angles = random.permutation(np.resize(list(HUES.values()), len(rows)))
    key = hashlib.sha256(rows.tobytes() + angles.tobytes() + str(len(art)).encode()).hexdigest()
    path = cache and cache / f"recoloured-{art.rgba_NHWC.shape[1]}-{key[:12]}.npy"

    found = [other_hue(art.rgba_NHWC[r], a) for r, a in zip(rows, angles, strict=True)]

    def made() -> Pixels:
        return np.stack(
            [turned(art.rgba_NHWC[r], *hues) for r, hues in zip(rows, found, strict=True)]
        )

    names = [_name(hue) for _, hue in found]
    return Corpus(
        rgba_NHWC=kept_pixels(path, made),
        captions=tuple(f"{n} {art.captions[r]}" for n, r in zip(names, rows, strict=True)),
        tags=tuple(art.tags[r] for r in rows),
        styles=tuple(art.styles[r] for r in rows),
        concepts=tuple(art.concepts[r] for r in rows),
        splits=tuple(art.splits[r] for r in rows),
    )


def other_hue(rgba_HWC: Pixels, wanted: float) -> tuple[float | None, float]:
    """The strongest hue now (None: the picture has no colour) and the new one, in degrees.

    The new one is `wanted`, or another colour's where the picture has that one already.
    """
    hue, saturation, value = _hsv(rgba_HWC)
    alpha = rgba_HWC[..., 3] / np.float32(255)
    weight = saturation * value * alpha
    if weight.sum() < COLOURLESS * max(float(alpha.sum()), 1.0):
        return None, wanted
    strongest = dominant(hue, weight)
    if apart(strongest, wanted) < APART:
        wheel = list(HUES.values())
        wanted = wheel[(wheel.index(wanted) + 3) % len(wheel)]
    return strongest, wanted


def turned(rgba_HWC: Pixels, old: float | None, new: float) -> Pixels:
    """The picture with hues turned from `old` to `new` degrees, or tinted where `old` is None."""
    hue, saturation, value = _hsv(rgba_HWC)
    if old is None:
        hue = np.full_like(hue, new)
        saturation, value = np.maximum(saturation, 0.75), 0.55 * value + 0.42
    else:
        hue = (hue + new - old) % 360
    hsv = np.stack([hue * (255 / 360), saturation * 255, value * 255], -1)
    picture = Image.fromarray(hsv.round().clip(0, 255).astype(np.uint8), "HSV")
    return np.concatenate([np.asarray(picture.convert("RGB")), rgba_HWC[..., 3:]], -1)


def dominant(hue_HW: npt.NDArray[np.floating], weight_HW: npt.NDArray[np.floating]) -> float:
    """The strongest hue in degrees: the peak of a weighted, smoothed histogram of 36 bins."""
    counts, _ = np.histogram(hue_HW, bins=36, range=(0, 360), weights=weight_HW)
    smooth = counts + 0.5 * (np.roll(counts, 1) + np.roll(counts, -1))
    return float(smooth.argmax() * 10 + 5)


def apart(one: float, other: float) -> float:
    """The angle between two hues, 0…180 degrees."""
    return abs((one - other + 180) % 360 - 180)


def _name(angle: float) -> str:
    return min(HUES, key=lambda name: apart(HUES[name], angle))


def _names_colour(art: Corpus, row: int) -> bool:
    words = set(" ".join((art.captions[row], *art.tags[row])).lower().split())
    return bool(words & {*HUES, "black", "white", "brown", "grey", "gray"})


def _hsv(rgba_HWC: Pixels) -> tuple[npt.NDArray[np.floating], ...]:
    """Hue in degrees, saturation and value in 0…1, each H×W."""
    picture = Image.fromarray(np.ascontiguousarray(rgba_HWC[..., :3]), "RGB").convert("HSV")
    hsv = np.asarray(picture, np.float32) / 255
    return hsv[..., 0] * 360, hsv[..., 1], hsv[..., 2]
