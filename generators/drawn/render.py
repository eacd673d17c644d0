"""A drawing as an SVG document and as pixels."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from PIL import Image

from generators.drawn.chance import chance
from generators.drawn.composition import compose
from generators.drawn.drawing import Drawing
from generators.drawn.looks import BLOCKS, STYLES
from generators.drawn.marks import Sheet
from generators.drawn.raster import rasterised
from studio.errors import InputError

# Largest side render makes, in pixels.
_LARGEST = 8192


def svg(drawing: Drawing) -> str:
    """A whole SVG document, viewBox 0 0 128 128, transparent where nothing is drawn."""
    if drawing.look == "pixel":
        return _document(_blocks(_grid(drawing)), crisp=True)
    return _vector(drawing)


def render(drawing: Drawing, size: int = 128, *, beside: Sequence[Drawing] = ()) -> Image.Image:
    """The drawing at size x size pixels, RGBA, straight alpha.

    In one frame with the drawings ``beside`` it, of the same subject and seed: they all lie over
    each other when each is rendered beside the others.

    Raises InputError for a size outside 1..8192.
    """
    if not 1 <= size <= _LARGEST:
        raise InputError(f"a drawing is 1 to {_LARGEST} pixels wide, not {size}")
    if drawing.look == "pixel":
        return _grid(drawing, beside).resize((size, size), Image.Resampling.NEAREST)
    return rasterised(_vector(drawing, beside), size)


def _vector(drawing: Drawing, beside: Sequence[Drawing] = ()) -> str:
    sheet = Sheet()
    rng = chance("look", drawing.subject, drawing.look, drawing.seed)
    STYLES[drawing.look](compose(drawing, beside), rng, sheet)
    return _document("".join(sheet.pieces), crisp=False)


def _document(inner: str, crisp: bool) -> str:
    edges = ' shape-rendering="crispEdges"' if crisp else ""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128"'
        f' stroke-linejoin="round" stroke-linecap="round"{edges}>{inner}</svg>'
    )


def _grid(drawing: Drawing, beside: Sequence[Drawing] = ()) -> Image.Image:
    """The drawing in few hard blocks: one colour a block, no antialiasing."""
    return rasterised(_vector(drawing, beside), BLOCKS, crisp=True)


def _blocks(grid: Image.Image) -> str:
    """One rectangle for each run of equal pixels of a row."""
    side = 128 / BLOCKS
    raw = grid.tobytes()
    pixels = [raw[at : at + 4] for at in range(0, len(raw), 4)]
    pieces: list[str] = []
    for y in range(BLOCKS):
        x = 0
        for pixel, run in groupby(pixels[y * BLOCKS : (y + 1) * BLOCKS]):
            wide = len(list(run))
            if pixel[3]:
                pieces.append(
                    f'<rect x="{x * side:.3f}" y="{y * side:.3f}" width="{wide * side:.3f}" '
                    f'height="{side:.3f}" fill="#{pixel[:3].hex()}" '
                    f'fill-opacity="{pixel[3] / 255:.3f}"/>'
                )
            x += wide
    return "".join(pieces)
