"""The palettes, and how a figure's colour roles are filled from one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from types import MappingProxyType

PALETTES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pastel": (
            "#f9aebf", "#fbcfa0", "#f8e79b", "#aee3c1", "#a9d4f5", "#cdb5f0", "#fffaf3", "#64557a"),
        "vivid": (
            "#f0323c", "#ff8a1f", "#ffd21f", "#22b455", "#1e7cf0", "#8a3cf0", "#ffffff", "#1b1b2f"),
        "dark": (
            "#7d2140", "#874a22", "#6b6427", "#1f5c47", "#24437a", "#4c2b70", "#c2b8ce", "#130f1e"),
        "earth": (
            "#a9573a", "#cb8d4c", "#e2c58b", "#7f8650", "#6d7f78", "#7a573f", "#f6ebd8", "#3a2820"),
        "mono": (
            "#727272", "#b4b4b4", "#d2d2d2", "#a0a0a0", "#8a8a8a", "#5c5c5c", "#ffffff", "#161616"),
        "ocean": (
            "#3a70cf", "#7fdcd6", "#b5e4f2", "#2fb7ca", "#1b84ad", "#0e5a80", "#effbfd", "#062a42"),
        "sunset": (
            "#ff5d5b", "#ff8b45", "#ffc25c", "#e2488c", "#a2408f", "#693f88", "#fff0dc", "#34163f"),
        "forest": (
            "#7d5c3a", "#ad7940", "#c9cd70", "#93b954", "#57954d", "#356b41", "#f3f2dd", "#1b2b1d"),
        "candy": (
            "#ff5fae", "#ff9fd2", "#ffe063", "#84efb6", "#6fdcec", "#b487ff", "#ffffff", "#5b1d60"),
        "neon": (
            "#ff25d3", "#ff6a00", "#fff200", "#9dff00", "#00e5ff", "#7d2bff", "#ffffff", "#0d0221"),
        "retro": (
            "#d9573a", "#e9a43c", "#efd596", "#3e9186", "#2c6178", "#a63a4c", "#fbf1dc", "#2e2a33"),
        "ice": (
            "#82b4df", "#c7cff2", "#c3e2f6", "#aee6e8", "#9fcdec", "#90a5d0", "#ffffff", "#33506e"),
    }
)  # fmt: skip
"""Name to six colours from red to purple (or as light as those are), its light and its dark."""

RED, ORANGE, YELLOW, GREEN, BLUE, PURPLE = (
    "#e8343c", "#f58a28", "#f9d030", "#3fae55", "#2f80e8", "#8644d8")  # fmt: skip
PINK, BROWN, GREY, WHITE, BLACK, SKY, CREAM = (
    "#f58ab4", "#8a5a3a", "#7d93c8", "#ffffff", "#202020", "#9fd4f5", "#f0d9a8")  # fmt: skip

_STEP = 0.22


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green, blue of "#rrggbb", 0..255."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def mix(a: str, b: str, t: float) -> str:
    """a at t 0, b at t 1."""
    pairs = zip(rgb(a), rgb(b), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * t):02x}" for x, y in pairs)


def brightness(colour: str) -> float:
    """Perceived lightness 0..1 (Rec. 601 luma)."""
    r, g, b = rgb(colour)
    return (0.299 * r + 0.587 * g + 0.114 * b) / 255


def apart(a: str, b: str) -> float:
    """Weighted ("redmean") distance of two colours, 0 to about 765."""
    (r1, g1, b1), (r2, g2, b2) = rgb(a), rgb(b)
    mean = (r1 + r2) / 2
    red, blue = (2 + mean / 256) * (r1 - r2) ** 2, (2 + (255 - mean) / 256) * (b1 - b2) ** 2
    return float((red + 4 * (g1 - g2) ** 2 + blue) ** 0.5)


def _nearest(colours: Sequence[str], wish: str) -> str:
    return min(colours, key=lambda colour: apart(colour, wish))


def cast(
    palette: str, hues: tuple[str | None, str | None, str | None], rng: Random
) -> dict[str, str]:
    """The colour of every base role.

    main, second and accent take, in that order, the palette's free colour nearest to the wish, or
    a random free one where there is no wish; who wishes WHITE gets the palette's light with a
    breath of a free colour, so that the palette still shows. What is worn ("pop", "pop2") takes
    the colours farthest from main. Random ones stand at the same place of every palette.
    """
    *free, light, dark = PALETTES[palette]
    drawn = rng.sample(free, len(free))
    roles = {"light": light, "dark": dark, "white": "#ffffff", "black": "#15121c"}
    for role, wish in zip(("main", "second", "accent"), hues, strict=True):
        left = [colour for colour in drawn if colour in free]
        taken = left[0] if wish is None or wish == WHITE else _nearest(free, wish)
        free.remove(taken)
        roles[role] = mix(light, taken, 0.2) if wish == WHITE else taken
    free.sort(key=lambda c: -apart(c, roles["main"]))
    roles["pop"], roles["pop2"], roles["rest"] = free
    roles["blush"] = min(PALETTES[palette][:6], key=lambda c: apart(c, "#ff6f8f"))
    return roles


def shade(roles: Mapping[str, str], role: str) -> str:
    """The colour of a role with its "+" and "-" steps."""
    name = role.rstrip("+-")
    colour = roles[name]
    for step in role[len(name) :]:
        colour = mix(colour, "#ffffff" if step == "+" else roles["dark"], _STEP)
    return colour
