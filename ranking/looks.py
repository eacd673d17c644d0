"""Looks: how a picture looks, in plain statistics of colour and edge, without any encoder.

The judge of ``eval personalization``: it must not share a bias with the encoder that chose.

Legend: H rows, W columns, P foreground pixels, F look statistics, N pictures, C colour bins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ranking.pixels import Pixels, highest, read

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

    Numbers = NDArray[np.float64]
    Floats = NDArray[np.float32]
    Flags = NDArray[np.bool_]

SIDE = 64
"""Every picture is judged at this many pixels: so few that the resolution it was made at and a
decoder's grain hardly count (held-out art: .92 of looks told apart; blurred and noisy: .90)."""

_LUMA = np.array([0.299, 0.587, 0.114], np.float32)
_STEPS = 5
"""Colour levels a channel: C is 125."""
_EDGES = (0.0, 0.02, 0.04, 0.08, 0.16, 0.32, 10.0)
_CLIP = 4.0
"""Standard deviations beyond which a statistic says no more."""

LOOK_NAMES: tuple[str, ...] = (
    "mean lightness",
    "spread of lightness",
    "mean chroma",
    "spread of chroma",
    "mean saturation",
    "spread of saturation",
    "black strokes",
    "white",
    "covered",
    "outline",
    "dark outline",
    "outline lighter than body",
    *(f"gradient {low:.2f}" for low in _EDGES[:-1]),
    *(
        f"colour {red}{green}{blue}"
        for red in range(_STEPS)
        for green in range(_STEPS)
        for blue in range(_STEPS)
    ),
)
"""What each of the F statistics says, in order."""


def foreground(pixels: Pixels) -> Flags:
    """(H, W) True on the thing drawn: where it is opaque, else where it differs from its border.

    Everywhere, when next to nothing is found.
    """
    if pixels.transparent and pixels.alpha_HW.min() < 0.5:
        mask_HW = pixels.opaque
    else:
        rgb = pixels.rgb_HW3
        border = np.concatenate([rgb[0], rgb[-1], rgb[:, 0], rgb[:, -1]])
        mask_HW = highest(np.abs(rgb - np.median(border, axis=0))) > 0.08
    return mask_HW if mask_HW.mean() >= 0.005 else np.ones(mask_HW.shape, np.bool_)


def colour_shares(rgb_P3: Floats) -> Numbers:
    """(C,) share of each colour, each pixel spread over its eight nearest bins; sums to 1."""
    at_P3 = np.clip(rgb_P3, 0, 1) * (_STEPS - 1)
    low_P3 = np.minimum(at_P3.astype(np.int64), _STEPS - 2)
    part_P3 = at_P3 - low_P3
    shares_C = np.zeros(_STEPS**3)
    for corner in np.ndindex(2, 2, 2):
        weight_P = np.where(corner, part_P3, 1 - part_P3).prod(axis=1)
        bin_P = (low_P3 + corner) @ np.array([_STEPS * _STEPS, _STEPS, 1])
        shares_C += np.bincount(bin_P, weights=weight_P, minlength=_STEPS**3)
    return shares_C / max(1, len(rgb_P3))


def gradient(rgb_HW3: Floats) -> Floats:
    """(H, W) steepest colour step a pixel over the three channels, in [0, ~1.4]."""
    height, width = rgb_HW3.shape[:2]
    if min(height, width) < 2:  # a line of pixels: beside itself it has no step
        rgb_HW3 = np.pad(rgb_HW3, ((0, 1), (0, 1), (0, 0)), mode="edge")
    rows_HW3, columns_HW3 = np.gradient(rgb_HW3, axis=(0, 1))
    steep_HW: Floats = highest(np.hypot(rows_HW3, columns_HW3))
    return steep_HW[:height, :width]


def inner(mask_HW: Flags) -> Flags:
    """The mask without its outermost pixel."""
    padded = np.pad(mask_HW, 1)
    inside: Flags = mask_HW & padded[:-2, 1:-1] & padded[2:, 1:-1] & padded[1:-1, :-2]
    return inside & padded[1:-1, 2:]


def _mean(values_HW: Floats | Flags, mask_HW: Flags) -> float:
    return float(np.mean(values_HW[mask_HW])) if mask_HW.any() else 0.0


