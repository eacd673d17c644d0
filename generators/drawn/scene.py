"""A picture before it has a look: parts with colour roles, and the anchors of a figure.

Roles are "main", "second", "accent", "light", "dark", "pop", "pop2" (for what is worn), "white",
"black", "blush", "ink" and "shine" (faces); a trailing "+" lightens, "-" darkens by a step each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from generators.drawn.paths import Matrix, Path, bounds, mapped

Vary = Callable[[float, float], float]
"""vary(low, high): a number between, drawn from the drawing's seed."""


class Kind(Enum):
    """How a look may treat a part."""

    BODY = "body"  # a filled shape that looks may outline, shade and shadow
    DETAIL = "detail"  # a filled shape on a body (belly, spot): never outlined
    STROKE = "stroke"  # an open line of its own width and colour
    MARK = "mark"  # a facial feature: kept crisp in every look
    GROUND = "ground"  # background: filled, softly styled


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One shape of one colour role."""

    path: Path
    role: str
    kind: Kind = Kind.BODY
    width: float = 0.0  # line width in user units; above 0 the path is stroked, not filled
    clip: Path | None = None  # draw only inside this path
    glow: float = 1.0  # opacity, 0..1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A subject drawn in roles, with where to put a face and what is worn."""

    parts: tuple[Part, ...]
    face: tuple[float, float, float]  # middle of the eye line x, y; scale (1: eyes 22 apart)
    top: tuple[float, float, float]  # where a hat sits: x, y; width of a brim there
    neck: tuple[float, float, float]  # where a scarf lies: x, y; width there
    side: tuple[float, float] = (104.0, 84.0)  # where something is held
    ears: tuple[float, float, float] | None = None  # head middle x, y; half width (headphones)
    skin: str = "main"  # role under the face: decides whether ink is dark or light
    hues: tuple[str | None, str | None, str | None] = (None, None, None)
    """Wished colours (hex) of main, second, accent: the palette's nearest are taken."""
    tilt: float = 5.0  # largest natural tilt, degrees
    nose: bool = False  # the figure has its own nose: the mouth goes lower


def body(path: Path, role: str = "main", clip: Path | None = None) -> Part:
    """A filled shape."""
    return Part(path=path, role=role, clip=clip)


def detail(path: Path, role: str = "light", clip: Path | None = None, glow: float = 1.0) -> Part:
    """A filled shape on a body, never outlined."""
    return Part(path=path, role=role, kind=Kind.DETAIL, clip=clip, glow=glow)


def stroke(path: Path, role: str = "dark", width: float = 2.5, clip: Path | None = None) -> Part:
    """A line."""
    return Part(path=path, role=role, kind=Kind.STROKE, width=width, clip=clip)


def mark(path: Path, role: str = "ink", width: float = 0.0, glow: float = 1.0) -> Part:
    """A facial feature, filled or (width above 0) stroked."""
    return Part(path=path, role=role, kind=Kind.MARK, width=width, glow=glow)


def moved(part: Part, matrix: Matrix) -> Part:
    """The part under an affine map; line width scales with the area's root."""
    a, b, c, d, _, _ = matrix
    return replace(
        part,
        path=mapped(part.path, matrix),
        clip=None if part.clip is None else mapped(part.clip, matrix),
        width=part.width * abs(a * d - b * c) ** 0.5,
    )


def frame(parts: tuple[Part, ...]) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of all parts, lines with their width; clipped parts left out."""
    boxes = []
    for part in parts:
        if part.clip is None:
            left, top, right, bottom = bounds(part.path)
            half = part.width / 2
            boxes.append((left - half, top - half, right + half, bottom + half))
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
