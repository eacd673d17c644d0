"""The looks: each writes the same composition in its own hand.

A look gets the coloured parts and a random source for its own irregularities, and writes SVG. The
plain ones are here, those that imitate a material in materials.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from generators.drawn.composition import Composition
from generators.drawn.marks import Sheet
from generators.drawn.materials import glow, paper, sketch, soft, watercolour
from generators.drawn.palettes import brightness, mix, shade
from generators.drawn.paths import Path, bounds, mapped
from generators.drawn.scene import Kind, Part

BLOCKS = 43
"""Blocks along a side of the pixel look: three pixels each at 128."""

Look = Callable[[Composition, Random, Sheet], None]


def _grounds(picture: Composition, sheet: Sheet) -> None:
    for part in picture.ground:
        sheet.part(part, shade(picture.roles, part.role))


def flat(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Plain colours; only a faint edge of each shape's own colour parts it from its like."""
    _grounds(picture, sheet)
    for part in picture.figure:
        colour = shade(picture.roles, part.role)
        if part.kind is Kind.BODY:
            edge = mix(colour, picture.roles["dark"], 0.16)
            sheet.shape(part.path, colour, clip=part.clip, line=edge, width=0.9)
        else:
            sheet.part(part, colour)


def _inked(picture: Composition, sheet: Sheet, ink: str, width: float) -> None:
    for part in picture.figure:
        colour = shade(picture.roles, part.role)
        if part.kind is Kind.BODY:
            sheet.shape(part.path, colour, clip=part.clip, line=ink, width=width)
        elif part.kind is Kind.STROKE and part.width > 4.2 and part.clip is None:
            sheet.line(part.path, ink, part.width + width)
            sheet.line(part.path, colour, max(part.width - width, 1.2))
        else:
            sheet.part(part, colour)


def outline(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Bold dark outlines round plain colours, as in a cartoon."""
    _grounds(picture, sheet)
    _inked(picture, sheet, picture.roles["dot"], 3.4)


def sticker(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """A white die-cut border with a soft shadow, thin outlines in each shape's darker colour."""
    _grounds(picture, sheet)
    solid = [part for part in picture.figure if part.clip is None and part.glow >= 1]
    for colour, grow, opacity, drop in (("#241b36", 8.4, 0.22, 1.7), ("#ffffff", 8.0, 1.0, 0.0)):
        for part in solid:
            if part.width > 0:
                sheet.line(part.path, colour, part.width + grow, opacity=opacity, shift=(0, drop))
            elif part.kind is Kind.BODY:
                sheet.shape(
                    part.path, colour, line=colour, width=grow, opacity=opacity, shift=(0, drop)
                )
    for part in picture.figure:
        colour = shade(picture.roles, part.role)
        edge = mix(colour, picture.roles["dark"], 0.6)
        if part.kind is Kind.BODY:
            sheet.shape(part.path, colour, clip=part.clip, line=edge, width=1.7)
        elif part.kind is Kind.STROKE and part.width > 4.2 and part.clip is None:
            sheet.line(part.path, edge, part.width + 1.2)
            sheet.line(part.path, colour, max(part.width - 1.4, 1))
        else:
            sheet.part(part, colour)


def line(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Thin coloured lines on white, with the palest tints inside."""
    roles = {**picture.roles, "ink": picture.roles["dot"], "shine": "#ffffff"}

    def pen(part: Part) -> str:
        colour = shade(roles, part.role)
        return mix(colour, roles["dark"], 0.15 + 0.42 * max(0.0, brightness(colour) - 0.35))

    for i, part in enumerate(picture.ground):
        if i == 0:
            sheet.shape(part.path, "#ffffff", line=pen(part), width=1.2)
        else:
            sheet.line(part.path, mix(pen(part), "#ffffff", 0.35), 1.0, clip=part.clip)
    for part in picture.figure:
        if part.kind is Kind.BODY:
            sheet.shape(part.path, "#ffffff", clip=part.clip, line=pen(part), width=2.1)
        elif part.kind is Kind.DETAIL:
            tint = mix(shade(roles, part.role), "#ffffff", 0.72)
            sheet.shape(part.path, tint, clip=part.clip, line=pen(part), width=0.8)
        elif part.kind is Kind.STROKE and part.width > 4.2:
            sheet.line(part.path, pen(part), part.width + 1.0, clip=part.clip)
            sheet.line(part.path, "#ffffff", max(part.width - 2.4, 0.8), clip=part.clip)
        elif part.kind is Kind.STROKE:
            sheet.line(part.path, pen(part), min(part.width, 1.8), clip=part.clip)
        else:
            sheet.part(part, shade(roles, part.role))


def _snapped(path: Path) -> Path:
    """Each run stretched to whole blocks, at least one, so that pairs stay alike."""
    block = 128 / BLOCKS
    runs: Path = ()
    for run in path:
        left, top, right, bottom = bounds((run,))
        wide, high = (max(1, round(size / block)) for size in (right - left, bottom - top))
        x, y = (
            round(middle / block - n / 2)
            for middle, n in (((left + right) / 2, wide), ((top + bottom) / 2, high))
        )
        a, d = wide * block / max(right - left, 0.1), high * block / max(bottom - top, 0.1)
        runs += mapped((run,), (a, 0, 0, d, x * block - a * left, y * block - d * top))
    return runs


def pixel(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """The drawing that is cut into blocks: strong edges, features a little heavier."""
    _grounds(picture, sheet)
    edge = mix(picture.roles["dot"], picture.roles["main"], 0.18)
    for part in picture.figure:
        colour = shade(picture.roles, part.role)
        if part.kind is Kind.BODY:
            sheet.shape(part.path, colour, clip=part.clip, line=edge, width=3.2)
        elif part.width > 0:
            width = max(part.width, 2.9)
            if part.kind is Kind.STROKE and part.width > 5 and part.clip is None:
                sheet.line(part.path, edge, part.width + 3)
            sheet.line(part.path, colour, width, clip=part.clip, opacity=part.glow)
        elif part.kind is Kind.MARK:
            if part.role != "shine":
                sheet.shape(_snapped(part.path), colour, opacity=part.glow)
        else:
            sheet.part(part, colour)


STYLES: Mapping[str, Look] = MappingProxyType(
    {
        "flat": flat,
        "outline": outline,
        "sticker": sticker,
        "line": line,
        "soft": soft,
        "pixel": pixel,
        "paper": paper,
        "sketch": sketch,
        "watercolour": watercolour,
        "glow": glow,
    }
)
"""Look to the function that writes it."""
