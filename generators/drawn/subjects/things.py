"""Everyday things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BLACK, BROWN, GREY, PINK, RED, YELLOW
from generators.drawn.paths import (
    Path,
    arc,
    blob,
    both,
    curve,
    drop,
    ellipse,
    heart,
    line,
    poly,
    rect,
    star,
    turned,
)
from generators.drawn.scene import Figure, Vary, body, detail, stroke

# Geometry is set by hand, several points a line.
# fmt: off


def _book(v: Vary) -> Figure:
    cover, pages = rect(24, 16, 80, 98, 6), rect(30, 100, 76, 12, 3)
    spine, ribbon = rect(24, 16, 13, 98, 5), poly((82, 12), (95, 12), (95, 42), (88.5, 35), (82,
        42), r=1)
    frame = detail(rect(44, 26 + v(-2, 3), 34, 7, 3), "second")
    return Figure(parts=(body(cover), body(pages, "light"), body(spine, "main-"), frame,
                         body(ribbon, "accent")),
                  face=(69, 66, 1.2), top=(64, 18, 42), neck=(64, 96, 0), side=(110, 84),
                  ears=(64, 60, 42), hues=(None, YELLOW, RED), tilt=9)


def _pencil(v: Vary) -> Figure:
    long = v(-4, 4)
    shaft = rect(44, 26, 40, 66 + long, 2)
    wood = poly((44, 90 + long), (84, 90 + long), (64, 124 + long), r=3)
    lead = poly((57, 112 + long), (71, 112 + long), (64, 124 + long), r=2)
    band, rubber = rect(42, 20, 44, 11, 2), rect(44, 4, 40, 19, 8)
    edges = both(line((54, 32), (54, 90 + long)))
    return Figure(parts=(body(wood, "light"), detail(lead, "dark"), body(shaft),
                         stroke(edges, "main-", 1.8), body(rubber, "second"), body(band, "accent")),
                  face=(64, 58, 0.95), top=(64, 7, 32), neck=(64, 84, 0), side=(100, 82),
                  ears=(64, 54, 20), hues=(YELLOW, PINK, GREY), tilt=22)


def _light_bulb(v: Vary) -> Figure:
    glass = blob((64, 8), (92, 18), (102 * v(0.97, 1.03), 46), (90, 70), (78, 92), (50, 92), (38,
        70),
                 (26, 46), (36, 18))
    rings = [body(rect(47, y, 34, 9, 4), "second") for y in (90, 99, 108)]
    cap = arc(64, 116, 10, 7, 0, 180, closed=True)
    shine = detail(turned(ellipse(42, 36, 4, 10), 28, 42, 36), "main+")
    return Figure(parts=(body(cap, "dark"), *rings, body(glass), shine), face=(64, 52, 1.15),
                  top=(64, 11, 36), neck=(64, 88, 0), side=(104, 84), ears=(64, 48, 38),
                  hues=(YELLOW, GREY, None))


def _gift(v: Vary) -> Figure:
    box, lid = rect(20, 54, 88, 62, 5), rect(14, 42, 100, 18, 4)
    band, knot = rect(57, 42, 14, 74, 0), ellipse(64, 38, 8, 7)
    loop = blob((62, 40), (46, 42), (30 + v(-4, 4), 32), (36, 18), (52, 22))
    return Figure(parts=(body(box), detail(rect(57, 60, 14, 56), "second"), body(lid, "main+"),
                         detail(band, "second", clip=lid), body(both(loop), "second"),
                         body(knot, "second-"), detail(ellipse(64, 88, 29, 19), "main")),
                  face=(64, 82, 1.1), top=(64, 26, 36), neck=(64, 58, 0), side=(114, 84),
                  ears=(64, 72, 48))


def _alarm_clock(v: Vary) -> Figure:
    bell = turned(arc(64, 20, 18, 16, 180, 360, closed=True), -36, 64, 66)
    leg = both(line((40, 104), (32, 118)))
    ticks = [stroke(turned(line((64, 31), (64, 36)), a, 64, 66), "dark", 3) for a in range(0, 360,
        30)]
    return Figure(parts=(stroke(leg, "dark", 7), body(both(bell), "second"), body(rect(60, 8, 8, 16,
        3), "dark"),
                         body(ellipse(64, 66, 45 * v(0.97, 1.03))), body(ellipse(64, 66, 36),
                             "light"), *ticks),
                  face=(64, 63, 1.1), top=(64, 20, 30), neck=(64, 104, 0), side=(112, 90),
                  ears=(64, 66, 45), skin="light", hues=(RED, YELLOW, None), tilt=8)


def _camera(v: Vary) -> Figure:
    shell, hump = rect(10, 38, 108, 72, 12), poly((44, 42), (50, 24 + v(-3, 2)), (80, 24), (86, 42),
        r=6)
    button, strip = rect(18, 30, 18, 12, 3), rect(10, 52, 108, 10)
    flash = body(rect(94, 44, 16, 10, 3), "accent")
    return Figure(parts=(body(button, "accent"), body(hump), body(shell), detail(strip, "second",
        clip=shell),
                         flash, body(ellipse(64, 76, 31), "second-"), body(ellipse(64, 76, 25),
                             "light")),
                  face=(64, 74, 0.98), top=(65, 26, 32), neck=(64, 110, 0), side=(114, 96),
                  ears=(64, 66, 54), skin="light", hues=(None, None, YELLOW))


def _teapot(v: Vary) -> Figure:
    pot = ellipse(62, 76, 40 * v(0.97, 1.05), 36)
    spout = blob((92, 88), (106, 74), (110, 52), (124, 48), (120, 66), (108, 94), (96, 102))
    handle = curve((28, 58), (6, 56), (6, 88), (30, 96))
    lid, knob = arc(62, 48, 26, 14, 180, 360, closed=True), ellipse(62, 30, 6)
    dots = [detail(ellipse(x, y, 4), "second") for x, y in ((34, 94), (48, 104), (62, 107), (76,
        104), (90, 94))]
    return Figure(parts=(stroke(handle, "main-", 9), body(spout, "main"), body(pot), *dots,
                         body(knob, "second"), body(lid, "second")),
                  face=(62, 72, 1.2), top=(62, 32, 32), neck=(62, 108, 0), side=(116, 96),
                  ears=(62, 72, 40))


def _balloon_heart(v: Vary) -> Figure:
    shine = detail(turned(ellipse(36, 40, 5, 10), 34, 36, 40), "main+")
    return Figure(parts=(body(heart(64, 64, 54 * v(0.96, 1.04))), shine), face=(64, 58, 1.3),
                  top=(64, 38, 32), neck=(64, 100, 0), side=(108, 92), ears=(64, 56, 50),
                  hues=(RED, None, None), tilt=10)


def _backpack(v: Vary) -> Figure:
    bag = blob((64, 16), (94, 24), (102, 60), (104, 106), (88, 116), (40, 116), (24, 106), (26, 60),
               (34, 24), tension=0.85)
    side: Path = rect(12, 66, 22, 42, 9)
    loop = curve((52, 20), (54, 6), (74, 6), (76, 20))
    pocket, flap = rect(36, 80, 56, 32, 9), rect(36, 78, 56, 13, 6)
    return Figure(parts=(stroke(loop, "second", 5), body(both(side), "main-"), body(bag),
                         body(pocket, "second"), body(flap, "second+"),
                         body(rect(60, 86, 8, 10, 2), "accent")),
                  face=(64, 52, 1.15), top=(64, 18 + v(-1, 1), 38), neck=(64, 76, 0), side=(114,
                      96),
                  ears=(64, 50, 38))


def _candle(v: Vary) -> Figure:
    wax = rect(38, 42, 52, 68, 7)
    drip = blob((36, 42), (64, 36), (92, 42), (92, 60), (86, 66), (81, 56), (74, 54), (68, 66), (60,
        56),
                (48, 54), (44, 74), (37, 64), tension=0.85)
    plate = blob((16, 108), (64, 104), (112, 108), (100, 120), (28, 120), tension=0.8)
    flame = turned(drop(64, 24, 9, 2.2), v(-10, 10), 64, 36)
    core = drop(64, 26, 4.5, 1.8)
    return Figure(parts=(body(plate, "second"), stroke(line((64, 44), (64, 30)), "dark", 3),
                         body(flame, "accent"), detail(core, "accent+"), body(wax), body(drip,
                             "main+")),
                  face=(64, 82, 1.0), top=(64, 40, 30), neck=(64, 104, 0), side=(106, 92),
                  ears=(64, 74, 26), hues=(None, None, YELLOW))


def _television(v: Vary) -> Figure:
    case, glass = rect(10, 34, 108, 76, 13), rect(19, 43, 74, 58, 12)
    feelers = line((62, 36), (44 + v(-6, 6), 10)), line((66, 36), (86 + v(-6, 6), 12))
    knobs = [body(ellipse(105, y, 5.5), "accent") for y in (56, 72)]
    legs = both(line((34, 108), (28, 120)))
    return Figure(parts=(stroke(legs, "dark", 6), *(stroke(f, "dark", 3.4) for f in feelers),
        body(case),
                         body(glass, "light"), *knobs,
                         *(stroke(line((100, y), (110, y)), "dark", 2) for y in (86, 92))),
                  face=(56, 69, 1.15), top=(64, 36, 44), neck=(64, 108, 0), side=(116, 98),
                  ears=(64, 66, 54), skin="light", hues=(None, None, RED), tilt=6)


def _guitar(v: Vary) -> Figure:
    box = blob((64, 44), (84, 48), (86, 64), (96, 82), (92, 108), (64, 120), (36, 108), (32, 82),
               (42, 64), (44, 48))
    neck, head = rect(58, 16, 12, 44, 1), poly((54, 2), (74, 2), (72, 20), (56, 20), r=3)
    pegs = [body(ellipse(x, y, 2.6), "accent") for x in (51, 77) for y in (7, 15)]
    frets = [stroke(line((58, y), (70, y)), "light", 1.4) for y in (26, 34, 42)]
    bridge = rect(52, 108 + v(-1, 1), 24, 5, 2)
    return Figure(parts=(*pegs, body(box), body(ellipse(64, 62, 10), "dark"), body(neck, "second"),
        *frets,
                         body(head, "second"), body(bridge, "second")),
                  face=(64, 86, 1.0), top=(64, 5, 24), neck=(64, 74, 0), side=(104, 96),
                  ears=(64, 84, 32), hues=("#d98d3f", BROWN, None), tilt=16)


def _soccer_ball(v: Vary) -> Figure:
    ball = ellipse(64, 66, 48)
    spin = v(-10, 10)
    patches = [turned(poly((64, 8), (80, 16), (76, 31), (52, 31), (48, 16), r=2), a + spin, 64, 66)
               for a in (0, 72, 144, 216, 288)]
    seams = [stroke(turned(line((76, 31), (93.6, 43.8)), a + spin, 64, 66), "dark", 2) for a in (0,
        72, 144, 216, 288)]
    return Figure(parts=(body(ball, "white"), *(detail(p, "main", clip=ball) for p in patches),
                         *seams),
                  face=(64, 63, 1.15), top=(64, 21, 40), neck=(64, 108, 0), side=(112, 92),
                  ears=(64, 66, 48), skin="white", hues=(BLACK, None, None))


def _trophy(v: Vary) -> Figure:
    cup = blob((28, 14), (100, 14), (98, 44), (82, 72), (64, 80), (46, 72), (30, 44), tension=0.7)
    handle = curve((32, 24), (10, 22), (12, 52), (40, 60))
    base, foot = poly((56, 76), (72, 76), (78, 100), (50, 100), r=2), rect(34, 98, 60, 20, 4)
    badge = detail(star(64, 108, 7, 0.5, 5, 1), "main+")
    return Figure(parts=(stroke(both(handle), "main-", 6.5), body(base, "main-"), body(cup),
                         body(foot, "second"), badge, body(rect(25, 9 + v(-1, 1), 78, 10, 5),
                             "main+")),
                  face=(64, 40, 1.1), top=(64, 11, 42), neck=(64, 84, 0), side=(108, 84),
                  ears=(64, 40, 38), hues=(YELLOW, BROWN, None))


THINGS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "book": _book, "pencil": _pencil, "light bulb": _light_bulb, "gift": _gift,
        "alarm clock": _alarm_clock, "camera": _camera, "teapot": _teapot,
        "heart": _balloon_heart, "backpack": _backpack, "candle": _candle,
        "television": _television, "guitar": _guitar, "soccer ball": _soccer_ball,
        "trophy": _trophy,
    }
)
