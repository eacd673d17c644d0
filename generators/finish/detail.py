"""Detail: what was remade small, made large along the lines of its large source.

A bundled generator remakes a picture at 128 px and leaves its shapes where they were. So every
pixel of the large picture is taken to be an affine function of the source there, the same all
around it: of its colour, its alpha, and how much of an edge it is, which lets an outline be put on
or taken off (guided filter, He, Sun and Tang 2013, eq. 11 to 16, with the coefficients found small
and used large, arXiv 1505.00996). What is blurred or blotched without a line in the source to
explain it evens out; every edge is as sharp as the source's.
Legend: H × W pixels of the large picture, h × w of the small one, G guides, C channels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

    from generators.finish.pixels import Pixels

REACH = 4
"""Small pixels on each side over which one affine function is fitted."""
NEW = (0.14, 0.3)
"""Mean difference of the made picture from the small one, over five small pixels, from which the
small one's own drawing begins to count, and counts alone."""
EVEN = 1e-3
"""Added to the variance of each guide: what varies less than this is taken for nothing."""
BLUR = 1 / 192
"""Standard deviation, in widths of the picture, of the blur whose slope is an edge."""
EDGE = 2.0
"""An edge is the tanh of the slope, times this."""
SOLID = 2.0
"""How much steeper alpha is made: the source's from one half on, the small picture's about it."""


def detailed(rgb_hw3: Pixels, alpha_hw1: Pixels, source_HW4: Pixels) -> Pixels:
    """(H, W, 4): the small picture, on white, with its own alpha, in the detail of the source.

    Alpha straight. What is solid in the source stays so: white within an outline that the small
    picture has lost is no hole. Small and large picture must show the same square.
    """
    import numpy as np
    import torch

    source = torch.from_numpy(np.ascontiguousarray(source_HW4.transpose(2, 0, 1)))[None]
    small = torch.from_numpy(
        np.ascontiguousarray(np.concatenate([rgb_hw3, alpha_hw1], 2).transpose(2, 0, 1))
    )[None]
    with torch.inference_mode():
        made_CHW = _mended(_joint(small, guides(source)), small)[0]
        given_1HW = source[0, 3:]
        solid_1HW = ((given_1HW - 0.5) * SOLID).clamp(0, 1)
        alpha_1HW = ((made_CHW[3:] - 0.5) * SOLID + 0.5).clamp(0, 1).maximum(solid_1HW)
        colour_3HW = 1 - (1 - made_CHW[:3]) / alpha_1HW.clamp_min(0.05)
        rgba = torch.cat([colour_3HW.clamp(0, 1).masked_fill(alpha_1HW == 0, 1), alpha_1HW])
    result: Pixels = rgba.permute(1, 2, 0).contiguous().numpy()
    return result


def _mended(made_1CHW: Tensor, small_1Chw: Tensor) -> Tensor:
    """With what is plainly otherwise in the small picture, as a new mouth, taken from there."""
    from torch.nn import functional as fn

    back = fn.interpolate(made_1CHW, size=small_1Chw.shape[2:], mode="area")
    off = (back - small_1Chw)[:, :3].abs().amax(1, keepdim=True)
    wide = fn.max_pool2d(fn.avg_pool2d(off, 5, 1, 2), 5, 1, 2)
    share = _filtered((wide - NEW[0]) / (NEW[1] - NEW[0]), wide.new_full((5,), 0.2)).clamp(0, 1)
    size = made_1CHW.shape[2:]
    plain = fn.interpolate(small_1Chw, size=size, mode="bicubic", antialias=True).clamp(0, 1)
    return made_1CHW.lerp(plain, fn.interpolate(share, size=size, mode="bilinear"))


def guides(source_14HW: Tensor) -> Tensor:
    """1×G×H×W: colour on white, alpha, and edge in [0, 1]."""
    import torch

    alpha = source_14HW[:, 3:]
    white = source_14HW[:, :3] * alpha + 1 - alpha
    return torch.cat([white, alpha, edges(white)], 1)


def edges(picture_13HW: Tensor) -> Tensor:
    """1×1×H×W: the slope of the blurred picture, 0 where it is even, towards 1 at an edge.

    Found at half the size, since it is smooth.
    """
    from torch.nn import functional as fn

    half = fn.avg_pool2d(picture_13HW, 2)
    deviation = BLUR * half.shape[-1]
    soft = fn.pad(_blurred(half, deviation), (1, 1, 1, 1), mode="replicate")
    across = soft[..., 1:-1, 2:] - soft[..., 1:-1, :-2]
    down = soft[..., 2:, 1:-1] - soft[..., :-2, 1:-1]
    slope = (across.square() + down.square()).sum(1, keepdim=True).sqrt() * deviation
    return fn.interpolate((EDGE * slope).tanh(), size=picture_13HW.shape[2:], mode="bilinear")


def _blurred(picture_1CHW: Tensor, deviation: float) -> Tensor:
    """Gaussian, to three deviations."""
    import torch

    reach = round(3 * deviation)
    weights = torch.exp(-torch.arange(-reach, reach + 1).square() / (2 * deviation**2))
    return _filtered(picture_1CHW, weights / weights.sum())


def _filtered(picture_1CHW: Tensor, weights: Tensor) -> Tensor:
    """By these weights along rows and then columns; what lies beyond is as the rim is."""
    from torch.nn import functional as fn

    channels = picture_1CHW.shape[1]
    row = weights.expand(channels, 1, 1, -1)
    padded = fn.pad(picture_1CHW, (len(weights) // 2,) * 4, mode="replicate")
    return fn.conv2d(fn.conv2d(padded, row, groups=channels), row.mT, groups=channels)


def _joint(small_1Chw: Tensor, guide_1GHW: Tensor) -> Tensor:
    """1×C×H×W: the small picture by the guides, affine in them, the functions fitted small."""
    import torch
    from torch.nn import functional as fn

    size, count = small_1Chw.shape[2:], guide_1GHW.shape[1]
    guide_Ghw, own_Chw = fn.interpolate(guide_1GHW, size=size, mode="area")[0], small_1Chw[0]
    values = torch.cat([guide_Ghw, own_Chw])
    mean = _box(values)
    pairs = [(i, j) for i in range(count) for j in range(i, len(values))]
    one, other = (torch.tensor(side) for side in zip(*pairs, strict=True))
    shared = _box(values[one] * values[other]) - mean[one] * mean[other]
    table = torch.zeros(*size, count, len(values))
    for place, (i, j) in enumerate(pairs):
        table[..., i, j] = shared[place]
        if j < count:
            table[..., j, i] = shared[place]
    spread_hwGG = table[..., :count] + EVEN * torch.eye(count)
    slope_hwGC = torch.cholesky_solve(table[..., count:], torch.linalg.cholesky(spread_hwGG))
    slope_GChw = slope_hwGC.permute(2, 3, 0, 1)
    rest_Chw = mean[count:] - (slope_GChw * mean[:count, None]).sum(0)
    found = _box(torch.cat([slope_GChw.flatten(0, 1), rest_Chw]))
    large = fn.interpolate(found[None], size=guide_1GHW.shape[2:], mode="bilinear")[0]
    parts = large.unflatten(0, (count + 1, len(own_Chw)))
    made = parts[count]
    for place in range(count):
        made = made.addcmul(parts[place], guide_1GHW[0, place])
    return made[None]


def _box(values_Khw: Tensor) -> Tensor:
    """Means over the squares of ``REACH`` around each pixel."""
    import torch

    width = 2 * REACH + 1
    return _filtered(values_Khw[None], torch.full((width,), 1 / width))[0]
