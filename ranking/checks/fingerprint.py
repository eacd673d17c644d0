"""Fingerprint: a picture reduced to what stays the same when it is only rescaled, reframed or
re-encoded.

Legend: T rows and columns of the thumbnail, 3 red green blue in [0, 1].
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ranking.looks import foreground
from ranking.pixels import read
from studio.recent import Recent

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PIL.Image import Image

VIEW = 128
THUMBNAIL = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """Shape and colour of one picture, cropped to the thing drawn."""

    bits: NDArray[np.bool_] = field(compare=False, repr=False)
    """(64,) perceptual hash of the lightness: the low frequencies of its cosine transform."""
    thumbnail_TT3: NDArray[np.float32] = field(compare=False, repr=False)
    """The picture on white."""


def fingerprint(image: Image) -> Fingerprint:
    """The fingerprint of a picture, RGB or RGBA, of any size."""
    import imagehash
    from PIL.Image import Resampling, fromarray

    pixels = read(image, VIEW)
    mask_HW = foreground(pixels)
    rows, columns = (np.flatnonzero(mask_HW.any(axis=axis)) for axis in (1, 0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    side = max(bottom - top, right - left)
    square_SS3 = np.ones((side, side, 3), np.float32)
    y, x = (side - (bottom - top)) // 2, (side - (right - left)) // 2
    square_SS3[y : y + bottom - top, x : x + right - left] = pixels.rgb_HW3[top:bottom, left:right]
    square = fromarray(np.round(square_SS3 * 255).astype(np.uint8))
    small = square.resize((THUMBNAIL, THUMBNAIL), Resampling.BOX)
    return Fingerprint(
        bits=np.asarray(imagehash.phash(small.convert("L")).hash, np.bool_).ravel(),
        thumbnail_TT3=np.asarray(small, np.float32) / np.float32(255),
    )


def hash_distance(a: Fingerprint, b: Fingerprint) -> int:
    """Bits of the perceptual hash that differ, 0 to 64."""
    return int(np.count_nonzero(a.bits != b.bits))


def colour_distance(a: Fingerprint, b: Fingerprint) -> float:
    """Mean absolute difference of the thumbnails, in [0, 1]."""
    return float(np.mean(np.abs(a.thumbnail_TT3 - b.thumbnail_TT3)))


class Fingerprints:
    """Fingerprints by digest of the picture, so that a history is read once."""

    def __init__(self, kept: int = 4096) -> None:
        self._known: Recent[str, Fingerprint] = Recent(kept)

    def __call__(self, digest: str, picture: Callable[[], Image]) -> Fingerprint:
        """The fingerprint of the picture that ``digest`` names, fetched when not known."""
        return self._known(digest, lambda: fingerprint(picture()))
