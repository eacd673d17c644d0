"""Colours: OKLab, and the few colours that pictures are made of.

Legend: P pixels, K colours; all float32.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import numpy as np

from studio.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Colours = NDArray[np.float32]

SIDE = 64
"""Pixels a side at which colours are counted."""
PLAIN = 0.06
"""How far the pixels of a plain ground lie apart at most, in each channel."""
MOST = 5
"""Colours a picture is parted into."""
GREY = (0.03, 0.07)
"""Chroma below which a pixel is grey, and above which it is wholly coloured."""
DARK = (0.22, 0.34)
"""Lightness below which a pixel counts as black whatever its chroma, and above which it does not:
a cartoon's outline is seldom quite black."""
GREYS = (0.3, 0.93)
"""Lightness between which grey counts as a colour where there is no other."""
COLOURED = 0.15
"""Share of what is drawn that is coloured, below which there is no other."""
APART = 0.07
"""Distance below which two colours of a palette are one."""
ROUNDS = 12
MERGED = 0.8
"""Share of that distance below which two centres become one."""
LEAST = 0.01
"""Share of the pixels below which a colour is left out."""
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)


def oklab(rgb_P3: Colours) -> Colours:
    """(P, 3) OKLab (B. Ottosson 2020) of sRGB in [0, 1]."""
    linear = np.where(rgb_P3 <= 0.04045, rgb_P3 / 12.92, ((rgb_P3 + 0.055) / 1.055) ** 2.4)
    found: Colours = (np.cbrt(linear.astype(np.float32) @ _TO_LMS.T) @ _TO_LAB.T).astype(np.float32)
    return found


def srgb(lab_P3: Colours) -> Colours:
    """(P, 3) sRGB in [0, 1] of OKLab; what no screen shows is cut off."""
    linear = (lab_P3 @ np.linalg.inv(_TO_LAB).T) ** 3 @ np.linalg.inv(_TO_LMS).T
    linear = linear.clip(0, 1)
    bent = 1.055 * linear ** (1 / 2.4) - 0.055
    rgb_P3 = np.where(linear <= 0.0031308, linear * 12.92, bent).clip(0, 1)
    return np.asarray(rgb_P3, np.float32)


def palette_of(pictures: Iterable[Colours], *, most: int = MOST) -> tuple[tuple[str, float], ...]:
    """The few colours that pictures share, as "#rrggbb" with their share of all, most first.

    A picture as ``drawn_pixels`` gives it, (P, 3); each counts as much, grey ones give greys. Empty
    where nothing is drawn.
    """
    samples, weights = [], []
    for rgb_P3 in pictures:
        if len(rgb_P3):
            samples.append(oklab(rgb_P3))
            weights.append(np.full(len(rgb_P3), 1 / len(rgb_P3), np.float32))
    if not samples:
        return ()
    lab_P3, weight_P = np.concatenate(samples), np.concatenate(weights)
    told_P = telling(lab_P3, weight_P)(lab_P3)
    centre_K3, share_K = parted(lab_P3, weight_P * told_P, most, alike=APART, shade=1.0)
    found = [
        ("#" + bytes((rgb_3 * 255).round().astype(np.uint8)).hex(), round(float(share), 4))
        for rgb_3, share in zip(srgb(centre_K3), share_K, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: (-one[1], one[0])))


def lab_of(colour: str) -> Colours:
    """(3,) OKLab of "#rrggbb"; InputError for anything else."""
    if not re.fullmatch("#[0-9a-f]{6}", colour):
        raise InputError(f"a colour is written #rrggbb, not {colour!r}")
    rgb_13 = np.frombuffer(bytes.fromhex(colour.removeprefix("#")), np.uint8)[None] / 255
    found_3: Colours = oklab(rgb_13.astype(np.float32))[0]
    return found_3


def drawn_pixels(image: Image, *, side: int = SIDE) -> Colours:
    """(P, 3) sRGB in [0, 1] of what is drawn, seen ``side`` pixels large: the opaque pixels, and of
    a picture that is all opaque those unlike its corners where these are alike."""
    rgba = image.copy()
    rgba.thumbnail((side, side))
    rgba_HW4 = np.asarray(rgba.convert("RGBA"), np.float32) / 255
    drawn_HW = rgba_HW4[..., 3] > 0.5
    corners_43 = rgba_HW4[[0, 0, -1, -1], [0, -1, 0, -1], :3]
    if drawn_HW.all() and np.ptp(corners_43, axis=0).max() < PLAIN:
        drawn_HW = np.abs(rgba_HW4[..., :3] - corners_43.mean(0)).max(-1) > PLAIN
    return np.asarray(rgba_HW4[drawn_HW, :3], np.float32)


