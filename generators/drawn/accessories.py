"""What a figure wears or holds, placed by its anchors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

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
    rect,
)
from generators.drawn.scene import Figure, Part, Vary, body, detail, moved, stroke

ACCESSORIES: Mapping[str, str] = MappingProxyType(
    {
        "none": "",
        "top hat": "a top hat",
        "party hat": "a party hat",
        "crown": "a crown",
        "bow": "a bow",
        "flower": "a flower",
        "headphones": "headphones",
        "glasses": "glasses",
        "scarf": "a scarf",
        "umbrella": "an umbrella",
        "balloon": "a balloon",
        "halo": "a halo",
    }
)
"""Accessory to the words a caption uses for it."""

Worn = tuple[tuple[Part, ...], tuple[Part, ...]]
"""Parts behind the figure, parts before it."""


def _on_top(figure: Figure, parts: tuple[Part, ...], lean: float = 0.0) -> tuple[Part, ...]:
    x, y, width = figure.top
    s = width / 36
    return tuple(moved(p, (s, lean * s, -lean * s, s, x, y)) for p in parts)


def _top_hat(figure: Figure, v: Vary) -> Worn:
    tall = v(24, 30)
    crown = poly((-14, 0), (-15.5, -tall), (15.5, -tall), (14, 0), r=2)
    hat = (
        body(crown, "black"),
        detail(rect(-14.2, -9, 28.4, 7), "pop"),
        body(ellipse(0, 0, 25, 4.6), "black"),
    )
    return (), _on_top(figure, hat, v(-0.12, 0.12))


def _party_hat(figure: Figure, v: Vary) -> Worn:
    cone = poly((-16, 3), (0, -36), (16, 3), r=2)
    bands = (
        poly((-20, -6), (20, -14), (20, -7), (-20, 1)),
        poly((-20, -20), (20, -28), (20, -22), (-20, -14)),
    )
    hat = (
        body(cone, "pop"),
        *(detail(b, "pop2", clip=cone) for b in bands),
        body(petals(0, -36, 7, 7, 0.75), "light"),
    )
    return (), _on_top(figure, hat, v(-0.15, 0.15))


def _crown(figure: Figure, v: Vary) -> Worn:
    high = v(20, 25)
    gold = poly(
        (-18, 3), (-21, -high), (-10, -10), (0, -high - 4), (10, -10), (21, -high), (18, 3), r=2
    )
    gems = [detail(ellipse(x, -3.4, 2.6), "pop2") for x in (-10, 0, 10)]
    balls = [
        body(ellipse(x, y, 3.2), "gold") for x, y in ((-21, -high), (0, -high - 4), (21, -high))
    ]
    return (), _on_top(figure, (*balls, body(gold, "gold"), *gems), v(-0.1, 0.1))


def _bow(figure: Figure, v: Vary) -> Worn:
    loop = blob((-2, 0), (-10, -9), (-20, -10), (-20, 9), (-10, 8), tension=0.8)
    parts = (
        *(body(p, "pop") for p in (loop, mirrored(loop, 0))),
        body(ellipse(0, 0, 5, 5.6), "pop-"),
    )
    x, y, width = figure.top
    s, side = width / 36 * v(0.95, 1.15), width * 0.34
    return (), tuple(moved(p, (s, 0.22 * s, -0.22 * s, s, x + side, y + 1)) for p in parts)


def _flower(figure: Figure, v: Vary) -> Worn:
    parts = (
        body(petals(0, 0, 13, 6, 0.62, turn=v(0, 60)), "pop"),
        body(ellipse(0, 0, 4.8), "gold"),
    )
    x, y, width = figure.top
    s, side = width / 36 * v(0.95, 1.15), width * 0.38
    return (), tuple(moved(p, (s, 0, 0, s, x - side, y + 3)) for p in parts)


def _headphones(figure: Figure, v: Vary) -> Worn:
    x, y, half = figure.ears or (figure.face[0], figure.face[1], figure.top[2] * 0.9)
    high = min(max(y - figure.top[1] + 5, 12), half * 1.45)
    band = arc(x, y, half + 1.5, high, 180, 360)
    size = min(max(half * 0.3, 7), 11) * v(0.95, 1.1)
    cups = [
        body(ellipse(x + side * (half + 1.5), y + 2, size * 0.72, size * 1.25), "pop")
        for side in (-1, 1)
    ]
    pads = [
        detail(ellipse(x + side * (half + 1.5), y + 2, size * 0.34, size * 0.75), "pop2")
        for side in (-1, 1)
    ]
    return (), (stroke(band, "black", 5.5), *cups, *pads)


def _glasses(figure: Figure, v: Vary) -> Worn:
    x, y, s = figure.face
    r = v(8.4, 9.4)
    rims = both(ellipse(-11, 0, r), 0)
    bridge = arc(0, 0, 3, 3.4, 190, 350)
    arms = both(line((-11 - r, -1.5), (-25, -4)), 0)
    parts = (
        detail(rims, "white", glow=0.22),
        stroke(arms, "worn", 2.4),
        stroke(bridge, "worn", 2.6),
        stroke(rims, "worn", 2.8),
    )
    return (), tuple(moved(p, (s, 0, 0, s, x, y)) for p in parts)


def _scarf(figure: Figure, v: Vary) -> Worn:
    x, y, width = figure.neck
    half = (width or figure.top[2] * 1.3) / 2
    wrap = blob(
        (-half - 3, -5), (0, 0), (half + 3, -5), (half + 4, 5), (0, 11), (-half - 4, 5), tension=0.8
    )
    fall = v(20, 26)
    end = poly(
        (half * 0.3, 3),
        (half * 0.3 + 13, 3),
        (half * 0.3 + 15, fall + 3),
        (half * 0.3 + 2, fall + 5),
        r=2,
    )
    bands = [
        detail(rect(half * 0.3 - 2, at, 20, 4), "pop2", clip=end) for at in (fall - 3, fall - 11)
    ]
    lines = [
        detail(
            poly((k * half, -8), (k * half + 5, -8), (k * half + 4, 14), (k * half - 1, 14)),
            "pop2",
            clip=wrap,
        )
        for k in (-0.75, -0.3, 0.15, 0.6)
    ]
    parts = (body(end, "pop"), *bands, body(wrap, "pop"), *lines)
    return (), tuple(moved(p, (1, 0, 0, 1, x, y)) for p in parts)


def _umbrella(figure: Figure, v: Vary) -> Worn:
    x, y = figure.side
    top = min(figure.top[1] - 22, y - 62)
    w = v(30, 34)
    canopy = blob(
        (-w, 4),
        (-w * 0.78, -18),
        (0, -30),
        (w * 0.78, -18),
        (w, 4),
        (w * 0.66, -1),
        (w * 0.33, 4),
        (0, -1),
        (-w * 0.33, 4),
        (-w * 0.66, -1),
        tension=0.9,
    )
    panel = blob((0, -34), (w * 0.36, -12), (w * 0.33, 8), (-w * 0.33, 8), (-w * 0.36, -12))
    pole = curve((0, -34), (0, 0), (0, y - top), (5, y - top + 7), (10, y - top), tension=0.7)
    parts = (stroke(pole, "worn", 3.4), body(canopy, "pop"), detail(panel, "pop2", clip=canopy))
    return tuple(moved(p, (1, 0, 0, 1, x, top + 20)) for p in parts), ()


def _balloon(figure: Figure, v: Vary) -> Worn:
    x, y = figure.side
    top = min(figure.top[1], y - 50) - v(0, 6)
    sway = v(-3, 3)
    string = curve((2, 24), (5 + sway, 40), (-1, y - top - 16), (0, y - top))
    knot = poly((2, 19), (-2, 26), (6, 26), r=1)
    skin = blob((2, -20), (18, -12), (20, 4), (2, 22), (-16, 4), (-14, -12))
    shine = detail(ellipse(-6, -9, 3, 5, turn=30), "white", glow=0.6)
    parts = (stroke(string, "worn", 1.8), body(knot, "pop"), body(skin, "pop"), shine)
    return tuple(moved(p, (1, 0, 0, 1, x, top)) for p in parts), ()


def _halo(figure: Figure, v: Vary) -> Worn:
    up = v(-13, -10)
    back, front = arc(0, up, 20, 6, 180, 360), arc(0, up, 20, 6, 0, 180)
    behind = _on_top(figure, (stroke(back, "gold-", 4.6),))
    return behind, _on_top(figure, (stroke(front, "gold", 4.6),))


_WORN: Mapping[str, Callable[[Figure, Vary], Worn]] = MappingProxyType(
    {
        "none": lambda figure, vary: ((), ()),
        "top hat": _top_hat,
        "party hat": _party_hat,
        "crown": _crown,
        "bow": _bow,
        "flower": _flower,
        "headphones": _headphones,
        "glasses": _glasses,
        "scarf": _scarf,
        "umbrella": _umbrella,
        "balloon": _balloon,
        "halo": _halo,
    }
)


def worn(accessory: str, figure: Figure, vary: Vary) -> Worn:
    """The accessory's parts behind and before the figure, in the figure's own coordinates."""
    return _WORN[accessory](figure, vary)
