"""Land mammals, most of them sitting: one build, with each animal's own ears and marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from generators.drawn.palettes import BROWN, GREY, ORANGE, PINK, WHITE
from generators.drawn.paths import blob, both, curve, drop, ellipse, mirrored, petals, poly, turned
from generators.drawn.scene import Figure, Vary, body, detail, mark, stroke
from generators.drawn.subjects.builds import muzzle, nose, pair, sitter, whiskers

# Geometry is set by hand, several points a line.
# fmt: off


def _cat(v: Vary) -> Figure:
    tip = v(-3, 3)
    ear = poly((33, 50), (34 + tip, 12), (62, 30), r=6)
    inner = poly((38, 42), (38.5 + tip, 21), (53, 31), r=4)
    tail = curve((80, 108), (98, 108), (104, 94 + v(-4, 4)), (98, 80), (103, 72))
    behind = (stroke(tail, "main-", 9), *pair(ear))
    stripes = (
        detail(poly((61, 22), (67, 22), (64, 33), r=1), "second"),
        detail(both(poly((51, 24), (56, 23), (56, 32), r=1)), "second"),
    )
    marks = (detail(both(inner), "second"), *stripes, *whiskers(), *nose(role="second"))
    return sitter(v, behind=behind, face_marks=marks)


def _dog(v: Vary) -> Figure:
    low = v(-4, 6)
    ear = blob((38, 28), (24, 34), (19, 54), (22, 72 + low), (31, 74 + low), (37, 56), (44, 36))
    tail = turned(ellipse(94, 96, 7, 17), v(25, 50), 92, 104)
    patch = detail(ellipse(79, 50, 13, 15, turn=-12), "second")
    tongue = detail(blob((60, 72), (68, 72), (67, 81), (64, 83), (61, 81)), "blush")
    marks = (patch, *muzzle(16, 12, 68), tongue, *nose(62, 5.5))
    hues = (BROWN, None, None) if v(0, 1) < 0.5 else (None, None, None)
    return sitter(v, behind=(body(tail),), face_marks=marks, over=pair(ear, "second"), hues=hues)


def _fox(v: Vary) -> Figure:
    ear = poly((31, 48), (30 + v(-3, 3), 10), (60, 32), r=5)
    inner = poly((37, 38), (36, 20), (50, 31), r=3)
    brush = blob((82, 112), (104, 110), (116, 90), (110, 70), (98, 80), (92, 96))
    tip = blob((116, 90), (110, 70), (98, 80), (104, 84))
    mask = blob((29, 62), (44, 58), (56, 66), (64, 64), (72, 66), (84, 58), (99, 62), (88, 76),
                (64, 84), (40, 76))
    behind = (body(brush), detail(tip, "light"), *pair(ear))
    marks = (detail(both(inner), "dark"), detail(mask, "muzzle"), *nose(68, 4.5))
    return sitter(v, behind=behind, face_marks=marks, paws="main-", head=(36, 29),
                   hues=(ORANGE, None, None))


def _bear(v: Vary) -> Figure:
    size = v(10, 13)
    ear, inner = ellipse(38, 29, size), ellipse(38, 29, size * 0.55)
    marks = (*muzzle(14, 11, 68), *nose(62, 4.5))
    return sitter(v, behind=(*pair(ear), detail(both(inner), "second")), face_marks=marks,
                   hues=(BROWN, None, None))


def _panda(v: Vary) -> Figure:
    ear = ellipse(38, 29, v(11, 13))
    eye = ellipse(51, 55, 9.5, 12, turn=v(20, 34))
    figure = sitter(v, behind=pair(ear, "black"), face_marks=(
        detail(both(eye), "main-", glow=0.9), *nose(65, 4)), paws="black", belly="light",
        hues=(WHITE, None, None))
    white = {"main": "white", "light": "white"}
    parts = tuple(replace(part, role=white.get(part.role, part.role)) for part in figure.parts)
    return replace(figure, parts=parts, skin="white")


def _rabbit(v: Vary) -> Figure:
    lean = v(-18, 6)
    ear = turned(ellipse(50, 16, 9, 25), lean, 52, 40)
    inner = turned(ellipse(50, 17, 4.5, 18), lean, 52, 40)
    droop = v(14, 26) if v(0, 1) < 0.35 else 0.0
    ears = (body(ear), detail(inner, "second"),
            body(turned(mirrored(ear), droop, 76, 34)),
            detail(turned(mirrored(inner), droop, 76, 34), "second"))
    teeth = mark(poly((61, 70), (67, 70), (67, 76), (61, 76), r=1.5), "white")
    tail = body(petals(92, 108, 9, 7), "light")
    return sitter(v, behind=(tail, *ears), face_marks=(*nose(63, 3, "second"), teeth))


def _mouse(v: Vary) -> Figure:
    size = v(17, 21)
    ear, inner = ellipse(33, 30, size), ellipse(33, 30, size * 0.62)
    tail = curve((84, 110), (104, 112), (112, 98), (104, 88 + v(-4, 4)), (110, 78))
    behind = (stroke(tail, "second", 3.5), *pair(ear), detail(both(inner), "second"))
    return sitter(v, behind=behind, face_marks=(*whiskers(), *nose(66, 4, "second")),
                   head=(32, 27), hues=(GREY, PINK, None))


def _pig(v: Vary) -> Figure:
    ear = blob((34, 44), (28 + v(-2, 2), 20), (40, 18), (56, 30), tension=0.8)
    snout = body(ellipse(64, 66, 12, 9), "main+")
    holes = mark(both(ellipse(60, 66, 1.8, 3)), "ink")
    tail = curve((86, 104), (98, 102), (100, 94), (93, 93), (94, 102), (106, 98))
    return sitter(v, behind=(stroke(tail, "main-", 3.5), *pair(ear, "main-")),
                   face_marks=(snout, holes), hues=(PINK, None, None))


def _cow(v: Vary) -> Figure:
    horn = blob((42, 30), (34, 20 + v(-3, 2)), (36, 12), (41, 20), (50, 26))
    ear = ellipse(27, 44, 12, 7, turn=v(10, 28))
    patch = blob((70, 23), (88, 28), (98, 50), (88, 66), (74, 58), (76, 40))
    muzzle = detail(ellipse(64, 72, 22, 12), "second")
    holes = mark(both(ellipse(57, 69, 2, 2.6)), "ink")
    spot = detail(ellipse(80, 96, 8, 9), "dark+")
    figure = sitter(v, behind=(*pair(horn, "light"), *pair(ear)), face_marks=(
        detail(patch, "dark+"), muzzle, holes, spot), head=(34, 31), hues=(WHITE, PINK, None))
    return figure


def _lion(v: Vary) -> Figure:
    mane = petals(64, 54, v(47, 51), 12, 0.86)
    ear = ellipse(38, 31, 9)
    tail = curve((84, 110), (104, 110), (110, 96))
    tuft = drop(111, 94, 7)
    behind = (stroke(tail, "main", 5), body(tuft, "second"), body(mane, "second"))
    marks = (*muzzle(14, 10, 69), *nose(63, 5))
    figure = sitter(v, behind=behind, face_marks=marks, head=(33, 28),
                     hues=("#f7b733", BROWN, None))
    return replace(figure, parts=(*behind, *pair(ear), *figure.parts[len(behind) :]))


def _tiger(v: Vary) -> Figure:
    ear, inner = ellipse(38, 29, v(10, 12)), ellipse(38, 29, 5.5)
    top = poly((60, 22), (68, 22), (64, 36), r=1)
    brow = poly((48, 24), (54, 22), (54, 32), r=1)
    cheek = poly((29, 58), (41, 61), (29, 64), r=1), poly((31, 68), (42, 69), (34, 74), r=1)
    stripes = (top, both(brow), both(cheek[0]), both(cheek[1]))
    tail = curve((82, 110), (104, 108), (106, 90), (98, 82))
    behind = (stroke(tail, "main", 8), *pair(ear), detail(both(inner), "light"))
    marks = (*(detail(p, "dark") for p in stripes), *muzzle(15, 10, 70), *nose(64, 5, "second"))
    return sitter(v, behind=behind, face_marks=marks, hues=(ORANGE, PINK, None))


def _elephant(v: Vary) -> Figure:
    size = v(0.92, 1.08)
    ear = blob((40, 34), (22 * size, 24), (8, 44), (14, 68), (32, 74), (42, 60))
    inner = blob((38, 40), (24, 34), (15, 46), (20, 62), (32, 66), (39, 56))
    up = v(-6, 5)
    trunk = curve((64, 58), (73, 67), (89, 67), (98, 56 + up), (95, 46 + up))
    tusk = blob((48, 74), (52, 72), (54, 82), (49, 84))
    behind = (*pair(ear), detail(both(inner), "second"))
    over = (*pair(tusk, "white"), stroke(trunk, "main-", 12.5), stroke(trunk, "main", 9.5))
    figure = sitter(v, behind=behind, over=over, hues=("#8fa5bd", PINK, None), head=(31, 29))
    return replace(figure, face=(64, 50, 1.05), neck=(64, 88, 38), side=(104, 96))


def _monkey(v: Vary) -> Figure:
    ear, inner = ellipse(28, 52, v(11, 13)), ellipse(28, 52, 7)
    mask = blob((64, 46), (52, 38), (38, 46), (38, 62), (46, 78), (64, 82), (82, 78), (90, 62),
                (90, 46), (76, 38))
    tail = curve((84, 108), (104, 106), (112, 90), (102, 80 + v(-3, 3)), (95, 88))
    behind = (stroke(tail, "main", 6), *pair(ear), detail(both(inner), "second"))
    figure = sitter(v, behind=behind, face_marks=(detail(mask, "second"), *nose(66, 3)),
                   belly="second", hues=(BROWN, "#f3cfa4", None))
    return replace(figure, skin="second")


def _koala(v: Vary) -> Figure:
    size = v(15, 18)
    ear, inner = petals(31, 36, size, 9, 0.88), ellipse(31, 37, size * 0.55)
    nose = mark(ellipse(64, 65, 6.5, 9), "ink")
    return sitter(v, behind=(*pair(ear), detail(both(inner), "second")), face_marks=(nose,),
                   hues=(GREY, PINK, None))


MAMMALS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "cat": _cat, "dog": _dog, "fox": _fox, "bear": _bear, "panda": _panda, "rabbit": _rabbit,
        "mouse": _mouse, "pig": _pig, "cow": _cow, "lion": _lion, "tiger": _tiger,
        "elephant": _elephant, "monkey": _monkey, "koala": _koala,
    }
)
