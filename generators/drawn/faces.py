"""Faces: eyes, brows, mouth and cheeks for each mood.

Drawn about the middle of the eye line, y down, at scale 1 with eyes 22 units apart, then moved to
the figure's face anchor.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.paths import arc, blob, both, curve, drop, ellipse, heart, line, poly
from generators.drawn.scene import Figure, Part, Vary, mark, moved

MOODS: Mapping[str, str] = MappingProxyType(
    {
        "plain": "",
        "happy": "happy",
        "sad": "sad",
        "angry": "angry",
        "sleepy": "sleepy",
        "surprised": "surprised",
        "love": "loving",
        "cool": "cool",
    }
)
"""Mood to the word a caption uses for it ("" for the plain face)."""

Face = tuple[Part, ...]


def _dots(size: float = 1.0, tall: float = 1.15) -> Face:
    eye = ellipse(-11, 0, 4 * size, 4 * size * tall)
    glint = ellipse(-12.3, -1.7 * size, 1.5 * size), ellipse(9.7, -1.7 * size, 1.5 * size)
    return mark(both(eye, 0)), mark(glint[0] + glint[1], "shine")


def _cheeks() -> Face:
    return (mark(both(ellipse(-18.5, 8, 4.2, 2.8), 0), "blush", glow=0.75),)


def _plain(v: Vary, low: float) -> Face:
    smile = curve((-4, 8 + low), (0, 10 + low), (4, 8 + low))
    return *_dots(v(0.9, 1.05)), mark(smile, width=2.1)


def _happy(v: Vary, low: float) -> Face:
    wide = v(6.5, 8)
    mouth = arc(0, 6 + low, wide, v(8, 9.5), 0, 180, closed=True)
    tongue = ellipse(0, 13.5 + low, wide * 0.52, 2.6)
    if v(0, 1) < 0.4:
        smile = arc(-11, 2, 4.6, 5, 190, 350)
        eyes: Face = (mark(both(smile, 0), width=2.6),)
    else:
        eyes = _dots(v(1, 1.12))
    return *eyes, *_cheeks(), mark(mouth), mark(tongue, "tongue")


def _sad(v: Vary, low: float) -> Face:
    brow = curve((-17, -6.5), (-12, -9.5), (-6.5, -11.5))
    frown = arc(0, 14 + low, 5.5, 5, 200, 340)
    side = -1 if v(0, 1) < 0.5 else 1
    tear = drop(side * 14, 11, 3.4, 2.1)
    return (
        *_dots(0.95),
        mark(both(brow, 0), width=2.2),
        mark(frown, width=2.4),
        mark(tear, "tear"),
    )


def _angry(v: Vary, low: float) -> Face:
    steep = v(0.8, 1.2)
    brow = poly((-18, -11 * steep), (-4, -4.2), (-4.8, -1.4), (-18.5, -7.5 * steep), r=1)
    mouth = arc(0, 15 + low, 6, 6, 205, 335)
    return *_dots(0.92, 1.0), mark(both(brow, 0)), mark(mouth, width=2.8)


def _sleepy(v: Vary, low: float) -> Face:
    lid = arc(-11, -1.5, 5, 4.4, 10, 170)
    mouth = ellipse(v(-1, 1), 10 + low, 2.6, 3.2)
    return mark(both(lid, 0), width=2.4), mark(mouth), *_cheeks()


def _surprised(v: Vary, low: float) -> Face:
    white, pupil = ellipse(-11, -1, 6.6, 7.4), ellipse(-11, -1, v(2.2, 3.0))
    brow = arc(-11, -8, 6, 5, 225, 315)
    mouth = ellipse(0, 12 + low, 4.2, v(4.8, 6))
    return (
        mark(both(white, 0), "white"),
        mark(both(white, 0), width=1.7),
        mark(both(pupil, 0), "dot"),
        mark(both(brow, 0), width=2.0),
        mark(mouth),
    )


def _love(v: Vary, low: float) -> Face:
    eye = heart(-11, -0.5, v(6, 7))
    mouth = arc(0, 7 + low, 6, 7, 0, 180, closed=True)
    return (
        mark(both(eye, 0), "heart"),
        mark(both(eye, 0), "ink", width=1.2),
        *_cheeks(),
        mark(mouth),
    )


def _cool(v: Vary, low: float) -> Face:
    lens = blob((-20, -5), (-11, -5.6), (-2.5, -5), (-3.5, 3), (-10.5, 6.4), (-18, 3), tension=0.8)
    gleam = poly((-15.5, -3.5), (-12.5, -3.5), (-15, 2.5), (-17, 1.5))
    bar = line((-21, -4.4), (21, -4.4))
    smirk = curve((-4, 11 + low), (1, 12.2 + low), (6.5, 8.6 + low))
    right = tuple((x + 22, y) for x, y in gleam[0].points)
    gleams = (*gleam, type(gleam[0])(points=right, closed=True))
    return (
        mark(both(lens, 0), "lens"),
        mark(bar, "lens", width=2.8),
        mark(gleams, "gleam", glow=0.75),
        mark(smirk, width=2.4),
    )


def _snores(figure: Figure) -> Face:
    """Two letters z that rise beside the head, in the figure's own coordinates."""
    x, y, half = figure.ears or (figure.face[0], figure.face[1], figure.top[2] * 0.9)
    x, y = x + half * 0.92, min(figure.top[1] + 6, y - 16)
    parts: list[Part] = []
    for dx, dy, r in ((0, 0, 4.2), (10, -13, 6.0)):
        left, right, up, down = x + dx - r, x + dx + r, y + dy - r, y + dy + r
        parts.append(
            mark(line((left, up), (right, up), (left, down), (right, down)), "zed", width=2.8)
        )
    return tuple(parts)


_FACES: Mapping[str, Callable[[Vary, float], Face]] = MappingProxyType(
    {
        "plain": _plain,
        "happy": _happy,
        "sad": _sad,
        "angry": _angry,
        "sleepy": _sleepy,
        "surprised": _surprised,
        "love": _love,
        "cool": _cool,
    }
)


def face(mood: str, figure: Figure, vary: Vary) -> Face:
    """The face of a mood, on the figure's face anchor."""
    x, y, scale = figure.face
    scale *= vary(1.06, 1.16)
    wide = scale * vary(0.96, 1.04)
    low = 5.5 if figure.nose else 0.0
    parts = _FACES[mood](vary, low)
    placed = tuple(moved(part, (wide, 0, 0, scale, x, y)) for part in parts)
    return (*placed, *_snores(figure)) if mood == "sleepy" else placed
