"""The taste model: how much one person would like a picture, learned from their history.

Legend: N pictures asked about, M interactions, C concepts said, D embedding width.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from preference.background import Background, Backgrounds, directions
from preference.mask import signed_weights
from preference.vocabulary import phrase
from studio.config import Section, validated

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.history import History, Interaction
    from studio.parts import Parts
    from studio.profile import Profile
    from studio.protocols import Encoder, Gallery

    Vectors = NDArray[np.float32]


class TasteOptions(Section):
    """``[options.tastes.interests]``."""

    linear: float = Field(default=0.5, ge=0.0, le=1.0)
    """Share of the kernel that is linear (one direction of taste); the rest is local (several
    interests)."""
    width: float = Field(default=0.6, gt=0.0)
    """Length scale of the local kernel, in distance between unit directions."""
    noise: float = Field(default=0.5, gt=0.0)
    """Variance of what one event of weight 1 says."""
    prior: float = Field(default=4.0, gt=0.0)
    """Variance of the latent liking before anything is known."""
    said: float = Field(default=0.8, ge=0.0)
    """Weight of one standard deviation towards a concept that the person named."""
    newest: int = Field(default=400, ge=1)
    """Interactions read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KernelTaste:
    """``studio.protocols.Taste``: a fitted taste. Pure data; calling it changes nothing."""

    options: TasteOptions
    mean_D: Vectors = field(compare=False, repr=False)
    directions_MD: Vectors = field(compare=False, repr=False)
    dual_M: Vectors = field(compare=False, repr=False)
    precision_MM: Vectors = field(compare=False, repr=False)
    said_CD: Vectors = field(compare=False, repr=False)
    said_C: Vectors = field(compare=False, repr=False)
    said_mean_C: Vectors = field(compare=False, repr=False)
    said_std_C: Vectors = field(compare=False, repr=False)

    def __call__(self, vectors_ND: Vectors) -> Vectors:
        """(N,) probability of liking, in [0, 1]; 0.5 where nothing is known.

        The latent normal N(μ, σ²) through the logistic, by MacKay's approximation
        (Neural Computation 4, 1992, eq. 5.4): sigmoid(μ / sqrt(1 + π σ² / 8)).
        """
        asked_ND = directions(vectors_ND, self.mean_D)
        latent_N = np.zeros(len(vectors_ND), np.float64)
        variance_N = np.zeros(len(vectors_ND), np.float64)
        if len(self.dual_M):
            cross_NM = kernel(asked_ND, self.directions_MD, self.options)
            latent_N += cross_NM @ self.dual_M
            explained_N = np.einsum("nm,mk,nk->n", cross_NM, self.precision_MM, cross_NM)
            variance_N += np.clip(self.options.prior - explained_N, 0.0, None)
        if len(self.said_C):
            z_NC = (vectors_ND @ self.said_CD.T - self.said_mean_C) / self.said_std_C
            latent_N += self.options.said * np.clip(z_NC, -2.5, 2.5) @ self.said_C
        squeezed_N = latent_N / np.sqrt(1.0 + math.pi * variance_N / 8.0)
        return (1.0 / (1.0 + np.exp(-squeezed_N))).astype(np.float32)


def kernel(a_ND: Vectors, b_MD: Vectors, options: TasteOptions) -> NDArray[np.float64]:
    """(N, M) prior covariance of the latent liking: linear and local, joined."""
    cosine_NM = (a_ND @ b_MD.T).astype(np.float64)
    local_NM = np.exp(-(1.0 - cosine_NM) / options.width**2)
    mixed: NDArray[np.float64] = options.prior * (
        options.linear * cosine_NM + (1.0 - options.linear) * local_NM
    )
    return mixed


class InterestTaste:
    """``studio.protocols.TasteModel``: Bayesian kernel regression on directions from the mean.

    Gaussian-process regression (Rasmussen and Williams 2006, Algorithm 2.1) of ±2 on every liked
    or disliked picture, its noise divided by how much the event counts, squashed to [0, 1].
    Concepts that the person named by hand add their own direction.
    """

    def __init__(
        self,
        *,
        encoder: Callable[[], Encoder],
        options: TasteOptions | None = None,
        backgrounds: Backgrounds | None = None,
    ) -> None:
        self._encoder = encoder
        self._options = options or TasteOptions()
        self._backgrounds = backgrounds or Backgrounds()

    def __call__(self, history: History, *, profile: Profile, gallery: Gallery) -> KernelTaste:
        """The taste of this history and of what the person said; same input, same taste."""
        events = [event for event in history.interactions if event.weight != 0.0]
        events = events[-self._options.newest :]
        background = self._backgrounds(gallery)
        vectors_MD = gallery.vectors([event.item for event in events])
        seen_MD = directions(vectors_MD, background.mean_D)
        dual_M, precision_MM, kept_MD = _fit(events, seen_MD, self._options)
        said_CD, said_C = self._said(profile)
        mean_C, std_C = _spread(said_CD, background)
        return KernelTaste(
            options=self._options,
            mean_D=background.mean_D,
            directions_MD=kept_MD,
            dual_M=dual_M,
            precision_MM=precision_MM,
            said_CD=said_CD,
            said_C=said_C,
            said_mean_C=mean_C,
            said_std_C=std_C,
        )

    def _said(self, profile: Profile) -> tuple[Vectors, Vectors]:
        hand = [one for one in profile.concepts if one.source != "history"]
        if not hand:
            return np.zeros((0, 1), np.float32), np.zeros(0, np.float32)
        words = [phrase(one.name, one.kind) for one in hand]
        return self._encoder().texts(words), np.array([one.weight for one in hand], np.float32)


def _fit(
    events: Sequence[Interaction], directions_MD: Vectors, options: TasteOptions
) -> tuple[Vectors, Vectors, Vectors]:
    """Dual weights (M,), inverse covariance (M, M) and the directions kept (M, D)."""
    liked_M, disliked_M = signed_weights(events, directions_MD)
    weight_M = (liked_M + disliked_M).astype(np.float64)
    kept_M = weight_M > 1e-3
    kept_MD = directions_MD[kept_M]
    if not len(kept_MD):
        empty = np.zeros(0, np.float32)
        return empty, np.zeros((0, 0), np.float32), kept_MD
    wanted_M = np.where(liked_M > 0, 2.0, -2.0)[kept_M]
    covariance_MM = kernel(kept_MD, kept_MD, options) + np.diag(options.noise / weight_M[kept_M])
    precision_MM = np.linalg.inv(covariance_MM)
    dual_M = precision_MM @ wanted_M
    return dual_M.astype(np.float32), precision_MM.astype(np.float32), kept_MD


def _spread(said_CD: Vectors, background: Background) -> tuple[Vectors, Vectors]:
    """Mean and standard deviation (C,) of each concept's cosine over the catalogue."""
    if background.count < 2 or not len(said_CD):
        return np.zeros(len(said_CD), np.float32), np.full(len(said_CD), 0.1, np.float32)
    cosine_MC = background.vectors_MD @ said_CD.T
    return cosine_MC.mean(axis=0), np.maximum(cosine_MC.std(axis=0), 1e-3)


def build(parts: Parts, options: Mapping[str, Any]) -> InterestTaste:
    """The taste model of ``studio.toml``."""
    return InterestTaste(
        encoder=lambda: parts.encoder,
        options=validated(TasteOptions, options, where="tastes.interests"),
        backgrounds=parts.shared("preference.backgrounds", Backgrounds),
    )
