"""Quality: is it a picture at all? Blank, flat, transparent, cut off, clipped, grainy, a smear.

The limits stand above what 7,566 pieces of real art reach (docs/log.md): what a person drew passes.
Pictures that were drawn (edit, create) face every test; a retrieved one, framed by its author, only
whether there is something to see.

Legend: H rows, W columns, P foreground pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from ranking.checks.wholeness import brokenness, view
from ranking.looks import foreground, inner
from ranking.pixels import Pixels, deviation, highest, lowest, read
from studio.config import Section, validated
from studio.fidelity import Finding

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.candidate import Candidate
    from studio.guidance import Guidance
    from studio.history import History
    from studio.parts import Parts
    from studio.protocols import Gallery

    Flags = NDArray[np.bool_]

VIEW = 128
THRESHOLD = 0.5


class QualityOptions(Section):
    """``[options.checks.quality]``. A picture at a limit scores 0.5, the threshold."""

    smallest: float = Field(default=0.02, gt=0, lt=1)
    """Least share of the frame that a sticker covers (real art: .048 and up)."""
    spread: float = Field(default=0.012, gt=0, lt=1)
    """Least standard deviation of colour over the frame on grey, strongest channel."""
    border: float = Field(default=0.35, gt=0, le=1)
    """Most of one side of the frame that a drawn sticker touches."""
    ground: float = Field(default=0.7, gt=0, le=1)
    """Most of the rim of a drawn sticker's box that is opaque and nearly white (real art: .62)."""
    clipped: float = Field(default=0.75, gt=0, le=1)
    """Most of the foreground with one channel full and another empty."""
    grain: float = Field(default=0.47, gt=0, le=1)
    """Most of the inner pixels that stand out from their four neighbours by more than .06."""
    specks: int = Field(default=12, ge=1)
    """Most opaque pixels on islands of at most 3 × 3 pixels, at 128 px."""
    broken: float = Field(default=0.75, gt=0, le=1)
    """Most that the learned judge of a drawn sticker says: 0 whole, 1 nothing came out."""


@dataclass(frozen=True, slots=True)
class _Defect:
    score: float
    reason: str


def over(value: float, limit: float) -> float:
    """1 up to half the limit, 0.5 at the limit, 0 from one and a half on."""
    return float(np.clip(1.5 - value / limit, 0, 1))


def under(value: float, limit: float) -> float:
    """0 at zero, 0.5 at the limit, 1 from twice the limit on."""
    return float(np.clip(0.5 * value / limit, 0, 1))


def islands(mask_HW: Flags) -> Flags:
    """True on opaque pixels that have no other opaque one beyond 3 × 3 within 7 × 7."""
    height, width = mask_HW.shape
    sums = np.zeros((height + 7, width + 7), np.int32)
    sums[1:, 1:] = np.pad(mask_HW, 3).astype(np.int32).cumsum(0).cumsum(1)

    def around(radius: int) -> NDArray[np.int32]:
        low, high = 3 - radius, 4 + radius
        rows, columns = slice(high, high + height), slice(high, high + width)
        top, left = slice(low, low + height), slice(low, low + width)
        total: NDArray[np.int32] = (
            sums[rows, columns] - sums[top, columns] - sums[rows, left] + sums[top, left]
        )
        return total

    alone_HW: Flags = mask_HW & (around(3) == around(1))
    return alone_HW


