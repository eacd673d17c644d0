"""Made-up beings: ghosts, robots, dragons and their kin."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import GREEN, ORANGE, PINK, RED, SKY, WHITE, YELLOW
from generators.drawn.paths import (
    blob,
    both,
    curve,
    ellipse,
    line,
    petals,
    poly,
    rect,
    star,
    turned,
)
from generators.drawn.scene import Figure, Vary, body, detail, mark, stroke
from generators.drawn.subjects.builds import pair

# Geometry is set by hand, several points a line.
# fmt: off


def _ghost(v: Vary) -> Figure:
    s = v(-4, 4)
    sheet = blob((64, 10), (94, 22), (104, 60), (108, 106 + s), (98, 114), (86, 104), (75, 118 - s),
                 (64, 106), (53, 118 + s), (42, 104), (30, 114), (20, 106 - s), (24, 60), (34, 22))
    arm = ellipse(22, 72 + s, 6, 11, turn=36)
    return Figure(parts=(*pair(arm, "main-"), body(sheet)), face=(64, 52, 1.3), top=(64, 14, 36),
                  neck=(64, 82, 62), side=(110, 76), ears=(64, 50, 37), hues=(WHITE, None, None))


def _robot(v: Vary) -> Figure:
    head, torso = rect(26, 26, 76, 50, v(8, 16)), rect(38, 80, 52, 32, 8)
    arm = curve((40, 90), (24, 94), (20, 106))
    leg = both(rect(44, 108, 14, 14, 4))
    panel = rect(48, 88, 32, 16, 4)
    lights = [detail(ellipse(x, 96, 3), r) for x, r in ((55, "accent"), (64, "second"), (73,
        "accent+"))]
    bolt = both(rect(18, 42, 10, 18, 4))
    return Figure(parts=(stroke(line((64, 28), (64, 14)), "dark", 4), body(ellipse(64, 11, 6),
        "accent"),
                         body(leg, "main-"), stroke(both(arm), "main-", 8), body(both(ellipse(20,
                             107, 6)), "second"),
                         body(torso), body(panel, "light"), *lights, body(bolt,
                             "second"), body(head),
                         body(rect(34, 34, 60, 36, 9), "light")),
                  face=(64, 49, 1.2), top=(64, 28, 40), neck=(64, 79, 44), side=(110, 100),
                  ears=(64, 50, 41), skin="light", hues=("#8fa6b8", None, RED))


def _snowman(v: Vary) -> Figure:
    base, ball = ellipse(64, 92, 34 * v(0.95, 1.05), 28), ellipse(64, 42, 27)
    arm = curve((34, 82), (16, 70), (8, 62 + v(-6, 6))), curve((18, 71), (10, 74))
    nose = mark(poly((60, 46), (66, 43), (84, 51), (62, 53), r=1.6), "second")
    buttons = [detail(ellipse(64, y, 3.2), "dark") for y in (80, 92, 104)]
    return Figure(parts=(*(stroke(both(a), "accent", 4) for a in arm), body(base), *buttons,
        body(ball), nose),
                  face=(64, 38, 1.0), top=(64, 18, 34), neck=(64, 66, 42), side=(114, 76),
                  ears=(64, 42, 27), hues=(WHITE, ORANGE, "#7a4f33"), nose=True)


def _alien(v: Vary) -> Figure:
    head = blob((64, 18), (94, 24), (104, 48), (88, 72), (64, 84), (40, 72), (24, 48), (34, 24))
    torso = blob((64, 78), (80, 84), (84, 106), (64, 118), (44, 106), (48, 84))
    feel = both(curve((46, 26), (40, 10), (32, 7 + v(-3, 3))))
    arm = ellipse(43, 98, 6, 12, turn=v(16, 40))
    return Figure(parts=(stroke(feel, "main-", 3.5), body(both(ellipse(32, 7, 5)), "second"),
        body(torso, "second"),
                         *pair(arm), body(head), detail(ellipse(64, 104, 8, 7), "second+")),
                  face=(64, 50, 1.3), top=(64, 21, 34), neck=(64, 82, 36), side=(100, 98),
                  ears=(64, 48, 40), hues=(GREEN, None, None))


def _unicorn(v: Vary) -> Figure:
    ear = poly((38, 40), (34 + v(-2, 2), 16), (56, 28), r=5)
    horn = poly((56, 30), (64, -2 + v(-3, 3)), (72, 30), r=3)
    rings = line((58, 20), (69, 16)), line((60, 12), (67, 9))
    mane = petals(36, 62, 22, 7, 0.8), petals(90, 30, 14, 6, 0.8), petals(44, 32, 15, 6, 0.8)
    head = blob((64, 24), (92, 32), (98, 58), (86, 80), (64, 86), (42, 80), (30, 58), (36, 32))
    muzzle = blob((64, 62), (86, 66), (88, 80), (64, 90), (40, 80), (42, 66))
    torso = blob((64, 76), (86, 86), (90, 106), (64, 118), (38, 106), (42, 86))
    tail = blob((86, 100), (106, 84), (120, 96), (112, 116), (94, 114))
    holes = mark(both(ellipse(55, 71, 1.8, 2.4)))
    foot = ellipse(52, 115, 10, 6)
    return Figure(parts=(body(tail, "second"), body(mane[0], "second"), body(torso), *pair(foot,
        "accent"),
                         *pair(ear), body(head), body(horn, "accent"),
                         *(stroke(r, "accent-", 2) for r in rings), body(mane[1], "second"),
                         body(mane[2], "second+"), detail(muzzle, "main-"), holes),
                  face=(64, 52, 1.05), top=(64, 26, 34), neck=(64, 88, 42), side=(106, 76),
                  ears=(64, 54, 34), hues=(WHITE, PINK, YELLOW), nose=True)


def _dragon(v: Vary) -> Figure:
    lift = v(-6, 6)
    wing = poly((42, 80), (22, 54 + lift), (4, 60 + lift), (8, 84 + lift), (18, 82), (26, 94), (40,
        96), r=3)
    horn = blob((44, 30), (34, 18), (36, 6), (44, 14), (54, 26))
    tail = curve((80, 110), (102, 112), (114, 98), (112, 84))
    tip = poly((112, 74), (122, 88), (104, 88), r=2)
    head = blob((64, 22), (92, 30), (98, 54), (88, 74), (64, 82), (40, 74), (30, 54), (36, 30))
    torso = blob((64, 70), (86, 84), (90, 106), (64, 118), (38, 106), (42, 84))
    crest = [body(poly((64 - w, 26), (64, y), (64 + w, 26), r=2), "second") for w, y in ((7, 10),)]
    muzzle = detail(ellipse(64, 68, 20, 11), "main+")
    holes = mark(both(ellipse(57, 64, 1.8, 2.2)))
    belly = ellipse(64, 102, 15, 14)
    lines = [stroke(curve((50, y), (64, y + 2), (78, y)), "light-", 1.8, clip=belly) for y in (96,
        102, 108)]
    foot, arm = ellipse(49, 115, 10, 6), ellipse(48, 94, 5.5, 10, turn=24)
    return Figure(parts=(*pair(wing, "second"), stroke(tail, "main", 9), body(tip, "second"),
        *pair(horn, "light"),
                         *crest, body(torso), detail(belly, "light"), *lines, *pair(foot,
                             "main-"), *pair(arm),
                         body(head), muzzle, holes),
                  face=(64, 50, 1.1), top=(64, 24, 32), neck=(64, 84, 40), side=(106, 98),
                  ears=(64, 52, 34), hues=(GREEN, None, None), nose=True)


def _dinosaur(v: Vary) -> Figure:
    trunk = blob((34, 16), (58, 14), (72, 32), (72, 58), (88, 76), (104, 84), (124, 76 + v(-6, 6)),
        (116, 100),
                 (96, 110), (60, 114), (36, 106), (30, 80), (28, 66), (12, 58), (10, 36))
    spikes = [poly((x - 6, y + 4), (x + 9, y - 9), (x + 8, y + 8), r=2) for x, y in
              ((58, 18), (72, 32), (75, 52), (84, 67), (99, 77))]
    belly = blob((34, 70), (48, 72), (52, 92), (62, 110), (44, 112), (30, 104), (26, 84))
    legs = [body(rect(x, 102, 17, 18, 7), "main-") for x in (40, 76)]
    arm = curve((48, 74), (40, 80), (34, 78))
    spots = [detail(ellipse(x, y, r), "main-") for x, y, r in ((76, 86, 5), (90, 94, 4), (66, 76,
        3.4))]
    return Figure(parts=(*(body(s, "second") for s in spikes), *legs, body(trunk),
                         detail(belly, "main+", clip=trunk), *spots, stroke(arm, "main-", 6.5)),
                  face=(38, 39, 0.92), top=(44, 18, 32), neck=(52, 66, 40), side=(108, 56),
                  ears=(40, 40, 30), hues=("#4fb06a", ORANGE, None))


def _monster(v: Vary) -> Figure:
    fur = petals(64, 68, v(44, 48), 13, 0.88, turn=v(0, 26))
    horn = blob((40, 36), (28, 26), (24, 8), (36, 14), (54, 30))
    foot = ellipse(48, 114, 12, 7)
    arm = curve((24, 72), (10, 82 + v(-16, 8)), (8, 92))
    fangs = mark(both(poly((53, 84), (58, 84), (55.5, 90), r=0.6)), "white")
    spots = [detail(ellipse(x, y, r), "main-") for x, y, r in ((36, 56, 5), (94, 52, 4), (92, 92,
        5), (34, 92, 4))]
    return Figure(parts=(*pair(horn, "light"), *pair(foot, "second"), stroke(both(arm), "main-", 8),
        body(fur),
                         *spots, detail(ellipse(64, 96, 22, 14), "second"), fangs),
                  face=(64, 60, 1.3), top=(64, 25, 36), neck=(64, 96, 0), side=(114, 88), ears=(64,
                      62, 45),
                  hues=("#8b62dd", None, None))


def _astronaut(v: Vary) -> Figure:
    helmet, visor = ellipse(64, 48, 37, 35), ellipse(64, 50, 28, 24)
    torso = blob((64, 74), (88, 82), (92, 106), (64, 116), (36, 106), (40, 82))
    arm = ellipse(40, 96, 8, 14, turn=v(14, 50))
    foot = ellipse(51, 115, 11, 7)
    pack = rect(30, 72, 68, 34, 8)
    panel = rect(52, 90, 24, 14, 3)
    lights = [detail(ellipse(x, 97, 2.6), r) for x, r in ((58, "accent"), (64, "second"), (70,
        "dark"))]
    shine = detail(turned(ellipse(46, 36, 3, 6), 44, 46, 36), "white")
    return Figure(parts=(body(pack, "second"), body(torso, "white"), *pair(arm, "white"),
        *pair(foot, "second"),
                         body(panel, "light-"), *lights, body(both(ellipse(28, 50, 7, 9)),
                             "second"),
                         body(helmet, "white"), body(visor, "main"), shine),
                  face=(64, 48, 1.0), top=(64, 17, 36), neck=(64, 82, 42), side=(104, 98), ears=(64,
                      50, 37),
                  hues=(SKY, None, RED))


def _wizard(v: Vary) -> Figure:
    robe = blob((64, 64), (88, 80), (98, 114), (64, 119), (30, 114), (40, 80), tension=0.8)
    head = ellipse(64, 62, 26, 22)
    beard = blob((38, 62), (50, 70), (64, 68), (78, 70), (90, 62), (88, 84), (64, 108 + v(-4, 4)),
        (40, 84))
    cone = blob((30, 48), (52, 30), (70 + v(-6, 10), 2), (80, 26), (98, 48), (64, 52), tension=0.6)
    brim = ellipse(64, 48, 44, 8)
    stars = [detail(star(x, y, r, 0.45), "accent") for x, y, r in ((56, 36, 5), (74, 30, 4), (44,
        100, 5), (84, 102, 5))]
    staff = line((104, 58), (104, 118))
    return Figure(parts=(stroke(staff, "second-", 5), body(ellipse(104, 54, 8), "accent"),
        body(robe),
                         body(head, "second"), body(beard, "light"), body(brim,
                             "main-"), body(cone), *stars),
                  face=(64, 61, 0.9), top=(68, 10, 24), neck=(64, 104, 0), side=(112, 90), ears=(64,
                      62, 28),
                  skin="second", hues=("#5b4bd0", "#f3cfa4", YELLOW))


def _jack_o_lantern(v: Vary) -> Figure:
    lobes = (ellipse(64, 72, 22, 37), ellipse(42, 72, 24, 35), ellipse(86, 72, 24, 35),
             ellipse(28, 73, 18, 30), ellipse(100, 73, 18, 30))
    stem = poly((57, 40), (60, 20 + v(-3, 4)), (74, 16 + v(-3, 3)), (71, 40), r=3)
    leaf = blob((70, 32), (84, 22), (98, 26), (92, 36), (78, 38))
    return Figure(parts=(body(stem, "second"), body(leaf, "second"), body(lobes[3], "main-"),
        body(lobes[4], "main-"),
                         body(lobes[1]), body(lobes[2]), body(lobes[0], "main+")),
                  face=(64, 66, 1.25), top=(64, 36, 38), neck=(64, 106, 0), side=(114,
                      90), ears=(64, 68, 50),
                  hues=(ORANGE, GREEN, None))


def _mermaid(v: Vary) -> Figure:
    hair = blob((64, 10), (94, 20), (102, 52), (100, 86), (84, 90), (64, 60), (44, 90), (28, 86),
        (26, 52), (34, 20))
    head = ellipse(64, 48, 29, 27)
    fringe = blob((34, 48), (38, 26), (64, 16), (90, 26), (94, 48), (82, 36), (58, 32))
    torso = blob((64, 70), (78, 76), (78, 92), (64, 96), (50, 92), (50, 76))
    tail = blob((48, 90), (80, 90), (84, 104), (96, 110 + v(-4, 4)), (84, 118), (60, 114))
    fluke = blob((90, 112), (104, 98), (120, 100), (114, 110), (120, 122), (102, 122))
    arm = ellipse(47, 84, 4.5, 10, turn=26)
    return Figure(parts=(body(hair, "second"), body(fluke, "main-"), body(tail), *pair(arm,
        "accent"),
                         body(torso, "accent"), detail(both(ellipse(57, 84, 6, 5)),
                             "second+"), body(head, "accent"),
                         body(fringe, "second"), body(star(88, 28, 8, 0.5, 5, 2), "light")),
                  face=(64, 51, 0.98), top=(64, 14, 36), neck=(64, 76, 26), side=(98, 84), ears=(64,
                      48, 34),
                  skin="accent", hues=("#2fb7a0", RED, "#f8d3b0"))


CHARACTERS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "ghost": _ghost, "robot": _robot, "snowman": _snowman, "alien": _alien,
        "unicorn": _unicorn, "dragon": _dragon, "dinosaur": _dinosaur, "monster": _monster,
        "astronaut": _astronaut, "wizard": _wizard, "jack-o'-lantern": _jack_o_lantern,
        "mermaid": _mermaid,
    }
)
