"""Buildings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BROWN, CREAM, GREY, PURPLE, RED, SKY, WHITE, YELLOW
from generators.drawn.paths import arc, blob, both, line, mirrored, poly, rect
from generators.drawn.scene import Figure, Vary, body, detail, stroke

# Geometry is set by hand, several points a line.
# fmt: off


def _house(v: Vary) -> Figure:
    peak = v(12, 20)
    roof = poly((6, 62), (64, peak), (122, 62), (114, 70), (14, 70), r=5)
    chimney, wall = rect(86, 22, 15, 36, 3), rect(20, 62, 88, 56, 4)
    door, pane = rect(54, 96, 20, 24, 7), both(rect(28, 96, 16, 13, 3))
    return Figure(parts=(body(chimney, "accent"), body(wall, "second"), body(door, "accent"),
                         body(pane, "light"), body(roof)),
                  face=(64, 79, 0.95), top=(64, peak + 4, 26), neck=(64, 94, 0), side=(116, 92),
                  ears=(64, 76, 48), skin="second", hues=(RED, CREAM, BROWN), tilt=3)


def _castle(v: Vary) -> Figure:
    h = v(-4, 4)
    wall = poly((34, 58), (34, 48), (44, 48), (44, 56), (54, 56), (54, 48), (74, 48), (74, 56), (84,
        56),
                (84, 48), (94, 48), (94, 118), (34, 118))
    tower, cone = rect(14, 44, 28, 74, 2), poly((8, 47), (28, 10 + h), (48, 47), r=3)
    flag, pole = poly((64, 18), (84, 24), (64, 31), r=1), line((64, 17), (64, 50))
    gate = arc(64, 118, 11, 20, 180, 360, closed=True)
    slit = both(rect(25, 58, 6, 13, 3))
    return Figure(parts=(stroke(pole, "dark", 3), body(flag, "accent"), body(wall), body(tower,
        "main+"),
                         body(mirrored(tower), "main+"), body(cone, "second"),
                         body(mirrored(cone), "second"), detail(slit, "dark"), body(gate, "dark+")),
                  face=(64, 74, 0.98), top=(64, 49, 30), neck=(64, 104, 0), side=(118, 90),
                  ears=(64, 72, 30), hues=(GREY, PURPLE, RED), tilt=3)


def _lighthouse(v: Vary) -> Figure:
    w = v(-2, 3)
    tower = poly((46, 40), (82, 40), (92 + w, 114), (36 - w, 114), r=2)
    bands = (poly((30, 78), (98, 78), (98, 92), (30, 92)), poly((30, 103), (98, 103), (98, 120),
        (30, 120)))
    rocks = blob((14, 118), (26, 106), (64, 112), (102, 106), (114, 118), (64, 124))
    lamp, roof = rect(52, 22, 24, 18, 2), poly((46, 24), (64, 6), (82, 24), r=3)
    beam = poly((76, 30), (122, 16), (122, 44), r=2), poly((52, 30), (6, 16), (6, 44), r=2)
    return Figure(parts=(*(detail(b, "accent+") for b in beam), body(tower, "light"),
                         *(detail(b, "main", clip=tower) for b in bands), body(rect(40, 36, 48, 8,
                             3), "main"),
                         body(lamp, "accent"), body(roof), body(rocks, "second")),
                  face=(64, 57, 0.88), top=(64, 10, 22), neck=(64, 80, 0), side=(108, 90),
                  ears=(64, 56, 20), skin="light", hues=(RED, GREY, YELLOW), tilt=3)


def _tent(v: Vary) -> Figure:
    lean = v(-4, 4)
    cloth = poly((64 + lean, 16), (122, 112), (6, 112), r=5)
    flap = poly((64 + lean, 78), (84, 113), (44, 113), r=2)
    poles = line((64 + lean, 26), (58, 8)), line((64 + lean, 26), (72, 8))
    bands = (poly((6, 100), (122, 100), (122, 112), (6, 112)),)
    return Figure(parts=(*(stroke(p, "accent", 4) for p in poles), body(cloth),
                         *(detail(b, "second", clip=cloth) for b in bands), body(flap, "dark+")),
                  face=(64, 64, 0.9), top=(64 + lean, 20, 24), neck=(64, 90, 0), side=(112, 84),
                  ears=(64, 60, 30), hues=(None, YELLOW, BROWN), tilt=3)


def _igloo(v: Vary) -> Figure:
    dome = blob((10, 112), (14, 74), (36, 42), (64, 32 + v(-4, 3)), (92, 42), (114, 74), (118, 112),
                (64, 115), tension=0.95)
    rows = [stroke(arc(64, 112, 60, r, 200, 340), "main-", 2.2, clip=dome) for r in (60, 30)]
    bricks = [stroke(line(a, b), "main-", 2.2, clip=dome) for a, b in
              (((64, 30), (64, 52)), ((34, 62), (30, 82)), ((94, 62), (98, 82)), ((20, 84), (17,
                  112)),
               ((108, 84), (111, 112)))]
    porch = arc(64, 114, 24, 27, 180, 360, closed=True)
    hole = arc(64, 114, 16, 19, 180, 360, closed=True)
    return Figure(parts=(body(dome), *rows, *bricks, body(porch, "second"), detail(hole, "dark")),
                  face=(64, 67, 1.0), top=(64, 35, 38), neck=(64, 90, 0), side=(116, 72),
                  ears=(64, 66, 46), hues=(WHITE, SKY, None), tilt=3)


BUILDINGS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "house": _house, "castle": _castle, "lighthouse": _lighthouse, "tent": _tent,
        "igloo": _igloo,
    }
)
