"""SVG to pixels, by resvg; the only file that knows the rasteriser."""

from __future__ import annotations

import io

import resvg_py
from PIL import Image


def rasterised(svg: str, size: int, crisp: bool = False) -> Image.Image:
    """The document at size x size pixels, RGBA with straight alpha; crisp: no antialiasing."""
    png = resvg_py.svg_to_bytes(
        svg_string=svg,
        width=size,
        height=size,
        skip_system_fonts=True,
        shape_rendering="crisp_edges" if crisp else "geometric_precision",
    )
    image = Image.open(io.BytesIO(png))
    return image.convert("RGBA")