def look_statistics(image: Image) -> Numbers:
    """(F,) colour and edge statistics of the thing drawn; names in ``LOOK_NAMES``.

    Nothing learned: means, spreads and square roots of shares (Hellinger), over the foreground.
    """
    pixels = read(image, SIDE)
    mask_HW = foreground(pixels)
    rgb_P3 = pixels.rgb_HW3[mask_HW]
    light_HW = pixels.rgb_HW3 @ _LUMA
    light_P = light_HW[mask_HW]
    high_P = rgb_P3.max(axis=1)
    chroma_P = high_P - rgb_P3.min(axis=1)
    saturation_P = chroma_P / np.maximum(high_P, 0.05)
    inner_HW = inner(mask_HW)
    body_HW = inner(inner_HW)
    rim_HW = mask_HW & ~inner_HW
    steps_P = gradient(pixels.rgb_HW3)[body_HW if body_HW.any() else mask_HW]
    gradients = np.histogram(steps_P, bins=_EDGES)[0] / len(steps_P)
    return np.array(
        [
            light_P.mean(),
            light_P.std(),
            chroma_P.mean(),
            chroma_P.std(),
            saturation_P.mean(),
            saturation_P.std(),
            np.mean((light_P < 0.2) & (chroma_P < 0.2)),
            np.mean((light_P > 0.9) & (chroma_P < 0.1)),
            mask_HW.mean(),
            rim_HW.sum() / mask_HW.sum(),
            _mean(light_HW < 0.25, rim_HW),
            _mean(light_HW, inner_HW & ~body_HW) - _mean(light_HW, body_HW),
            *np.sqrt(gradients),
            *np.sqrt(colour_shares(rgb_P3)),
        ],
        dtype=np.float64,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What a difference in each statistic is worth, from the pictures of a catalogue."""

    mean_F: Numbers = field(compare=False, repr=False)
    std_F: Numbers = field(compare=False, repr=False)
    whiten_FF: Numbers = field(compare=False, repr=False)
    """Standardised statistics times this: 1 is one deviation within a look. Identity: no looks."""
    axes_FG: Numbers = field(compare=False, repr=False)
    """Whitened statistics times this: what tells looks apart (G is one less than the looks)."""

    def __call__(self, statistics_F: Numbers) -> Numbers:
        """(G,) or (N, G) of (F,) or (N, F) statistics: standardised, clipped at 4 deviations,
        whitened, along the axes.
        """
        standard_F = (statistics_F - self.mean_F) / self.std_F
        clipped_F = np.clip(standard_F, -_CLIP, _CLIP)
        scaled: Numbers = clipped_F @ self.whiten_FF @ self.axes_FG
        return scaled


def look_scale(statistics_NF: Numbers, looks: Sequence[str] = ()) -> Scale:
    """The scale of a catalogue.

    ``looks`` names the look of each picture: only what tells looks apart counts then, in deviations
    within a look (Fisher 1936, linear discriminants; covariance shrunk to the identity by
    F / (F + N), at least .05). What varies from picture to picture within a look, its subjects and
    their colours, lies mostly across these axes. Without looks each statistic counts by its
    deviation.
    """
    count, width = statistics_NF.shape
    mean_F = statistics_NF.mean(axis=0)
    std_F = statistics_NF.std(axis=0) + 1e-3
    identity_FF = np.eye(width)
    named = np.array(looks)
    if len(set(looks)) < 2:
        return Scale(mean_F=mean_F, std_F=std_F, whiten_FF=identity_FF, axes_FG=identity_FF)
    standard_NF = np.clip((statistics_NF - mean_F) / std_F, -_CLIP, _CLIP)
    within_NF = standard_NF.copy()
    for look in sorted(set(looks)):
        within_NF[named == look] -= standard_NF[named == look].mean(axis=0)
    shrink = max(0.05, width / (width + count))
    covariance_FF = (1 - shrink) * within_NF.T @ within_NF / count + shrink * identity_FF
    whiten_FF = np.linalg.cholesky(np.linalg.inv(covariance_FF))
    white_NF = standard_NF @ whiten_FF
    means_LF = np.stack([white_NF[named == look].mean(axis=0) for look in sorted(set(looks))])
    _, _, axes_LF = np.linalg.svd(means_LF - means_LF.mean(axis=0), full_matrices=False)
    axes_FG = axes_LF[: len(means_LF) - 1].T
    return Scale(mean_F=mean_F, std_F=std_F, whiten_FF=whiten_FF, axes_FG=axes_FG)


def look_distance(a_F: Numbers, b_F: Numbers, *, scale: Scale) -> float:
    """How far two looks (or mean looks) are apart: root mean square of the scaled differences."""
    return float(np.sqrt(np.mean((scale(a_F) - scale(b_F)) ** 2)))
