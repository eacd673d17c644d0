"""Outlines: every shape of the drawn world is a tuple of cubic Bezier runs.

One representation (no lines, arcs or ellipses apart) lets looks transform, mirror and wobble any
shape alike. Units: user units of a 128 x 128 canvas, x to the right, y down. Angles: degrees,
clockwise as seen.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random

Point = tuple[float, float]

# Control length that makes four cubics a circle.
_ROUND = 0.5522847498


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One connected cubic run: start, then (control, control, end) per segment."""

    points: tuple[Point, ...]
    closed: bool


Path = tuple[Run, ...]

Matrix = tuple[float, float, float, float, float, float]
"""An affine map (a, b, c, d, e, f) in SVG's order."""


def _cubic_from_corners(corners: list[Point], closed: bool) -> Run:
    points = [corners[0]]
    ends = corners[1:] + ([corners[0]] if closed else [])
    for end in ends:
        x0, y0 = points[-1]
        x1, y1 = end
        points += [
            (x0 + (x1 - x0) / 3, y0 + (y1 - y0) / 3),
            (x0 + (x1 - x0) * 2 / 3, y0 + (y1 - y0) * 2 / 3),
            end,
        ]
    return Run(points=tuple(points), closed=closed)


def _through(knots: list[Point], closed: bool, tension: float) -> Run:
    """Catmull-Rom through the knots as cubics; tension 1 is the usual curve, 0 straight."""
    count = len(knots)
    points = [knots[0]]
    for i in range(count if closed else count - 1):
        if closed:
            a, b, c, d = (knots[(i + k) % count] for k in (-1, 0, 1, 2))
        else:
            a, b, c, d = (knots[min(max(i + k, 0), count - 1)] for k in (-1, 0, 1, 2))
        pull = tension / 6
        points += [
            (b[0] + (c[0] - a[0]) * pull, b[1] + (c[1] - a[1]) * pull),
            (c[0] - (d[0] - b[0]) * pull, c[1] - (d[1] - b[1]) * pull),
            c,
        ]
    return Run(points=tuple(points), closed=closed)


def blob(*knots: Point, tension: float = 1.0) -> Path:
    """A closed smooth outline through the knots."""
    return (_through(list(knots), True, tension),)


def curve(*knots: Point, tension: float = 1.0) -> Path:
    """An open smooth line through the knots."""
    return (_through(list(knots), False, tension),)


def line(*corners: Point) -> Path:
    """An open line of straight pieces."""
    return (_cubic_from_corners(list(corners), False),)


def poly(*corners: Point, r: float = 0.0) -> Path:
    """A closed polygon whose corners are rounded by at most r."""
    if r <= 0:
        return (_cubic_from_corners(list(corners), True),)
    count = len(corners)
    cuts: list[tuple[Point, Point, Point]] = []
    for i, (x, y) in enumerate(corners):
        sides = []
        for nx, ny in (corners[i - 1], corners[(i + 1) % count]):
            length = math.hypot(nx - x, ny - y) or 1.0
            cut = min(r, length / 2)
            sides.append((x + (nx - x) * cut / length, y + (ny - y) * cut / length))
        cuts.append((sides[0], (x, y), sides[1]))
    points = [cuts[0][2]]
    for entry, corner, leave in cuts[1:] + cuts[:1]:
        points += list(_cubic_from_corners([points[-1], entry], False).points[1:])
        points += [_mix(entry, corner, _ROUND), _mix(leave, corner, _ROUND), leave]
    return (Run(points=tuple(points), closed=True),)


def _mix(a: Point, b: Point, t: float) -> Point:
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)


def rect(x: float, y: float, w: float, h: float, r: float = 0.0) -> Path:
    """A rectangle from its top left corner, corners rounded by r."""
    return poly((x, y), (x + w, y), (x + w, y + h), (x, y + h), r=min(r, w / 2, h / 2))


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None, turn: float = 0.0) -> Path:
    """An ellipse (a circle without ry), turned about its centre."""
    ry = rx if ry is None else ry
    kx, ky = rx * _ROUND, ry * _ROUND
    points = (
        (cx, cy - ry),
        (cx + kx, cy - ry),
        (cx + rx, cy - ky),
        (cx + rx, cy),
        (cx + rx, cy + ky),
        (cx + kx, cy + ry),
        (cx, cy + ry),
        (cx - kx, cy + ry),
        (cx - rx, cy + ky),
        (cx - rx, cy),
        (cx - rx, cy - ky),
        (cx - kx, cy - ry),
        (cx, cy - ry),
    )
    path: Path = (Run(points=points, closed=True),)
    return turned(path, turn, cx, cy) if turn else path


def arc(  # noqa: PLR0917 - geometry reads best by position
    cx: float, cy: float, rx: float, ry: float, start: float, end: float, closed: bool = False
) -> Path:
    """Part of an ellipse from angle start to end (0 is right, 90 is down); closed by its chord."""
    pieces = max(1, math.ceil(abs(end - start) / 90))
    step = math.radians((end - start) / pieces)
    k = 4 / 3 * math.tan(step / 4)
    angle = math.radians(start)
    points = [(cx + rx * math.cos(angle), cy + ry * math.sin(angle))]
    for _ in range(pieces):
        c, s = math.cos(angle), math.sin(angle)
        c2, s2 = math.cos(angle + step), math.sin(angle + step)
        points += [
            (cx + rx * (c - k * s), cy + ry * (s + k * c)),
            (cx + rx * (c2 + k * s2), cy + ry * (s2 - k * c2)),
            (cx + rx * c2, cy + ry * s2),
        ]
        angle += step
    return (Run(points=tuple(points), closed=closed),)


