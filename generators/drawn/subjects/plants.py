"""Plants."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.palettes import BROWN, CREAM, GREEN, PINK, RED, YELLOW
from generators.drawn.paths import blob, curve, ellipse, line, mirrored, petals, poly, rect, turned
from generators.drawn.scene import Figure, Part, Vary, body, detail, stroke

# Geometry is set by hand, several points a line.
# fmt: off


def _pot(role: str = "second") -> tuple[Part, ...]:
    return (body(poly((38, 92), (90, 92), (84, 120), (44, 120), r=5), role),
            body(rect(33, 84, 62, 13, 5), role + "+"))


def _cactus(v: Vary) -> Figure:
    up = v(-6, 6)
    arm = curve((46, 66), (27, 66), (22, 58), (22, 44 + up))
    other = curve((82, 58), (101, 58), (106, 50), (106, 34 - up))
    trunk = rect(40, 16, 48, 80, 24)
    pricks = [stroke(line((x, y), (x, y + 4)), "light", 2) for x, y in
              ((47, 34), (81, 36), (56, 24), (72, 78), (50, 74), (80, 70), (64, 70))]
    bloom = body(petals(52, 19, 9, 5, 0.6), "accent")
    return Figure(parts=(stroke(arm, "main-", 16), stroke(other, "main-", 16), body(trunk), *pricks,
                         bloom, *_pot()),
                  face=(64, 52, 1.0), top=(64, 19, 34), neck=(64, 78, 44), side=(112, 62),
                  ears=(64, 48, 24), hues=(GREEN, "#c96f4a", PINK))


def _mushroom(v: Vary) -> Figure:
    cap = blob((12, 64), (20, 36), (64, 14 + v(-3, 3)), (108, 36), (116, 64), (100, 72), (64, 70),
        (28, 72))
    stem = blob((44, 66), (84, 66), (86, 90), (92, 112), (64, 118), (36, 112), (42, 90),
        tension=0.8)
    spots = [detail(ellipse(x, y, r * v(0.85, 1.15), r * 0.85), "light", clip=cap) for x, y, r in
             ((42, 40, 9), (70, 28, 8), (94, 48, 9), (24, 58, 6), (66, 54, 6))]
    return Figure(parts=(body(stem, "second"), body(cap), *spots), face=(64, 88, 1.0),
                  top=(64, 18, 38), neck=(64, 106, 0), side=(104, 94), ears=(64, 62, 50),
                  skin="second", hues=(RED, CREAM, None))


def _sunflower(v: Vary) -> Figure:
    spin = v(0, 15)
    crown = petals(64, 46, 41, 12, 0.68, turn=spin)
    under = petals(64, 46, 40, 12, 0.66, turn=spin + 15)
    stem = curve((64, 60), (64, 92), (62 + v(-4, 4), 122))
    leaf = blob((64, 106), (48, 104), (30, 92), (34, 86), (52, 92))
    return Figure(parts=(stroke(stem, "second", 7), body(leaf, "second"),
                         body(mirrored(leaf, 63), "second"), body(under, "main-"), body(crown),
                         body(ellipse(64, 46, 25, 24), "accent")),
                  face=(64, 45, 0.95), top=(64, 14, 36), neck=(64, 84, 0), side=(98, 96),
                  ears=(64, 46, 34), skin="accent", hues=(YELLOW, GREEN, BROWN))


def _tulip(v: Vary) -> Figure:
    cup = blob((34, 26), (48, 38), (64, 20 + v(-3, 3)), (80, 38), (94, 26), (98, 52), (84, 78), (64,
        83),
               (44, 78), (30, 52), tension=0.7)
    middle = blob((64, 16), (78, 36), (64, 60), (50, 36))
    stem = curve((64, 78), (63, 100), (64, 122))
    leaf = blob((63, 120), (44, 112), (30, 84 + v(-4, 4)), (34, 80), (52, 94))
    return Figure(parts=(stroke(stem, "second", 7), body(leaf, "second"),
                         body(mirrored(leaf), "second"), body(middle, "main-"), body(cup)),
                  face=(64, 56, 1.05), top=(64, 24, 34), neck=(64, 86, 0), side=(102, 96),
                  ears=(64, 52, 32), hues=("#ec4d8b", GREEN, None))


def _tree(v: Vary) -> Figure:
    crown = petals(64, 50, v(41, 45), 8, 0.86, turn=v(0, 22))
    trunk = poly((54, 76), (74, 76), (78, 112), (84, 120), (44, 120), (50, 112), r=4)
    fruit = [body(ellipse(x, y, 5), "accent") for x, y in ((32, 44), (94, 40), (84, 76), (44, 78),
        (62, 22))]
    return Figure(parts=(body(trunk, "second"), body(crown), *fruit), face=(64, 52, 1.15),
                  top=(64, 14, 38), neck=(64, 92, 0), side=(104, 100), ears=(64, 50, 42),
                  hues=(GREEN, BROWN, RED))


def _pine(v: Vary) -> Figure:
    w = v(0.92, 1.05)
    tiers = []
    for y, half in ((62, 44), (38, 36), (14, 26)):
        h = half * w
        tiers.append(body(poly((64, y - 6), (64 + h, y + 38), (64 + h * 0.4, y + 44), (64, y + 40),
                               (64 - h * 0.4, y + 44), (64 - h, y + 38), r=6),
                          "main-" if y == 38 else "main"))
    trunk = rect(55, 98, 18, 24, 4)
    return Figure(parts=(body(trunk, "second"), *tiers), face=(64, 72, 1.0), top=(64, 14, 22),
                  neck=(64, 54, 30), side=(102, 94), ears=(64, 44, 22),
                  hues=("#2f8a4d", BROWN, None))


def _clover(v: Vary) -> Figure:
    spin = v(-8, 8)
    leaves = []
    for angle in (45, 135, 225, 315):
        leaf = blob((64, 56), (46, 42), (42, 22), (54, 13), (64, 20), (74, 13), (86, 22), (82, 42))
        leaves.append(body(turned(leaf, angle + spin, 64, 56), "main" if angle % 90 else "main-"))
    stem = curve((64, 60), (70, 96), (62 + v(-8, 8), 122))
    middle = body(ellipse(64, 56, 26, 24), "main+")
    return Figure(parts=(stroke(stem, "main-", 6), *leaves, middle), face=(64, 55, 0.95),
                  top=(64, 24, 38), neck=(64, 92, 0), side=(108, 92), ears=(64, 54, 38),
                  skin="main+", hues=(GREEN, None, None))


PLANTS: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {
        "cactus": _cactus, "mushroom": _mushroom, "sunflower": _sunflower, "tulip": _tulip,
        "tree": _tree, "pine tree": _pine, "clover": _clover,
    }
)
