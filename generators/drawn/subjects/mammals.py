"""Mammals, most of them sitting: one build, with each animal's own ears, muzzle and marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from generators.drawn.palettes import BROWN, GREY, ORANGE, PINK, WHITE
from generators.drawn.paths import (
    Path,
    blob,
    both,
    curve,
    drop,
    ellipse,
    line,
    mirrored,
    petals,
    poly,
    shifted,
    turned,
)
from generators.drawn.scene import Figure, Part, Vary, body, detail, mark, stroke

Draw = tuple[Part, ...]


def _pair(path: Path, role: str = "main") -> Draw:
    return body(path, role), body(mirrored(path), role)


def _nose(y: float = 59, w: float = 4.0, role: str = "ink") -> Draw:
    return (mark(blob((64 - w, y - 2), (64, y - 2.6), (64 + w, y - 2), (64, y + 3)), role),)


def _sitter(
    v: Vary,
    *,
    behind: Draw = (),
    face_marks: Draw = (),
    over: Draw = (),
    head: tuple[float, float] = (35, 30),
    belly: str = "light",
    paws: str = "main",
    hues: tuple[str | None, str | None, str | None] = (None, None, None),
    nose: bool = True,
) -> Figure:
    wide, tall = v(0.94, 1.06), v(0.94, 1.06)
    rx, ry = head[0] * wide, head[1] * tall
    torso = blob((64, 70), (84, 84), (87 * wide + 64 * (1 - wide), 104), (78, 115), (64, 117),
                 (50, 115), (41 * wide + 64 * (1 - wide), 104), (44, 84))  # fmt: skip
    foot = ellipse(51, 114, 9.5, 6)
    arm = ellipse(49, 94 + v(-3, 3), 6, 11, turn=v(6, 26))
    skull = blob((64, 52 - ry), (64 + rx * 0.72, 52 - ry * 0.72), (64 + rx, 54), (64 + rx * 0.7, 78),
                 (64, 84), (64 - rx * 0.7, 78), (64 - rx, 54), (64 - rx * 0.72, 52 - ry * 0.72))  # fmt: skip
    parts = (
        *behind,
        body(torso),
        detail(ellipse(64, 102, 14, 14), belly),
        *_pair(foot, paws),
        *_pair(arm, paws),
        body(skull),
        *face_marks,
        *over,
    )
    return Figure(
        parts=parts, face=(64, 56, 1.05), top=(64, 52 - ry + 4, 36), neck=(64, 85, 40),
        side=(102, 94), ears=(64, 54, rx), hues=hues, nose=nose,
    )  # fmt: skip


def _muzzle(rx: float = 14, ry: float = 10, y: float = 67, role: str = "muzzle") -> Draw:
    return (detail(ellipse(64, y, rx, ry), role),)


def _whiskers() -> Draw:
    lines = line((36, 62), (24, 59)), line((36, 67), (24, 69))
    return tuple(stroke(both(p), "dark", 1.5) for p in lines)


def cat(v: Vary) -> Figure:
    tip = v(-3, 3)
    ear = poly((33, 50), (34 + tip, 12), (62, 30), r=6)
    inner = poly((38, 42), (38.5 + tip, 21), (53, 31), r=4)
    tail = curve((80, 108), (98, 108), (104, 94 + v(-4, 4)), (98, 80), (103, 72))
    behind = (stroke(tail, "main-", 9), *_pair(ear))
    stripes = (
        detail(poly((61, 22), (67, 22), (64, 33), r=1), "second"),
        detail(both(poly((51, 24), (56, 23), (56, 32), r=1)), "second"),
    )
    marks = (detail(both(inner), "second"), *stripes, *_whiskers(), *_nose(role="second"))
    return _sitter(v, behind=behind, face_marks=marks)


def dog(v: Vary) -> Figure:
    low = v(-4, 6)
    ear = blob((38, 28), (24, 34), (19, 54), (22, 72 + low), (31, 74 + low), (37, 56), (44, 36))
    tail = turned(ellipse(94, 96, 7, 17), v(25, 50), 92, 104)
    patch = detail(ellipse(79, 50, 13, 15, turn=-12), "second")
    tongue = detail(blob((60, 72), (68, 72), (67, 81), (64, 83), (61, 81)), "blush")
    marks = (patch, *_muzzle(16, 12, 68), tongue, *_nose(62, 5.5))
    hues = (BROWN, None, None) if v(0, 1) < 0.5 else (None, None, None)
    return _sitter(v, behind=(body(tail),), face_marks=marks, over=_pair(ear, "second"), hues=hues)


def fox(v: Vary) -> Figure:
    ear = poly((31, 48), (30 + v(-3, 3), 10), (60, 32), r=5)
    inner = poly((37, 38), (36, 20), (50, 31), r=3)
    brush = blob((82, 112), (104, 110), (116, 90), (110, 70), (98, 80), (92, 96))
    tip = blob((116, 90), (110, 70), (98, 80), (104, 84))
    mask = blob((29, 62), (44, 58), (56, 66), (64, 64), (72, 66), (84, 58), (99, 62), (88, 76),
                (64, 84), (40, 76))  # fmt: skip
    behind = (body(brush), detail(tip, "light"), *_pair(ear))
    marks = (detail(both(inner), "dark"), detail(mask, "muzzle"), *_nose(68, 4.5))
    return _sitter(v, behind=behind, face_marks=marks, paws="main-", head=(36, 29),
                   hues=(ORANGE, None, None))  # fmt: skip


def bear(v: Vary) -> Figure:
    size = v(10, 13)
    ear, inner = ellipse(38, 29, size), ellipse(38, 29, size * 0.55)
    marks = (*_muzzle(14, 11, 68), *_nose(62, 4.5))
    return _sitter(v, behind=(*_pair(ear), detail(both(inner), "second")), face_marks=marks,
                   hues=(BROWN, None, None))  # fmt: skip


def panda(v: Vary) -> Figure:
    ear = ellipse(38, 29, v(11, 13))
    eye = ellipse(51, 55, 9.5, 12, turn=v(20, 34))
    figure = _sitter(v, behind=_pair(ear, "black"), face_marks=(
        detail(both(eye), "main-", glow=0.9), *_nose(65, 4)), paws="black", belly="light",
        hues=(WHITE, None, None))  # fmt: skip
    white = {"main": "white", "light": "white"}
    parts = tuple(replace(part, role=white.get(part.role, part.role)) for part in figure.parts)
    return replace(figure, parts=parts, skin="white")


def rabbit(v: Vary) -> Figure:
    lean = v(-14, 10)
    ear = turned(ellipse(50, 16, 9, 25), lean - 4, 52, 40)
    inner = turned(ellipse(50, 17, 4.5, 18), lean - 4, 52, 40)
    other = turned(mirrored(ear), v(-4, 22), 76, 34)
    other_in = turned(mirrored(inner), v(-4, -3), 76, 34)
    flop = v(0, 1) < 0.5
    right = other if flop else mirrored(ear)
    behind = (body(ear), body(right), detail(inner, "second"))
    if not flop:
        behind = (*behind, detail(other_in, "second"))
    teeth = mark(poly((61, 70), (67, 70), (67, 76), (61, 76), r=1.5), "white")
    tail = body(petals(92, 108, 9, 7), "light")
    return _sitter(v, behind=(tail, *behind), face_marks=(*_nose(63, 3, "second"), teeth), nose=True)


def mouse(v: Vary) -> Figure:
    size = v(17, 21)
    ear, inner = ellipse(33, 30, size), ellipse(33, 30, size * 0.62)
    tail = curve((84, 110), (104, 112), (112, 98), (104, 88 + v(-4, 4)), (110, 78))
    behind = (stroke(tail, "second", 3.5), *_pair(ear), detail(both(inner), "second"))
    return _sitter(v, behind=behind, face_marks=(*_whiskers(), *_nose(66, 4, "second")),
                   head=(32, 27), hues=(GREY, PINK, None))  # fmt: skip


def pig(v: Vary) -> Figure:
    ear = blob((34, 44), (28 + v(-2, 2), 20), (40, 18), (56, 30), tension=0.8)
    snout = body(ellipse(64, 66, 12, 9), "main+")
    holes = mark(both(ellipse(60, 66, 1.8, 3)), "ink")
    tail = curve((86, 104), (98, 102), (100, 94), (93, 93), (94, 102), (106, 98))
    return _sitter(v, behind=(stroke(tail, "main-", 3.5), *_pair(ear, "main-")),
                   face_marks=(snout, holes), hues=(PINK, None, None))  # fmt: skip


def cow(v: Vary) -> Figure:
    horn = blob((42, 30), (34, 20 + v(-3, 2)), (36, 12), (41, 20), (50, 26))
    ear = ellipse(27, 44, 12, 7, turn=v(10, 28))
    patch = blob((70, 23), (88, 28), (98, 50), (88, 66), (74, 58), (76, 40))
    muzzle = detail(ellipse(64, 72, 22, 12), "second")
    holes = mark(both(ellipse(57, 69, 2, 2.6)), "ink")
    spot = detail(ellipse(80, 96, 8, 9), "dark+")
    figure = _sitter(v, behind=(*_pair(horn, "light"), *_pair(ear)), face_marks=(
        detail(patch, "dark+"), muzzle, holes, spot), head=(34, 31), hues=(WHITE, PINK, None))  # fmt: skip
    return figure


def lion(v: Vary) -> Figure:
    mane = petals(64, 54, v(47, 51), 12, 0.86)
    ear = ellipse(38, 31, 9)
    tail = curve((84, 110), (104, 110), (110, 96))
    tuft = drop(111, 94, 7)
    behind = (stroke(tail, "main", 5), body(tuft, "second"), body(mane, "second"))
    marks = (*_muzzle(14, 10, 69), *_nose(63, 5))
    figure = _sitter(v, behind=behind, face_marks=marks, head=(33, 28),
                     hues=("#f7b733", BROWN, None))  # fmt: skip
    return replace(figure, parts=(*behind, *_pair(ear), *figure.parts[len(behind) :]))


def tiger(v: Vary) -> Figure:
    ear, inner = ellipse(38, 29, v(10, 12)), ellipse(38, 29, 5.5)
    top = poly((60, 22), (68, 22), (64, 36), r=1)
    brow = poly((48, 24), (54, 22), (54, 32), r=1)
    cheek = poly((29, 58), (41, 61), (29, 64), r=1), poly((31, 68), (42, 69), (34, 74), r=1)
    stripes = (top, both(brow), both(cheek[0]), both(cheek[1]))
    tail = curve((82, 110), (104, 108), (106, 90), (98, 82))
    behind = (stroke(tail, "main", 8), *_pair(ear), detail(both(inner), "light"))
    marks = (*(detail(p, "dark") for p in stripes), *_muzzle(15, 10, 70), *_nose(64, 5, "second"))
    return _sitter(v, behind=behind, face_marks=marks, hues=(ORANGE, PINK, None))


def elephant(v: Vary) -> Figure:
    size = v(0.92, 1.08)
    ear = blob((40, 34), (22 * size, 24), (8, 44), (14, 68), (32, 74), (42, 60))
    inner = blob((38, 40), (24, 34), (15, 46), (20, 62), (32, 66), (39, 56))
    curl = v(-6, 6)
    trunk = curve((64, 64), (64, 82), (66 + curl, 94), (76 + curl, 98))
    tusk = blob((50, 76), (53, 74), (55, 86), (50, 88))
    behind = (*_pair(ear), detail(both(inner), "second"))
    over = (*_pair(tusk, "white"), stroke(trunk, "main-", 13), stroke(trunk, "main", 10.5))
    figure = _sitter(v, behind=behind, over=over, hues=("#8fa5bd", PINK, None), head=(31, 29))
    return replace(figure, face=(64, 52, 1.1), neck=(64, 88, 38), side=(104, 96))


def monkey(v: Vary) -> Figure:
    ear, inner = ellipse(28, 52, v(11, 13)), ellipse(28, 52, 7)
    mask = blob((64, 46), (52, 38), (38, 46), (38, 62), (46, 78), (64, 82), (82, 78), (90, 62),
                (90, 46), (76, 38))  # fmt: skip
    tail = curve((84, 108), (104, 106), (112, 90), (102, 80 + v(-3, 3)), (95, 88))
    behind = (stroke(tail, "main", 6), *_pair(ear), detail(both(inner), "second"))
    figure = _sitter(v, behind=behind, face_marks=(detail(mask, "second"), *_nose(66, 3)),
                   belly="second", hues=(BROWN, "#f3cfa4", None))  # fmt: skip
    return replace(figure, skin="second")


def koala(v: Vary) -> Figure:
    size = v(15, 18)
    ear, inner = petals(31, 36, size, 9, 0.88), ellipse(31, 37, size * 0.55)
    nose = mark(ellipse(64, 65, 6.5, 9), "ink")
    return _sitter(v, behind=(*_pair(ear), detail(both(inner), "second")), face_marks=(nose,),
                   hues=(GREY, PINK, None))  # fmt: skip


def hedgehog(v: Vary) -> Figure:
    coat = petals(64, 66, v(46, 50), 17, 0.84, turn=v(0, 10))
    mask = blob((64, 50), (48, 40), (34, 52), (32, 74), (44, 96), (64, 104), (84, 96), (96, 74),
                (94, 52), (80, 40))  # fmt: skip
    foot = ellipse(50, 108, 9, 6)
    parts = (body(coat, "main"), *_pair(foot, "second"), body(mask, "second"), *_nose(72, 5))
    return Figure(parts=parts, face=(64, 65, 1.1), top=(64, 24, 34), neck=(64, 96, 44),
                  side=(108, 86), ears=(64, 66, 42), skin="second",
                  hues=(BROWN, "#f5d6a8", None), nose=True)  # fmt: skip


def sheep(v: Vary) -> Figure:
    wool = petals(64, 66, v(43, 47), 10, 0.86, turn=v(0, 18))
    fringe = petals(64, 40, 18, 7, 0.84)
    head = blob((64, 38), (86, 44), (84, 74), (64, 86), (44, 74), (42, 44))
    ear = ellipse(34, 54, 12, 6.5, turn=v(-30, -8))
    leg = poly((46, 100), (56, 100), (56, 120), (46, 120), r=4)
    parts = (*_pair(leg, "second"), body(wool, "light"), *_pair(ear, "second"),
             body(head, "second"), body(fringe, "light"), *_nose(68, 3.5))  # fmt: skip
    return Figure(parts=parts, face=(64, 60, 1.0), top=(64, 25, 34), neck=(64, 90, 42),
                  side=(108, 88), ears=(64, 58, 26), skin="second", nose=True)  # fmt: skip


def bat(v: Vary) -> Figure:
    lift = v(-8, 6)
    wing = poly((52, 62), (30, 40 + lift), (4, 44 + lift), (10, 74 + lift), (22, 68), (30, 80),
                (40, 74), (52, 86), r=4)  # fmt: skip
    ear = poly((42, 46), (42, 22 + v(-3, 3)), (62, 38), r=4)
    round_body = ellipse(64, 68, 27, 28)
    fangs = mark(both(poly((57, 79), (61, 79), (59, 84), r=0.5)), "white")
    inner = poly((46, 41), (46, 29), (56, 38), r=2)
    parts = (*_pair(wing, "second"), *_pair(ear), body(round_body), detail(both(inner), "second"),
             detail(ellipse(64, 86, 12, 8), "main+"), fangs)  # fmt: skip
    return Figure(parts=parts, face=(64, 65, 1.1), top=(64, 42, 30), neck=(64, 92, 34),
                  side=(100, 84), ears=(64, 66, 27))  # fmt: skip


def raccoon(v: Vary) -> Figure:
    ear, inner = poly((33, 44), (32, 16 + v(-3, 3)), (56, 28), r=8), ellipse(40, 30, 5)
    tail = curve((84, 110), (104, 106), (112, 86))
    rings = line((94, 102), (100, 114)), line((102, 96), (112, 102)), line((106, 85), (118, 88))
    mask = blob((30, 54), (48, 46), (64, 56), (80, 46), (98, 54), (90, 66), (64, 64), (38, 66))
    brow = blob((38, 44), (52, 40), (60, 46), (48, 44))
    behind = (stroke(tail, "main", 14), *(stroke(p, "dark", 4) for p in rings), *_pair(ear),
              detail(both(inner), "light"))  # fmt: skip
    marks = (detail(mask, "main--"), detail(both(brow), "light"), *_muzzle(13, 9, 70), *_nose(66, 4))
    figure = _sitter(v, behind=behind, face_marks=marks, hues=(GREY, None, None))
    return replace(figure, skin="main--")


def whale(v: Vary) -> Figure:
    up = v(-4, 4)
    hull = blob((16, 74), (24, 50), (50, 42), (78, 50), (96, 70), (108, 64), (104, 84), (84, 100),
                (52, 104), (24, 96))  # fmt: skip
    fluke = blob((100, 70), (96, 52 + up), (106, 46 + up), (111, 58), (120, 46 + up),
                 (126, 56 + up), (116, 72), (106, 76))  # fmt: skip
    belly = blob((18, 84), (40, 90), (70, 88), (92, 90), (70, 106), (40, 106))
    fin = blob((66, 84), (80, 86), (88, 98), (74, 98))
    jet = curve((50, 42), (49, 30), (40, 24)), curve((50, 42), (51, 30), (60, 22))
    grooves = stroke(curve((30, 94), (46, 98), (62, 97)), "second-", 1.5)
    parts = (*(stroke(p, "accent", 4.5) for p in jet), body(fluke), body(hull),
             detail(belly, "light", clip=hull), grooves, body(fin, "main-"))  # fmt: skip
    return Figure(parts=parts, face=(42, 68, 0.95), top=(58, 46, 34), neck=(70, 96, 0),
                  side=(112, 92), ears=(46, 72, 32), hues=("#3b8fdc", None, "#8fd6f5"))  # fmt: skip


MAMMALS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "cat": cat, "dog": dog, "fox": fox, "bear": bear, "panda": panda, "rabbit": rabbit,
        "mouse": mouse, "pig": pig, "cow": cow, "lion": lion, "tiger": tiger,
        "elephant": elephant, "monkey": monkey, "koala": koala, "hedgehog": hedgehog,
        "sheep": sheep, "bat": bat, "raccoon": raccoon, "whale": whale,
    }
)  # fmt: skip
