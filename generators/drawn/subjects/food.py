"""Fruit, vegetables, meals and sweets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BROWN, CREAM, GREEN, ORANGE, PINK, RED, YELLOW
from generators.drawn.paths import (
    arc,
    blob,
    curve,
    drop,
    ellipse,
    line,
    petals,
    poly,
    rect,
    shifted,
    turned,
)
from generators.drawn.scene import Figure, Part, Vary, body, detail, stroke

LEAF = blob((0, 0), (8, -10), (24, -10), (30, 0), (18, 6), tension=0.9)


def _sprinkles(v: Vary, spots: tuple[tuple[float, float], ...], size: float = 4) -> tuple[Part, ...]:
    roles = ("accent", "light", "dark", "second+")
    return tuple(
        detail(turned(rect(x - size, y - 1.6, size * 2, 3.2, 1.6), v(0, 180), x, y), roles[i % 4])
        for i, (x, y) in enumerate(spots)
    )


def apple(v: Vary) -> Figure:
    w = v(0.94, 1.08)
    fruit = blob((64, 40), (78, 32), (98 * w, 38), (104 * w, 62), (94, 96), (76, 112), (64, 107),
                 (52, 112), (34, 96), (128 - 104 * w, 62), (128 - 98 * w, 38), (50, 32))  # fmt: skip
    stem = curve((64, 42), (65, 30), (70 + v(-5, 5), 20))
    leaf = shifted(turned(LEAF, v(-30, -5), 0, 0), 68, 30)
    shine = detail(turned(ellipse(38, 56, 5, 11), 16, 38, 56), "main+")
    return Figure(parts=(stroke(stem, "accent", 5), body(leaf, "second"), body(fruit), shine),
                  face=(64, 70, 1.2), top=(62, 34, 38), neck=(64, 100, 0), side=(108, 84),
                  ears=(64, 68, 40), hues=(RED, GREEN, BROWN))  # fmt: skip


def pear(v: Vary) -> Figure:
    w = v(0.94, 1.08)
    fruit = blob((64, 26), (80, 36), (86, 56), (102 * w, 80), (94, 108), (64, 117), (34, 108),
                 (128 - 102 * w, 80), (42, 56), (48, 36))  # fmt: skip
    stem, leaf = curve((64, 28), (66, 16)), shifted(turned(LEAF, v(-24, 6), 0, 0), 66, 22)
    shine = detail(turned(ellipse(42, 80, 4.5, 11), 14, 42, 80), "main+")
    return Figure(parts=(stroke(stem, "accent", 5), body(leaf, "second"), body(fruit), shine),
                  face=(64, 78, 1.15), top=(64, 29, 28), neck=(64, 58, 42), side=(108, 88),
                  ears=(64, 50, 24), hues=("#b9d34a", GREEN, BROWN))  # fmt: skip


def orange(v: Vary) -> Figure:
    fruit = ellipse(64, 70, 42 * v(0.96, 1.04), 41)
    leaf = shifted(turned(LEAF, v(-30, 0), 0, 0), 64, 30)
    pits = [detail(ellipse(x, y, 1.3), "main-") for x, y in
            ((36, 62), (40, 84), (88, 58), (92, 76), (64, 100), (52, 98), (80, 94), (48, 46))]  # fmt: skip
    return Figure(parts=(body(fruit), *pits, body(leaf, "second"),
                         body(ellipse(64, 32, 4.5, 3.5), "second-")),
                  face=(64, 68, 1.25), top=(64, 32, 38), neck=(64, 100, 0), side=(108, 86),
                  ears=(64, 68, 42), hues=(ORANGE, GREEN, None))  # fmt: skip


def lemon(v: Vary) -> Figure:
    fruit = blob((12, 70), (22, 62), (36, 44), (64, 36), (92, 44), (106, 62), (117, 68), (112, 76),
                 (92, 96), (64, 104), (36, 96), (20, 78))  # fmt: skip
    leaf = shifted(turned(LEAF, v(-50, -20), 0, 0), 84, 42)
    shine = detail(turned(ellipse(38, 56, 4, 10), 46, 38, 56), "main+")
    return Figure(parts=(body(leaf, "second"), body(fruit), shine), face=(64, 68, 1.2),
                  top=(60, 38, 36), neck=(64, 98, 0), side=(108, 92), ears=(64, 68, 44),
                  hues=(YELLOW, GREEN, None), tilt=14)  # fmt: skip


def banana(v: Vary) -> Figure:
    low = v(-4, 4)
    skin = blob((88, 12), (97, 14), (100, 34), (104, 66), (90, 98 + low), (56, 114 + low),
                (26, 108), (22, 98), (34, 92), (58, 84), (74, 66), (82, 38), tension=0.95)  # fmt: skip
    stem = poly((86, 6), (96, 8), (98, 20), (87, 18), r=3)
    tip = ellipse(24, 103, 5.5, 6)
    ridge = curve((92, 22), (96, 60), (82, 90 + low), (52, 103 + low), (32, 103))
    return Figure(parts=(body(skin), stroke(ridge, "main-", 2), body(stem, "second"),
                         body(tip, "second")),
                  face=(80, 76, 0.72), top=(91, 12, 24), neck=(88, 46, 22), side=(112, 92),
                  ears=(78, 76, 20), hues=(YELLOW, BROWN, None), tilt=8)  # fmt: skip


def strawberry(v: Vary) -> Figure:
    w = v(0.95, 1.06)
    fruit = blob((64, 34), (88, 30), (102 * w, 48), (96, 78), (80, 106), (64, 117), (48, 106),
                 (32, 78), (128 - 102 * w, 48), (40, 30))  # fmt: skip
    cap = petals(64, 32, 24, 5, 0.45, turn=v(-8, 8))
    stem = curve((64, 32), (64, 14))
    seeds = [detail(drop(x, y, 2, 1.7), "accent") for x, y in
             ((38, 54), (90, 54), (42, 78), (86, 78), (56, 100), (72, 100), (64, 53))]  # fmt: skip
    return Figure(parts=(body(fruit), *seeds, stroke(stem, "second", 5), body(cap, "second")),
                  face=(64, 67, 1.15), top=(64, 26, 36), neck=(64, 94, 0), side=(106, 88),
                  ears=(64, 62, 36), hues=(RED, GREEN, YELLOW))  # fmt: skip


def cherry(v: Vary) -> Figure:
    out = v(-3, 3)
    stems = curve((66, 16), (50, 36), (38, 58)), curve((66, 16), (80, 38), (88 + out, 64))
    leaf = shifted(turned(LEAF, v(-10, 14), 0, 0), 67, 18)
    left, right = ellipse(38, 82, 30, 29), ellipse(92 + out, 86, 25, 24)
    shine = detail(turned(ellipse(80 + out, 76, 3.4, 7), 28, 80, 76), "main+")
    return Figure(parts=(*(stroke(s, "second", 4.5) for s in stems), body(leaf, "second"),
                         body(right, "main-"), shine, body(left)),
                  face=(38, 80, 0.95), top=(38, 56, 30), neck=(38, 108, 0), side=(112, 62),
                  ears=(38, 80, 30), hues=(RED, GREEN, None))  # fmt: skip


def grapes(v: Vary) -> Figure:
    rows = ((40, 44), (64, 42), (88, 44), (30, 64), (98, 64), (52, 66), (76, 66), (42, 84),
            (86, 84), (64, 86), (53, 103), (75, 103), (64, 117))  # fmt: skip
    berries = [body(ellipse(x, y, 14.5 * v(0.95, 1.05)), "main" if i % 3 else "main-")
               for i, (x, y) in enumerate(rows)]  # fmt: skip
    front = body(ellipse(64, 70, 26, 25))
    stem, leaf = curve((64, 34), (66, 14)), shifted(turned(LEAF, v(-20, 10), 0, 0), 66, 24)
    return Figure(parts=(stroke(stem, "accent", 5), body(leaf, "second"), *berries, front),
                  face=(64, 68, 1.0), top=(64, 32, 32), neck=(64, 98, 0), side=(110, 90),
                  ears=(64, 64, 42), hues=("#8644d8", GREEN, BROWN))  # fmt: skip


def watermelon(v: Vary) -> Figure:
    rind = arc(64, 46, 54, 54, 0, 180, closed=True)
    white, flesh = arc(64, 46, 48, 48, 0, 180, closed=True), arc(64, 46, 43, 43, 0, 180, closed=True)
    seeds = [detail(drop(x + v(-1, 1), y, 2.3, 1.7), "black") for x, y in
             ((32, 58), (96, 58), (42, 78), (86, 78), (64, 84), (30, 70), (98, 70))]  # fmt: skip
    return Figure(parts=(body(rind, "second"), detail(white, "light"), detail(flesh, "main"), *seeds),
                  face=(64, 60, 1.1), top=(64, 45, 40), neck=(64, 100, 0), side=(112, 80),
                  ears=(64, 60, 50), hues=(RED, GREEN, None), tilt=14)  # fmt: skip


def avocado(v: Vary) -> Figure:
    w = v(0.95, 1.06)
    skin = blob((64, 12), (82, 22), (88, 48), (104 * w, 78), (94, 108), (64, 118), (34, 108),
                (128 - 104 * w, 78), (40, 48), (46, 22))  # fmt: skip
    flesh = blob((64, 20), (76, 28), (82, 52), (96, 80), (88, 102), (64, 110), (40, 102), (32, 80),
                 (46, 52), (52, 28))  # fmt: skip
    pit = ellipse(64, 86, 19, 19)
    return Figure(parts=(body(skin, "second"), detail(flesh, "main"), body(pit, "accent"),
                         detail(ellipse(57, 79, 5, 4), "accent+")),
                  face=(64, 50, 0.9), top=(64, 16, 28), neck=(64, 68, 0), side=(106, 84),
                  ears=(64, 44, 24), hues=("#d5e58a", "#3f8f45", BROWN))  # fmt: skip


def carrot(v: Vary) -> Figure:
    bend = v(-6, 6)
    root = blob((64, 40), (86, 42), (92, 58), (82, 86), (66 + bend, 121), (58 + bend, 120), (46, 86),
                (36, 58), (42, 42))  # fmt: skip
    tops = [turned(blob((64, 44), (56, 24), (64, 6), (72, 24)), a, 64, 44) for a in (-34, 32, v(-6, 6))]
    cuts = (line((40, 84), (52, 86)), line((78, 94), (70, 96)), line((86, 50), (78, 51)),
            line((52, 104), (59, 105)))  # fmt: skip
    return Figure(parts=(*(body(t, "second") for t in tops), body(root),
                         *(stroke(c, "main-", 2.2) for c in cuts)),
                  face=(64, 64, 1.0), top=(64, 40, 32), neck=(64, 88, 0), side=(98, 86),
                  ears=(64, 60, 27), hues=(ORANGE, GREEN, None))  # fmt: skip


def pizza(v: Vary) -> Figure:
    slice_ = poly((14, 38), (114, 38), (64, 120), r=6)
    cheese = blob((22, 42), (106, 42), (92, 68), (88, 84), (80, 82), (66, 114), (60, 112), (50, 92),
                  (44, 96), (36, 68), tension=0.5)  # fmt: skip
    crust = blob((8, 38), (18, 24), (64, 18), (110, 24), (120, 38), (106, 46), (64, 40), (22, 46))
    salami = [detail(ellipse(x, y, 7.5 * v(0.9, 1.1)), "accent") for x, y in ((34, 54), (95, 54), (64, 96))]
    return Figure(parts=(body(slice_, "second"), detail(cheese), *salami, body(crust, "second")),
                  face=(64, 64, 1.05), top=(64, 21, 38), neck=(64, 100, 0), side=(112, 78),
                  ears=(64, 50, 42), hues=(YELLOW, "#d08a45", RED), tilt=10)  # fmt: skip


def burger(v: Vary) -> Figure:
    top = blob((16, 58), (22, 36), (64, 18 + v(-3, 3)), (106, 36), (112, 58), (64, 63), tension=0.9)
    salad = blob((12, 62), (32, 58), (64, 60), (96, 58), (116, 62), (106, 72), (92, 66), (78, 74),
                 (64, 66), (50, 74), (36, 66), (22, 72))  # fmt: skip
    patty, cheese = rect(15, 68, 98, 13, 6), poly((24, 66), (104, 66), (88, 80), (76, 70), r=2)
    bottom = rect(18, 80, 92, 28, 13)
    seeds = [detail(turned(drop(x, y, 2, 1.6), v(-40, 40), x, y), "light")
             for x, y in ((40, 36), (54, 28), (72, 27), (86, 34), (96, 44), (32, 46))]  # fmt: skip
    return Figure(parts=(body(bottom), body(patty, "dark+"), detail(cheese, "accent"),
                         body(salad, "second"), body(top), *seeds),
                  face=(64, 45, 0.95), top=(64, 21, 40), neck=(64, 88, 0), side=(114, 88),
                  ears=(64, 48, 46), hues=("#e0953f", GREEN, YELLOW))  # fmt: skip


def sushi(v: Vary) -> Figure:
    rice = blob((18, 74), (34, 62), (94, 62), (110, 74), (112, 96), (98, 108), (30, 108), (16, 96))
    salmon = blob((10, 64), (22, 44 + v(-3, 3)), (60, 38), (104, 44), (118, 62), (114, 74), (64, 66),
                  (16, 74))  # fmt: skip
    stripes = [stroke(curve((x, 46), (x + 8, 56), (x + 6, 68)), "second+", 3, clip=salmon)
               for x in (28, 88, 104)]  # fmt: skip
    return Figure(parts=(body(rice, "white"), body(salmon, "main"), *stripes,
                         *(detail(ellipse(x, y, 2.2, 1.4, turn=30), "light-") for x, y in
                           ((26, 84), (34, 98), (98, 82), (94, 98)))),
                  face=(64, 84, 1.05), top=(64, 41, 42), neck=(64, 100, 0), side=(114, 90),
                  ears=(64, 72, 46), skin="white", hues=("#fb8a5b", "#ffd0b5", None))  # fmt: skip


def egg(v: Vary) -> Figure:
    white = blob((64, 18 + v(-4, 4)), (90, 22), (104, 46), (116, 68 + v(-5, 5)), (96, 92),
                 (82, 112 + v(-4, 4)), (52, 104), (24, 104), (14, 78), (28, 56), (30, 32))  # fmt: skip
    yolk = ellipse(64, 66, 29, 28)
    shine = detail(turned(ellipse(48, 52, 4, 8), 40, 48, 52), "main+")
    return Figure(parts=(body(white, "white"), body(yolk), shine), face=(64, 65, 1.0),
                  top=(64, 39, 32), neck=(64, 92, 0), side=(112, 84), ears=(64, 64, 29),
                  hues=(YELLOW, None, None))  # fmt: skip


def ice_cream(v: Vary) -> Figure:
    cone = poly((36, 66), (92, 66), (64, 124), r=4)
    grid = [stroke(line((36 + d, 60), (66 + d, 126)), "second-", 1.8, clip=cone) for d in (-14, 0, 14, 28)]
    grid += [stroke(line((92 - d, 60), (62 - d, 126)), "second-", 1.8, clip=cone) for d in (-14, 0, 14, 28)]
    scoop = blob((28, 60), (32, 34), (64, 12 + v(-3, 3)), (96, 34), (100, 60), (94, 72), (82, 66),
                 (74, 76), (62, 68), (50, 77), (42, 67), (33, 71), tension=0.95)  # fmt: skip
    berry = body(ellipse(64, 13, 8), "accent")
    return Figure(parts=(body(cone, "second"), *grid, berry, body(scoop),
                         *_sprinkles(v, ((44, 32), (82, 30), (64, 24), (92, 48), (36, 50)), 3.4)),
                  face=(64, 49, 1.1), top=(64, 16, 34), neck=(64, 74, 0), side=(104, 86),
                  ears=(64, 46, 34), hues=(PINK, "#dba35a", RED))  # fmt: skip


def cupcake(v: Vary) -> Figure:
    cup = poly((28, 68), (100, 68), (90, 118), (38, 118), r=5)
    pleats = [stroke(line((64 + x, 66), (64 + x * 0.74, 120)), "second-", 2, clip=cup)
              for x in (-24, -10, 10, 24)]  # fmt: skip
    low = blob((16, 62), (28, 44), (64, 38), (100, 44), (112, 62), (100, 76), (64, 72), (28, 76))
    mid = blob((30, 46), (38, 30), (64, 24), (90, 30), (98, 46), (64, 54))
    peak = blob((46, 32), (52, 18), (64, 6 + v(-2, 4)), (78, 20), (82, 32), (64, 38))
    return Figure(parts=(body(cup, "second"), *pleats, body(low), body(mid), body(peak),
                         *_sprinkles(v, ((34, 58), (90, 56), (50, 42), (76, 40), (62, 24)), 3.4)),
                  face=(64, 86, 1.1), top=(64, 12, 24), neck=(64, 74, 0), side=(110, 92),
                  ears=(64, 56, 46), skin="second", hues=(PINK, "#8fd6f5", RED))  # fmt: skip


def donut(v: Vary) -> Figure:
    ring = ellipse(64, 66, 50, 47)
    icing = petals(64, 64, 47, 9, 0.92, turn=v(0, 40))
    hole, rim = ellipse(64, 50, 12, 10), ellipse(64, 50, 15, 13)
    spots = ((30, 50), (40, 36), (62, 28), (88, 36), (100, 54), (98, 78), (30, 78), (44, 98), (84, 98))
    return Figure(parts=(body(ring, "second"), body(icing), detail(rim, "second"),
                         detail(hole, "dark"), *_sprinkles(v, spots, 4)),
                  face=(64, 78, 1.1), top=(64, 22, 42), neck=(64, 106, 0), side=(114, 92),
                  ears=(64, 66, 50), hues=(PINK, "#dba35a", YELLOW))  # fmt: skip


def cookie(v: Vary) -> Figure:
    disc = petals(64, 66, 49, 14, 0.965, turn=v(0, 20))
    chips = [detail(poly((x - 5, y), (x, y - 5), (x + 5, y - 1), (x + 2, y + 5), r=2.5), "second")
             for x, y in ((36, 44), (62, 30), (28, 74), (98, 80), (82, 98), (48, 100), (92, 58))]  # fmt: skip
    crumbs = (ellipse(108, 24, 3.4), ellipse(116, 34, 2.4))
    return Figure(parts=(body(disc), *chips, *(body(c) for c in crumbs)), face=(62, 64, 1.2),
                  top=(62, 22, 40), neck=(64, 106, 0), side=(112, 96), ears=(62, 64, 48),
                  hues=("#d9a05b", BROWN, None))  # fmt: skip


def toast(v: Vary) -> Figure:
    puff = v(-3, 3)
    crust = blob((24, 30 + puff), (44, 18), (84, 18), (104, 30 + puff), (108, 48), (98, 58),
                 (99, 106), (90, 112), (38, 112), (29, 106), (30, 58), (20, 48), tension=0.8)  # fmt: skip
    crumb = blob((32, 34 + puff), (48, 26), (80, 26), (96, 34 + puff), (99, 46), (91, 56), (91, 100),
                 (84, 105), (44, 105), (37, 100), (37, 56), (29, 46), tension=0.8)  # fmt: skip
    butter = turned(rect(54, 86, 20, 15, 3), v(-14, 14), 64, 93)
    return Figure(parts=(body(crust, "second"), detail(crumb), body(butter, "accent")),
                  face=(64, 58, 1.2), top=(64, 20, 44), neck=(64, 100, 0), side=(108, 84),
                  ears=(64, 54, 44), hues=(CREAM, "#b97a3d", YELLOW))  # fmt: skip


def coffee(v: Vary) -> Figure:
    cup = poly((22, 44), (92, 44), (84, 112), (30, 112), r=10)
    handle = curve((88, 56), (112, 54), (112, 84), (84, 90))
    rim, brew = ellipse(57, 45, 36, 9), ellipse(57, 46, 30, 6.5)
    steam = [stroke(curve((x, 32), (x + v(-6, 6), 24), (x, 16), (x + v(-5, 5), 8)), "accent", 3.4)
             for x in (44, 58, 72)]  # fmt: skip
    return Figure(parts=(*steam, stroke(handle, "main-", 8), body(cup), body(rim, "main+"),
                         detail(brew, "second")),
                  face=(57, 74, 1.1), top=(57, 38, 38), neck=(57, 104, 0), side=(110, 96),
                  ears=(57, 66, 35), hues=(None, BROWN, None))  # fmt: skip


def cheese(v: Vary) -> Figure:
    tip = v(-4, 4)
    top = poly((12, 60), (92, 28 + tip), (116, 56), r=3)
    front = poly((12, 59), (116, 55), (116, 104), (12, 104), r=5)
    holes = [detail(ellipse(x, y, r, r * 0.9), "main-", clip=front)
             for x, y, r in ((26, 92, 8), (102, 70, 9), (104, 96, 5), (24, 70, 4), (84, 104, 7))]  # fmt: skip
    pits = detail(ellipse(82, 46, 7, 3.6), "main")
    return Figure(parts=(body(top, "main+"), pits, body(front), *holes), face=(62, 76, 1.1),
                  top=(84, 34, 34), neck=(64, 100, 0), side=(114, 88), ears=(64, 74, 52),
                  hues=(YELLOW, None, None))  # fmt: skip


FOOD: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "apple": apple, "pear": pear, "orange": orange, "lemon": lemon, "banana": banana,
        "strawberry": strawberry, "cherry": cherry, "grapes": grapes, "watermelon": watermelon,
        "avocado": avocado, "carrot": carrot, "pizza": pizza, "burger": burger, "sushi": sushi,
        "egg": egg, "ice cream": ice_cream, "cupcake": cupcake, "donut": donut, "cookie": cookie,
        "toast": toast, "coffee": coffee, "cheese": cheese,
    }
)  # fmt: skip
