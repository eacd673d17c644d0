"""Backgrounds, as parts that fill the canvas (role "ground" and its neighbours)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from generators.drawn.paths import Path, blob, ellipse, heart, poly, rect, star, turned
from generators.drawn.scene import Kind, Part

BACKGROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "none": "",
        "circle": "a round background",
        "stars": "a starry background",
        "hearts": "a background of hearts",
        "confetti": "a confetti background",
        "rays": "a background of rays",
        "clouds": "a cloudy background",
        "dots": "a dotted background",
        "stripes": "a striped background",
        "hills": "a background of hills",
    }
)
"""Background to the words a caption uses for it ("none" is transparent)."""

_CANVAS = rect(0, 0, 128, 128)


def _part(path: Path, role: str) -> Part:
    return Part(path=path, role=role, kind=Kind.GROUND)


def _scattered(rng: Random, count: int, size: float) -> list[tuple[float, float, float]]:
    """Places on a jittered grid round the rim and between, each with a size."""
    cells = [(i, j) for i in range(5) for j in range(5)]
    rng.shuffle(cells)
    return [
        (
            (i + rng.uniform(0.2, 0.8)) * 25.6,
            (j + rng.uniform(0.2, 0.8)) * 25.6,
            size * rng.uniform(0.55, 1.15),
        )
        for i, j in cells[:count]
    ]


def _circle(rng: Random) -> list[Part]:
    return [_part(ellipse(64, 64, 62), "ground"), _part(ellipse(64, 64, 55), "ground+")]


def _stars(rng: Random) -> list[Part]:
    spots = _scattered(rng, 19, 8)
    return [_part(_CANVAS, "night")] + [
        _part(star(x, y, r, 0.45, 5, 0.6), "spark" if i % 3 else "light")
        for i, (x, y, r) in enumerate(spots)
    ]


def _hearts(rng: Random) -> list[Part]:
    spots = _scattered(rng, 18, 8.5)
    return [_part(_CANVAS, "ground")] + [
        _part(turned(heart(x, y, r), rng.uniform(-24, 24), x, y), "rose") for x, y, r in spots
    ]


def _confetti(rng: Random) -> list[Part]:
    roles = ("main", "second", "accent", "pop", "pop2")
    parts = [_part(_CANVAS, "paper")]
    for i, (x, y, r) in enumerate(_scattered(rng, 25, 6) + _scattered(rng, 14, 5)):
        piece = (
            ellipse(x, y, r * 0.55) if i % 3 == 0 else rect(x - r, y - r * 0.38, r * 2, r * 0.76, 1)
        )
        parts.append(_part(turned(piece, rng.uniform(0, 180), x, y), roles[i % 5]))
    return parts


def _rays(rng: Random) -> list[Part]:
    spin = rng.uniform(0, 30)
    wedge = poly((64, 64), (46, -60), (82, -60))
    rays: Path = ()
    for i in range(10):
        rays += turned(wedge, i * 36 + spin, 64, 64)
    return [
        _part(_CANVAS, "ground"),
        Part(path=rays, role="ground+", kind=Kind.GROUND, clip=_CANVAS),
    ]


def _clouds(rng: Random) -> list[Part]:
    parts = [_part(_CANVAS, "sky")]
    for x, y in ((20, 24), (104, 18), (64, 46), (14, 82), (112, 74), (40, 116), (92, 114)):
        cx, cy, s = x + rng.uniform(-8, 8), y + rng.uniform(-6, 6), rng.uniform(0.8, 1.25)
        puff = blob(
            *(
                (cx + dx * s, cy + dy * s)
                for dx, dy in (
                    (-18, 6),
                    (-16, -3),
                    (-8, -8),
                    (0, -12),
                    (9, -8),
                    (16, -2),
                    (19, 6),
                    (0, 8),
                )
            )
        )
        parts.append(_part(puff, "white"))
    return parts


def _dots(rng: Random) -> list[Part]:
    dx, dy, r = rng.uniform(0, 21), rng.uniform(0, 21), rng.uniform(3.6, 5)
    dots: Path = ()
    for j in range(-1, 8):
        for i in range(-1, 8):
            dots += ellipse(i * 21.3 + dx + (10.6 if j % 2 else 0), j * 18.4 + dy, r)
    return [_part(_CANVAS, "ground"), Part(path=dots, role="rose", kind=Kind.GROUND, clip=_CANVAS)]


def _stripes(rng: Random) -> list[Part]:
    wide, angle = rng.uniform(8, 12), rng.choice((45.0, -45.0, 90.0, 0.0))
    bands: Path = ()
    at = -70.0
    while at < 200:
        bands += rect(at, -70, wide, 270)
        at += wide * 2
    turned_bands = turned(bands, angle, 64, 64)
    return [
        _part(_CANVAS, "ground"),
        Part(path=turned_bands, role="ground+", kind=Kind.GROUND, clip=_CANVAS),
    ]


def _hills(rng: Random) -> list[Part]:
    rise = rng.uniform(-6, 6)
    far = blob(
        (-30, 150),
        (-20, 84 + rise),
        (26, 66 - rise),
        (70, 84),
        (104, 68 + rise),
        (150, 84),
        (150, 160),
    )
    near = blob((-40, 170), (-20, 104), (40, 98 + rise), (90, 108), (150, 94 - rise), (170, 170))
    disc = ellipse(rng.choice((24.0, 104.0)), 26, 14)
    clip = _CANVAS
    return [
        _part(_CANVAS, "sky"),
        _part(disc, "spark"),
        Part(path=far, role="meadow+", kind=Kind.GROUND, clip=clip),
        Part(path=near, role="meadow", kind=Kind.GROUND, clip=clip),
    ]


_GROUNDS: Mapping[str, Callable[[Random], list[Part]]] = MappingProxyType(
    {
        "none": lambda rng: [],
        "circle": _circle,
        "stars": _stars,
        "hearts": _hearts,
        "confetti": _confetti,
        "rays": _rays,
        "clouds": _clouds,
        "dots": _dots,
        "stripes": _stripes,
        "hills": _hills,
    }
)


def ground(background: str, rng: Random) -> tuple[Part, ...]:
    """The background's parts, hindmost first."""
    return tuple(_GROUNDS[background](rng))
