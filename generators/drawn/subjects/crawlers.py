"""Reptiles, insects and their like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BROWN, GREEN, RED, SKY, YELLOW
from generators.drawn.paths import blob, both, curve, ellipse, poly, shifted, turned
from generators.drawn.scene import Figure, Vary, body, detail, stroke
from generators.drawn.subjects.builds import pair

# Geometry is set by hand, several points a line.
# fmt: off


def _turtle(v: Vary) -> Figure:
    dome = v(28, 34)
    shell = blob((48, 92), (52, 66), (80, dome + 8), (108, 60), (118, 92), (84, 99), tension=0.95)
    rim = blob((44, 88), (84, 95), (122, 88), (122, 98), (84, 104), (44, 98))
    legs = both(ellipse(64, 106, 9, 10), 84)
    head = blob((12, 62), (20, 42), (40, 40), (54, 54), (52, 74), (56, 96), (44, 92), (36, 80), (18,
        78))
    tail = poly((116, 94), (127, 98), (116, 102), r=2)
    plates = (poly((76, 50), (92, 50), (98, 64), (84, 74), (70, 64), r=3),
              poly((58, 74), (68, 68), (80, 78), (76, 90), (60, 88), r=3),
              poly((100, 68), (108, 72), (112, 88), (94, 90), (90, 78), r=3))
    parts = (body(tail), body(legs), body(head), body(shell, "second"),
             *(detail(p, "second+", clip=shell) for p in plates), body(rim, "second-"))
    return Figure(parts=parts, face=(34, 58, 0.78), top=(34, 43, 26), neck=(48, 86, 22),
                  side=(116, 78), ears=(34, 58, 21), hues=(GREEN, BROWN, None))


def _snail(v: Vary) -> Figure:
    lean = v(-4, 4)
    foot = blob((14, 104), (18, 84), (20, 60), (38, 52), (50, 64), (52, 88), (84, 92), (120, 102),
                (116, 110), (60, 112), (22, 112))
    shell = ellipse(82, 70, 33, 32)
    swirl = curve((60, 92), (54, 68), (72, 48), (96, 54), (104, 74), (90, 90), (74, 82), (74, 68),
                  (86, 66), (88, 74))
    horns = curve((28, 58), (24 + lean, 40)), curve((42, 56), (46 + lean, 38))
    balls = ellipse(24 + lean, 37, 4.5), ellipse(46 + lean, 35, 4.5)
    parts = (*(stroke(h, "main", 4) for h in horns), *(body(b) for b in balls), body(foot),
             body(shell, "second"), stroke(swirl, "second--", 4))
    return Figure(parts=parts, face=(34, 72, 0.72), top=(35, 55, 24), neck=(33, 94, 26),
                  side=(112, 56), ears=(34, 70, 17), hues=("#f3cfa4", None, None))


def _bee(v: Vary) -> Figure:
    trunk = blob((20, 70), (32, 46), (62, 40), (94, 52), (108, 72), (94, 92), (62, 102), (32, 94))
    wing = turned(ellipse(70, 32, 15, 23), v(4, 24), 68, 52)
    other = turned(ellipse(54, 30, 13, 20), v(-24, -10), 58, 50)
    bands = poly((62, 30), (73, 30), (75, 110), (64, 110)), poly((84, 36), (94, 40), (96, 104), (86,
        108))
    sting = poly((102, 66), (120, 73), (102, 80), r=2)
    feel = curve((36, 46), (32, 30), (24, 26)), curve((46, 43), (46, 28), (40, 21))
    parts = (body(sting, "dark"), *(stroke(f, "dark", 3) for f in feel), body(other, "light"),
             body(wing, "light"), body(trunk), *(detail(b, "dark", clip=trunk) for b in bands))
    return Figure(parts=parts, face=(43, 68, 0.95), top=(44, 46, 30), neck=(62, 100, 0),
                  side=(106, 98), ears=(44, 70, 26), hues=(YELLOW, None, None))


def _butterfly(v: Vary) -> Figure:
    up, low = v(0.94, 1.06), v(-4, 4)
    fore = blob((58, 62), (44, 34), (20 * up, 18), (8, 36), (16, 62), (40, 74))
    hind = blob((58, 72), (36, 74), (18, 90 + low), (28, 110 + low), (48, 106), (60, 84))
    spot, dot = ellipse(27, 42, 9, 10, turn=-20), ellipse(37, 94 + low, 7, 7)
    trunk = blob((64, 40), (76, 52), (76, 76), (70, 104), (64, 110), (58, 104), (52, 76), (52, 52))
    feel = both(curve((59, 44), (54, 26), (46, 20)))
    knobs = both(ellipse(45, 19, 3))
    parts = (stroke(feel, "dark", 2.6), body(knobs, "dark"), *pair(hind, "second"), *pair(fore),
             detail(both(spot), "light"), detail(both(dot), "light"), body(trunk, "accent"),
             body(ellipse(64, 52, 19, 18), "accent"))
    return Figure(parts=parts, face=(64, 51, 0.8), top=(64, 36, 24), neck=(64, 74, 22),
                  side=(106, 92), ears=(64, 52, 20), skin="accent")


def _ladybug(v: Vary) -> Figure:
    shell = blob((64, 32), (94, 42), (108, 76), (94, 106), (64, 114), (34, 106), (20, 76), (34, 42))
    head = blob((64, 18), (86, 26), (90, 50), (64, 62), (38, 50), (42, 26))
    feel = both(curve((52, 24), (46, 10), (38, 8)))
    knobs = both(ellipse(38, 8, 3.4))
    dots = [ellipse(x, y, r * v(0.85, 1.15)) for x, y, r in ((40, 76, 8), (50, 98, 7), (32, 94, 4))]
    leg = both(curve((30, 66), (16, 62), (12, 68))) + both(curve((26, 90), (13, 94), (10, 102)))
    seam = curve((64, 60), (64, 114))
    parts = (stroke(leg, "dark", 4), stroke(feel, "dark", 3), body(knobs, "dark"), body(shell),
             stroke(seam, "dark", 2.6), *(detail(both(d), "dark") for d in dots),
             body(head, "second"))
    return Figure(parts=parts, face=(64, 42, 0.95), top=(64, 22, 28), neck=(64, 62, 40),
                  side=(112, 80), ears=(64, 40, 25), skin="second", hues=(RED, None, None))


def _crab(v: Vary) -> Figure:
    lift = v(-6, 6)
    shell = blob((64, 48), (92, 54), (104, 76), (92, 98), (64, 104), (36, 98), (24, 76), (36, 54))
    claw = poly((26, 30 + lift), (33, 42 + lift), (41, 28 + lift), (42, 46 + lift), (30, 56 + lift),
                (16, 50 + lift), (14, 34 + lift), r=6)
    arm = curve((34, 70), (20, 66), (26, 50 + lift))
    stalk = curve((52, 54), (50, 40))
    legs = [curve((34, y), (18, y + 4), (12, y + 14)) for y in (80, 90)]
    legs += [curve((44, 98), (32, 108), (30, 116))]
    parts = (*(stroke(both(p), "main-", 6) for p in legs), stroke(both(arm), "main-", 7),
             *pair(claw), stroke(both(stalk), "main", 4), body(both(ellipse(50, 39, 5))),
             body(shell), detail(ellipse(64, 94, 22, 7), "main+", clip=shell))
    return Figure(parts=parts, face=(64, 70, 1.3), top=(64, 50, 34), neck=(64, 102, 0),
                  side=(110, 62), ears=(64, 74, 40), hues=(RED, None, None))


def _snake(v: Vary) -> Figure:
    tip = v(-5, 5)
    coils = blob((24, 98), (64, 86), (106, 96), (108, 110), (64, 118), (22, 112))
    upper = blob((34, 82), (64, 72), (96, 80), (98, 94), (64, 102), (32, 96))
    rise = curve((78, 88), (88, 72), (78, 58), (64, 50))
    tail = curve((100, 106), (116, 102), (119 + tip / 3, 88 + tip))
    head = blob((62, 18), (88, 28), (90, 52), (62, 64), (36, 52), (38, 28))
    tongue = curve((62, 62), (62, 74)), curve((62, 74), (57, 79)), curve((62, 74), (67, 79))
    bands = [detail(shifted(ellipse(0, 0, 4, 6), x, y), "second")
             for x, y in ((38, 106), (56, 111), (76, 111), (94, 104), (46, 92), (64, 95), (82, 92))]
    parts = (stroke(tail, "main", 9), body(coils), body(upper), *bands, stroke(rise, "main", 17),
             *(stroke(p, "blush", 2.4) for p in tongue), body(head))
    return Figure(parts=parts, face=(63, 39, 1.0), top=(62, 21, 32), neck=(76, 68, 22),
                  side=(108, 78), ears=(63, 40, 27), hues=(GREEN, YELLOW, None))


def _jellyfish(v: Vary) -> Figure:
    bell = blob((18, 66), (26, 34), (64, 14), (102, 34), (110, 66), (98, 72), (82, 66), (64, 73),
                (46, 66), (30, 72), tension=0.9)
    arms = []
    for x in (34, 49, 64, 79, 94):
        s, low = v(-6, 6), v(104, 120)
        arms.append(stroke(curve((x, 62), (x + s, 80), (x - s, 94), (x + s, low)), "second", 5))
    shine = detail(blob((36, 34), (52, 24), (56, 28), (40, 42)), "main+")
    parts = (*arms, body(bell), shine)
    return Figure(parts=parts, face=(64, 50, 1.2), top=(64, 18, 36), neck=(64, 74, 0),
                  side=(112, 82), ears=(64, 46, 42), hues=(None, None, SKY))


CRAWLERS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "turtle": _turtle, "snail": _snail, "bee": _bee, "butterfly": _butterfly,
        "ladybug": _ladybug, "crab": _crab, "snake": _snake, "jellyfish": _jellyfish,
    }
)
