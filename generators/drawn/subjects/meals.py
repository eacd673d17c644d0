"""Meals, drinks and sweets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BROWN, CREAM, GREEN, PINK, RED, YELLOW
from generators.drawn.paths import blob, curve, drop, ellipse, line, petals, poly, rect, turned
from generators.drawn.scene import Figure, Part, Vary, body, detail, stroke

# Geometry is set by hand, several points a line.
# fmt: off


def _sprinkles(v: Vary, spots: tuple[tuple[float, float], ...], size: float = 4) -> tuple[Part,
    ...]:
    roles = ("accent", "light", "dark", "second+")
    return tuple(
        detail(turned(rect(x - size, y - 1.6, size * 2, 3.2, 1.6), v(0, 180), x, y), roles[i % 4])
        for i, (x, y) in enumerate(spots)
    )


def _pizza(v: Vary) -> Figure:
    slice_ = poly((14, 38), (114, 38), (64, 120), r=6)
    cheese = blob((22, 42), (106, 42), (92, 68), (88, 84), (80, 82), (66, 114), (60, 112), (50, 92),
                  (44, 96), (36, 68), tension=0.5)
    crust = blob((8, 38), (18, 24), (64, 18), (110, 24), (120, 38), (106, 46), (64, 40), (22, 46))
    salami = [detail(ellipse(x, y, 7.5 * v(0.9, 1.1)), "accent") for x, y in ((34, 54), (95, 54),
        (64, 96))]
    return Figure(parts=(body(slice_, "second"), detail(cheese, "main"), *salami, body(crust,
        "second")),
                  face=(64, 64, 1.05), top=(64, 21, 38), neck=(64, 100, 0), side=(112, 78),
                  ears=(64, 50, 42), hues=(YELLOW, "#d08a45", RED), tilt=10)


def _burger(v: Vary) -> Figure:
    top = blob((16, 58), (22, 36), (64, 18 + v(-3, 3)), (106, 36), (112, 58), (64, 63), tension=0.9)
    salad = blob((12, 62), (32, 58), (64, 60), (96, 58), (116, 62), (106, 72), (92, 66), (78, 74),
                 (64, 66), (50, 74), (36, 66), (22, 72))
    patty, cheese = rect(15, 68, 98, 13, 6), poly((24, 66), (104, 66), (88, 80), (76, 70), r=2)
    bottom = rect(18, 80, 92, 28, 13)
    seeds = [detail(turned(drop(x, y, 2, 1.6), v(-40, 40), x, y), "light")
             for x, y in ((40, 36), (54, 28), (72, 27), (86, 34), (96, 44), (32, 46))]
    return Figure(parts=(body(bottom), body(patty, "dark+"), detail(cheese, "accent"),
                         body(salad, "second"), body(top), *seeds),
                  face=(64, 45, 0.95), top=(64, 21, 40), neck=(64, 88, 0), side=(114, 88),
                  ears=(64, 48, 46), hues=("#e0953f", GREEN, YELLOW))


def _sushi(v: Vary) -> Figure:
    rice = blob((18, 74), (34, 62), (94, 62), (110, 74), (112, 96), (98, 108), (30, 108), (16, 96))
    salmon = blob((10, 64), (22, 44 + v(-3, 3)), (60, 38), (104, 44), (118, 62), (114, 74), (64,
        66),
                  (16, 74))
    stripes = [stroke(curve((x, 46), (x + 8, 56), (x + 6, 68)), "second+", 3, clip=salmon)
               for x in (28, 88, 104)]
    return Figure(parts=(body(rice, "white"), body(salmon, "main"), *stripes,
                         *(detail(ellipse(x, y, 2.2, 1.4, turn=30), "light-") for x, y in
                           ((26, 84), (34, 98), (98, 82), (94, 98)))),
                  face=(64, 84, 1.05), top=(64, 41, 42), neck=(64, 100, 0), side=(114, 90),
                  ears=(64, 72, 46), skin="white", hues=("#fb8a5b", "#ffd0b5", None))


def _egg(v: Vary) -> Figure:
    white = blob((64, 18 + v(-4, 4)), (90, 22), (104, 46), (116, 68 + v(-5, 5)), (96, 92),
                 (82, 112 + v(-4, 4)), (52, 104), (24, 104), (14, 78), (28, 56), (30, 32))
    yolk = ellipse(64, 66, 29, 28)
    shine = detail(turned(ellipse(48, 52, 4, 8), 40, 48, 52), "main+")
    return Figure(parts=(body(white, "white"), body(yolk), shine), face=(64, 65, 1.0),
                  top=(64, 39, 32), neck=(64, 92, 0), side=(112, 84), ears=(64, 64, 29),
                  hues=(YELLOW, None, None))


def _ice_cream(v: Vary) -> Figure:
    cone = poly((36, 66), (92, 66), (64, 124), r=4)
    grid = [stroke(line((36 + d, 60), (66 + d, 126)), "second-", 1.8, clip=cone) for d in (-14, 0,
        14, 28)]
    grid += [stroke(line((92 - d, 60), (62 - d, 126)), "second-", 1.8, clip=cone) for d in (-14, 0,
        14, 28)]
    scoop = blob((28, 60), (32, 34), (64, 12 + v(-3, 3)), (96, 34), (100, 60), (94, 72), (82, 66),
                 (74, 76), (62, 68), (50, 77), (42, 67), (33, 71), tension=0.95)
    berry = body(ellipse(64, 13, 8), "accent")
    return Figure(parts=(body(cone, "second"), *grid, berry, body(scoop),
                         *_sprinkles(v, ((44, 32), (82, 30), (64, 24), (92, 48), (36, 50)), 3.4)),
                  face=(64, 49, 1.1), top=(64, 16, 34), neck=(64, 74, 0), side=(104, 86),
                  ears=(64, 46, 34), hues=(PINK, "#dba35a", RED))


def _cupcake(v: Vary) -> Figure:
    cup = poly((28, 68), (100, 68), (90, 118), (38, 118), r=5)
    pleats = [stroke(line((64 + x, 66), (64 + x * 0.74, 120)), "second-", 2, clip=cup)
              for x in (-24, -10, 10, 24)]
    low = blob((16, 62), (28, 44), (64, 38), (100, 44), (112, 62), (100, 76), (64, 72), (28, 76))
    mid = blob((30, 46), (38, 30), (64, 24), (90, 30), (98, 46), (64, 54))
    peak = blob((46, 32), (52, 18), (64, 6 + v(-2, 4)), (78, 20), (82, 32), (64, 38))
    return Figure(parts=(body(cup, "second"), *pleats, body(low), body(mid), body(peak),
                         *_sprinkles(v, ((34, 58), (90, 56), (50, 42), (76, 40), (62, 24)), 3.4)),
                  face=(64, 86, 1.1), top=(64, 12, 24), neck=(64, 74, 0), side=(110, 92),
                  ears=(64, 56, 46), skin="second", hues=(PINK, "#8fd6f5", RED))


def _donut(v: Vary) -> Figure:
    ring = ellipse(64, 66, 50, 47)
    icing = petals(64, 64, 47, 9, 0.92, turn=v(0, 40))
    hole, rim = ellipse(64, 50, 12, 10), ellipse(64, 50, 15, 13)
    spots = ((30, 50), (40, 36), (62, 28), (88, 36), (100, 54), (98, 78), (30, 78), (44, 98), (84,
        98))
    return Figure(parts=(body(ring, "second"), body(icing), detail(rim, "second"),
                         detail(hole, "dark"), *_sprinkles(v, spots, 4)),
                  face=(64, 78, 1.1), top=(64, 22, 42), neck=(64, 106, 0), side=(114, 92),
                  ears=(64, 66, 50), hues=(PINK, "#dba35a", YELLOW))


def _cookie(v: Vary) -> Figure:
    disc = petals(64, 66, 49, 14, 0.965, turn=v(0, 20))
    chips = [detail(poly((x - 5, y), (x, y - 5), (x + 5, y - 1), (x + 2, y + 5), r=2.5), "second")
             for x, y in ((36, 44), (62, 30), (28, 74), (98, 80), (82, 98), (48, 100), (92, 58))]
    crumbs = (ellipse(108, 24, 3.4), ellipse(116, 34, 2.4))
    return Figure(parts=(body(disc), *chips, *(body(c) for c in crumbs)), face=(62, 64, 1.2),
                  top=(62, 22, 40), neck=(64, 106, 0), side=(112, 96), ears=(62, 64, 48),
                  hues=("#d9a05b", BROWN, None))


def _toast(v: Vary) -> Figure:
    puff = v(-3, 3)
    crust = blob((24, 30 + puff), (44, 18), (84, 18), (104, 30 + puff), (108, 48), (98, 58),
                 (99, 106), (90, 112), (38, 112), (29, 106), (30, 58), (20, 48), tension=0.8)
    crumb = blob((32, 34 + puff), (48, 26), (80, 26), (96, 34 + puff), (99, 46), (91, 56), (91,
        100),
                 (84, 105), (44, 105), (37, 100), (37, 56), (29, 46), tension=0.8)
    butter = turned(rect(54, 86, 20, 15, 3), v(-14, 14), 64, 93)
    return Figure(parts=(body(crust, "second"), detail(crumb, "main"), body(butter, "accent")),
                  face=(64, 58, 1.2), top=(64, 20, 44), neck=(64, 100, 0), side=(108, 84),
                  ears=(64, 54, 44), hues=(CREAM, "#b97a3d", YELLOW))


def _coffee(v: Vary) -> Figure:
    cup = poly((22, 44), (92, 44), (84, 112), (30, 112), r=10)
    handle = curve((88, 56), (112, 54), (112, 84), (84, 90))
    rim, brew = ellipse(57, 45, 36, 9), ellipse(57, 46, 30, 6.5)
    steam = [stroke(curve((x, 32), (x + v(-6, 6), 24), (x, 16), (x + v(-5, 5), 8)), "accent", 3.4)
             for x in (44, 58, 72)]
    return Figure(parts=(*steam, stroke(handle, "main-", 8), body(cup), body(rim, "main+"),
                         detail(brew, "second")),
                  face=(57, 74, 1.1), top=(57, 38, 38), neck=(57, 104, 0), side=(110, 96),
                  ears=(57, 66, 35), hues=(None, BROWN, None))


def _cheese(v: Vary) -> Figure:
    tip = v(-4, 4)
    top = poly((12, 60), (92, 28 + tip), (116, 56), r=3)
    front = poly((12, 59), (116, 55), (116, 104), (12, 104), r=5)
    holes = [detail(ellipse(x, y, r, r * 0.9), "main-", clip=front)
             for x, y, r in ((26, 92, 8), (102, 70, 9), (104, 96, 5), (24, 70, 4), (84, 104, 7))]
    pits = detail(ellipse(82, 46, 7, 3.6), "main")
    return Figure(parts=(body(top, "main+"), pits, body(front), *holes), face=(62, 76, 1.1),
                  top=(84, 34, 34), neck=(64, 100, 0), side=(114, 88), ears=(64, 74, 52),
                  hues=(YELLOW, None, None))


MEALS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "pizza": _pizza, "burger": _burger, "sushi": _sushi, "egg": _egg, "ice cream": _ice_cream,
        "cupcake": _cupcake, "donut": _donut, "cookie": _cookie, "toast": _toast,
        "coffee": _coffee, "cheese": _cheese,
    }
)
