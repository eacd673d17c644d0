"""What is in the sky."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BLUE, PURPLE, RED, SKY, WHITE, YELLOW
from generators.drawn.paths import arc, blob, drop, ellipse, line, petals, poly, star, turned
from generators.drawn.scene import Figure, Part, Vary, body, detail, stroke

# Geometry is set by hand, several points a line.
# fmt: off


def _sun(v: Vary) -> Figure:
    spin = v(0, 15)
    rays = star(64, 64, 56, 0.72, 12, 4)
    return Figure(parts=(body(turned(rays, spin, 64, 64), "second"), body(ellipse(64, 64, 36, 36))),
                  face=(64, 62, 1.25), top=(64, 32, 40), neck=(64, 100, 0), side=(112, 96),
                  ears=(64, 62, 37), hues=(YELLOW, "#f58a28", None), tilt=0)


def _moon(v: Vary) -> Figure:
    crescent = blob((78, 8), (46, 16), (24, 44), (26, 80), (48, 110), (84, 118), (106, 106), (82,
        96),
                    (66, 70), (66, 36), tension=0.95)
    pits = [detail(ellipse(x, y, r), "main-") for x, y, r in ((66, 20, 3), (36, 92, 4), (70, 106,
        4.4))]
    spark = body(star(102, 40 + v(-6, 6), 13, 0.45, 5, 2), "second")
    return Figure(parts=(body(crescent), *pits, spark), face=(46, 58, 0.78), top=(54, 16, 30),
                  neck=(60, 98, 0), side=(108, 82), ears=(46, 58, 22), hues=("#f6d978", None, None),
                  tilt=10)


def _star(v: Vary) -> Figure:
    return Figure(parts=(body(star(64, 70, 60, v(0.52, 0.58), 5, 14)),), face=(64, 66, 1.2),
                  top=(64, 24, 30), neck=(64, 96, 0), side=(112, 92), ears=(64, 64, 34),
                  hues=(YELLOW, None, None), tilt=10)


def _cloud(v: Vary) -> Figure:
    bump = v(-4, 4)
    puff = blob((18, 92), (10, 74), (26, 60), (34, 40 + bump), (58, 30), (78, 40), (94, 44 - bump),
                (104, 62), (118, 76), (110, 94), (88, 100), (64, 98), (38, 100))
    return Figure(parts=(body(puff), detail(ellipse(64, 98, 40, 6), "main-", clip=puff)),
                  face=(64, 68, 1.25), top=(58, 33, 38), neck=(64, 98, 0), side=(112, 100),
                  ears=(64, 68, 50), hues=(WHITE, None, None))


def _rain_cloud(v: Vary) -> Figure:
    figure = _cloud(v)
    drops = [body(drop(x, y + v(-3, 3), 6, 2.0), "second") for x, y in ((34, 118), (62, 124), (90,
        118))]
    return Figure(parts=(*drops, *figure.parts), face=figure.face, top=figure.top, neck=(64, 98, 0),
                  side=(114, 104), ears=figure.ears, hues=("#9fb4c8", BLUE, None))


def _rainbow(v: Vary) -> Figure:
    bands = [body(arc(64, 92, r, r * v(0.99, 1.01), 180, 360, closed=True), role)
             for r, role in ((56, "main"), (47, "accent"), (38, "second"), (29, "rest"), (20,
                 "light"))]
    puff = petals(18, 96, 19, 7, 0.86)
    right = petals(110, 96, 19, 7, 0.86)
    middle = petals(64, 92, 31, 9, 0.88)
    return Figure(parts=(*bands, body(puff, "white"), body(right, "white"), body(middle, "white")),
                  face=(64, 89, 0.95), top=(64, 38, 38), neck=(64, 112, 0), side=(116, 84),
                  ears=(64, 84, 34), skin="white", hues=(RED, BLUE, YELLOW), tilt=3)


def _raindrop(v: Vary) -> Figure:
    w = v(38, 44)
    water = drop(64, 74, w, 1.62)
    shine = detail(turned(ellipse(40, 76, 4.5, 11), 10, 40, 76), "main+")
    return Figure(parts=(body(water), shine), face=(64, 74, 1.2), top=(64, 22, 24), neck=(64, 108,
        0),
                  side=(108, 92), ears=(64, 68, 38), hues=("#4aa8ee", None, None))


def _lightning(v: Vary) -> Figure:
    bolt = poly((52, 6), (98, 6), (80, 46), (106, 46), (46, 124), (60, 76), (28, 76), r=6)
    return Figure(parts=(body(bolt),), face=(67, 56, 0.98), top=(74, 8, 34), neck=(64, 90, 0),
                  side=(102, 80), ears=(67, 54, 30), hues=(YELLOW, None, None), tilt=8)


def _snowflake(v: Vary) -> Figure:
    spin = v(0, 20)
    parts: list[Part] = []
    for angle in range(0, 360, 60):
        for path, width in ((line((64, 64), (64, 10)), 8.0), (line((53, 15), (64, 27), (75, 15)),
            6.0)):
            parts.append(stroke(turned(path, angle + spin), "main", width))
    return Figure(parts=(*parts, body(star(64, 64, 32, 0.9, 6, 6), "main+")), face=(64, 62, 1.0),
                  top=(64, 32, 32), neck=(64, 94, 0), side=(108, 92), ears=(64, 62, 31),
                  skin="main+", hues=(SKY, None, None), tilt=0)


def _planet(v: Vary) -> Figure:
    lean = v(-22, -10)
    ball = ellipse(64, 64, 40, 40)
    bands = (blob((20, 84), (64, 88), (108, 80), (108, 92), (64, 100), (20, 96)),
             blob((20, 34), (64, 36), (108, 30), (108, 40), (64, 46), (20, 44)))
    back = turned(arc(64, 68, 60, 15, 180, 360), lean)
    front = turned(arc(64, 68, 60, 15, 0, 180), lean)
    return Figure(parts=(stroke(back, "second-", 7), body(ball),
                         *(detail(b, "main+", clip=ball) for b in bands), stroke(front, "second",
                             7)),
                  face=(64, 55, 1.1), top=(64, 27, 36), neck=(64, 104, 0), side=(106, 100),
                  ears=(64, 58, 40), hues=(PURPLE, YELLOW, None), tilt=0)


SKIES: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "sun": _sun, "moon": _moon, "star": _star, "cloud": _cloud, "rain cloud": _rain_cloud,
        "rainbow": _rainbow, "raindrop": _raindrop, "lightning bolt": _lightning,
        "snowflake": _snowflake, "planet": _planet,
    }
)