def star(  # noqa: PLR0917 - geometry reads best by position
    cx: float, cy: float, r: float, inner: float = 0.5, tips: int = 5, soft: float = 0
) -> Path:
    """A star with one tip up; inner is the inner radius over r, soft rounds the corners."""
    corners = []
    for i in range(tips * 2):
        radius = r if i % 2 == 0 else r * inner
        angle = math.pi * i / tips - math.pi / 2
        corners.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return poly(*corners, r=soft)


def petals(  # noqa: PLR0917 - geometry reads best by position
    cx: float, cy: float, r: float, count: int, deep: float = 0.72, turn: float = 0
) -> Path:
    """A scalloped round of count lobes; deep is the valley radius over r."""
    knots = []
    for i in range(count * 2):
        radius = r if i % 2 == 0 else r * deep
        angle = math.pi * i / count - math.pi / 2 + math.radians(turn)
        knots.append((cx + radius * math.cos(angle), cy + radius * math.sin(angle)))
    return blob(*knots, tension=1.15)


def heart(cx: float, cy: float, r: float) -> Path:
    """A heart about 2r wide, its middle at (cx, cy)."""
    unit = (
        (0.0, -0.45),
        (0.15, -0.95), (0.95, -1.0), (1.0, -0.3),
        (1.03, 0.2), (0.4, 0.6), (0.0, 0.95),
        (-0.4, 0.6), (-1.03, 0.2), (-1.0, -0.3),
        (-0.95, -1.0), (-0.15, -0.95), (0.0, -0.45),
    )  # fmt: skip
    return (Run(points=tuple((cx + x * r, cy + y * r) for x, y in unit), closed=True),)


def drop(cx: float, cy: float, r: float, tall: float = 1.6) -> Path:
    """A drop: a round of radius r about (cx, cy) with its tip tall * r above."""
    k = r * _ROUND
    points = (
        (cx, cy - r * tall),
        (cx + r * 0.25, cy - r * tall * 0.7),
        (cx + r, cy - r * 0.6),
        (cx + r, cy),
        (cx + r, cy + k),
        (cx + k, cy + r),
        (cx, cy + r),
        (cx - k, cy + r),
        (cx - r, cy + k),
        (cx - r, cy),
        (cx - r, cy - r * 0.6),
        (cx - r * 0.25, cy - r * tall * 0.7),
        (cx, cy - r * tall),
    )
    return (Run(points=points, closed=True),)


def mapped(path: Path, matrix: Matrix) -> Path:
    """The path under x' = a x + c y + e, y' = b x + d y + f."""
    a, b, c, d, e, f = matrix
    return tuple(
        Run(
            points=tuple((a * x + c * y + e, b * x + d * y + f) for x, y in run.points),
            closed=run.closed,
        )
        for run in path
    )


def turned(path: Path, angle: float, cx: float = 64, cy: float = 64) -> Path:
    """The path turned clockwise by angle degrees about (cx, cy)."""
    c, s = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return mapped(path, (c, s, -s, c, cx - c * cx + s * cy, cy - s * cx - c * cy))


def shifted(path: Path, dx: float, dy: float) -> Path:
    """The path moved by (dx, dy)."""
    return mapped(path, (1, 0, 0, 1, dx, dy))


def mirrored(path: Path, axis: float = 64) -> Path:
    """The path reflected in the upright line x = axis."""
    return mapped(path, (-1, 0, 0, 1, 2 * axis, 0))


def both(path: Path, axis: float = 64) -> Path:
    """The path and its mirror image, as one path."""
    return path + mirrored(path, axis)


def wobbled(path: Path, amount: float, rng: Random) -> Path:
    """The path with each segment's points moved by up to amount, closed runs staying closed."""
    runs = []
    for run in path:
        moved = [
            (x + rng.uniform(-amount, amount), y + rng.uniform(-amount, amount))
            for x, y in run.points
        ]
        if run.closed and run.points[0] == run.points[-1]:
            moved[-1] = moved[0]
        runs.append(Run(points=tuple(moved), closed=run.closed))
    return tuple(runs)


def bounds(path: Path) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the path, from the curve itself sampled at quarters."""
    xs: list[float] = []
    ys: list[float] = []
    for run in path:
        p = run.points
        xs.append(p[0][0])
        ys.append(p[0][1])
        for i in range(0, len(p) - 3, 3):
            (x0, y0), (x1, y1), (x2, y2), (x3, y3) = p[i : i + 4]
            xs += [
                x3,
                (x0 + 3 * x1 + 3 * x2 + x3) / 8,
                (27 * x0 + 27 * x1 + 9 * x2 + x3) / 64,
                (x0 + 9 * x1 + 27 * x2 + 27 * x3) / 64,
            ]
            ys += [
                y3,
                (y0 + 3 * y1 + 3 * y2 + y3) / 8,
                (27 * y0 + 27 * y1 + 9 * y2 + y3) / 64,
                (y0 + 9 * y1 + 27 * y2 + 27 * y3) / 64,
            ]
    return min(xs), min(ys), max(xs), max(ys)


def data(path: Path) -> str:
    """The SVG path data, coordinates to a hundredth."""
    words: list[str] = []
    for run in path:
        x, y = run.points[0]
        words.append(f"M{x:.2f} {y:.2f}C")
        words.append(" ".join(f"{x:.2f} {y:.2f}" for x, y in run.points[1:]))
        if run.closed:
            words.append("Z")
    return "".join(words)
