"""SVG pieces that every look writes with: a filled shape, a line, a clip, a gradient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generators.drawn.paths import Path, data
from generators.drawn.scene import Part


@dataclass(slots=True, kw_only=True)
class Sheet:
    """An SVG body being written; owns the numbering of its clips and gradients."""

    pieces: list[str] = field(default_factory=list)
    _named: dict[str, str] = field(default_factory=dict)

    def shape(
        self, path: Path, fill: str, *, opacity: float = 1.0, clip: Path | None = None,
        line: str | None = None, width: float = 0.0, shift: tuple[float, float] = (0.0, 0.0),
    ) -> None:  # fmt: skip
        """A filled shape, outlined where line is given; shift moves it, in user units."""
        more = "" if line is None else f' stroke="{line}" stroke-width="{width:.2f}"'
        self._add(data(path), f'fill="{fill}"{more}', opacity, clip, shift)

    def line(
        self, path: Path, colour: str, width: float, *, opacity: float = 1.0,
        clip: Path | None = None, shift: tuple[float, float] = (0.0, 0.0),
    ) -> None:  # fmt: skip
        """A line of a width, ends and joins round."""
        paint = f'fill="none" stroke="{colour}" stroke-width="{width:.2f}"'
        self._add(data(path), paint, opacity, clip, shift)

    def part(self, part: Part, colour: str, *, opacity: float = 1.0) -> None:
        """A part as it is: filled, or a line where it has a width."""
        if part.width > 0:
            self.line(part.path, colour, part.width, opacity=opacity * part.glow, clip=part.clip)
        else:
            self.shape(part.path, colour, opacity=opacity * part.glow, clip=part.clip)

    def paint(self, kind: str, inner: str) -> str:
        """Define a gradient or pattern (once per content); returns the value for fill."""
        key = f"{kind}|{inner}"
        if key not in self._named:
            name = f"p{len(self._named)}"
            self._named[key] = name
            tag = kind.split(" ", 1)[0]
            self.pieces.append(f'<{kind} id="{name}">{inner}</{tag}>')
        return f"url(#{self._named[key]})"

    def _add(
        self, path: str, paint: str, opacity: float, clip: Path | None, shift: tuple[float, float]
    ) -> None:
        # Opacity of the paint, not of the element: the latter costs the rasteriser a whole layer.
        more = ""
        if opacity < 1:
            more = f' fill-opacity="{opacity:.2f}" stroke-opacity="{opacity:.2f}"'
        if clip is not None:
            url = self.paint("clipPath", f'<path d="{data(clip)}"/>')
            more += f' clip-path="{url}"'
        if shift != (0.0, 0.0):
            more += f' transform="translate({shift[0]:.2f} {shift[1]:.2f})"'
        self.pieces.append(f'<path d="{path}" {paint}{more}/>')


Roles = Mapping[str, str]