def boxed(mask_HW: Flags) -> Flags:
    """The mask cropped to what is True; as it is where nothing is."""
    rows, columns = np.flatnonzero(mask_HW.any(axis=1)), np.flatnonzero(mask_HW.any(axis=0))
    if not len(rows):
        return mask_HW
    return mask_HW[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def _sight(pixels: Pixels, options: QualityOptions) -> list[_Defect]:
    """Is there anything to see?"""
    found = []
    if pixels.transparent:
        covered = float(pixels.opaque.mean())
        share = f"{covered:.1%} of the frame is opaque"
        words = f"nothing to see: {share}" if covered < options.smallest / 10 else f"tiny: {share}"
        found.append(_Defect(under(covered, options.smallest), words))
    spread = deviation(pixels.rgb_HW3)
    if pixels.transparent and spread < 2 * options.spread:  # white things show on grey
        spread = max(spread, deviation(pixels.rgb_HW3 - (1 - pixels.alpha_HW[..., None]) * 0.5))
    found.append(_Defect(under(spread, options.spread), "blank: one flat colour everywhere"))
    return found


def _longest_run(line: Flags) -> float:
    """Longest run of True as a share of the line."""
    breaks = np.flatnonzero(~np.concatenate([[False], line, [False]]))
    return float((np.diff(breaks) - 1).max() / len(line))


def _frame(pixels: Pixels, options: QualityOptions) -> list[_Defect]:
    """Does a drawn sticker stand free of the frame?"""
    mask_HW = pixels.opaque
    box_HW = boxed(mask_HW)
    sharp = bool(box_HW[[0, 0, -1, -1], [0, -1, 0, -1]].all())
    if sharp and box_HW.mean() > 0.985 and min(box_HW.shape) > 0.9 * max(mask_HW.shape):
        return [_Defect(0.0, "not cut out: it is a whole square, background and all")]
    sides = {
        "top": mask_HW[0],
        "bottom": mask_HW[-1],
        "left": mask_HW[:, 0],
        "right": mask_HW[:, -1],
    }
    runs = {side: _longest_run(line) for side, line in sides.items()}
    side = max(runs, key=lambda name: runs[name])
    reason = f"cut off by the frame: {runs[side]:.0%} of its {side} edge"
    left = _ground_left(pixels)
    return [
        _Defect(over(runs[side], options.border), reason),
        _Defect(over(left, options.ground), f"not cut out: {left:.0%} of its rim is white ground"),
    ]


def _ground_left(pixels: Pixels) -> float:
    """Share of the rim of what is drawn, a twelfth of its box wide, that is opaque and pale."""
    rows, columns = (np.flatnonzero(pixels.opaque.any(axis=axis)) for axis in (1, 0))
    if not len(rows):
        return 0.0
    box = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    pale_HW = pixels.opaque[box] & (lowest(pixels.rgb_HW3[box]) > 0.84)
    rim_HW = np.ones_like(pale_HW)
    width = max(1, min(pale_HW.shape) // 12)
    rim_HW[width:-width, width:-width] = False
    return float(pale_HW[rim_HW].mean())


def _surface(pixels: Pixels, options: QualityOptions) -> list[_Defect]:
    """Are colours and texture those of a drawing?"""
    # A picture without alpha is judged whole: noise would hide in a foreground full of holes.
    mask_HW = foreground(pixels) if pixels.transparent else np.ones_like(pixels.opaque)
    rgb_HW3 = pixels.rgb_HW3
    burnt_HW = (highest(rgb_HW3) > 0.99) & (lowest(rgb_HW3) < 0.01)
    clipped = float(np.mean(burnt_HW[mask_HW]))
    inside_HW = inner(inner(mask_HW))
    body_HW = inside_HW[1:-1, 1:-1]
    around_HW3 = rgb_HW3[:-2, 1:-1] + rgb_HW3[2:, 1:-1]
    around_HW3 += rgb_HW3[1:-1, :-2] + rgb_HW3[1:-1, 2:]
    around_HW3 *= 0.25
    step_HW = highest(np.abs(rgb_HW3[1:-1, 1:-1] - around_HW3))
    grain = float(np.mean(step_HW[body_HW] > 0.06)) if body_HW.any() else 0.0
    specks = int(islands(pixels.opaque).sum()) if pixels.transparent else 0
    solid = bool(boxed(mask_HW).mean() > 0.93 and inside_HW.any())
    found = [
        _Defect(over(clipped, options.clipped), f"clipped: {clipped:.0%} of it is burnt out"),
        _Defect(over(grain, options.grain), f"grainy: {grain:.0%} of it is noise"),
        _Defect(over(specks, options.specks), f"speckled: {specks} stray dots"),
    ]
    if solid and float(rgb_HW3[inside_HW].std(axis=0).max()) < 0.004:
        found.append(_Defect(0.0, "blank: a rectangle of one flat colour"))
    return found


def examine(
    pixels: Pixels, *, drawn: bool, options: QualityOptions, broken: float = 0.0
) -> tuple[float, str]:
    """The worst score in [0, 1] and, in words, what it is about.

    ``broken``: what the learned judge says of it (``ranking.checks.wholeness``).
    """
    defects = _sight(pixels, options)
    if drawn and min(defect.score for defect in defects) >= THRESHOLD:
        defects += _frame(pixels, options) if pixels.transparent else []
        defects += _surface(pixels, options)
        defects.append(_Defect(over(broken, options.broken), "a smear: nothing in it came out"))
    worst = min(defects, key=lambda defect: defect.score)
    return worst.score, worst.reason if worst.score < THRESHOLD else "clear and complete"


class QualityCheck:
    """Fails what is blank, flat, transparent, cut off, clipped, grainy, speckled or a smear.

    A decoder's NaN arrives as a flat picture, and fails as blank.
    """

    def __init__(self, options: QualityOptions) -> None:
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
        seen = [read(candidate.image, VIEW) for candidate in candidates]
        judged = [
            place
            for place, (candidate, pixels) in enumerate(zip(candidates, seen, strict=True))
            if candidate.route != "retrieve" and pixels.transparent
        ]
        said = brokenness([view(seen[place]) for place in judged])
        broken = dict(zip(judged, said, strict=True))
        return [
            self._finding(candidate, pixels, broken.get(place, 0.0))
            for place, (candidate, pixels) in enumerate(zip(candidates, seen, strict=True))
        ]

    def _finding(self, candidate: Candidate, pixels: Pixels, broken: float) -> Finding:
        score, reason = examine(
            pixels,
            drawn=candidate.route != "retrieve",
            options=self._options,
            broken=broken,
        )
        return Finding(
            check="quality",
            score=score,
            threshold=THRESHOLD,
            passed=score >= THRESHOLD,
            reason=reason,
        )


def build(parts: Parts, options: Mapping[str, Any]) -> QualityCheck:
    """The check, by its entry point."""
    return QualityCheck(validated(QualityOptions, options, where="checks.quality"))
