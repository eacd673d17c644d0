"""Plants, what is in the sky, and buildings."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BLUE, BROWN, CREAM, GREEN, GREY, PINK, PURPLE, RED, SKY, YELLOW
from generators.drawn.paths import (
    arc,
    blob,
    both,
    curve,
    drop,
    ellipse,
    line,
    mirrored,
    petals,
    poly,
    rect,
    star,
    turned,
)
from generators.drawn.scene import Figure, Part, Vary, body, detail, stroke


def _pot(role: str = "second") -> tuple[Part, ...]:
    return (body(poly((38, 92), (90, 92), (84, 120), (44, 120), r=5), role),
            body(rect(33, 84, 62, 13, 5), role + "+"))  # fmt: skip


def cactus(v: Vary) -> Figure:
    up = v(-6, 6)
    arm = curve((46, 66), (27, 66), (22, 58), (22, 44 + up))
    other = curve((82, 58), (101, 58), (106, 50), (106, 34 - up))
    trunk = rect(40, 16, 48, 80, 24)
    pricks = [stroke(line((x, y), (x, y + 4)), "light", 2) for x, y in
              ((47, 34), (81, 36), (56, 24), (72, 78), (50, 74), (80, 70), (64, 70))]  # fmt: skip
    bloom = body(petals(52, 19, 9, 5, 0.6), "accent")
    return Figure(parts=(stroke(arm, "main-", 16), stroke(other, "main-", 16), body(trunk), *pricks,
                         bloom, *_pot()),
                  face=(64, 52, 1.0), top=(64, 19, 34), neck=(64, 78, 44), side=(112, 62),
                  ears=(64, 48, 24), hues=(GREEN, "#c96f4a", PINK))  # fmt: skip


def mushroom(v: Vary) -> Figure:
    cap = blob((12, 64), (20, 36), (64, 14 + v(-3, 3)), (108, 36), (116, 64), (100, 72), (64, 70), (28, 72))
    stem = blob((44, 66), (84, 66), (86, 90), (92, 112), (64, 118), (36, 112), (42, 90), tension=0.8)
    spots = [detail(ellipse(x, y, r * v(0.85, 1.15), r * 0.85), "light", clip=cap) for x, y, r in
             ((42, 40, 9), (70, 28, 8), (94, 48, 9), (24, 58, 6), (66, 54, 6))]  # fmt: skip
    return Figure(parts=(body(stem, "second"), body(cap), *spots), face=(64, 88, 1.0),
                  top=(64, 18, 38), neck=(64, 106, 0), side=(104, 94), ears=(64, 62, 50),
                  skin="second", hues=(RED, CREAM, None))  # fmt: skip


def sunflower(v: Vary) -> Figure:
    spin = v(0, 15)
    crown = petals(64, 46, 41, 12, 0.68, turn=spin)
    under = petals(64, 46, 40, 12, 0.66, turn=spin + 15)
    stem = curve((64, 60), (64, 92), (62 + v(-4, 4), 122))
    leaf = blob((64, 106), (48, 104), (30, 92), (34, 86), (52, 92))
    return Figure(parts=(stroke(stem, "second", 7), body(leaf, "second"),
                         body(mirrored(leaf, 63), "second"), body(under, "main-"), body(crown),
                         body(ellipse(64, 46, 25, 24), "accent")),
                  face=(64, 45, 0.95), top=(64, 14, 36), neck=(64, 84, 0), side=(98, 96),
                  ears=(64, 46, 34), skin="accent", hues=(YELLOW, GREEN, BROWN))  # fmt: skip


def tulip(v: Vary) -> Figure:
    cup = blob((34, 26), (48, 38), (64, 20 + v(-3, 3)), (80, 38), (94, 26), (98, 52), (84, 78), (64, 83),
               (44, 78), (30, 52), tension=0.7)  # fmt: skip
    middle = blob((64, 16), (78, 36), (64, 60), (50, 36))
    stem = curve((64, 78), (63, 100), (64, 122))
    leaf = blob((63, 120), (44, 112), (30, 84 + v(-4, 4)), (34, 80), (52, 94))
    return Figure(parts=(stroke(stem, "second", 7), body(leaf, "second"),
                         body(mirrored(leaf), "second"), body(middle, "main-"), body(cup)),
                  face=(64, 56, 1.05), top=(64, 24, 34), neck=(64, 86, 0), side=(102, 96),
                  ears=(64, 52, 32), hues=("#ec4d8b", GREEN, None))  # fmt: skip


def tree(v: Vary) -> Figure:
    crown = petals(64, 50, v(41, 45), 8, 0.86, turn=v(0, 22))
    trunk = poly((54, 76), (74, 76), (78, 112), (84, 120), (44, 120), (50, 112), r=4)
    fruit = [body(ellipse(x, y, 5), "accent") for x, y in ((32, 44), (94, 40), (84, 76), (44, 78), (62, 22))]
    return Figure(parts=(body(trunk, "second"), body(crown), *fruit), face=(64, 52, 1.15),
                  top=(64, 14, 38), neck=(64, 92, 0), side=(104, 100), ears=(64, 50, 42),
                  hues=(GREEN, BROWN, RED))  # fmt: skip


def pine(v: Vary) -> Figure:
    w = v(0.92, 1.05)
    tiers = []
    for y, half in ((62, 44), (38, 36), (14, 26)):
        h = half * w
        tiers.append(body(poly((64, y - 6), (64 + h, y + 38), (64 + h * 0.4, y + 44), (64, y + 40),
                               (64 - h * 0.4, y + 44), (64 - h, y + 38), r=6),
                          "main-" if y == 38 else "main"))  # fmt: skip
    trunk = rect(55, 98, 18, 24, 4)
    return Figure(parts=(body(trunk, "second"), *tiers), face=(64, 72, 1.0), top=(64, 14, 22),
                  neck=(64, 54, 30), side=(102, 94), ears=(64, 44, 22),
                  hues=("#2f8a4d", BROWN, None))  # fmt: skip


def clover(v: Vary) -> Figure:
    spin = v(-8, 8)
    leaves = []
    for angle in (45, 135, 225, 315):
        leaf = blob((64, 56), (46, 42), (42, 22), (54, 13), (64, 20), (74, 13), (86, 22), (82, 42))
        leaves.append(body(turned(leaf, angle + spin, 64, 56), "main" if angle % 90 else "main-"))
    stem = curve((64, 60), (70, 96), (62 + v(-8, 8), 122))
    middle = body(ellipse(64, 56, 26, 24), "main+")
    return Figure(parts=(stroke(stem, "main-", 6), *leaves, middle), face=(64, 55, 0.95),
                  top=(64, 24, 38), neck=(64, 92, 0), side=(108, 92), ears=(64, 54, 38),
                  skin="main+", hues=(GREEN, None, None))  # fmt: skip


def sun(v: Vary) -> Figure:
    spin = v(0, 15)
    rays = star(64, 64, 56, 0.72, 12, 4)
    return Figure(parts=(body(turned(rays, spin, 64, 64), "second"), body(ellipse(64, 64, 36, 36))),
                  face=(64, 62, 1.25), top=(64, 32, 40), neck=(64, 100, 0), side=(112, 96),
                  ears=(64, 62, 37), hues=(YELLOW, "#f58a28", None), tilt=0)  # fmt: skip


def moon(v: Vary) -> Figure:
    crescent = blob((78, 8), (46, 16), (24, 44), (26, 80), (48, 110), (84, 118), (106, 106), (82, 96),
                    (66, 70), (66, 36), tension=0.95)  # fmt: skip
    pits = [detail(ellipse(x, y, r), "main-") for x, y, r in ((66, 20, 3), (36, 92, 4), (70, 106, 4.4))]
    spark = body(star(102, 40 + v(-6, 6), 13, 0.45, 5, 2), "second")
    return Figure(parts=(body(crescent), *pits, spark), face=(46, 58, 0.78), top=(54, 16, 30),
                  neck=(60, 98, 0), side=(108, 82), ears=(46, 58, 22), hues=("#f6d978", None, None),
                  tilt=10)  # fmt: skip


def star_(v: Vary) -> Figure:
    return Figure(parts=(body(star(64, 70, 60, v(0.52, 0.58), 5, 14)),), face=(64, 66, 1.2),
                  top=(64, 24, 30), neck=(64, 96, 0), side=(112, 92), ears=(64, 64, 34),
                  hues=(YELLOW, None, None), tilt=10)  # fmt: skip


def cloud(v: Vary) -> Figure:
    bump = v(-4, 4)
    puff = blob((18, 92), (10, 74), (26, 60), (34, 40 + bump), (58, 30), (78, 40), (94, 44 - bump),
                (104, 62), (118, 76), (110, 94), (88, 100), (64, 98), (38, 100))  # fmt: skip
    return Figure(parts=(body(puff), detail(ellipse(64, 98, 40, 6), "main-", clip=puff)),
                  face=(64, 68, 1.25), top=(58, 33, 38), neck=(64, 98, 0), side=(112, 100),
                  ears=(64, 68, 50), hues=("#cfe6f8", None, None))  # fmt: skip


def rain_cloud(v: Vary) -> Figure:
    figure = cloud(v)
    drops = [body(drop(x, y + v(-3, 3), 6, 2.0), "second") for x, y in ((34, 118), (62, 124), (90, 118))]
    return Figure(parts=(*drops, *figure.parts), face=figure.face, top=figure.top, neck=(64, 98, 0),
                  side=(114, 104), ears=figure.ears, hues=("#9fb4c8", BLUE, None))  # fmt: skip


def rainbow(v: Vary) -> Figure:
    bands = [body(arc(64, 92, r, r * v(0.99, 1.01), 180, 360, closed=True), role)
             for r, role in ((56, "main"), (47, "accent"), (38, "second"), (29, "rest"), (20, "light"))]  # fmt: skip
    puff = petals(18, 96, 19, 7, 0.86)
    right = petals(110, 96, 19, 7, 0.86)
    middle = petals(64, 92, 31, 9, 0.88)
    return Figure(parts=(*bands, body(puff, "white"), body(right, "white"), body(middle, "white")),
                  face=(64, 89, 0.95), top=(64, 38, 38), neck=(64, 112, 0), side=(116, 84),
                  ears=(64, 84, 34), skin="white", hues=(RED, BLUE, YELLOW), tilt=3)  # fmt: skip


def raindrop(v: Vary) -> Figure:
    w = v(38, 44)
    water = drop(64, 74, w, 1.62)
    shine = detail(turned(ellipse(40, 76, 4.5, 11), 10, 40, 76), "main+")
    return Figure(parts=(body(water), shine), face=(64, 74, 1.2), top=(64, 22, 24), neck=(64, 108, 0),
                  side=(108, 92), ears=(64, 68, 38), hues=("#4aa8ee", None, None))  # fmt: skip


def lightning(v: Vary) -> Figure:
    bolt = poly((52, 6), (98, 6), (80, 46), (106, 46), (46, 124), (60, 76), (28, 76), r=6)
    return Figure(parts=(body(bolt),), face=(67, 56, 0.98), top=(74, 8, 34), neck=(64, 90, 0),
                  side=(102, 80), ears=(67, 54, 30), hues=(YELLOW, None, None), tilt=8)  # fmt: skip


def snowflake(v: Vary) -> Figure:
    spin = v(0, 20)
    parts: list[Part] = []
    for angle in range(0, 360, 60):
        for path, width in ((line((64, 64), (64, 10)), 8.0), (line((53, 15), (64, 27), (75, 15)), 6.0)):
            parts.append(stroke(turned(path, angle + spin), "main", width))
    return Figure(parts=(*parts, body(star(64, 64, 32, 0.9, 6, 6), "main+")), face=(64, 62, 1.0),
                  top=(64, 32, 32), neck=(64, 94, 0), side=(108, 92), ears=(64, 62, 31),
                  skin="main+", hues=(SKY, None, None), tilt=0)  # fmt: skip


def planet(v: Vary) -> Figure:
    lean = v(-22, -10)
    ball = ellipse(64, 64, 40, 40)
    bands = (blob((20, 84), (64, 88), (108, 80), (108, 92), (64, 100), (20, 96)),
             blob((20, 34), (64, 36), (108, 30), (108, 40), (64, 46), (20, 44)))  # fmt: skip
    back = turned(arc(64, 68, 60, 15, 180, 360), lean)
    front = turned(arc(64, 68, 60, 15, 0, 180), lean)
    return Figure(parts=(stroke(back, "second-", 7), body(ball),
                         *(detail(b, "main+", clip=ball) for b in bands), stroke(front, "second", 7)),
                  face=(64, 55, 1.1), top=(64, 27, 36), neck=(64, 104, 0), side=(106, 100),
                  ears=(64, 58, 40), hues=(PURPLE, YELLOW, None), tilt=0)  # fmt: skip


def house(v: Vary) -> Figure:
    peak = v(12, 20)
    roof = poly((6, 62), (64, peak), (122, 62), (114, 70), (14, 70), r=5)
    chimney, wall = rect(86, 22, 15, 36, 3), rect(20, 62, 88, 56, 4)
    door, pane = rect(54, 96, 20, 24, 7), both(rect(28, 96, 16, 13, 3))
    return Figure(parts=(body(chimney, "accent"), body(wall, "second"), body(door, "accent"),
                         body(pane, "light"), body(roof)),
                  face=(64, 79, 0.95), top=(64, peak + 4, 26), neck=(64, 94, 0), side=(116, 92),
                  ears=(64, 76, 48), skin="second", hues=(RED, CREAM, BROWN), tilt=3)  # fmt: skip


def castle(v: Vary) -> Figure:
    h = v(-4, 4)
    wall = poly((34, 58), (34, 48), (44, 48), (44, 56), (54, 56), (54, 48), (74, 48), (74, 56), (84, 56),
                (84, 48), (94, 48), (94, 118), (34, 118))  # fmt: skip
    tower, cone = rect(14, 44, 28, 74, 2), poly((8, 47), (28, 10 + h), (48, 47), r=3)
    flag, pole = poly((64, 18), (84, 24), (64, 31), r=1), line((64, 17), (64, 50))
    gate = arc(64, 118, 11, 20, 180, 360, closed=True)
    slit = both(rect(25, 58, 6, 13, 3))
    return Figure(parts=(stroke(pole, "dark", 3), body(flag, "accent"), body(wall), body(tower, "main+"),
                         body(mirrored(tower), "main+"), body(cone, "second"),
                         body(mirrored(cone), "second"), detail(slit, "dark"), body(gate, "dark+")),
                  face=(64, 74, 0.98), top=(64, 49, 30), neck=(64, 104, 0), side=(118, 90),
                  ears=(64, 72, 30), hues=(GREY, PURPLE, RED), tilt=3)  # fmt: skip


def lighthouse(v: Vary) -> Figure:
    w = v(-2, 3)
    tower = poly((46, 40), (82, 40), (92 + w, 114), (36 - w, 114), r=2)
    bands = (poly((30, 78), (98, 78), (98, 92), (30, 92)), poly((30, 103), (98, 103), (98, 120), (30, 120)))
    rocks = blob((14, 118), (26, 106), (64, 112), (102, 106), (114, 118), (64, 124))
    lamp, roof = rect(52, 22, 24, 18, 2), poly((46, 24), (64, 6), (82, 24), r=3)
    beam = poly((76, 30), (122, 16), (122, 44), r=2), poly((52, 30), (6, 16), (6, 44), r=2)
    return Figure(parts=(*(detail(b, "accent+") for b in beam), body(tower, "light"),
                         *(detail(b, "main", clip=tower) for b in bands), body(rect(40, 36, 48, 8, 3), "main"),
                         body(lamp, "accent"), body(roof), body(rocks, "second")),
                  face=(64, 57, 0.88), top=(64, 10, 22), neck=(64, 80, 0), side=(108, 90),
                  ears=(64, 56, 20), skin="light", hues=(RED, GREY, YELLOW), tilt=3)  # fmt: skip


def tent(v: Vary) -> Figure:
    lean = v(-4, 4)
    cloth = poly((64 + lean, 16), (122, 112), (6, 112), r=5)
    flap = poly((64 + lean, 78), (84, 113), (44, 113), r=2)
    poles = line((64 + lean, 26), (58, 8)), line((64 + lean, 26), (72, 8))
    bands = (poly((6, 100), (122, 100), (122, 112), (6, 112)),)
    return Figure(parts=(*(stroke(p, "accent", 4) for p in poles), body(cloth),
                         *(detail(b, "second", clip=cloth) for b in bands), body(flap, "dark+")),
                  face=(64, 64, 0.9), top=(64 + lean, 20, 24), neck=(64, 90, 0), side=(112, 84),
                  ears=(64, 60, 30), hues=(None, YELLOW, BROWN), tilt=3)  # fmt: skip


def igloo(v: Vary) -> Figure:
    dome = blob((10, 112), (14, 74), (36, 42), (64, 32 + v(-4, 3)), (92, 42), (114, 74), (118, 112),
                (64, 115), tension=0.95)  # fmt: skip
    rows = [stroke(arc(64, 112, 60, r, 200, 340), "main-", 2.2, clip=dome) for r in (60, 30)]
    bricks = [stroke(line(a, b), "main-", 2.2, clip=dome) for a, b in
              (((64, 30), (64, 52)), ((34, 62), (30, 82)), ((94, 62), (98, 82)), ((20, 84), (17, 112)),
               ((108, 84), (111, 112)))]  # fmt: skip
    porch = arc(64, 114, 24, 27, 180, 360, closed=True)
    hole = arc(64, 114, 16, 19, 180, 360, closed=True)
    return Figure(parts=(body(dome), *rows, *bricks, body(porch, "second"), detail(hole, "dark")),
                  face=(64, 67, 1.0), top=(64, 35, 38), neck=(64, 90, 0), side=(116, 72),
                  ears=(64, 66, 46), hues=("#d8edfb", SKY, None), tilt=3)  # fmt: skip


PLANTS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "cactus": cactus, "mushroom": mushroom, "sunflower": sunflower, "tulip": tulip,
        "tree": tree, "pine tree": pine, "clover": clover,
    }
)  # fmt: skip

SKIES: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "sun": sun, "moon": moon, "star": star_, "cloud": cloud, "rain cloud": rain_cloud,
        "rainbow": rainbow, "raindrop": raindrop, "lightning bolt": lightning,
        "snowflake": snowflake, "planet": planet,
    }
)  # fmt: skip

BUILDINGS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {"house": house, "castle": castle, "lighthouse": lighthouse, "tent": tent, "igloo": igloo}
)
