"""Vehicles and everyday things."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BLACK, BLUE, BROWN, CREAM, GREY, PINK, RED, SKY, YELLOW
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
    shifted,
    star,
    turned,
)
from generators.drawn.scene import Figure, Part, Vary, body, detail, stroke


def _wheel(x: float, y: float, r: float) -> tuple[Part, ...]:
    return body(ellipse(x, y, r), "dark"), detail(ellipse(x, y, r * 0.45), "light")


def car(v: Vary) -> Figure:
    roof = v(-4, 4)
    shell = blob((8, 78), (14, 68), (30, 64), (42, 44 + roof), (60, 38 + roof), (86, 42 + roof),
                 (100, 62), (116, 68), (121, 84), (116, 98), (64, 100), (12, 98), tension=0.85)  # fmt: skip
    panes = (poly((46, 62), (52, 48 + roof), (64, 45 + roof), (64, 62), r=3),
             poly((69, 62), (69, 45 + roof), (82, 48 + roof), (92, 62), r=3))  # fmt: skip
    lamp = body(ellipse(116, 80, 4.5, 6), "accent")
    return Figure(parts=(body(shell), *(body(p, "second") for p in panes), lamp,
                         *_wheel(34, 98, 14), *_wheel(94, 98, 14)),
                  face=(64, 76, 0.88), top=(64, 42 + roof, 36), neck=(64, 100, 0), side=(116, 64),
                  ears=(66, 58, 30), hues=(None, SKY, YELLOW), tilt=3)  # fmt: skip


def bus(v: Vary) -> Figure:
    shell = rect(8, 30 + v(-3, 3), 112, 70, 13)
    panes = [body(rect(x, 39, 20, 19, 4), "second") for x in (16, 40, 64, 88)]
    stripe = detail(rect(8, 90, 112, 5), "accent", clip=shell)
    return Figure(parts=(body(shell), stripe, *panes, *_wheel(34, 101, 12), *_wheel(94, 101, 12)),
                  face=(64, 71, 0.98), top=(64, 32, 44), neck=(64, 100, 0), side=(118, 92),
                  ears=(64, 60, 52), hues=(YELLOW, SKY, RED), tilt=3)  # fmt: skip


def train(v: Vary) -> Figure:
    puff = [body(ellipse(34 + dx, y, r), "light") for dx, y, r in
            ((0, 20, 7), (-12, 12 + v(-3, 3), 9), (-24, 9, 7))]  # fmt: skip
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
                  ears=(46, 66, 32), hues=(RED, BLUE, YELLOW), tilt=3)  # fmt: skip


def rocket(v: Vary) -> Figure:
    wide = v(0.94, 1.08)
    hull = blob((64, 6), (84, 28), (90 * wide, 62), (82, 98), (64, 102), (46, 98),
                (128 - 90 * wide, 62), (44, 28))  # fmt: skip
    nose = blob((64, 2), (84, 22), (90, 36), (64, 33), (38, 36), (44, 22))
    fin = blob((42, 72), (26, 86), (20, 110), (32, 106), (48, 98), tension=0.8)
    flame = blob((52, 98), (48, 112), (64, 126 + v(-4, 3)), (80, 112), (76, 98))
    core = blob((57, 98), (56, 108), (64, 116), (72, 108), (71, 98))
    return Figure(parts=(body(flame, "accent"), detail(core, "accent+"), body(both(fin), "second"),
                         body(hull, "light"), detail(nose, "main", clip=hull),
                         body(ellipse(64, 60, 23, 22), "main"), detail(rect(40, 88, 48, 6), "main", clip=hull)),
                  face=(64, 59, 0.9), top=(64, 14, 24), neck=(64, 86, 0), side=(104, 72),
                  ears=(64, 58, 26), hues=(RED, BLUE, "#fba32f"), tilt=14)  # fmt: skip


def sailboat(v: Vary) -> Figure:
    hull = poly((8, 80), (120, 80), (100, 110), (30, 110), r=9)
    sail = blob((68, 12), (88, 32), (104, 72), (68, 72), tension=0.5)
    jib = blob((58, 20 + v(-3, 4)), (58, 72), (22, 72), (40, 46), tension=0.5)
    flag = poly((63, 4), (80, 9), (63, 14), r=1)
    wave = blob((4, 112), (20, 104), (36, 112), (52, 104), (68, 112), (84, 104), (100, 112),
                (116, 104), (124, 112), (110, 121), (18, 121), tension=0.8)  # fmt: skip
    return Figure(parts=(stroke(line((63, 5), (63, 82)), "dark", 4), body(flag, "main"),
                         body(sail, "light"), body(jib, "second"), body(hull), body(wave, "accent")),
                  face=(64, 90, 0.85), top=(64, 10, 24), neck=(64, 106, 0), side=(116, 74),
                  ears=(64, 92, 52), hues=(RED, CREAM, SKY), tilt=6)  # fmt: skip


def airplane(v: Vary) -> Figure:
    hull = blob((6, 66), (18, 50), (48, 46), (96, 52), (118, 60), (120, 68), (96, 82), (48, 88), (18, 84))
    tail = poly((94, 54), (104, 24 + v(-4, 4)), (120, 22 + v(-4, 4)), (118, 60), r=5)
    wing = poly((58, 74), (80, 74), (108, 112 + v(-6, 4)), (92, 114), r=6)
    far = poly((58, 50), (74, 50), (88, 24), (78, 22), r=5)
    panes = [body(ellipse(x, 60, 4.2), "light") for x in (66, 79, 92)]
    return Figure(parts=(body(far, "second-"), body(tail, "second"), body(hull), *panes,
                         body(wing, "second")),
                  face=(35, 65, 0.88), top=(42, 48, 30), neck=(50, 86, 0), side=(112, 92),
                  ears=(36, 66, 24), hues=(None, RED, None), tilt=10)  # fmt: skip


def air_balloon(v: Vary) -> Figure:
    bag = blob((64, 6), (96, 16), (108 * v(0.97, 1.03), 46), (94, 72), (74, 90), (54, 90), (34, 72),
               (20, 46), (32, 16))  # fmt: skip
    stripes = (blob((64, 0), (84, 40), (66, 94), (62, 94), (44, 40)),)
    sides = both(blob((34, 0), (14, 40), (44, 96), (50, 96), (28, 46)))
    basket = poly((50, 104), (78, 104), (75, 122), (53, 122), r=4)
    ropes = line((54, 88), (53, 106)), line((74, 88), (75, 106))
    return Figure(parts=(*(stroke(r, "dark", 2.4) for r in ropes), body(bag),
                         detail(sides, "second", clip=bag), *(detail(s, "main+", clip=bag) for s in stripes),
                         body(basket, "accent")),
                  face=(64, 46, 1.15), top=(64, 9, 36), neck=(64, 88, 0), side=(100, 98),
                  ears=(64, 44, 42), skin="main+", hues=(None, None, BROWN))  # fmt: skip


def submarine(v: Vary) -> Figure:
    hull = blob((8, 78), (20, 58), (54, 52), (90, 56), (108, 70), (108, 88), (90, 102), (54, 106), (20, 98))
    tower, scope = rect(50, 36, 30, 22, 6), curve((62, 40), (62, 20), (62, 16), (74, 16))
    fan = body(both(ellipse(118, 70, 5, 9), 118) + shifted(ellipse(118, 70, 5, 9), 0, 18), "accent")
    panes = [body(ellipse(x, 78, 7.5), "light") for x in (78, 96)]
    bubbles = [body(ellipse(x, y, r), "light+") for x, y, r in ((18, 44, 5), (28, 30 + v(-4, 4), 4), (14, 22, 3))]
    return Figure(parts=(*bubbles, fan, stroke(scope, "second", 6), body(tower, "second"), body(hull),
                         *panes),
                  face=(44, 76, 0.98), top=(62, 38, 26), neck=(60, 104, 0), side=(112, 58),
                  ears=(44, 78, 34), hues=(YELLOW, None, None))  # fmt: skip


def book(v: Vary) -> Figure:
    cover, pages = rect(24, 16, 80, 98, 6), rect(30, 100, 76, 12, 3)
    spine, ribbon = rect(24, 16, 13, 98, 5), poly((82, 12), (95, 12), (95, 42), (88.5, 35), (82, 42), r=1)
    frame = detail(rect(44, 26 + v(-2, 3), 34, 7, 3), "second")
    return Figure(parts=(body(cover), body(pages, "light"), body(spine, "main-"), frame,
                         body(ribbon, "accent")),
                  face=(69, 66, 1.2), top=(64, 18, 42), neck=(64, 96, 0), side=(110, 84),
                  ears=(64, 60, 42), hues=(None, YELLOW, RED), tilt=9)  # fmt: skip


def pencil(v: Vary) -> Figure:
    long = v(-4, 4)
    shaft = rect(44, 26, 40, 66 + long, 2)
    wood = poly((44, 90 + long), (84, 90 + long), (64, 124 + long), r=3)
    lead = poly((57, 112 + long), (71, 112 + long), (64, 124 + long), r=2)
    band, rubber = rect(42, 20, 44, 11, 2), rect(44, 4, 40, 19, 8)
    edges = both(line((54, 32), (54, 90 + long)))
    return Figure(parts=(body(wood, "light"), detail(lead, "dark"), body(shaft),
                         stroke(edges, "main-", 1.8), body(rubber, "second"), body(band, "accent")),
                  face=(64, 58, 0.95), top=(64, 7, 32), neck=(64, 84, 0), side=(100, 82),
                  ears=(64, 54, 20), hues=(YELLOW, PINK, GREY), tilt=22)  # fmt: skip


def light_bulb(v: Vary) -> Figure:
    glass = blob((64, 8), (92, 18), (102 * v(0.97, 1.03), 46), (90, 70), (78, 92), (50, 92), (38, 70),
                 (26, 46), (36, 18))  # fmt: skip
    rings = [body(rect(47, y, 34, 9, 4), "second") for y in (90, 99, 108)]
    cap = arc(64, 116, 10, 7, 0, 180, closed=True)
    shine = detail(turned(ellipse(42, 36, 4, 10), 28, 42, 36), "main+")
    return Figure(parts=(body(cap, "dark"), *rings, body(glass), shine), face=(64, 52, 1.15),
                  top=(64, 11, 36), neck=(64, 88, 0), side=(104, 84), ears=(64, 48, 38),
                  hues=(YELLOW, GREY, None))  # fmt: skip


def gift(v: Vary) -> Figure:
    box, lid = rect(20, 54, 88, 62, 5), rect(14, 42, 100, 18, 4)
    band, knot = rect(57, 42, 14, 74, 0), ellipse(64, 38, 8, 7)
    loop = blob((62, 40), (46, 42), (30 + v(-4, 4), 32), (36, 18), (52, 22))
    return Figure(parts=(body(box), detail(rect(57, 60, 14, 56), "second"), body(lid, "main+"),
                         detail(band, "second", clip=lid), body(both(loop), "second"),
                         body(knot, "second-"), detail(ellipse(64, 88, 29, 19), "main")),
                  face=(64, 82, 1.1), top=(64, 26, 36), neck=(64, 58, 0), side=(114, 84),
                  ears=(64, 72, 48))  # fmt: skip


def alarm_clock(v: Vary) -> Figure:
    bell = turned(arc(64, 20, 18, 16, 180, 360, closed=True), -36, 64, 66)
    leg = both(line((40, 104), (32, 118)))
    ticks = [stroke(turned(line((64, 31), (64, 36)), a, 64, 66), "dark", 3) for a in range(0, 360, 30)]
    return Figure(parts=(stroke(leg, "dark", 7), body(both(bell), "second"), body(rect(60, 8, 8, 16, 3), "dark"),
                         body(ellipse(64, 66, 45 * v(0.97, 1.03))), body(ellipse(64, 66, 36), "light"), *ticks),
                  face=(64, 63, 1.1), top=(64, 20, 30), neck=(64, 104, 0), side=(112, 90),
                  ears=(64, 66, 45), skin="light", hues=(RED, YELLOW, None), tilt=8)  # fmt: skip


def camera(v: Vary) -> Figure:
    shell, hump = rect(10, 38, 108, 72, 12), poly((44, 42), (50, 24 + v(-3, 2)), (80, 24), (86, 42), r=6)
    button, strip = rect(18, 30, 18, 12, 3), rect(10, 52, 108, 10)
    flash = body(rect(94, 44, 16, 10, 3), "accent")
    return Figure(parts=(body(button, "accent"), body(hump), body(shell), detail(strip, "second", clip=shell),
                         flash, body(ellipse(64, 76, 31), "second-"), body(ellipse(64, 76, 25), "light")),
                  face=(64, 74, 0.98), top=(65, 26, 32), neck=(64, 110, 0), side=(114, 96),
                  ears=(64, 66, 54), skin="light", hues=(None, None, YELLOW))  # fmt: skip


def teapot(v: Vary) -> Figure:
    pot = ellipse(62, 76, 40 * v(0.97, 1.05), 36)
    spout = blob((92, 88), (106, 74), (110, 52), (124, 48), (120, 66), (108, 94), (96, 102))
    handle = curve((28, 58), (6, 56), (6, 88), (30, 96))
    lid, knob = arc(62, 48, 26, 14, 180, 360, closed=True), ellipse(62, 30, 6)
    dots = [detail(ellipse(x, y, 4), "second") for x, y in ((34, 94), (48, 104), (62, 107), (76, 104), (90, 94))]
    return Figure(parts=(stroke(handle, "main-", 9), body(spout, "main"), body(pot), *dots,
                         body(knob, "second"), body(lid, "second")),
                  face=(62, 72, 1.2), top=(62, 32, 32), neck=(62, 108, 0), side=(116, 96),
                  ears=(62, 72, 40))  # fmt: skip


def balloon_heart(v: Vary) -> Figure:
    shine = detail(turned(ellipse(36, 40, 5, 10), 34, 36, 40), "main+")
    return Figure(parts=(body(heart(64, 64, 54 * v(0.96, 1.04))), shine), face=(64, 58, 1.3),
                  top=(64, 38, 32), neck=(64, 100, 0), side=(108, 92), ears=(64, 56, 50),
                  hues=(RED, None, None), tilt=10)  # fmt: skip


def backpack(v: Vary) -> Figure:
    bag = blob((64, 16), (94, 24), (102, 60), (104, 106), (88, 116), (40, 116), (24, 106), (26, 60),
               (34, 24), tension=0.85)  # fmt: skip
    side: Path = rect(12, 66, 22, 42, 9)
    loop = curve((52, 20), (54, 6), (74, 6), (76, 20))
    pocket, flap = rect(36, 80, 56, 32, 9), rect(36, 78, 56, 13, 6)
    return Figure(parts=(stroke(loop, "second", 5), body(both(side), "main-"), body(bag),
                         body(pocket, "second"), body(flap, "second+"),
                         body(rect(60, 86, 8, 10, 2), "accent")),
                  face=(64, 52, 1.15), top=(64, 18 + v(-1, 1), 38), neck=(64, 76, 0), side=(114, 96),
                  ears=(64, 50, 38))  # fmt: skip


def candle(v: Vary) -> Figure:
    wax = rect(38, 42, 52, 68, 7)
    drip = blob((36, 42), (64, 36), (92, 42), (92, 60), (86, 66), (81, 56), (74, 54), (68, 66), (60, 56),
                (48, 54), (44, 74), (37, 64), tension=0.85)  # fmt: skip
    plate = blob((16, 108), (64, 104), (112, 108), (100, 120), (28, 120), tension=0.8)
    flame = turned(drop(64, 24, 9, 2.2), v(-10, 10), 64, 36)
    core = drop(64, 26, 4.5, 1.8)
    return Figure(parts=(body(plate, "second"), stroke(line((64, 44), (64, 30)), "dark", 3),
                         body(flame, "accent"), detail(core, "accent+"), body(wax), body(drip, "main+")),
                  face=(64, 82, 1.0), top=(64, 40, 30), neck=(64, 104, 0), side=(106, 92),
                  ears=(64, 74, 26), hues=(None, None, YELLOW))  # fmt: skip


def television(v: Vary) -> Figure:
    case, glass = rect(10, 34, 108, 76, 13), rect(19, 43, 74, 58, 12)
    feelers = line((62, 36), (44 + v(-6, 6), 10)), line((66, 36), (86 + v(-6, 6), 12))
    knobs = [body(ellipse(105, y, 5.5), "accent") for y in (56, 72)]
    legs = both(line((34, 108), (28, 120)))
    return Figure(parts=(stroke(legs, "dark", 6), *(stroke(f, "dark", 3.4) for f in feelers), body(case),
                         body(glass, "light"), *knobs,
                         *(stroke(line((100, y), (110, y)), "dark", 2) for y in (86, 92))),
                  face=(56, 69, 1.15), top=(64, 36, 44), neck=(64, 108, 0), side=(116, 98),
                  ears=(64, 66, 54), skin="light", hues=(None, None, RED), tilt=6)  # fmt: skip


def guitar(v: Vary) -> Figure:
    box = blob((64, 44), (84, 48), (86, 64), (96, 82), (92, 108), (64, 120), (36, 108), (32, 82),
               (42, 64), (44, 48))  # fmt: skip
    neck, head = rect(58, 16, 12, 44, 1), poly((54, 2), (74, 2), (72, 20), (56, 20), r=3)
    pegs = [body(ellipse(x, y, 2.6), "accent") for x in (51, 77) for y in (7, 15)]
    frets = [stroke(line((58, y), (70, y)), "light", 1.4) for y in (26, 34, 42)]
    bridge = rect(52, 108 + v(-1, 1), 24, 5, 2)
    return Figure(parts=(*pegs, body(box), body(ellipse(64, 62, 10), "dark"), body(neck, "second"), *frets,
                         body(head, "second"), body(bridge, "second")),
                  face=(64, 86, 1.0), top=(64, 5, 24), neck=(64, 74, 0), side=(104, 96),
                  ears=(64, 84, 32), hues=("#d98d3f", BROWN, None), tilt=16)  # fmt: skip


def soccer_ball(v: Vary) -> Figure:
    ball = ellipse(64, 66, 48)
    spin = v(-10, 10)
    patches = [turned(poly((64, 8), (80, 16), (76, 31), (52, 31), (48, 16), r=2), a + spin, 64, 66)
               for a in (0, 72, 144, 216, 288)]  # fmt: skip
    seams = [stroke(turned(line((76, 30), (84, 44)), a + spin, 64, 66), "dark", 2) for a in (0, 72, 144, 216, 288)]
    return Figure(parts=(body(ball, "white"), *(detail(p, "main", clip=ball) for p in patches),
                         *(s for s in seams)),
                  face=(64, 63, 1.15), top=(64, 21, 40), neck=(64, 108, 0), side=(112, 92),
                  ears=(64, 66, 48), skin="white", hues=(BLACK, None, None))  # fmt: skip


def trophy(v: Vary) -> Figure:
    cup = blob((28, 14), (100, 14), (98, 44), (82, 72), (64, 80), (46, 72), (30, 44), tension=0.7)
    handle = curve((32, 24), (10, 22), (12, 52), (40, 60))
    base, foot = poly((56, 76), (72, 76), (78, 100), (50, 100), r=2), rect(34, 98, 60, 20, 4)
    mark = detail(star(64, 108, 7, 0.5, 5, 1), "main+")
    return Figure(parts=(stroke(both(handle), "main-", 6.5), body(base, "main-"), body(cup),
                         body(foot, "second"), mark, body(rect(25, 9 + v(-1, 1), 78, 10, 5), "main+")),
                  face=(64, 40, 1.1), top=(64, 11, 42), neck=(64, 84, 0), side=(108, 84),
                  ears=(64, 40, 38), hues=(YELLOW, BROWN, None))  # fmt: skip


VEHICLES: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "car": car, "bus": bus, "train": train, "rocket": rocket, "sailboat": sailboat,
        "airplane": airplane, "hot-air balloon": air_balloon, "submarine": submarine,
    }
)  # fmt: skip

THINGS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "book": book, "pencil": pencil, "light bulb": light_bulb, "gift": gift,
        "alarm clock": alarm_clock, "camera": camera, "teapot": teapot, "heart": balloon_heart,
        "backpack": backpack, "candle": candle, "television": television, "guitar": guitar,
        "soccer ball": soccer_ball, "trophy": trophy,
    }
)  # fmt: skip
