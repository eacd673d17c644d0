"""Stickers: pictures as 512 px RGBA on a transparent square, or 512 px RGB for a poster.

Legend: H × W pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generators.blend import pixel_blend

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 512
"""Pixels; what every messenger takes."""
MARGIN = 16
"""Least transparent pixels around a centred sticker."""
CLEAR = 8
"""Alpha, of 255, below which a pixel counts as empty."""


def on_white(image: Image, side: int) -> Image:
    """RGB, ``side`` pixels square, letterboxed on white; transparent pixels become white."""
    from PIL import Image as Pictures

    framed_rgba = framed(image, side)
    white = Pictures.new("RGBA", framed_rgba.size, "white")
    return Pictures.alpha_composite(white, framed_rgba).convert("RGB")


def framed(image: Image, side: int = SIDE) -> Image:
    """RGBA, ``side`` pixels square: the whole picture, scaled to fit, on transparent ground."""
    from PIL import Image as Pictures

    rgba = image.convert("RGBA")
    scale = side / max(rgba.size)
    size = (max(1, round(rgba.width * scale)), max(1, round(rgba.height * scale)))
    small = rgba.resize(size, Pictures.Resampling.LANCZOS) if size != rgba.size else rgba
    if size == (side, side):
        return small
    square = Pictures.new("RGBA", (side, side), (255, 255, 255, 0))
    square.paste(small, ((side - size[0]) // 2, (side - size[1]) // 2))
    return square


def has_cutout(image: Image) -> bool:
    """True where the picture brings its own transparency."""
    if image.mode not in {"RGBA", "LA", "PA"} and "transparency" not in image.info:
        return False
    low, _ = image.convert("RGBA").getchannel("A").getextrema()
    return isinstance(low, int | float) and low < 255 - CLEAR


def transparent(images: Sequence[Image]) -> list[Image]:
    """RGBA at the size given: as they are where they are transparent, else cut out."""
    from generators.finish.cutout import cutout

    opaque = [image.convert("RGB") for image in images if not has_cutout(image)]
    cut = iter(cutout(opaque) if opaque else [])
    return [image.convert("RGBA") if has_cutout(image) else next(cut) for image in images]


def stickers(images: Sequence[Image]) -> list[Image]:
    """``SIDE`` px RGBA stickers of RGB or RGBA pictures: cut out, enlarged, crisp, centred."""
    return [centred(crisp(image)) for image in transparent(images)]


def crisp(rgba: Image) -> Image:
    """``SIDE`` px square; the edge of an enlarged picture's alpha is as sharp as it was small."""
    import numpy as np
    from PIL import Image as Pictures

    factor = SIDE / max(rgba.size)
    large = framed(rgba)
    if factor <= 1.5:
        return large
    alpha_HW = np.asarray(large.getchannel("A"), dtype=np.float32) / 255
    steep_HW = np.clip((alpha_HW - 0.5) * (0.75 * factor) + 0.5, 0, 1)
    large.putalpha(Pictures.fromarray((steep_HW * 255).round().astype(np.uint8)))
    return large


def centred(rgba: Image) -> Image:
    """The visible part in the middle, made smaller where it would come nearer than ``MARGIN``."""
    from PIL import Image as Pictures

    box = rgba.getchannel("A").point(lambda value: 255 if value >= CLEAR else 0).getbbox()
    if box is None:
        return rgba
    part = rgba.crop(box)
    room = SIDE - 2 * MARGIN
    if max(part.size) > room:
        scale = room / max(part.size)
        size = (max(1, round(part.width * scale)), max(1, round(part.height * scale)))
        part = part.resize(size, Pictures.Resampling.LANCZOS)
    square = Pictures.new("RGBA", (SIDE, SIDE), (255, 255, 255, 0))
    square.paste(part, ((SIDE - part.width) // 2, (SIDE - part.height) // 2))
    return square


def finished(images: Sequence[Image], *, kind: str) -> list[Image]:
    """What a candidate shows: a sticker (RGBA), or for a poster the picture (RGB), ``SIDE`` px."""
    if kind == "sticker":
        return stickers(images)
    return [on_white(image, SIDE) for image in images]


def repainted(images: Sequence[Image], *, reference: Image, mask: Image, kind: str) -> list[Image]:
    """Repainted pictures, finished, with every pixel outside the mask that of the reference.

    ``images`` are RGB squares over the whole reference; ``mask`` (white is repainted) has the
    reference's shape. Nothing is moved, so that the outside stays byte for byte ``framed``.
    """
    if kind != "sticker":
        outside = on_white(reference, SIDE)
        cover = mask_square(mask, SIDE)
        return [pixel_blend(outside, on_white(image, SIDE), cover) for image in images]
    cut_reference, *cut = transparent([reference, *images])
    cover = mask_square(mask, SIDE)
    return [pixel_blend(framed(cut_reference), crisp(one), cover) for one in cut]


def mask_square(mask: Image, side: int) -> Image:
    """The mask (L, hard) letterboxed like ``framed``; what lies beside the picture is black."""
    from PIL import Image as Pictures

    grey = mask.convert("L")
    scale = side / max(grey.size)
    size = (max(1, round(grey.width * scale)), max(1, round(grey.height * scale)))
    hard = grey.resize(size, Pictures.Resampling.BILINEAR).point(lambda v: 255 if v >= 128 else 0)
    square = Pictures.new("L", (side, side), 0)
    square.paste(hard, ((side - size[0]) // 2, (side - size[1]) // 2))
    return square
