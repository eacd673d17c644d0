"""Enlarge: small pictures made large, their edges kept.

Colours and alpha go apart. Colours are carried a little way into the clear, so that no ground shows
at the edge, and resized as bytes, ten times as fast as floats. Alpha stays in floats: one rounding
of it would become several levels where its edge is made steep.
Legend: H × W pixels, alpha straight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from generators.finish.pixels import Pixels

    Bytes = NDArray[np.uint8]

REACH = 2
"""Pixels that colours are carried into the clear: as far as bicubic looks."""
SURE = 0.5
"""Alpha from which a pixel's colour is its own; below it is mixed with that of its neighbours."""


def enlarged(rgba_HW4: Pixels, height: int, width: int, *, steepness: float = 1) -> Bytes:
    """(height, width, 4) bytes, bicubic; alpha made so many times as steep about one half.

    For enlarging: where a picture shrinks, ``generators.finish.pixels.resized`` is exact at edges.
    """
    import numpy as np
    import torch

    picture_HW4 = torch.from_numpy(np.ascontiguousarray(rgba_HW4))
    bytes_HW4 = carried(picture_HW4).clamp_(0, 1).mul_(255).add_(0.5).to(torch.uint8)
    size = (height, width)
    made_14HW = torch.nn.functional.interpolate(
        bytes_HW4[None].permute(0, 3, 1, 2), size=size, mode="bicubic", antialias=True
    )
    alpha_HW = torch.nn.functional.interpolate(
        picture_HW4[None, None, ..., 3], size=size, mode="bicubic", antialias=True
    )[0, 0]
    steep_HW = alpha_HW.sub_(0.5).mul_(255 * steepness).add_(127.5 + 0.5).clamp_(0, 255.5)
    made_HW4: Bytes = np.ascontiguousarray(made_14HW[0].permute(1, 2, 0).numpy())
    made_HW4[..., 3] = steep_HW.to(torch.uint8).numpy()
    return made_HW4


def carried(rgba_HW4: Tensor) -> Tensor:
    """(H, W, 4) with colours carried into the clear; alpha as it is.

    A pixel that is hardly there takes the mean of what lies ``REACH`` pixels around it, weighted by
    alpha; white where there is nothing.
    """
    import torch

    alpha_HW1 = rgba_HW4[..., 3:]
    weighted_HW4 = torch.cat([rgba_HW4[..., :3] * alpha_HW1, alpha_HW1], dim=2)
    box = torch.ones(4, 1, 2 * REACH + 1, 2 * REACH + 1)
    near_HW4 = torch.nn.functional.conv2d(
        weighted_HW4[None].permute(0, 3, 1, 2), box, padding=REACH, groups=4
    )[0].permute(1, 2, 0)
    there_HW1 = near_HW4[..., 3:]
    near_HW3 = (near_HW4[..., :3] / there_HW1.clamp_min(1e-6)).clamp_(0, 1)
    near_HW3.masked_fill_(there_HW1 < 1e-3, 1)
    sure_HW1 = (alpha_HW1 / SURE).clamp_(0, 1)
    return torch.cat([torch.lerp(near_HW3, rgba_HW4[..., :3], sure_HW1), alpha_HW1], dim=2)
