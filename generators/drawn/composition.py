"""From a label to coloured parts: figure, face, what is worn, background, fitted to the canvas."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generators.drawn.accessories import worn
from generators.drawn.chance import chance
from generators.drawn.drawing import Drawing
from generators.drawn.faces import face
from generators.drawn.grounds import ground
from generators.drawn.palettes import PALETTES, apart, brightness, cast, mix, shade
from generators.drawn.paths import Matrix
from generators.drawn.scene import Figure, Part, frame, moved
from generators.drawn.subjects import FIGURES
from studio.errors import InputError

# Room kept free at the canvas's rim for outlines, shadows and glow, in user units.
_MARGIN = 9.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """Everything a look needs."""

    ground: tuple[Part, ...]
    figure: tuple[Part, ...]  # hindmost first, fitted to the canvas
    roles: Mapping[str, str]  # base role to colour
    skin: str  # colour under the face


def compose(drawing: Drawing, beside: Sequence[Drawing] = ()) -> Composition:
    """The drawing's parts and colours; in one frame with what of the same subject and seed is
    ``beside``, so that what is worn or felt moves nothing else.

    Shape and pose come from subject and seed alone, so the same seed in two looks or palettes
    gives the same pose, and colours that match: what is red in one is pink in another.
    """
    if any((one.subject, one.seed) != (drawing.subject, drawing.seed) for one in beside):
        raise InputError("drawings share a frame where subject and seed are the same")
    shape = chance("shape", drawing.subject, drawing.seed)
    figure = FIGURES[drawing.subject](shape.uniform)
    turn, stretch = shape.uniform(-figure.tilt, figure.tilt), shape.uniform(0.95, 1.05)
    flip = -1.0 if shape.random() < 0.35 else 1.0
    c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    pose = (flip * c * stretch, flip * s * stretch, -s / stretch, c / stretch, 0.0, 0.0)
    posed = _posed(drawing, figure, pose)
    together = [part for other in beside for part in _posed(other, figure, pose)]
    roles = _roles(drawing, figure)
    return Composition(
        ground=ground(drawing.background, chance("ground", drawing.seed)),
        figure=_fitted(posed, frame((*posed, *together))),
        roles=roles,
        skin=shade(roles, figure.skin),
    )


def _posed(drawing: Drawing, figure: Figure, pose: Matrix) -> tuple[Part, ...]:
    features = face(drawing.mood, figure, chance("face", drawing.seed).uniform)
    behind, before = worn(drawing.accessory, figure, chance("worn", drawing.seed).uniform)
    parts = (*behind, *figure.parts, *features, *before)
    return tuple(moved(part, pose) for part in parts)


def _fitted(parts: tuple[Part, ...], box: tuple[float, float, float, float]) -> tuple[Part, ...]:
    """The parts, moved and scaled so that ``box`` (left, top, right, bottom) fills the canvas."""
    left, top, right, bottom = box
    scale = (128 - 2 * _MARGIN) / max(right - left, bottom - top)
    dx, dy = 64 - scale * (left + right) / 2, 64 - scale * (top + bottom) / 2
    return tuple(moved(part, (scale, 0, 0, scale, dx, dy)) for part in parts)


def _roles(drawing: Drawing, figure: Figure) -> dict[str, str]:
    colours = chance("colours", drawing.subject, drawing.seed)
    roles = cast(drawing.palette, figure.hues, colours)
    palette = PALETTES[drawing.palette]
    skin = shade(roles, figure.skin)
    deep = mix(roles["dark"], "#0c0a12", 0.35)
    ink = deep if brightness(skin) > 0.36 else roles["light"]
    roles["ink"] = ink
    # A pale muzzle would swallow the light features of a dark face.
    roles["muzzle"] = roles["light"] if ink == deep else mix(skin, roles["light"], 0.22)
    roles["shine"] = "#ffffff" if ink == deep else deep
    roles["dot"] = roles["lens"] = deep
    roles["gleam"] = "#ffffff"
    roles["zed"] = mix(palette[4], roles["dark"], 0.35)
    roles["tear"] = mix(min(palette[:6], key=lambda k: apart(k, "#55bdf5")), "#dff3ff", 0.35)
    roles["tongue"] = mix(roles["blush"], "#ffffff", 0.15)
    roles["heart"] = min(palette[:6], key=lambda k: apart(k, "#f0305a"))
    if drawing.palette != "mono":
        roles["heart"] = mix(roles["heart"], "#ee2455", 0.55)
    if apart(roles["heart"], skin) < 90:
        roles["heart"] = roles["light"] if brightness(skin) < 0.6 else roles["dark"]
    if apart(roles["blush"], skin) < 60:
        roles["blush"] = mix(skin, roles["dark"], 0.25)
    roles["gold"] = min(palette[:6], key=lambda k: apart(k, "#fbc931"))
    if apart(roles["gold"], roles["main"]) < 60:
        roles["gold"] = roles["pop2"]
    roles["worn"] = deep if brightness(skin) > 0.36 else roles["light"]
    return roles | _ground_roles(drawing.palette, roles, palette)


def _ground_roles(name: str, roles: Mapping[str, str], palette: tuple[str, ...]) -> dict[str, str]:
    light = mix(palette[6], "#ffffff", 0.3)
    far = max(roles["pop"], roles["pop2"], roles["rest"], key=lambda k: apart(k, roles["main"]))
    ground = mix(far, light, 0.5)
    night = mix(palette[7], palette[5], 0.3)
    if apart(ground, roles["main"]) < 90:
        ground = mix(roles["dark"], far, 0.45)
    if name == "dark":
        ground, light = mix(ground, palette[7], 0.45), mix(palette[6], palette[7], 0.3)
    return {
        "ground": ground,
        "night": night,
        "paper": light,
        "spark": min(palette[:6], key=lambda k: apart(k, "#ffe27a")),
        "rose": mix(far, roles["dark"], 0.12) if brightness(ground) > 0.5 else mix(far, light, 0.4),
        "sky": mix(min(palette[:6], key=lambda k: apart(k, "#7cc4f5")), light, 0.35),
        "meadow": min(palette[:6], key=lambda k: apart(k, "#6fbf62")),
    }
