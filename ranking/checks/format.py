"""Format: is it a file that can be shown, saved and sent?"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from studio.config import Section, validated
from studio.fidelity import Finding

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.candidate import Candidate
    from studio.guidance import Guidance
    from studio.history import History
    from studio.parts import Parts
    from studio.protocols import Gallery

MODES: Mapping[str, str] = {"sticker": "RGBA", "poster": "RGB"}
SAMPLE = 96
"""Pixels along the longest edge of the sample, or a little more."""


class FormatOptions(Section):
    """``[options.checks.format]``."""

    sticker_side: int = Field(default=512, ge=0)
    """Width and height of a sticker, pixels; 0: any square."""
    poster_shortest: int = Field(default=256, ge=1)
    """Least width and height of a poster, pixels."""
    longest: int = Field(default=16384, ge=1)
    """Most pixels along either edge."""
    most_bytes: int = Field(default=64 * 2**20, ge=1)
    """Most bytes as a PNG, estimated from a small copy."""


def raw_bytes(image: Image) -> int:
    """More bytes than any PNG of the picture takes: its pixels and a hundredth, and the frame."""
    return round(image.width * image.height * len(image.getbands()) * 1.01) + 4096


def png_bytes(image: Image) -> int:
    """About how many bytes the picture takes as a PNG: those of every n-th pixel, by area.

    A whole 512 px picture takes 10 ms to encode; this takes less than one. It overestimates, since
    detail is denser in the sample.
    """
    from PIL.Image import Resampling

    step = max(1, max(image.size) // SAMPLE)
    size = (max(1, image.width // step), max(1, image.height // step))
    small = image.resize(size, Resampling.NEAREST)
    buffer = io.BytesIO()
    small.save(buffer, "PNG", compress_level=1)
    area = (image.width * image.height) / (small.width * small.height)
    return round(len(buffer.getvalue()) * area)


def complaint(image: Image, kind: str, options: FormatOptions) -> str:
    """What is wrong with the picture as a file; empty where nothing is."""
    wanted = MODES[kind]
    size = f"{image.width} × {image.height} px"
    if image.mode != wanted:
        alpha = "" if kind == "poster" or image.has_transparency_data else ", without transparency"
        return f"a {kind} is {wanted}; this is {image.mode}{alpha}"
    if max(image.size) > options.longest:
        return f"too large: {size}; at most {options.longest} px along an edge"
    if kind == "sticker":
        side = options.sticker_side or image.width
        if image.size != (side, side):
            wish = f"{side} × {side} px" if options.sticker_side else "square"
            return f"a sticker is {wish}; this is {size}"
    elif min(image.size) < options.poster_shortest:
        return f"too small: {size}; a poster has at least {options.poster_shortest} px an edge"
    if raw_bytes(image) <= options.most_bytes:
        return ""
    count = png_bytes(image)
    if count > options.most_bytes:
        return f"too heavy: about {count / 2**20:.0f} MB as a PNG"
    return ""


class FormatCheck:
    """Fails what has the wrong mode, size or weight for its kind."""

    def __init__(self, options: FormatOptions) -> None:
        self._options = options

    def __call__(
        self,
        candidates: Sequence[Candidate],
        *,
        guidance: Guidance,
        history: History,
        gallery: Gallery,
    ) -> list[Finding]:
        """A finding a candidate, in order."""
        return [self._finding(candidate, guidance.kind) for candidate in candidates]

    def _finding(self, candidate: Candidate, kind: str) -> Finding:
        wrong = complaint(candidate.image, kind, self._options)
        image = candidate.image
        return Finding(
            check="format",
            score=0.0 if wrong else 1.0,
            threshold=0.5,
            passed=not wrong,
            reason=wrong or f"{image.mode}, {image.width} × {image.height} px",
        )


def build(parts: Parts, options: Mapping[str, Any]) -> FormatCheck:
    """The check, by its entry point."""
    return FormatCheck(validated(FormatOptions, options, where="checks.format"))
