"""Fruit and vegetables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BROWN, GREEN, ORANGE, RED, YELLOW
from generators.drawn.paths import (
    arc,
    blob,
    curve,
    drop,
    ellipse,
    line,
    petals,
    poly,
    shifted,
    turned,
)
from generators.drawn.scene import Figure, Vary, body, detail, stroke

# Geometry is set by hand, several points a line.
# fmt: off

_LEAF = blob((0, 0), (8, -10), (24, -10), (30, 0), (18, 6), tension=0.9)


def _apple(v: Vary) -> Figure:
    w = v(0.94, 1.08)
    fruit = blob((64, 40), (78, 32), (98 * w, 38), (104 * w, 62), (94, 96), (76, 112), (64, 107),
                 (52, 112), (34, 96), (128 - 104 * w, 62), (128 - 98 * w, 38), (50, 32))
    stem = curve((64, 42), (65, 30), (70 + v(-5, 5), 20))
    leaf = shifted(turned(_LEAF, v(-30, -5), 0, 0), 68, 30)
    shine = detail(turned(ellipse(38, 56, 5, 11), 16, 38, 56), "main+")
    return Figure(parts=(stroke(stem, "accent", 5), body(leaf, "second"), body(fruit), shine),
                  face=(64, 70, 1.2), top=(62, 34, 38), neck=(64, 100, 0), side=(108, 84),
                  ears=(64, 68, 40), hues=(RED, GREEN, BROWN))


def _pear(v: Vary) -> Figure:
    w = v(0.94, 1.08)
    fruit = blob((64, 26), (80, 36), (86, 56), (102 * w, 80), (94, 108), (64, 117), (34, 108),
                 (128 - 102 * w, 80), (42, 56), (48, 36))
    stem, leaf = curve((64, 28), (66, 16)), shifted(turned(_LEAF, v(-24, 6), 0, 0), 66, 22)
    shine = detail(turned(ellipse(42, 80, 4.5, 11), 14, 42, 80), "main+")
    return Figure(parts=(stroke(stem, "accent", 5), body(leaf, "second"), body(fruit), shine),
                  face=(64, 78, 1.15), top=(64, 29, 28), neck=(64, 58, 42), side=(108, 88),
                  ears=(64, 50, 24), hues=("#b9d34a", GREEN, BROWN))


def _orange(v: Vary) -> Figure:
    fruit = ellipse(64, 70, 42 * v(0.96, 1.04), 41)
    leaf = shifted(turned(_LEAF, v(-30, 0), 0, 0), 64, 30)
    pits = [detail(ellipse(x, y, 1.3), "main-") for x, y in
            ((36, 62), (40, 84), (88, 58), (92, 76), (64, 100), (52, 98), (80, 94), (48, 46))]
    return Figure(parts=(body(fruit), *pits, body(leaf, "second"),
                         body(ellipse(64, 32, 4.5, 3.5), "second-")),
                  face=(64, 68, 1.25), top=(64, 32, 38), neck=(64, 100, 0), side=(108, 86),
                  ears=(64, 68, 42), hues=(ORANGE, GREEN, None))


def _lemon(v: Vary) -> Figure:
    fruit = blob((12, 70), (22, 62), (36, 44), (64, 36), (92, 44), (106, 62), (117, 68), (112, 76),
                 (92, 96), (64, 104), (36, 96), (20, 78))
    leaf = shifted(turned(_LEAF, v(-50, -20), 0, 0), 84, 42)
    shine = detail(turned(ellipse(38, 56, 4, 10), 46, 38, 56), "main+")
    return Figure(parts=(body(leaf, "second"), body(fruit), shine), face=(64, 68, 1.2),
                  top=(60, 38, 36), neck=(64, 98, 0), side=(108, 92), ears=(64, 68, 44),
                  hues=(YELLOW, GREEN, None), tilt=14)


def _banana(v: Vary) -> Figure:
    low = v(-4, 4)
    skin = blob((88, 12), (97, 14), (100, 34), (104, 66), (90, 98 + low), (56, 114 + low),
                (26, 108), (22, 98), (34, 92), (58, 84), (74, 66), (82, 38), tension=0.95)
    stem = poly((86, 6), (96, 8), (98, 20), (87, 18), r=3)
    tip = ellipse(24, 103, 5.5, 6)
    ridge = curve((92, 22), (96, 60), (82, 90 + low), (52, 103 + low), (32, 103))
    return Figure(parts=(body(skin), stroke(ridge, "main-", 2), body(stem, "second"),
                         body(tip, "second")),
                  face=(80, 76, 0.72), top=(91, 12, 24), neck=(88, 46, 22), side=(112, 92),
                  ears=(78, 76, 20), hues=(YELLOW, BROWN, None), tilt=8)


def _strawberry(v: Vary) -> Figure:
    w = v(0.95, 1.06)
    fruit = blob((64, 34), (88, 30), (102 * w, 48), (96, 78), (80, 106), (64, 117), (48, 106),
                 (32, 78), (128 - 102 * w, 48), (40, 30))
    cap = petals(64, 32, 24, 5, 0.45, turn=v(-8, 8))
    stem = curve((64, 32), (64, 14))
    seeds = [detail(drop(x, y, 2, 1.7), "accent") for x, y in
             ((38, 54), (90, 54), (42, 78), (86, 78), (56, 100), (72, 100), (64, 53))]
    return Figure(parts=(body(fruit), *seeds, stroke(stem, "second", 5), body(cap, "second")),
                  face=(64, 67, 1.15), top=(64, 26, 36), neck=(64, 94, 0), side=(106, 88),
                  ears=(64, 62, 36), hues=(RED, GREEN, YELLOW))


def _cherry(v: Vary) -> Figure:
    out = v(-3, 3)
    stems = curve((66, 16), (50, 36), (38, 58)), curve((66, 16), (80, 38), (88 + out, 64))
    leaf = shifted(turned(_LEAF, v(-10, 14), 0, 0), 67, 18)
    left, right = ellipse(38, 82, 30, 29), ellipse(92 + out, 86, 25, 24)
    shine = detail(turned(ellipse(80 + out, 76, 3.4, 7), 28, 80, 76), "main+")
    return Figure(parts=(*(stroke(s, "second", 4.5) for s in stems), body(leaf, "second"),
                         body(right, "main-"), shine, body(left)),
                  face=(38, 80, 0.95), top=(38, 56, 30), neck=(38, 108, 0), side=(112, 62),
                  ears=(38, 80, 30), hues=(RED, GREEN, None))


def _grapes(v: Vary) -> Figure:
    rows = ((40, 44), (64, 42), (88, 44), (30, 64), (98, 64), (52, 66), (76, 66), (42, 84),
            (86, 84), (64, 86), (53, 103), (75, 103), (64, 117))
    berries = [body(ellipse(x, y, 14.5 * v(0.95, 1.05)), "main" if i % 3 else "main-")
               for i, (x, y) in enumerate(rows)]
    front = body(ellipse(64, 70, 26, 25))
    stem, leaf = curve((64, 34), (66, 14)), shifted(turned(_LEAF, v(-20, 10), 0, 0), 66, 24)
    return Figure(parts=(stroke(stem, "accent", 5), body(leaf, "second"), *berries, front),
                  face=(64, 68, 1.0), top=(64, 32, 32), neck=(64, 98, 0), side=(110, 90),
                  ears=(64, 64, 42), hues=("#8644d8", GREEN, BROWN))


def _watermelon(v: Vary) -> Figure:
    rind = arc(64, 46, 54, 54, 0, 180, closed=True)
    white, flesh = arc(64, 46, 48, 48, 0, 180, closed=True), arc(64, 46, 43, 43, 0, 180,
        closed=True)
    seeds = [detail(drop(x + v(-1, 1), y, 2.3, 1.7), "black") for x, y in
             ((32, 58), (96, 58), (42, 78), (86, 78), (64, 84), (30, 70), (98, 70))]
    return Figure(parts=(body(rind, "second"), detail(white, "light"), detail(flesh, "main"),
        *seeds),
                  face=(64, 60, 1.1), top=(64, 45, 40), neck=(64, 100, 0), side=(112, 80),
                  ears=(64, 60, 50), hues=(RED, GREEN, None), tilt=14)


def _avocado(v: Vary) -> Figure:
    w = v(0.95, 1.06)
    skin = blob((64, 12), (82, 22), (88, 48), (104 * w, 78), (94, 108), (64, 118), (34, 108),
                (128 - 104 * w, 78), (40, 48), (46, 22))
    flesh = blob((64, 20), (76, 28), (82, 52), (96, 80), (88, 102), (64, 110), (40, 102), (32, 80),
                 (46, 52), (52, 28))
    pit = ellipse(64, 86, 19, 19)
    return Figure(parts=(body(skin, "second"), detail(flesh, "main"), body(pit, "accent"),
                         detail(ellipse(57, 79, 5, 4), "accent+")),
                  face=(64, 50, 0.9), top=(64, 16, 28), neck=(64, 68, 0), side=(106, 84),
                  ears=(64, 44, 24), hues=("#d5e58a", "#3f8f45", BROWN))


def _carrot(v: Vary) -> Figure:
    bend = v(-6, 6)
    root = blob((64, 40), (86, 42), (92, 58), (82, 86), (66 + bend, 121), (58 + bend, 120), (46,
        86),
                (36, 58), (42, 42))
    tops = [turned(blob((64, 44), (56, 24), (64, 6), (72, 24)), a, 64, 44) for a in (-34, 32, v(-6,
        6))]
    cuts = (line((40, 84), (52, 86)), line((78, 94), (70, 96)), line((86, 50), (78, 51)),
            line((52, 104), (59, 105)))
    return Figure(parts=(*(body(t, "second") for t in tops), body(root),
                         *(stroke(c, "main-", 2.2) for c in cuts)),
                  face=(64, 64, 1.0), top=(64, 40, 32), neck=(64, 88, 0), side=(98, 86),
                  ears=(64, 60, 27), hues=(ORANGE, GREEN, None))


FRUIT: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "apple": _apple, "pear": _pear, "orange": _orange, "lemon": _lemon, "banana": _banana,
        "strawberry": _strawberry, "cherry": _cherry, "grapes": _grapes,
        "watermelon": _watermelon, "avocado": _avocado, "carrot": _carrot,
    }
)
