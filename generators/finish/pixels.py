"""Pixels: pictures as float32 arrays, so that nothing is rounded before the very end.

A difference of one part in a million (what lay beside a picture in its batch) then stays one, and
the finished bytes differ by 1/255 at most. Legend: H × W pixels, 1, 3 or 4 channels in [0, 1],
alpha straight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    Pixels = NDArray[np.float32]


def pixels_of(image: Image, mode: str) -> Pixels:
    """(H, W, C) of a picture, converted to mode L, RGB or RGBA first."""
    import numpy as np

    values: Pixels = np.asarray(image.convert(mode), dtype=np.float32) / np.float32(255)
    return values[..., None] if values.ndim == 2 else values


def picture_of(values_HWC: Pixels) -> Image:
    """The picture, L, RGB or RGBA by its channels, rounded to 8 bits."""
    from PIL import Image as Pictures

    bytes_HWC = bytes_of(values_HWC)
    return Pictures.fromarray(bytes_HWC[..., 0] if bytes_HWC.shape[2] == 1 else bytes_HWC)


def bytes_of(values_HWC: Pixels) -> NDArray[np.uint8]:
    """(H, W, C), rounded to 8 bits."""
    import numpy as np

    made: NDArray[np.uint8] = (
        np.clip(values_HWC, 0, 1) * np.float32(255) + np.float32(0.5)
    ).astype(np.uint8)
    return made


def resized(values_HWC: Pixels, height: int, width: int) -> Pixels:
    """Bicubic, smoothed when it shrinks; colours weighted by alpha where there is one.

    As it is where the size is right. Colours of wholly clear pixels become white.
    """
    import numpy as np
    import torch

    if values_HWC.shape[:2] == (height, width):
        return values_HWC
    has_alpha = values_HWC.shape[2] == 4
    given = values_HWC.transpose(2, 0, 1).copy()
    if has_alpha:
        given[:3] *= given[3:]
    made = torch.nn.functional.interpolate(
        torch.from_numpy(given)[None], size=(height, width), mode="bicubic", antialias=True
    )[0].clamp_(0, 1)
    if has_alpha:
        colours, alpha = made[:3], made[3:]
        colours /= alpha.clamp_min(1e-3)
        colours.clamp_(0, 1).masked_fill_(alpha == 0, 1)
    result: Pixels = np.ascontiguousarray(made.permute(1, 2, 0).numpy())
    return result


def frame(height: int, width: int, side: int, *, grid: int = 0) -> tuple[int, int, int, int]:
    """Top, bottom, left and right of a picture that is scaled to fit ``side`` pixels square.

    ``grid``: as it lies on so many pixels, enlarged.
    """
    grid = grid or side
    scale = grid / max(height, width)
    tall, wide = max(1, round(height * scale)), max(1, round(width * scale))
    top, left = (grid - tall) // 2, (grid - wide) // 2
    top, bottom, left, right = (
        round(edge * side / grid) for edge in (top, top + tall, left, left + wide)
    )
    return top, bottom, left, right


def letterboxed(values_HWC: Pixels, side: int, *, ground: float) -> Pixels:
    """``side`` pixels square: the whole picture, scaled to fit; beside it ``ground``, alpha 0."""
    height, width, _ = values_HWC.shape
    return framed(values_HWC, frame(height, width, side), side, ground=ground)


def framed(
    values_HWC: Pixels, place: tuple[int, int, int, int], side: int, *, ground: float
) -> Pixels:
    """``side`` pixels square: the picture from top to bottom and left to right of ``place``; beside
    it ``ground``, alpha 0."""
    import numpy as np

    top, bottom, left, right = place
    part = resized(values_HWC, bottom - top, right - left)
    if part.shape[:2] == (side, side):
        return part.copy()
    square = np.full((side, side, part.shape[2]), ground, np.float32)
    if part.shape[2] == 4:
        square[..., 3] = 0
    square[top:bottom, left:right] = part
    return square


def over_white(rgba_HW4: Pixels) -> Pixels:
    """(H, W, 3): the picture as it looks on white."""
    alpha_HW1 = rgba_HW4[..., 3:]
    made: Pixels = rgba_HW4[..., :3] * alpha_HW1 + (1 - alpha_HW1)
    return made


def sound(values_BHWC: Pixels) -> list[Pixels]:
    """The pictures of a batch, each black where one of its values is not finite."""
    import numpy as np

    return [
        one_HWC.astype(np.float32) if np.isfinite(one_HWC).all() else np.zeros_like(one_HWC)
        for one_HWC in values_BHWC
    ]


def blended(outside_HWC: Pixels, inside_HWC: Pixels, share_HW1: Pixels) -> Pixels:
    """``inside`` where the share is 1, ``outside`` exactly where it is 0, between them a mixture.

    Colours of RGBA are mixed by their alpha.
    """
    import numpy as np

    mixed = outside_HWC * (1 - share_HW1) + inside_HWC * share_HW1
    if outside_HWC.shape[2] == 4:
        weight_out = outside_HWC[..., 3:] * (1 - share_HW1)
        weight_in = inside_HWC[..., 3:] * share_HW1
        total = np.maximum(weight_out + weight_in, 1e-6)
        colour = (outside_HWC[..., :3] * weight_out + inside_HWC[..., :3] * weight_in) / total
        mixed = np.concatenate([colour, mixed[..., 3:]], axis=-1)
    kept = np.where(share_HW1 == 0, outside_HWC, np.where(share_HW1 == 1, inside_HWC, mixed))
    result: Pixels = kept.astype(np.float32)
    return result
