"""Smaller and rounder animals: birds, what swims, crawls and flies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from generators.drawn.palettes import BROWN, GREEN, GREY, ORANGE, RED, YELLOW
from generators.drawn.paths import (
    arc,
    blob,
    both,
    curve,
    ellipse,
    line,
    mirrored,
    petals,
    poly,
    turned,
)
from generators.drawn.scene import Figure, Vary, body, detail, mark, stroke
from generators.drawn.subjects.builds import muzzle, nose, pair, sitter

# Geometry is set by hand, several points a line.
# fmt: off


def _hedgehog(v: Vary) -> Figure:
    coat = petals(64, 66, v(46, 50), 17, 0.84, turn=v(0, 10))
    mask = blob((64, 50), (48, 40), (34, 52), (32, 74), (44, 96), (64, 104), (84, 96), (96, 74),
                (94, 52), (80, 40))
    foot = ellipse(50, 108, 9, 6)
    parts = (body(coat, "main"), *pair(foot, "second"), body(mask, "second"), *nose(72, 5))
    return Figure(parts=parts, face=(64, 65, 1.1), top=(64, 24, 34), neck=(64, 96, 44),
                  side=(108, 86), ears=(64, 66, 42), skin="second",
                  hues=(BROWN, "#f5d6a8", None), nose=True)


def _sheep(v: Vary) -> Figure:
    wool = petals(64, 66, v(43, 47), 10, 0.86, turn=v(0, 18))
    fringe = petals(64, 40, 18, 7, 0.84)
    head = blob((64, 38), (86, 44), (84, 74), (64, 86), (44, 74), (42, 44))
    ear = ellipse(34, 54, 12, 6.5, turn=v(-30, -8))
    leg = poly((46, 100), (56, 100), (56, 120), (46, 120), r=4)
    parts = (*pair(leg, "second"), body(wool, "light"), *pair(ear, "second"),
             body(head, "second"), body(fringe, "light"), *nose(68, 3.5))
    return Figure(parts=parts, face=(64, 60, 1.0), top=(64, 25, 34), neck=(64, 90, 42),
                  side=(108, 88), ears=(64, 58, 26), skin="second", nose=True)


def _bat(v: Vary) -> Figure:
    lift = v(-8, 6)
    wing = poly((52, 62), (30, 40 + lift), (4, 44 + lift), (10, 74 + lift), (22, 68), (30, 80),
                (40, 74), (52, 86), r=4)
    ear = poly((42, 46), (42, 22 + v(-3, 3)), (62, 38), r=4)
    round_body = ellipse(64, 68, 27, 28)
    fangs = mark(both(poly((57, 79), (61, 79), (59, 84), r=0.5)), "white")
    inner = poly((46, 41), (46, 29), (56, 38), r=2)
    parts = (*pair(wing, "second"), *pair(ear), body(round_body), detail(both(inner), "second"),
             detail(ellipse(64, 86, 12, 8), "main+"), fangs)
    return Figure(parts=parts, face=(64, 65, 1.1), top=(64, 42, 30), neck=(64, 92, 34),
                  side=(100, 84), ears=(64, 66, 27))


def _raccoon(v: Vary) -> Figure:
    ear, inner = poly((33, 44), (32, 16 + v(-3, 3)), (56, 28), r=8), ellipse(40, 30, 5)
    tail = curve((84, 110), (104, 106), (112, 86))
    rings = line((94, 102), (100, 114)), line((102, 96), (112, 102)), line((106, 85), (118, 88))
    mask = blob((30, 54), (48, 46), (64, 56), (80, 46), (98, 54), (90, 66), (64, 64), (38, 66))
    brow = blob((38, 44), (52, 40), (60, 46), (48, 44))
    behind = (stroke(tail, "main", 14), *(stroke(p, "dark", 4) for p in rings), *pair(ear),
              detail(both(inner), "light"))
    marks = (detail(mask, "main--"), detail(both(brow), "light"), *muzzle(13, 9, 70), *nose(66, 4))
    figure = sitter(v, behind=behind, face_marks=marks, hues=(GREY, None, None))
    return replace(figure, skin="main--")


def _whale(v: Vary) -> Figure:
    up = v(-4, 4)
    hull = blob((16, 74), (24, 50), (50, 42), (78, 50), (96, 70), (108, 64), (104, 84), (84, 100),
                (52, 104), (24, 96))
    fluke = blob((100, 70), (96, 52 + up), (106, 46 + up), (111, 58), (120, 46 + up),
                 (126, 56 + up), (116, 72), (106, 76))
    belly = blob((18, 84), (40, 90), (70, 88), (92, 90), (70, 106), (40, 106))
    fin = blob((66, 84), (80, 86), (88, 98), (74, 98))
    jet = curve((50, 42), (49, 30), (40, 24)), curve((50, 42), (51, 30), (60, 22))
    grooves = stroke(curve((30, 94), (46, 98), (62, 97)), "second-", 1.5)
    parts = (*(stroke(p, "accent", 4.5) for p in jet), body(fluke), body(hull),
             detail(belly, "light", clip=hull), grooves, body(fin, "main-"))
    return Figure(parts=parts, face=(42, 68, 0.95), top=(58, 46, 34), neck=(70, 96, 0),
                  side=(112, 92), ears=(46, 72, 32), hues=("#3b8fdc", None, "#8fd6f5"))


def _frog(v: Vary) -> Figure:
    bulge = ellipse(43, 36, v(13, 15))
    head = blob((64, 34), (92, 40), (106, 60), (96, 80), (64, 86), (32, 80), (22, 60), (36, 40))
    torso = blob((64, 70), (88, 84), (90, 106), (64, 114), (38, 106), (40, 84))
    leg = blob((36, 90), (20, 94), (18, 112), (32, 118), (46, 114), (44, 98))
    arm = ellipse(52, 106, 5.5, 12)
    parts = (*pair(leg, "main-"), body(torso), detail(ellipse(64, 96, 17, 16), "light"),
             *pair(arm), *pair(bulge), body(head), mark(both(ellipse(61, 62, 1.2, 1.6))))
    return Figure(parts=parts, face=(64, 55, 1.25), top=(64, 36, 30), neck=(64, 86, 46),
                  side=(106, 92), ears=(64, 58, 42), hues=(GREEN, None, None), nose=True)


def _owl(v: Vary) -> Figure:
    wide = v(0.95, 1.08)
    trunk = blob((64, 26), (84, 22), (98 * wide, 44), (100 * wide, 80), (84, 110), (64, 114),
                 (44, 110), (128 - 100 * wide, 80), (128 - 98 * wide, 44), (44, 22))
    tuft = poly((34, 48), (30 + v(-4, 4), 10), (62, 32), r=4)
    wing = blob((30, 64), (20, 86), (32, 108), (46, 92), (44, 70))
    discs = both(ellipse(50, 52, 18, 19))
    beak = mark(poly((59, 60), (69, 60), (64, 71), r=2), "accent")
    foot = both(ellipse(53, 115, 8, 4.5))
    chest = [detail(arc(x, y, 6, 6, 0, 180, closed=True), "second")
             for x, y in ((52, 84), (64, 84), (76, 84), (58, 94), (70, 94), (64, 104))]
    parts = (body(foot, "accent"), *pair(tuft), body(trunk), detail(ellipse(64, 92, 25, 20),
        "light"),
             *chest, *pair(wing, "main-"), detail(discs, "light"), beak)
    return Figure(parts=parts, face=(64, 52, 1.25), top=(64, 26, 36), neck=(64, 76, 52),
                  side=(104, 84), ears=(64, 52, 36), skin="light",
                  hues=(BROWN, None, ORANGE), nose=True)


def _penguin(v: Vary) -> Figure:
    fat = v(0.94, 1.08)
    trunk = blob((64, 14), (88, 22), (98 * fat, 62), (96 * fat, 98), (64, 114), (128 - 96 * fat,
        98),
                 (128 - 98 * fat, 62), (40, 22))
    front = blob((64, 38), (54, 28), (40, 38), (42, 60), (38, 84), (46, 104), (64, 109), (82, 104),
                 (90, 84), (86, 60), (88, 38), (74, 28))
    wing = turned(blob((36, 58), (22, 72), (18, 92), (26, 96), (38, 80)), v(-12, 22), 36, 62)
    foot = ellipse(50, 115, 11, 5.5)
    beak = mark(poly((58, 58), (70, 58), (64, 66), r=2), "second")
    parts = (*pair(foot, "second"), *pair(wing), body(trunk), detail(front, "light"), beak)
    return Figure(parts=parts, face=(64, 50, 1.05), top=(64, 17, 34), neck=(64, 76, 54),
                  side=(104, 78), ears=(64, 48, 32), skin="light",
                  hues=("#2c5aa0", ORANGE, None), nose=True)


def _chick(v: Vary) -> Figure:
    trunk = blob((64, 26), (92, 38), (102, 72), (90, 102), (64, 110), (38, 102), (26, 72), (36, 38))
    wing = turned(blob((28, 66), (14, 70), (12, 86), (26, 88), (36, 78)), v(-20, 30), 30, 72)
    comb = blob((64, 30), (56, 22), (58, 12 + v(-2, 3)), (64, 18), (70, 11 + v(-2, 3)), (72, 22))
    beak = mark(blob((56, 66), (64, 62), (72, 66), (64, 74), tension=0.7), "second")
    leg = both(curve((54, 106), (53, 116), (46, 118)))
    parts = (stroke(leg, "second", 4), body(comb, "main-"), *pair(wing, "main-"), body(trunk),
             detail(ellipse(64, 96, 22, 11), "main+"), beak)
    return Figure(parts=parts, face=(64, 58, 1.2), top=(64, 29, 34), neck=(64, 90, 58),
                  side=(106, 82), ears=(64, 62, 37), hues=(YELLOW, ORANGE, None), nose=True)


def _duck(v: Vary) -> Figure:
    trunk = blob((22, 78), (36, 74), (54, 78), (84, 70), (116, 62 + v(-5, 3)), (112, 92), (90, 110),
                 (50, 112), (28, 102))
    head = ellipse(48, 48, 28, 27)
    bill = blob((12, 58), (20, 54), (36, 54), (40, 62), (30, 68), (14, 66))
    wing = blob((66, 84), (86, 78), (104, 82), (92, 98), (72, 98))
    curl = curve((46, 24), (44, 14), (54, 11 + v(-2, 3)))
    parts = (stroke(curl, "main", 5), body(trunk), body(head), body(bill, "second"),
             body(wing, "main-"))
    return Figure(parts=parts, face=(49, 44, 0.92), top=(50, 25, 32), neck=(52, 74, 44),
                  side=(108, 80), ears=(48, 46, 28), hues=(YELLOW, ORANGE, None), nose=True)


def _parrot(v: Vary) -> Figure:
    trunk = blob((62, 16), (86, 24), (94, 52), (88, 84), (70, 104), (50, 98), (36, 70), (38, 32))
    tail = turned(blob((58, 92), (70, 92), (76, 122), (64, 126), (56, 116)), v(-12, 6), 64, 92)
    wing = blob((84, 52), (102, 66), (100, 96), (86, 104), (76, 84), (76, 62))
    tips = blob((92, 82), (101, 84), (98, 98), (86, 104), (80, 92))
    mask = blob((62, 30), (78, 34), (82, 52), (64, 62), (44, 54), (46, 34))
    beak = blob((55, 54), (64, 50), (73, 54), (70, 66), (64, 70), (58, 66))
    foot = both(ellipse(56, 104, 5, 4), 62)
    perch = poly((20, 104), (108, 104), (108, 110), (20, 110), r=3)
    parts = (body(tail, "second"), body(perch, "dark+"), body(trunk), detail(mask, "light"),
             body(wing, "second"), detail(tips, "accent"), body(foot, "dark"), body(beak, "accent"))
    return Figure(parts=parts, face=(63, 45, 0.9), top=(62, 18, 30), neck=(62, 74, 42),
                  side=(104, 100), ears=(62, 42, 28), skin="light",
                  hues=(RED, "#2f80e8", YELLOW), nose=True)


def _fish(v: Vary) -> Figure:
    sway = v(-5, 5)
    trunk = blob((14, 66), (30, 42), (58, 34), (86, 48), (98, 66), (86, 84), (58, 98), (30, 90))
    tail = blob((90, 66), (106, 46 + sway), (122, 40 + sway), (116, 66), (122, 92 + sway),
                (106, 86 + sway), tension=0.8)
    fin = blob((46, 42), (56, 20), (78, 24), (82, 46))
    under = blob((52, 92), (60, 108), (72, 104), (70, 90))
    side = blob((64, 72), (78, 66), (84, 76), (72, 84))
    bands = (poly((66, 30), (74, 30), (77, 100), (69, 100)), poly((84, 40), (90, 44), (92, 90), (86,
        90)))
    parts = (body(tail, "second"), body(fin, "second"), body(under, "second"), body(trunk),
             *(detail(b, "light", clip=trunk) for b in bands), body(side, "second"))
    return Figure(parts=parts, face=(41, 62, 0.95), top=(48, 40, 32), neck=(62, 92, 0),
                  side=(108, 100), ears=(44, 66, 30), hues=(ORANGE, None, None))


def _octopus(v: Vary) -> Figure:
    head = blob((64, 12), (92, 22), (102, 48), (92, 74), (64, 82), (36, 74), (26, 48), (36, 22))
    arms = []
    for x0, x1, low in ((40, 18, 92), (48, 34, 112), (58, 54, 118)):
        end = x1 + v(-4, 4)
        left = curve((x0, 66), (x0 - 4, 88), (x1 + 2, low), (end - 8, low - 4))
        arms += [stroke(left, "main-", 12), stroke(mirrored(left), "main-", 12)]
    spots = (ellipse(46, 26, 5, 4), ellipse(82, 24, 4, 3.4), ellipse(88, 36, 2.6))
    parts = (*arms, body(head), *(detail(s, "second") for s in spots))
    return Figure(parts=parts, face=(64, 52, 1.3), top=(64, 16, 38), neck=(64, 80, 52),
                  side=(112, 74), ears=(64, 50, 38), hues=(None, None, None))


CRITTERS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "hedgehog": _hedgehog, "sheep": _sheep, "bat": _bat, "raccoon": _raccoon, "whale": _whale,
        "frog": _frog, "owl": _owl, "penguin": _penguin, "chick": _chick, "duck": _duck,
        "parrot": _parrot, "fish": _fish, "octopus": _octopus,
    }
)
