"""Stickers: pictures as 512 px RGBA on a transparent square, or 512 px RGB for a poster.

Legend: H × W pixels; arrays as in ``generators.finish.pixels``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generators.finish.enlarge import enlarged
from generators.finish.pixels import (
    blended,
    bytes_of,
    frame,
    framed,
    letterboxed,
    over_white,
    picture_of,
    pixels_of,
    resized,
)
from studio.errors import ModelError

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

    from generators.finish.enlarge import Bytes
    from generators.finish.pixels import Pixels

SIDE = 512
"""Pixels; what every messenger takes."""
MARGIN = 16
"""Least transparent pixels around a centred sticker."""
NEARLY_WHITE = (0.84, 0.94)
"""Least channel from which a painted ground begins to count as white, and does wholly."""
CLEAR = 8 / 255
"""Alpha below which a pixel counts as empty."""
STEEPNESS = 0.9
"""How steep an enlarged edge of alpha is, 1 being as steep as it was small: steeper, and a cutout's
own steps show (``python -m benchmarks.enlarge``)."""


def stored(image: Image, *, kind: str) -> Image:
    """A stored picture, finished; one that is opaque is cut out where a sticker is wanted."""
    rgba_HW4 = pixels_of(image, "RGBA")
    if kind != "sticker":
        return picture_of(letterboxed(over_white(rgba_HW4), SIDE, ground=1))
    return centred(transparent(rgba_HW4))


def drawn(rgb_HW3: Pixels, *, kind: str) -> Image:
    """A picture from the backbone, finished: cut out, enlarged, crisp, centred."""
    if kind != "sticker":
        return picture_of(resized(rgb_HW3, SIDE, SIDE))
    return centred(cut_out(rgb_HW3, painted=True))


def all_drawn(images: Sequence[Pixels], *, kind: str) -> list[Image]:
    """Each as ``drawn``; pictures of one shape are cut out in one call."""
    import numpy as np

    if kind != "sticker" or len({image.shape for image in images}) != 1:
        return [drawn(image, kind=kind) for image in images]
    return [centred(rgba_HW4) for rgba_HW4 in _all_cut_out(np.stack(images), painted=True)]


def all_remade(images: Sequence[Pixels], *, sources: Sequence[Image], kind: str) -> list[Image]:
    """Pictures that were remade small, finished in the detail of their sources."""
    large = in_detail(images, sources=sources, kind=kind)
    if kind != "sticker":
        return [picture_of(over_white(rgba_HW4)) for rgba_HW4 in large]
    return [centred(rgba_HW4) for rgba_HW4 in large]


def in_detail(images: Sequence[Pixels], *, sources: Sequence[Image], kind: str) -> list[Pixels]:
    """(SIDE, SIDE, 4) each: as ``all_remade``, where the source lies; a poster is opaque.

    ``images`` (side, side, 3) are remade from the sources as ``on_white`` shows them.
    """
    import numpy as np

    from generators.finish.detail import detailed

    made = []
    for image, source in zip(images, sources, strict=True):
        guide_HW4 = _fitted(source, kind=kind, grid=image.shape[0])
        alpha_hw1 = np.ones_like(image[..., :1])
        if kind == "sticker":
            alpha_hw1 = cut_out(image, painted=True)[..., 3:]
        made.append(detailed(image, alpha_hw1, guide_HW4))
    return made


def _fitted(source: Image, *, kind: str, grid: int) -> Pixels:
    """(SIDE, SIDE, 4): a source letterboxed, for a sticker without its ground.

    It lies exactly as ``on_white`` lays it on ``grid`` pixels, enlarged.
    """
    place = frame(source.height, source.width, SIDE, grid=grid)
    small = source.convert("RGBA")
    small.thumbnail((SIDE, SIDE))
    rgba_HW4 = pixels_of(small, "RGBA")
    if kind == "sticker":
        return framed(transparent(rgba_HW4), place, SIDE, ground=1)
    rgba_HW4 = framed(rgba_HW4, place, SIDE, ground=1)
    rgba_HW4[..., :3], rgba_HW4[..., 3] = over_white(rgba_HW4), 1
    return rgba_HW4


def repainted(images: Sequence[Pixels], *, reference: Image, mask: Image, kind: str) -> list[Image]:
    """Repainted pictures, finished, with every pixel outside the mask that of the reference.

    ``images`` (side, side, 3) lie over the letterboxed reference; ``mask`` (white is repainted)
    has the reference's shape. Nothing is moved: outside the mask the bytes are those of
    ``untouched``.
    """
    share_HW1 = mask_square(mask, SIDE)
    outside = pixels_of(untouched(reference, kind=kind), "RGBA" if kind == "sticker" else "RGB")
    return [
        picture_of(blended(outside, inside, share_HW1))
        for inside in (
            pixels_of(crisp(cut_out(image, painted=True)), "RGBA")
            if kind == "sticker"
            else resized(image, SIDE, SIDE)
            for image in images
        )
    ]


def untouched(reference: Image, *, kind: str) -> Image:
    """The reference as a mask leaves it: letterboxed, for a sticker transparent, not centred."""
    rgba_HW4 = pixels_of(reference, "RGBA")
    if kind != "sticker":
        return picture_of(letterboxed(over_white(rgba_HW4), SIDE, ground=1))
    return crisp(transparent(rgba_HW4))


def on_white(image: Image, side: int) -> Image:
    """RGB, ``side`` pixels square, letterboxed on white: what a backbone starts an edit from."""
    return picture_of(over_white(letterboxed(pixels_of(image, "RGBA"), side, ground=1)))


def mask_square(mask: Image, side: int) -> Pixels:
    """(side, side, 1): 1 where it is repainted, else 0; what lies beside the picture stays."""
    import numpy as np

    soft_HW1 = letterboxed(pixels_of(mask, "L"), side, ground=0)
    hard: Pixels = (soft_HW1 >= 0.5).astype(np.float32)
    return hard


def transparent(rgba_HW4: Pixels) -> Pixels:
    """As it is where it has transparent pixels, else cut out."""
    return rgba_HW4 if rgba_HW4[..., 3].min() < 1 - CLEAR else cut_out(rgba_HW4[..., :3])


def cut_out(rgb_HW3: Pixels, *, painted: bool = False) -> Pixels:
    """(H, W, 4): the subject without its plain ground, by the learned cutout, nothing rounded.

    ``painted``: by a generator, whose white ground is a little dim and uneven; the cutout is then
    shown it as plain white (docs/log.md).
    ModelError where the cutout's weights are missing.
    """
    made: Pixels = _all_cut_out(rgb_HW3[None], painted=painted)[0]
    return made


def _all_cut_out(rgb_BHW3: Pixels, *, painted: bool) -> Pixels:
    """(B, H, W, 4), as ``cut_out``."""
    import numpy as np
    import torch

    from generators.finish.cutout import WEIGHTS, alpha_of, loaded, unmixed

    if not WEIGHTS.is_file():
        raise ModelError("the weights of the cutout are missing; install Bespoke again")
    image_B3HW = torch.from_numpy(np.ascontiguousarray(rgb_BHW3.transpose(0, 3, 1, 2)))
    with torch.inference_mode():
        shown = _cleared(image_B3HW) if painted else image_B3HW
        alpha_B1HW = alpha_of(shown, loaded())
        colours_B3HW = unmixed(image_B3HW, alpha_B1HW)
        rgba = torch.cat([colours_B3HW, _softened(alpha_B1HW)], dim=1)
    made: Pixels = rgba.permute(0, 2, 3, 1).contiguous().numpy()
    return made


def _cleared(image_13HW: Tensor) -> Tensor:
    """What is nearly white made white, without a step."""
    low, high = NEARLY_WHITE
    white_11HW = ((image_13HW.amin(1, keepdim=True) - low) / (high - low)).clamp(0, 1)
    return image_13HW + (1 - image_13HW) * white_11HW


def _softened(alpha_11HW: Tensor) -> Tensor:
    """Alpha with a softer, slightly narrower edge.

    The network answers nearly 0 or 1, which enlarged would show as steps; a tenth is taken off so
    that no rim of the ground stays.
    """
    import torch

    row = torch.tensor([0.12, 0.76, 0.12])
    padded = torch.nn.functional.pad(alpha_11HW, (1, 1, 1, 1), mode="replicate")
    soft_11HW = torch.nn.functional.conv2d(padded, torch.outer(row, row)[None, None])
    return ((soft_11HW - 0.1) / 0.9).clamp(0, 1)


def crisp(rgba_HW4: Pixels) -> Image:
    """``SIDE`` px square, not moved, with alpha as crisp as it was small."""
    factor = SIDE / max(rgba_HW4.shape[:2])
    if factor < 1:
        return picture_of(letterboxed(rgba_HW4, SIDE, ground=1))
    height, width = (max(1, round(length * factor)) for length in rgba_HW4.shape[:2])
    return _placed(_large(rgba_HW4, height, width, factor))


def centred(rgba_HW4: Pixels) -> Image:
    """``SIDE`` px square: the visible part enlarged as the whole would be, crisp, in the middle.

    Less enlarged where it would come nearer to the frame than ``MARGIN``.
    """
    import numpy as np

    seen_HW = rgba_HW4[..., 3] >= CLEAR
    rows, columns = np.flatnonzero(seen_HW.any(axis=1)), np.flatnonzero(seen_HW.any(axis=0))
    if not len(rows):
        return _placed(np.zeros((0, 0, 4), np.uint8))
    part = rgba_HW4[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longest = max(part.shape[:2])
    room = min((SIDE - 2 * MARGIN) / longest, SIDE / (longest + 2))
    factor = min(SIDE / max(rgba_HW4.shape[:2]), room)
    if factor == 1:
        return _placed(bytes_of(part))
    edged = np.pad(part, ((1, 1), (1, 1), (0, 0)))  # a clear rim, for the edge to fade into
    height, width = (max(1, round(length * factor)) for length in edged.shape[:2])
    if factor < 1:
        return _placed(bytes_of(resized(edged, height, width)))
    return _placed(_large(edged, height, width, factor))


def _large(rgba_HW4: Pixels, height: int, width: int, factor: float) -> Bytes:
    """Enlarged by ``factor``, with an alpha as steep as before where that is much."""
    if rgba_HW4.shape[:2] == (height, width):
        return bytes_of(rgba_HW4)
    return enlarged(rgba_HW4, height, width, steepness=STEEPNESS * factor if factor > 1.5 else 1)


def _placed(bytes_HW4: Bytes) -> Image:
    """In the middle of a clear square of ``SIDE`` px."""
    from PIL import Image as Pictures

    square = Pictures.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    height, width = bytes_HW4.shape[:2]
    if height and width:
        part = Pictures.fromarray(bytes_HW4)
        square.paste(part, ((SIDE - width) // 2, (SIDE - height) // 2))
    return square
