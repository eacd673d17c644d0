"""Prompt: does it show what was asked?

Encoders differ in scale, and their picture and text vectors lie apart, so a bare cosine says
little. What it is worth is read off the catalogue: 0 where a picture is no nearer to what was asked
than the average of the catalogue, 1 where it is as near as the five nearest. With next to no
catalogue, off unrelated words: by how many of their standard deviations it is nearer to what was
asked than to them.

Legend: N candidates, J contrasts, D embedding width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from studio.config import Section, validated
from studio.errors import ModelError
from studio.fidelity import Finding
from studio.lexicon import terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from studio.candidate import Candidate
    from studio.guidance import Guidance
    from studio.history import History
    from studio.parts import Parts
    from studio.protocols import Encoder, Gallery

    Vectors = NDArray[np.float32]

CONTRASTS: tuple[str, ...] = (
    *("grinning face", "sad face", "cat", "dog", "bird", "fish", "bear", "butterfly", "horse"),
    *("snake", "tree", "flower", "cactus", "mushroom", "apple", "banana", "bread", "pizza"),
    *("cake", "coffee", "bottle", "car", "bicycle", "train", "airplane", "ship", "rocket"),
    *("house", "castle", "mountain", "sun", "moon", "star", "cloud", "rain", "snowflake"),
    *("fire", "heart", "hand", "eye", "man", "woman", "baby", "dancer", "doctor", "shirt"),
    *("shoe", "hat", "bag", "umbrella", "crown", "ring", "ball", "guitar", "camera", "phone"),
    *("computer", "book", "pencil", "key", "lock", "hammer", "clock", "arrow", "letter"),
)
"""Unrelated words: things a sticker shows, wide apart."""


NEAREST = 5
"""Pictures of the catalogue that stand for the best there is."""
THRESHOLD = 0.5
TRUST: Mapping[str, float] = MappingProxyType({"retrieve": 1.0, "edit": 0.75, "create": 0.75})
"""How much the words of the source count, by route: what is remade says less than what is shown."""
UNNAMED = 0.6
"""What is left of the score of a picture whose caption names nothing of what is asked: it may be
said in other words, but then it has to look a lot like it."""
HALF = 0.5
"""Share of the words asked for at which a caption speaks neither for its picture nor against."""


class PromptOptions(Section):
    """``[options.checks.prompt]``. The defaults suit the bundled encoder: ``python -m
    recipes.checks --data DIR`` prints them (true pairs of held-out pictures, of which 5 % fail)."""

    floor: float = Field(default=-0.36)
    """Standing in the catalogue at which a picture scores 0.5, the threshold."""
    slope: float = Field(default=2.62, gt=0)
    """How fast the score rises there."""
    contrast_floor: float = Field(default=-1.31)
    """The same by deviations above unrelated words …"""
    contrast_slope: float = Field(default=0.91, gt=0)
    """… and how fast the score rises there."""
    fewest: int = Field(default=40, ge=NEAREST + 1)
    """Pictures in the catalogue from which it is the measure."""


def standings(
    vectors_ND: Vectors, *, target_D: Vectors, mean_D: Vectors, best: float
) -> NDArray[np.float64]:
    """(N,) where each picture stands: 0 with the average of the catalogue, 1 with the nearest.

    ``best``: mean cosine of the target with the nearest pictures of the catalogue.
    """
    average = float(mean_D.astype(np.float64) @ target_D)
    nearness_N = vectors_ND.astype(np.float64) @ target_D
    found_N: NDArray[np.float64] = (nearness_N - average) / max(best - average, 1e-6)
    return found_N


def deviations(
    vectors_ND: Vectors, *, target_D: Vectors, contrasts_JD: Vectors
) -> NDArray[np.float64]:
    """(N,) how much nearer each picture is to the target than to contrasts, in their deviations."""
    nearness_N = vectors_ND.astype(np.float64) @ target_D
    contrast_NJ = vectors_ND.astype(np.float64) @ contrasts_JD.T
    spread_N = np.maximum(contrast_NJ.std(axis=1), 1e-9)
    found_N: NDArray[np.float64] = (nearness_N - contrast_NJ.mean(axis=1)) / spread_N
    return found_N


def graded(value: float, *, floor: float, slope: float) -> float:
    """Score in (0, 1): 0.5 at the floor, rising with the slope (logistic)."""
    return 1 / (1 + math.exp(-float(np.clip(slope * (value - floor), -60, 60))))


def vouched(
    candidate: Candidate, instruction: str, *, gallery: Gallery, owner: str
) -> float | None:
    """What its source's caption and tags say for it: share in [0, 1] of the words asked for.

    A caption was written by somebody who saw the picture; rare words count more than common ones.
    What a picture was remade from says less, and of one from noise, or without words, nobody has
    said anything: None.
    """
    trust = TRUST.get(candidate.route, 0.0)
    if not candidate.source_item or not terms(instruction) or not trust:
        return None
    source = gallery.items([candidate.source_item], owner=owner)[0]
    if not terms(" ".join((source.caption, *source.tags))):
        return None
    return trust * gallery.spoken(source, instruction)


def weighed(seen: float, share: float | None) -> float:
    """The encoder's score and what the caption says of it, as one score in [0, 1].

    A caption that holds more than half of what is asked speaks for it (noisy or), one that holds
    less against it, the more the less it holds.
    """
    if share is None:
        return seen
    if share >= HALF:
        return 1 - (1 - seen) * (1 - (share - HALF) / (1 - HALF))
    return seen * (UNNAMED + (1 - UNNAMED) * share / HALF)


class PromptCheck:
    """Fails what shows something else than what was asked."""

    def __init__(self, options: PromptOptions, *, encoder: Callable[[], Encoder]) -> None:
        self._options = options
        self._encoder = encoder
        self._contrasts: tuple[str, Vectors] | None = None

    def _words(self) -> Vectors:
        encoder = self._encoder()
        if self._contrasts is None or self._contrasts[0] != encoder.digest:
            self._contrasts = (encoder.digest, encoder.texts(CONTRASTS))
        return self._contrasts[1]

    def __call__(
        self,
        candidates: Sequence[Candidate],
        *,
        guidance: Guidance,
        history: History,
        gallery: Gallery,
    ) -> list[Finding]:
        """A finding a candidate, in order; ModelError where one carries no embedding."""
        vectors = [one.embedding_D for one in candidates if one.embedding_D is not None]
        if len(vectors) < len(candidates):
            raise ModelError("a candidate carries no embedding; fill it in before the checks")
        if not vectors:
            return []
        seen = self._scores(np.stack(vectors), guidance=guidance, gallery=gallery)
        told = [
            vouched(one, guidance.instruction, gallery=gallery, owner=history.user)
            for one in candidates
        ]
        return [
            _finding(weighed(score, share), guidance.instruction)
            for score, share in zip(seen, told, strict=True)
        ]

    def _scores(self, vectors_ND: Vectors, *, guidance: Guidance, gallery: Gallery) -> list[float]:
        options, target_D = self._options, guidance.target_D
        nearest = gallery.search(target_D, k=options.fewest)
        if len(nearest) < options.fewest:
            found_N = deviations(vectors_ND, target_D=target_D, contrasts_JD=self._words())
            floor, slope = options.contrast_floor, options.contrast_slope
        else:
            cosines = gallery.vectors([item for item, _ in nearest]) @ target_D
            best = float(np.sort(cosines)[-NEAREST:].mean())
            found_N = standings(vectors_ND, target_D=target_D, mean_D=gallery.mean(), best=best)
            floor, slope = options.floor, options.slope
        return [graded(float(value), floor=floor, slope=slope) for value in found_N]


def _finding(score: float, instruction: str) -> Finding:
    passed = score >= THRESHOLD
    wish = f"“{brief(instruction)}”"
    return Finding(
        check="prompt",
        score=score,
        threshold=THRESHOLD,
        passed=passed,
        reason=f"shows {wish}" if passed else f"does not look like {wish}",
    )


def brief(words: str, longest: int = 48) -> str:
    """``words`` on one line, cut at a space where they are longer than ``longest``."""
    line = " ".join(words.split())
    if len(line) <= longest:
        return line
    return line[:longest].rsplit(" ", 1)[0] + " …"


def build(parts: Parts, options: Mapping[str, Any]) -> PromptCheck:
    """The check, by its entry point."""
    checked = validated(PromptOptions, options, where="checks.prompt")
    return PromptCheck(checked, encoder=lambda: parts.encoder)
