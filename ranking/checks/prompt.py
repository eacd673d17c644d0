"""Prompt: does it show what was asked?

Encoders differ in scale, and an encoder's picture and text vectors lie apart, so a bare cosine says
little. The question put instead: is this picture nearer to what was asked than to unrelated words,
and by how many of their standard deviations?

Legend: N candidates, J contrasts, D embedding width.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from studio.config import Section, validated
from studio.errors import ModelError
from studio.fidelity import Finding

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


class PromptOptions(Section):
    """``[options.checks.prompt]``."""

    middle: float = Field(default=2.0)
    """Deviations above the contrasts at which a picture scores 0.5."""
    slope: float = Field(default=1.5, gt=0)
    """How fast the score rises there, per deviation."""
    threshold: float = Field(default=0.5, ge=0, le=1)
    """Least score."""


def deviations(
    vectors_ND: Vectors, *, target_D: Vectors, contrasts_JD: Vectors, mean_D: Vectors
) -> NDArray[np.float64]:
    """(N,) by how many standard deviations each picture is nearer to the target than to contrasts.

    ``mean_D`` (of the catalogue; zero where it is empty) is taken from the pictures: what all
    pictures share says nothing of one of them.
    """
    moved_ND = (vectors_ND - mean_D).astype(np.float64)
    nearness_N = moved_ND @ target_D.astype(np.float64)
    contrast_NJ = moved_ND @ contrasts_JD.astype(np.float64).T
    spread_N = np.maximum(contrast_NJ.std(axis=1), 1e-9)
    found_N: NDArray[np.float64] = (nearness_N - contrast_NJ.mean(axis=1)) / spread_N
    return found_N


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
        found_N = deviations(
            np.stack(vectors),
            target_D=guidance.target_D,
            contrasts_JD=self._words(),
            mean_D=gallery.mean(),
        )
        return [self._finding(float(deviation), guidance.instruction) for deviation in found_N]

    def _finding(self, deviation: float, instruction: str) -> Finding:
        options = self._options
        bounded = float(np.clip(options.slope * (deviation - options.middle), -60, 60))
        score = 1 / (1 + math.exp(-bounded))
        passed = score >= options.threshold
        wish = f"“{brief(instruction)}”"
        return Finding(
            check="prompt",
            score=score,
            threshold=options.threshold,
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
