"""Birds, water animals, reptiles and insects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BROWN, GREEN, ORANGE, RED, SKY, YELLOW
from generators.drawn.paths import (
    Path,
    arc,
    blob,
    both,
    curve,
    ellipse,
    mirrored,
    petals,
    poly,
    shifted,
    turned,
)
from generators.drawn.scene import Figure, Part, Vary, body, detail, mark, stroke


def _pair(path: Path, role: str = "main") -> tuple[Part, ...]:
    return body(path, role), body(mirrored(path), role)


def frog(v: Vary) -> Figure:
    bulge = ellipse(43, 36, v(13, 15))
    head = blob((64, 34), (92, 40), (106, 60), (96, 80), (64, 86), (32, 80), (22, 60), (36, 40))
    torso = blob((64, 70), (88, 84), (90, 106), (64, 114), (38, 106), (40, 84))
    leg = blob((36, 90), (20, 94), (18, 112), (32, 118), (46, 114), (44, 98))
    arm = ellipse(52, 106, 5.5, 12)
    parts = (*_pair(leg, "main-"), body(torso), detail(ellipse(64, 96, 17, 16), "light"),
             *_pair(arm), *_pair(bulge), body(head), mark(both(ellipse(61, 62, 1.2, 1.6))))  # fmt: skip
    return Figure(parts=parts, face=(64, 55, 1.25), top=(64, 36, 30), neck=(64, 86, 46),
                  side=(106, 92), ears=(64, 58, 42), hues=(GREEN, None, None), nose=True)  # fmt: skip


def owl(v: Vary) -> Figure:
    wide = v(0.95, 1.08)
    trunk = blob((64, 26), (84, 22), (98 * wide, 44), (100 * wide, 80), (84, 110), (64, 114),
                 (44, 110), (128 - 100 * wide, 80), (128 - 98 * wide, 44), (44, 22))  # fmt: skip
    tuft = poly((34, 48), (30 + v(-4, 4), 10), (62, 32), r=4)
    wing = blob((30, 64), (20, 86), (32, 108), (46, 92), (44, 70))
    discs = both(ellipse(50, 52, 18, 19))
    beak = mark(poly((59, 60), (69, 60), (64, 71), r=2), "accent")
    foot = both(ellipse(53, 115, 8, 4.5))
    chest = [detail(arc(x, y, 6, 6, 0, 180, closed=True), "second")
             for x, y in ((52, 84), (64, 84), (76, 84), (58, 94), (70, 94), (64, 104))]  # fmt: skip
    parts = (body(foot, "accent"), *_pair(tuft), body(trunk), detail(ellipse(64, 92, 25, 20), "light"),
             *chest, *_pair(wing, "main-"), detail(discs, "light"), beak)  # fmt: skip
    return Figure(parts=parts, face=(64, 52, 1.25), top=(64, 26, 36), neck=(64, 76, 52),
                  side=(104, 84), ears=(64, 52, 36), skin="light",
                  hues=(BROWN, None, ORANGE), nose=True)  # fmt: skip


def penguin(v: Vary) -> Figure:
    fat = v(0.94, 1.08)
    trunk = blob((64, 14), (88, 22), (98 * fat, 62), (96 * fat, 98), (64, 114), (128 - 96 * fat, 98),
                 (128 - 98 * fat, 62), (40, 22))  # fmt: skip
    front = blob((64, 38), (54, 28), (40, 38), (42, 60), (38, 84), (46, 104), (64, 109), (82, 104),
                 (90, 84), (86, 60), (88, 38), (74, 28))  # fmt: skip
    wing = turned(blob((36, 58), (22, 72), (18, 92), (26, 96), (38, 80)), v(-12, 22), 36, 62)
    foot = ellipse(50, 115, 11, 5.5)
    beak = mark(poly((58, 58), (70, 58), (64, 66), r=2), "second")
    parts = (*_pair(foot, "second"), *_pair(wing), body(trunk), detail(front, "light"), beak)
    return Figure(parts=parts, face=(64, 50, 1.05), top=(64, 17, 34), neck=(64, 76, 54),
                  side=(104, 78), ears=(64, 48, 32), skin="light",
                  hues=("#34466b", ORANGE, None), nose=True)  # fmt: skip


def chick(v: Vary) -> Figure:
    trunk = blob((64, 26), (92, 38), (102, 72), (90, 102), (64, 110), (38, 102), (26, 72), (36, 38))
    wing = turned(blob((28, 66), (14, 70), (12, 86), (26, 88), (36, 78)), v(-20, 30), 30, 72)
    comb = blob((64, 30), (56, 22), (58, 12 + v(-2, 3)), (64, 18), (70, 11 + v(-2, 3)), (72, 22))
    beak = mark(blob((56, 66), (64, 62), (72, 66), (64, 74), tension=0.7), "second")
    leg = both(curve((54, 106), (53, 116), (46, 118)))
    parts = (stroke(leg, "second", 4), body(comb, "main-"), *_pair(wing, "main-"), body(trunk),
             detail(ellipse(64, 96, 22, 11), "main+"), beak)  # fmt: skip
    return Figure(parts=parts, face=(64, 58, 1.2), top=(64, 29, 34), neck=(64, 90, 58),
                  side=(106, 82), ears=(64, 62, 37), hues=(YELLOW, ORANGE, None), nose=True)  # fmt: skip


def duck(v: Vary) -> Figure:
    trunk = blob((22, 78), (36, 74), (54, 78), (84, 70), (116, 62 + v(-5, 3)), (112, 92), (90, 110),
                 (50, 112), (28, 102))  # fmt: skip
    head = ellipse(48, 48, 28, 27)
    bill = blob((12, 58), (20, 54), (36, 54), (40, 62), (30, 68), (14, 66))
    wing = blob((66, 84), (86, 78), (104, 82), (92, 98), (72, 98))
    curl = curve((46, 24), (44, 14), (54, 11 + v(-2, 3)))
    parts = (stroke(curl, "main", 5), body(trunk), body(head), body(bill, "second"),
             body(wing, "main-"))  # fmt: skip
    return Figure(parts=parts, face=(49, 44, 0.92), top=(50, 25, 32), neck=(52, 74, 44),
                  side=(108, 80), ears=(48, 46, 28), hues=(YELLOW, ORANGE, None), nose=True)  # fmt: skip


def parrot(v: Vary) -> Figure:
    trunk = blob((62, 16), (86, 24), (94, 52), (88, 84), (70, 104), (50, 98), (36, 70), (38, 32))
    tail = turned(blob((58, 92), (70, 92), (76, 122), (64, 126), (56, 116)), v(-12, 6), 64, 92)
    wing = blob((84, 52), (102, 66), (100, 96), (86, 104), (76, 84), (76, 62))
    tips = blob((92, 82), (101, 84), (98, 98), (86, 104), (80, 92))
    mask = blob((62, 30), (78, 34), (82, 52), (64, 62), (44, 54), (46, 34))
    beak = blob((55, 54), (64, 50), (73, 54), (70, 66), (64, 70), (58, 66))
    foot = both(ellipse(56, 104, 5, 4), 62)
    perch = poly((20, 104), (108, 104), (108, 110), (20, 110), r=3)
    parts = (body(tail, "second"), body(perch, "dark+"), body(trunk), detail(mask, "light"),
             body(wing, "second"), detail(tips, "accent"), body(foot, "dark"), body(beak, "accent"))  # fmt: skip
    return Figure(parts=parts, face=(63, 45, 0.9), top=(62, 18, 30), neck=(62, 74, 42),
                  side=(104, 100), ears=(62, 42, 28), skin="light",
                  hues=(RED, "#2f80e8", YELLOW), nose=True)  # fmt: skip


def fish(v: Vary) -> Figure:
    sway = v(-5, 5)
    trunk = blob((14, 66), (30, 42), (58, 34), (86, 48), (98, 66), (86, 84), (58, 98), (30, 90))
    tail = blob((90, 66), (106, 46 + sway), (122, 40 + sway), (116, 66), (122, 92 + sway),
                (106, 86 + sway), tension=0.8)  # fmt: skip
    fin = blob((46, 42), (56, 20), (78, 24), (82, 46))
    under = blob((52, 92), (60, 108), (72, 104), (70, 90))
    side = blob((64, 72), (78, 66), (84, 76), (72, 84))
    bands = (poly((66, 30), (74, 30), (77, 100), (69, 100)), poly((84, 40), (90, 44), (92, 90), (86, 90)))
    parts = (body(tail, "second"), body(fin, "second"), body(under, "second"), body(trunk),
             *(detail(b, "light", clip=trunk) for b in bands), body(side, "second"))  # fmt: skip
    return Figure(parts=parts, face=(41, 62, 0.95), top=(48, 40, 32), neck=(62, 92, 0),
                  side=(108, 100), ears=(44, 66, 30), hues=(ORANGE, None, None))  # fmt: skip


def octopus(v: Vary) -> Figure:
    head = blob((64, 12), (92, 22), (102, 48), (92, 74), (64, 82), (36, 74), (26, 48), (36, 22))
    arms = []
    for x0, x1, low in ((40, 18, 92), (48, 34, 112), (58, 54, 118)):
        end = x1 + v(-4, 4)
        left = curve((x0, 66), (x0 - 4, 88), (x1 + 2, low), (end - 8, low - 4))
        arms += [stroke(left, "main-", 12), stroke(mirrored(left), "main-", 12)]
    spots = (ellipse(46, 26, 5, 4), ellipse(82, 24, 4, 3.4), ellipse(88, 36, 2.6))
    parts = (*arms, body(head), *(detail(s, "second") for s in spots))
    return Figure(parts=parts, face=(64, 52, 1.3), top=(64, 16, 38), neck=(64, 80, 52),
                  side=(112, 74), ears=(64, 50, 38), hues=(None, None, None))  # fmt: skip


def turtle(v: Vary) -> Figure:
    dome = v(28, 34)
    shell = blob((48, 92), (52, 66), (80, dome + 8), (108, 60), (118, 92), (84, 99), tension=0.95)
    rim = blob((44, 88), (84, 95), (122, 88), (122, 98), (84, 104), (44, 98))
    legs = both(ellipse(64, 106, 9, 10), 84)
    head = blob((12, 62), (20, 42), (40, 40), (54, 54), (52, 74), (56, 96), (44, 92), (36, 80), (18, 78))
    tail = poly((116, 94), (127, 98), (116, 102), r=2)
    plates = (poly((76, 50), (92, 50), (98, 64), (84, 74), (70, 64), r=3),
              poly((58, 74), (68, 68), (80, 78), (76, 90), (60, 88), r=3),
              poly((100, 68), (108, 72), (112, 88), (94, 90), (90, 78), r=3))  # fmt: skip
    parts = (body(tail), body(legs), body(head), body(shell, "second"),
             *(detail(p, "second+", clip=shell) for p in plates), body(rim, "second-"))  # fmt: skip
    return Figure(parts=parts, face=(34, 58, 0.78), top=(34, 43, 26), neck=(48, 86, 22),
                  side=(116, 78), ears=(34, 58, 21), hues=(GREEN, BROWN, None))  # fmt: skip


def snail(v: Vary) -> Figure:
    lean = v(-4, 4)
    foot = blob((14, 104), (18, 84), (20, 60), (38, 52), (50, 64), (52, 88), (84, 92), (120, 102),
                (116, 110), (60, 112), (22, 112))  # fmt: skip
    shell = ellipse(82, 70, 33, 32)
    swirl = curve((60, 92), (54, 68), (72, 48), (96, 54), (104, 74), (90, 90), (74, 82), (74, 68),
                  (86, 66), (88, 74))  # fmt: skip
    horns = curve((28, 58), (24 + lean, 40)), curve((42, 56), (46 + lean, 38))
    balls = ellipse(24 + lean, 37, 4.5), ellipse(46 + lean, 35, 4.5)
    parts = (*(stroke(h, "main", 4) for h in horns), *(body(b) for b in balls), body(foot),
             body(shell, "second"), stroke(swirl, "second--", 4))  # fmt: skip
    return Figure(parts=parts, face=(34, 72, 0.72), top=(35, 55, 24), neck=(33, 94, 26),
                  side=(112, 56), ears=(34, 70, 17), hues=("#f3cfa4", None, None))  # fmt: skip


def bee(v: Vary) -> Figure:
    trunk = blob((20, 70), (32, 46), (62, 40), (94, 52), (108, 72), (94, 92), (62, 102), (32, 94))
    wing = turned(ellipse(70, 32, 15, 23), v(4, 24), 68, 52)
    other = turned(ellipse(54, 30, 13, 20), v(-24, -10), 58, 50)
    bands = poly((62, 30), (73, 30), (75, 110), (64, 110)), poly((84, 36), (94, 40), (96, 104), (86, 108))
    sting = poly((102, 66), (120, 73), (102, 80), r=2)
    feel = curve((36, 46), (32, 30), (24, 26)), curve((46, 43), (46, 28), (40, 21))
    parts = (body(sting, "dark"), *(stroke(f, "dark", 3) for f in feel), body(other, "light"),
             body(wing, "light"), body(trunk), *(detail(b, "dark", clip=trunk) for b in bands))  # fmt: skip
    return Figure(parts=parts, face=(43, 68, 0.95), top=(44, 46, 30), neck=(62, 100, 0),
                  side=(106, 98), ears=(44, 70, 26), hues=(YELLOW, None, None))  # fmt: skip


def butterfly(v: Vary) -> Figure:
    up, low = v(0.94, 1.06), v(-4, 4)
    fore = blob((58, 62), (44, 34), (20 * up, 18), (8, 36), (16, 62), (40, 74))
    hind = blob((58, 72), (36, 74), (18, 90 + low), (28, 110 + low), (48, 106), (60, 84))
    spot, dot = ellipse(27, 42, 9, 10, turn=-20), ellipse(37, 94 + low, 7, 7)
    trunk = blob((64, 40), (76, 52), (76, 76), (70, 104), (64, 110), (58, 104), (52, 76), (52, 52))
    feel = both(curve((59, 44), (54, 26), (46, 20)))
    knobs = both(ellipse(45, 19, 3))
    parts = (stroke(feel, "dark", 2.6), body(knobs, "dark"), *_pair(hind, "second"), *_pair(fore),
             detail(both(spot), "light"), detail(both(dot), "light"), body(trunk, "accent"),
             body(ellipse(64, 52, 19, 18), "accent"))  # fmt: skip
    return Figure(parts=parts, face=(64, 51, 0.8), top=(64, 36, 24), neck=(64, 74, 22),
                  side=(106, 92), ears=(64, 52, 20), skin="accent")  # fmt: skip


def ladybug(v: Vary) -> Figure:
    shell = blob((64, 32), (94, 42), (108, 76), (94, 106), (64, 114), (34, 106), (20, 76), (34, 42))
    head = blob((64, 18), (86, 26), (90, 50), (64, 62), (38, 50), (42, 26))
    feel = both(curve((52, 24), (46, 10), (38, 8)))
    knobs = both(ellipse(38, 8, 3.4))
    dots = [ellipse(x, y, r * v(0.85, 1.15)) for x, y, r in ((40, 76, 8), (50, 98, 7), (32, 94, 4))]
    leg = both(curve((30, 66), (16, 62), (12, 68))) + both(curve((26, 90), (13, 94), (10, 102)))
    seam = curve((64, 60), (64, 114))
    parts = (stroke(leg, "dark", 4), stroke(feel, "dark", 3), body(knobs, "dark"), body(shell),
             stroke(seam, "dark", 2.6), *(detail(both(d), "dark") for d in dots),
             body(head, "second"))  # fmt: skip
    return Figure(parts=parts, face=(64, 42, 0.95), top=(64, 22, 28), neck=(64, 62, 40),
                  side=(112, 80), ears=(64, 40, 25), skin="second", hues=(RED, None, None))  # fmt: skip


def crab(v: Vary) -> Figure:
    lift = v(-6, 6)
    shell = blob((64, 48), (92, 54), (104, 76), (92, 98), (64, 104), (36, 98), (24, 76), (36, 54))
    claw = poly((26, 30 + lift), (33, 42 + lift), (41, 28 + lift), (42, 46 + lift), (30, 56 + lift),
                (16, 50 + lift), (14, 34 + lift), r=6)  # fmt: skip
    arm = curve((34, 70), (20, 66), (26, 50 + lift))
    stalk = curve((52, 54), (50, 40))
    legs = [curve((34, y), (18, y + 4), (12, y + 14)) for y in (80, 90)]
    legs += [curve((44, 98), (32, 108), (30, 116))]
    parts = (*(stroke(both(p), "main-", 6) for p in legs), stroke(both(arm), "main-", 7),
             *_pair(claw), stroke(both(stalk), "main", 4), body(both(ellipse(50, 39, 5))),
             body(shell), detail(ellipse(64, 94, 22, 7), "main+", clip=shell))  # fmt: skip
    return Figure(parts=parts, face=(64, 70, 1.3), top=(64, 50, 34), neck=(64, 102, 0),
                  side=(110, 62), ears=(64, 74, 40), hues=(RED, None, None))  # fmt: skip


def snake(v: Vary) -> Figure:
    tip = v(-5, 5)
    coils = blob((24, 98), (64, 86), (106, 96), (108, 110), (64, 118), (22, 112))
    upper = blob((34, 82), (64, 72), (96, 80), (98, 94), (64, 102), (32, 96))
    rise = curve((78, 88), (88, 72), (78, 58), (64, 50))
    tail = curve((100, 106), (116, 102), (119 + tip / 3, 88 + tip))
    head = blob((62, 18), (88, 28), (90, 52), (62, 64), (36, 52), (38, 28))
    tongue = curve((62, 62), (62, 74)), curve((62, 74), (57, 79)), curve((62, 74), (67, 79))
    bands = [detail(shifted(ellipse(0, 0, 4, 6), x, y), "second")
             for x, y in ((38, 106), (56, 111), (76, 111), (94, 104), (46, 92), (64, 95), (82, 92))]  # fmt: skip
    parts = (stroke(tail, "main", 9), body(coils), body(upper), *bands, stroke(rise, "main", 17),
             *(stroke(p, "blush", 2.4) for p in tongue), body(head))  # fmt: skip
    return Figure(parts=parts, face=(63, 39, 1.0), top=(62, 21, 32), neck=(76, 68, 22),
                  side=(108, 78), ears=(63, 40, 27), hues=(GREEN, YELLOW, None))  # fmt: skip


def jellyfish(v: Vary) -> Figure:
    bell = blob((18, 66), (26, 34), (64, 14), (102, 34), (110, 66), (98, 72), (82, 66), (64, 73),
                (46, 66), (30, 72), tension=0.9)  # fmt: skip
    arms = []
    for x in (34, 49, 64, 79, 94):
        s, low = v(-6, 6), v(104, 120)
        arms.append(stroke(curve((x, 62), (x + s, 80), (x - s, 94), (x + s, low)), "second", 5))
    shine = detail(blob((36, 34), (52, 24), (56, 28), (40, 42)), "main+")
    parts = (*arms, body(bell), shine)
    return Figure(parts=parts, face=(64, 50, 1.2), top=(64, 18, 36), neck=(64, 74, 0),
                  side=(112, 82), ears=(64, 46, 42), hues=(None, None, SKY))  # fmt: skip


CRITTERS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "frog": frog, "owl": owl, "penguin": penguin, "chick": chick, "duck": duck,
        "parrot": parrot, "fish": fish, "octopus": octopus, "turtle": turtle, "snail": snail,
        "bee": bee, "butterfly": butterfly, "ladybug": ladybug, "crab": crab, "snake": snake,
        "jellyfish": jellyfish,
    }
)  # fmt: skip