def coloured(lab_P3: Colours) -> Colours:
    """(P,) in [0, 1]: how much each is a colour, neither grey nor nearly black."""
    chroma_P = np.hypot(lab_P3[:, 1], lab_P3[:, 2])
    grey_P, dark_P = (
        ((values_P - low) / (high - low)).clip(0, 1)
        for values_P, (low, high) in ((chroma_P, GREY), (lab_P3[:, 0], DARK))
    )
    return np.asarray(grey_P * dark_P, np.float32)


def greys(lab_P3: Colours) -> Colours:
    """(P,) in [0, 1]: how much each is neither black nor white."""
    low, high = GREYS
    light_P = lab_P3[:, 0]
    inside_P = np.minimum((light_P - low) / 0.1, (high - light_P) / 0.05)
    return np.asarray(inside_P.clip(0, 1), np.float32)


def telling(lab_P3: Colours, weight_P: Colours) -> Callable[[Colours], Colours]:
    """``coloured``, or ``greys`` for pixels that have hardly a colour; weights of any scale."""
    few = (coloured(lab_P3) * weight_P).sum() < COLOURED * weight_P.sum()
    return greys if few else coloured


def far(lab_P3: Colours, centre_K3: Colours, shade: float) -> Colours:
    """(P, K) distances, lightness counting ``shade``."""
    scale_3 = np.array([shade, 1, 1], np.float32)
    found: Colours = np.linalg.norm((lab_P3[:, None] - centre_K3[None]) * scale_3, axis=2)
    return found


def parted(
    lab_P3: Colours, weight_P: Colours, most: int, *, alike: float, shade: float
) -> tuple[Colours, Colours]:
    """(K, 3) colours that part the pixels, and the (K,) share of each; K at most ``most``.

    k-means begun at what is farthest from all before it, so nothing is left to chance.
    """
    if weight_P.sum() <= 0:
        return np.zeros((0, 3), np.float32), np.zeros(0, np.float32)
    lab_P3, weight_P = lab_P3[weight_P > 0], weight_P[weight_P > 0]
    mean_13 = np.average(lab_P3, axis=0, weights=weight_P)[None]
    centre_K3 = lab_P3[[int(far(lab_P3, mean_13, shade).argmin())]]
    while len(centre_K3) < most:
        far_P = far(lab_P3, centre_K3, shade).min(1)
        if far_P.max() < alike:
            break
        farthest = int((np.where(far_P < alike, 0, far_P) * weight_P**0.5).argmax())
        centre_K3 = np.concatenate([centre_K3, lab_P3[[farthest]]])
    for _ in range(ROUNDS):
        nearest_P, mass_K = _nearest(lab_P3, weight_P, centre_K3, shade)
        for k in np.flatnonzero(mass_K):
            own_P = nearest_P == k
            centre_K3[k] = np.average(lab_P3[own_P], axis=0, weights=weight_P[own_P])
        gap_KK = far(centre_K3, centre_K3, shade) + np.where(np.eye(len(centre_K3)), np.inf, 0)
        if gap_KK.min() < MERGED * alike:  # shades of one colour: one centre, or they fray
            one, other = divmod(int(gap_KK.argmin()), len(centre_K3))
            both = mass_K[[one, other]] + 1e-9
            centre_K3[one] = np.average(centre_K3[[one, other]], axis=0, weights=both)
            centre_K3 = np.delete(centre_K3, other, axis=0)
    _, mass_K = _nearest(lab_P3, weight_P, centre_K3, shade)
    kept_K = mass_K > LEAST * mass_K.sum()
    share_K = (mass_K[kept_K] / mass_K[kept_K].sum()).astype(np.float32)
    return centre_K3[kept_K].astype(np.float32), share_K


def _nearest(
    lab_P3: Colours, weight_P: Colours, centre_K3: Colours, shade: float
) -> tuple[NDArray[np.int64], Colours]:
    """(P,) the centre nearest to each pixel, and the (K,) weight of each centre's pixels."""
    nearest_P = far(lab_P3, centre_K3, shade).argmin(1)
    mass_K = np.bincount(nearest_P, weights=weight_P, minlength=len(centre_K3))
    return nearest_P, mass_K.astype(np.float32)
