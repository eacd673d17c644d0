"""Vehicles."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BLUE, BROWN, CREAM, RED, SKY, YELLOW
from generators.drawn.paths import blob, both, curve, ellipse, line, poly, rect, shifted
from generators.drawn.scene import Figure, Part, Vary, body, detail, stroke

# Geometry is set by hand, several points a line.
# fmt: off


def _wheel(x: float, y: float, r: float) -> tuple[Part, ...]:
    return body(ellipse(x, y, r), "dark"), detail(ellipse(x, y, r * 0.45), "light")


def _car(v: Vary) -> Figure:
    roof = v(-4, 4)
    shell = blob((8, 78), (14, 68), (30, 64), (42, 44 + roof), (60, 38 + roof), (86, 42 + roof),
                 (100, 62), (116, 68), (121, 84), (116, 98), (64, 100), (12, 98), tension=0.85)
    panes = (poly((46, 62), (52, 48 + roof), (64, 45 + roof), (64, 62), r=3),
             poly((69, 62), (69, 45 + roof), (82, 48 + roof), (92, 62), r=3))
    lamp = body(ellipse(116, 80, 4.5, 6), "accent")
    return Figure(parts=(body(shell), *(body(p, "second") for p in panes), lamp,
                         *_wheel(34, 98, 14), *_wheel(94, 98, 14)),
                  face=(64, 76, 0.88), top=(64, 42 + roof, 36), neck=(64, 91, 0), side=(116, 64),
                  ears=(66, 58, 30), hues=(None, SKY, YELLOW), tilt=3)


def _bus(v: Vary) -> Figure:
    shell = rect(8, 30 + v(-3, 3), 112, 70, 13)
    panes = [body(rect(x, 39, 20, 19, 4), "second") for x in (16, 40, 64, 88)]
    stripe = detail(rect(8, 90, 112, 5), "accent", clip=shell)
    return Figure(parts=(body(shell), stripe, *panes, *_wheel(34, 101, 12), *_wheel(94, 101, 12)),
                  face=(64, 71, 0.98), top=(64, 32, 44), neck=(64, 100, 0), side=(118, 92),
                  ears=(64, 60, 52), hues=(YELLOW, SKY, RED), tilt=3)


def _train(v: Vary) -> Figure:
    puff = [body(ellipse(34 + dx, y, r), "light") for dx, y, r in
            ((0, 20, 7), (-12, 12 + v(-3, 3), 9), (-24, 9, 7))]
    stack = poly((28, 30), (48, 30), (44, 54), (32, 54), r=2)
    boiler, cabin = rect(14, 48, 72, 46, 16), rect(76, 26, 40, 68, 5)
    roof, pane = rect(71, 20, 50, 10, 5), rect(85, 38, 22, 22, 4)
    plow = poly((16, 88), (16, 106), (2, 106), r=3)
    rods = line((34, 100), (62, 100))
    return Figure(parts=(*puff, body(stack, "second"), body(plow, "accent"), body(boiler),
                         body(cabin, "second"), body(roof, "accent"), body(pane, "light"),
                         body(rect(14, 88, 104, 9, 3), "dark+"), *_wheel(32, 102, 12),
                         *_wheel(60, 102, 12), *_wheel(98, 100, 15), stroke(rods, "accent", 3)),
                  face=(45, 67, 0.95), top=(62, 49, 28), neck=(46, 96, 0), side=(120, 84),
                  ears=(46, 66, 32), hues=(RED, BLUE, YELLOW), tilt=3)


def _rocket(v: Vary) -> Figure:
    wide = v(0.94, 1.08)
    hull = blob((64, 6), (84, 28), (90 * wide, 62), (82, 98), (64, 102), (46, 98),
                (128 - 90 * wide, 62), (44, 28))
    nose = blob((64, 2), (84, 22), (90, 36), (64, 33), (38, 36), (44, 22))
    fin = blob((42, 72), (26, 86), (20, 110), (32, 106), (48, 98), tension=0.8)
    flame = blob((52, 98), (48, 112), (64, 126 + v(-4, 3)), (80, 112), (76, 98))
    core = blob((57, 98), (56, 108), (64, 116), (72, 108), (71, 98))
    return Figure(parts=(body(flame, "accent"), detail(core, "accent+"), body(both(fin), "second"),
                         body(hull, "light"), detail(nose, "main", clip=hull),
                         body(ellipse(64, 60, 23, 22), "main"), detail(rect(40, 88, 48, 6), "main",
                             clip=hull)),
                  face=(64, 59, 0.9), top=(64, 14, 24), neck=(64, 86, 0), side=(104, 72),
                  ears=(64, 58, 26), hues=(RED, BLUE, "#fba32f"), tilt=14)


def _sailboat(v: Vary) -> Figure:
    hull = poly((8, 80), (120, 80), (100, 110), (30, 110), r=9)
    sail = blob((68, 12), (88, 32), (104, 72), (68, 72), tension=0.5)
    jib = blob((58, 20 + v(-3, 4)), (58, 72), (22, 72), (40, 46), tension=0.5)
    flag = poly((63, 4), (80, 9), (63, 14), r=1)
    wave = blob((4, 112), (20, 104), (36, 112), (52, 104), (68, 112), (84, 104), (100, 112),
                (116, 104), (124, 112), (110, 121), (18, 121), tension=0.8)
    return Figure(parts=(stroke(line((63, 5), (63, 82)), "dark", 4), body(flag, "main"),
                         body(sail, "light"), body(jib, "second"), body(hull), body(wave,
                             "accent")),
                  face=(64, 90, 0.85), top=(64, 10, 24), neck=(64, 106, 0), side=(116, 74),
                  ears=(64, 92, 52), hues=(RED, CREAM, SKY), tilt=6)


def _airplane(v: Vary) -> Figure:
    hull = blob((6, 66), (18, 50), (48, 46), (96, 52), (118, 60), (120, 68), (96, 82), (48, 88),
        (18, 84))
    tail = poly((94, 54), (104, 24 + v(-4, 4)), (120, 22 + v(-4, 4)), (118, 60), r=5)
    wing = poly((58, 74), (80, 74), (108, 112 + v(-6, 4)), (92, 114), r=6)
    far = poly((58, 50), (74, 50), (88, 24), (78, 22), r=5)
    panes = [body(ellipse(x, 60, 4.2), "light") for x in (66, 79, 92)]
    return Figure(parts=(body(far, "second-"), body(tail, "second"), body(hull), *panes,
                         body(wing, "second")),
                  face=(35, 65, 0.88), top=(42, 48, 30), neck=(50, 86, 0), side=(112, 92),
                  ears=(36, 66, 24), hues=(None, RED, None), tilt=10)


def _air_balloon(v: Vary) -> Figure:
    bag = blob((64, 6), (96, 16), (108 * v(0.97, 1.03), 46), (94, 72), (74, 90), (54, 90), (34, 72),
               (20, 46), (32, 16))
    stripes = (blob((64, 0), (84, 40), (66, 94), (62, 94), (44, 40)),)
    sides = both(blob((34, 0), (14, 40), (44, 96), (50, 96), (28, 46)))
    basket = poly((50, 104), (78, 104), (75, 122), (53, 122), r=4)
    ropes = line((54, 88), (53, 106)), line((74, 88), (75, 106))
    return Figure(parts=(*(stroke(r, "dark", 2.4) for r in ropes), body(bag),
                         detail(sides, "second", clip=bag), *(detail(s, "main+", clip=bag)
                             for s in stripes),
                         body(basket, "accent")),
                  face=(64, 46, 1.15), top=(64, 9, 36), neck=(64, 88, 0), side=(100, 98),
                  ears=(64, 44, 42), skin="main+", hues=(None, None, BROWN))


def _submarine(v: Vary) -> Figure:
    hull = blob((8, 78), (20, 58), (54, 52), (90, 56), (108, 70), (108, 88), (90, 102), (54, 106),
        (20, 98))
    tower, scope = rect(50, 36, 30, 22, 6), curve((62, 40), (62, 20), (62, 16), (74, 16))
    fan = body(both(ellipse(118, 70, 5, 9), 118) + shifted(ellipse(118, 70, 5, 9), 0, 18), "accent")
    panes = [body(ellipse(x, 78, 7.5), "light") for x in (78, 96)]
    bubbles = [body(ellipse(x, y, r), "light+") for x, y, r in ((18, 44, 5), (28, 30 + v(-4, 4), 4),
        (14, 22, 3))]
    return Figure(parts=(*bubbles, fan, stroke(scope, "second", 6), body(tower, "second"),
        body(hull),
                         *panes),
                  face=(44, 76, 0.98), top=(62, 38, 26), neck=(60, 104, 0), side=(112, 58),
                  ears=(44, 78, 34), hues=(YELLOW, None, None))


VEHICLES: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "car": _car, "bus": _bus, "train": _train, "rocket": _rocket, "sailboat": _sailboat,
        "airplane": _airplane, "hot-air balloon": _air_balloon, "submarine": _submarine,
    }
)
