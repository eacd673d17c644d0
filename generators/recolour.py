"""Recolour: a picture in other colours, every line where it was.

What is coloured is parted into a few colours; each goes to one of a palette and takes its shades
along (palette-based recolouring, Chang et al., ACM ToG 34(4), 2015, here with whole colours moved
in OKLab). Black and white stay, and grey where there are colours: outlines, eyes and gleams keep a
picture legible.

Legend: S pixels, P different colours among them, K colours the picture is parted into, L of the
palette; colours are OKLab.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from studio.colours import MOST, coloured, drawn_pixels, far, lab_of, oklab, parted, srgb, telling

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.colours import Colours
    from studio.guidance import Guidance
    from studio.parts import Parts

ALIKE = 0.17
"""Distance below which two colours of a picture are one."""
SHADE = 0.4
"""What lightness weighs beside hue and chroma: shades of one colour are one colour."""
ORDER, SIZE = 0.3, 0.2
"""What places from dark to light, and shares, weigh beside colours when a palette is dealt out."""
PALE = 0.8
"""Lightness above which a faint colour is nearly white."""
CHANCE = 0.35
"""The most that chance weighs there."""
FULL = 10.0
"""More than all of that together."""


def recolours(parts: Parts) -> bool:
    """Whether pictures are recoloured: as ``[options.generators.edit] recolour`` says, else by the
    bundled model, which smears where it changes look and colours at once, where no strength is
    asked for."""
    options = parts.config.options.get("generators.edit", {})
    fixed = options.get("strength") or options.get("restyle_strength")
    is_bundled = (parts.config.editor or parts.config.backbone) == "bundled"
    return bool(options.get("recolour", is_bundled and not fixed))


def toning(guidance: Guidance, *, recolour: bool) -> float:
    """How far colours move for a person, in [0, 1]; 0 where pictures are not recoloured."""
    return min(1.0, guidance.personalization) if recolour and guidance.colours else 0.0


def recoloured(
    image: Image.Image,
    palette: Sequence[tuple[str, float]],
    *,
    strength: float = 1.0,
    seed: int = 0,
) -> Image.Image:
    """The picture, RGBA, in the palette ("#rrggbb" and its share); alpha as it was.

    ``strength`` in [0, 1]: how far colours move. ``seed``, 0 or more: another deals the palette
    out otherwise. A picture of black and white alone stays as it is.
    """
    small_P3 = oklab(drawn_pixels(image))
    told = telling(small_P3, np.ones(len(small_P3), np.float32))
    own_K3, own_K = parted(small_P3, told(small_P3), MOST, alike=ALIKE, shade=SHADE)
    if not len(own_K3) or not palette:
        return image.convert("RGBA")
    wanted_L3 = np.stack([lab_of(colour) for colour, _ in palette])
    shares_L = np.array([share for _, share in palette], np.float32)
    cost_KL = _cost(own_K3, own_K, wanted_L3, shares_L)
    cost_KL += np.random.default_rng(seed).uniform(0, CHANCE, cost_KL.shape)
    dealt_K3 = _legible(own_K3, own_K, wanted_L3, np.array(_dealt(cost_KL)))
    if told is coloured:  # what is nearly white stays so, with no edge between white and nearly
        dealt_K3 = own_K3 + (dealt_K3 - own_K3) * np.where(
            own_K3[:, :1] > PALE, ((_chroma(own_K3) - 0.03) / 0.04).clip(0, 1), 1
        )
    rgba_HW4 = np.array(image.convert("RGBA"))
    shown_HW = rgba_HW4[..., 3] > 0
    rgb_P3, place_S = _told_apart(rgba_HW4[shown_HW])
    lab_P3 = oklab(rgb_P3)
    near_PK = np.asarray(1 / (far(lab_P3, own_K3, SHADE) ** 4 + 1e-6), np.float32)
    near_PK /= near_PK.sum(axis=1, keepdims=True)
    from_P3, to_P3 = near_PK @ own_K3, near_PK @ dealt_K3
    shade_P3 = lab_P3 - from_P3  # goes along, with no more colour than the new colour has
    pale_P1 = _chroma(to_P3) / np.maximum(_chroma(from_P3), 1e-3)
    shade_P3[:, 1:] *= np.minimum(1, pale_P1)
    share_P1 = strength * told(lab_P3)[:, None]
    moved_P3 = srgb((lab_P3 + share_P1 * (to_P3 + shade_P3 - lab_P3)).astype(np.float32))
    rgba_HW4[shown_HW, :3] = (moved_P3 * 255).round().astype(np.uint8)[place_S]
    return Image.fromarray(rgba_HW4, "RGBA")


def _told_apart(rgba_S4: NDArray[np.uint8]) -> tuple[Colours, NDArray[np.int64]]:
    """(P, 3) the different sRGB colours of S pixels, in [0, 1], and (S,) which of them each has."""
    wide_S3 = rgba_S4[:, :3].astype(np.int64)
    code_P, place_S = np.unique(wide_S3 @ np.array([65536, 256, 1]), return_inverse=True)
    rgb_P3 = np.stack([code_P >> 16, code_P >> 8 & 255, code_P & 255], axis=1)
    return np.asarray(rgb_P3 / 255, np.float32), place_S


def _chroma(lab_P3: Colours) -> Colours:
    """(P, 1)."""
    return np.asarray(np.hypot(lab_P3[:, 1:2], lab_P3[:, 2:3]), np.float32)


def _cost(own_K3: Colours, own_K: Colours, wanted_L3: Colours, shares_L: Colours) -> Colours:
    """(K, L): what speaks against giving each colour of the picture each of the palette."""
    order_KL = np.abs(_places(own_K3[:, 0])[:, None] - _places(wanted_L3[:, 0])[None])
    size_KL = np.abs(own_K[:, None] - shares_L[None])
    return far(own_K3, wanted_L3, SHADE) + ORDER * order_KL + SIZE * size_KL


def _dealt(cost_KL: Colours) -> list[int]:
    """For each colour of the picture the one of the palette that it becomes; none becomes two's
    before all have been dealt out."""
    from scipy.optimize import linear_sum_assignment

    own, wanted = cost_KL.shape
    rounds = -(-own // wanted)
    _, columns = linear_sum_assignment(
        np.concatenate([cost_KL + again * FULL for again in range(rounds)], axis=1)
    )
    return [int(column) % wanted for column in columns]


def _legible(
    own_K3: Colours, own_K: Colours, wanted_L3: Colours, dealt_K: NDArray[np.int64]
) -> Colours:
    """(K, 3): the colour dealt to each; those dealt the same one keep their own lightness beside
    the largest of them, else what they draw would vanish."""
    dealt_K3 = wanted_L3[dealt_K].copy()
    for one in np.unique(dealt_K):
        rows = np.flatnonzero(dealt_K == one)
        lead = rows[own_K[rows].argmax()]
        own = rows[rows != lead]
        dealt_K3[own, 0] = (dealt_K3[own, 0] + own_K3[own, 0] - own_K3[lead, 0]).clip(0.25, 0.95)
    return dealt_K3


def _places(light_K: Colours) -> Colours:
    """Where each stands from the darkest, 0, to the lightest, 1; a half where there is but one."""
    if len(light_K) == 1:
        return np.full(1, 0.5, np.float32)
    return np.asarray(light_K.argsort().argsort() / (len(light_K) - 1), np.float32)
