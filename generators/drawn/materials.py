"""Looks that imitate a material: clay, cut paper, pencil, watercolour, neon tube."""

from __future__ import annotations

from random import Random

from generators.drawn.composition import Composition
from generators.drawn.marks import Sheet
from generators.drawn.palettes import brightness, mix, shade
from generators.drawn.paths import Path, ellipse, wobbled
from generators.drawn.scene import Kind, Part


def _ball(sheet: Sheet, colour: str, dark: str, strength: float = 1.0) -> str:
    stops = (
        (0, mix(colour, "#ffffff", 0.42 * strength)),
        (0.45, colour),
        (1, mix(colour, dark, 0.42 * strength)),
    )
    inner = "".join(f'<stop offset="{at}" stop-color="{c}"/>' for at, c in stops)
    return sheet.paint('radialGradient cx=".36" cy=".26" r=".86"', inner)


def soft(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Rounded shading from the upper left, a gloss on large shapes and a shadow on the floor."""
    dark = picture.roles["dark"]
    for i, part in enumerate(picture.ground):
        colour = shade(picture.roles, part.role)
        fill = _ball(sheet, colour, dark, 0.5 if i == 0 else 0.8)
        sheet.shape(part.path, fill, clip=part.clip)
    shadow = sheet.paint(
        "radialGradient",
        '<stop offset="0" stop-color="#1a1028" stop-opacity=".42"/>'
        '<stop offset="1" stop-color="#1a1028" stop-opacity="0"/>',
    )
    sheet.shape(ellipse(64, 117, 42, 7), shadow)
    gloss = sheet.paint(
        'radialGradient cx=".33" cy=".22" r=".22"',
        '<stop offset="0" stop-color="#fff" stop-opacity=".75"/>'
        '<stop offset="1" stop-color="#fff" stop-opacity="0"/>',
    )
    for part in picture.figure:
        colour = shade(picture.roles, part.role)
        if part.kind is Kind.BODY:
            sheet.shape(part.path, _ball(sheet, colour, dark), clip=part.clip)
            for run in part.path:
                sheet.shape((run,), gloss, clip=part.clip)
        elif part.kind is Kind.DETAIL:
            fill = _ball(sheet, colour, dark, 0.5)
            sheet.shape(part.path, fill, clip=part.clip, opacity=part.glow)
        elif part.kind is Kind.STROKE and part.width > 2.5:
            w = part.width
            sheet.line(part.path, mix(colour, dark, 0.3), w, clip=part.clip)
            sheet.line(part.path, colour, w * 0.74, clip=part.clip, shift=(-w * 0.08, -w * 0.08))
            sheet.line(
                part.path,
                mix(colour, "#ffffff", 0.4),
                w * 0.26,
                clip=part.clip,
                shift=(-w * 0.16, -w * 0.16),
            )
        else:
            sheet.part(part, colour)


def paper(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Layers of cut paper, each with a pale cut edge and a shadow on the layer beneath."""
    for i, part in enumerate(picture.ground):
        if i > 0:
            _cast(part, 1.0, sheet)
        colour = mix(shade(picture.roles, part.role), "#f2e8da", 0.1)
        sheet.shape(part.path, colour, clip=part.clip)
    for part in picture.figure:
        colour = mix(shade(picture.roles, part.role), "#f2e8da", 0.1)
        edge = mix(colour, "#ffffff", 0.5)
        if part.kind is Kind.MARK:
            sheet.part(part, colour)
            continue
        _cast(part, 1.7 if part.kind is Kind.BODY else 0.9, sheet)
        if part.width > 0:
            sheet.line(part.path, colour, part.width, clip=part.clip)
        else:
            light = 1.1 if part.kind is Kind.BODY else 0.6
            sheet.shape(
                part.path, colour, clip=part.clip, opacity=part.glow, line=edge, width=light
            )


def _cast(part: Part, far: float, sheet: Sheet) -> None:
    for step, opacity in ((1.9, 0.10), (1.25, 0.15), (0.6, 0.2)):
        shift = (far * step * 0.6, far * step)
        if part.width > 0:
            sheet.line(
                part.path, "#1d1430", part.width, opacity=opacity, clip=part.clip, shift=shift
            )
        else:
            sheet.shape(part.path, "#1d1430", opacity=opacity, clip=part.clip, shift=shift)


def _hatch(sheet: Sheet, colour: str, angle: int, gap: float) -> str:
    # A repeating hard-edged gradient: a pattern would cost the rasteriser many times as much.
    kind = (
        f'linearGradient x1="0" y1="0" x2="{gap}" y2="0" gradientUnits="userSpaceOnUse" '
        f'spreadMethod="repeat" gradientTransform="rotate({angle})"'
    )
    stops = ((0, 0), (0.42, 0), (0.5, 1), (0.86, 1), (0.94, 0), (1, 0))
    inner = "".join(
        f'<stop offset="{at}" stop-color="{colour}" stop-opacity="{on}"/>' for at, on in stops
    )
    return sheet.paint(kind, inner)


def sketch(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Pencil: shaky doubled lines over hatching on cream."""
    lead = mix(picture.roles["dot"], "#4a4652", 0.55)
    for i, part in enumerate(picture.ground):
        colour = shade(picture.roles, part.role)
        if i == 0:
            sheet.shape(part.path, mix(colour, "#fbf6ea", 0.72))
        pale = mix(colour, "#fbf6ea", 0.5 if i == 0 else 0.15)
        sheet.shape(part.path, _hatch(sheet, pale, -38, 3.6), clip=part.clip)
        if i > 0:
            sheet.line(wobbled(part.path, 0.5, rng), lead, 0.6, clip=part.clip, opacity=0.6)
    for n, part in enumerate(picture.figure):
        colour = shade(picture.roles, part.role)
        if part.kind is Kind.MARK:
            shaky = wobbled(part.path, 0.25, rng)
            if part.width > 0:
                sheet.line(shaky, colour, part.width * 0.85)
            else:
                sheet.shape(shaky, colour, opacity=part.glow)
        elif part.width > 0:
            sheet.line(part.path, lead, part.width + 0.9, clip=part.clip)
            if part.width > 3:
                sheet.line(
                    part.path, mix(colour, "#fbf6ea", 0.35), part.width - 0.9, clip=part.clip
                )
        else:
            hatch = 48 + 14 * (n % 3)
            _pencilled(part, colour, lead, rng, sheet, angle=hatch)


def _pencilled(
    part: Part, colour: str, lead: str, rng: Random, sheet: Sheet, *, angle: int
) -> None:
    base = mix(colour, "#fbf6ea", 0.62 if brightness(colour) < 0.8 else 0.3)
    sheet.shape(part.path, base, clip=part.clip)
    stroke = mix(colour, lead, 0.12 if brightness(colour) < 0.7 else 0.3)
    sheet.shape(part.path, _hatch(sheet, stroke, angle, 2.4), clip=part.clip)
    if part.kind is Kind.BODY:
        for width, amount in ((1.1, 0.7), (0.8, 1.1)):
            sheet.line(wobbled(part.path, amount, rng), lead, width, opacity=0.85, clip=part.clip)


def watercolour(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Thin washes that overrun each other, with darker dried rims."""
    for i, part in enumerate(picture.ground):
        colour = shade(picture.roles, part.role)
        if i == 0:
            sheet.shape(part.path, mix(colour, "#ffffff", 0.4))
        else:
            sheet.shape(wobbled(part.path, 1.4, rng), colour, opacity=0.6, clip=part.clip)
    bleed = sheet.paint(
        'radialGradient cx=".42" cy=".34" r=".75"',
        '<stop offset="0" stop-color="#fff" stop-opacity=".6"/>'
        '<stop offset=".6" stop-color="#fff" stop-opacity=".12"/>'
        '<stop offset="1" stop-color="#fff" stop-opacity="0"/>',
    )
    for part in picture.figure:
        colour = shade(picture.roles, part.role)
        if part.kind is Kind.MARK:
            sheet.part(part, mix(colour, "#ffffff", 0.08), opacity=0.92)
        elif part.width > 0:
            sheet.line(part.path, mix(colour, "#ffffff", 0.45), part.width, clip=part.clip)
            sheet.line(
                wobbled(part.path, 0.6, rng), colour, part.width * 0.7, opacity=0.5, clip=part.clip
            )
        else:
            _washed(part, colour, bleed, rng, sheet)


def _washed(part: Part, colour: str, bleed: str, rng: Random, sheet: Sheet) -> None:
    sheet.shape(part.path, mix(colour, "#ffffff", 0.4), clip=part.clip, opacity=0.95)
    amounts = (1.2, 2.2, 3.0) if part.kind is Kind.BODY else (0.8,)
    for amount in amounts:
        sheet.shape(wobbled(part.path, amount, rng), colour, opacity=0.34, clip=part.clip)
    if part.kind is Kind.BODY:
        sheet.shape(part.path, bleed, clip=part.clip)
        sheet.line(part.path, mix(colour, "#1c1430", 0.22), 1.0, opacity=0.5, clip=part.clip)


def glow(picture: Composition, rng: Random, sheet: Sheet) -> None:
    """Bright tubes of light on near-black shapes."""
    night = mix(picture.roles["dark"], "#07060f", 0.72)
    roles = {**picture.roles, "ink": "#ffffff", "shine": night, "dot": "#ffffff"}
    roles["lens"] = mix(picture.roles["pop"], "#ffffff", 0.2)

    def light(part: Part) -> str:
        colour = shade(roles, part.role)
        return mix(colour, "#ffffff", max(0.12, 0.62 - brightness(colour)))

    def tube(path: Path, colour: str, width: float, clip: Path | None) -> None:
        sheet.line(path, colour, width * 3.6, opacity=0.16, clip=clip)
        sheet.line(path, colour, width * 2.1, opacity=0.3, clip=clip)
        sheet.line(path, mix(colour, "#ffffff", 0.3), width, clip=clip)

    for i, part in enumerate(picture.ground):
        if i == 0:
            sheet.shape(part.path, mix(night, light(part), 0.1))
        else:
            sheet.line(part.path, light(part), 2.6, opacity=0.22, clip=part.clip)
            sheet.line(part.path, light(part), 1.0, opacity=0.8, clip=part.clip)
    for part in picture.figure:
        colour = light(part)
        if part.kind is Kind.BODY:
            sheet.shape(part.path, mix(night, colour, 0.1), clip=part.clip)
            tube(part.path, colour, 2.0, part.clip)
        elif part.kind is Kind.DETAIL:
            sheet.shape(part.path, mix(night, colour, 0.3), clip=part.clip)
            sheet.line(part.path, colour, 1.0, clip=part.clip, opacity=0.8)
        elif part.kind is Kind.STROKE and part.width > 5 and part.clip is None:
            sheet.line(part.path, colour, part.width + 5.5, opacity=0.16)
            sheet.line(part.path, colour, part.width + 2.6, opacity=0.3)
            sheet.line(part.path, mix(colour, "#ffffff", 0.3), part.width + 0.8)
            sheet.line(part.path, mix(night, colour, 0.1), part.width - 3)
        elif part.kind is Kind.STROKE:
            tube(part.path, colour, min(max(part.width * 0.5, 1.4), 3.4), part.clip)
        elif part.role == "white":
            sheet.part(part, mix(night, "#ffffff", 0.2))
        else:
            sheet.part(part, shade(roles, part.role))
