"""The seams. One verb each; whatever the middle packages need of each other comes through here.

Legend: N pictures or texts, K interests, D embedding width. Embeddings are float32 unit vectors.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.candidate import Candidate, Draft
    from studio.content import Item
    from studio.fidelity import Fidelity, Finding
    from studio.guidance import Guidance, RoutePlan
    from studio.history import History
    from studio.profile import Edit, Profile
    from studio.progress import IsCancelled, OnProgress
    from studio.request import Request
    from studio.slate import Offer

    Vectors = NDArray[np.float32]


class Encoder(Protocol):
    """Pictures and words into one space."""

    @property
    def digest(self) -> str:
        """Digest of weights and preprocessing; embeddings of two digests never mix."""

    @property
    def dim(self) -> int:
        """D."""

    def images(self, images: Sequence[Image]) -> Vectors:
        """(N, D) unit vectors; transparent pixels count as white."""

    def texts(self, texts: Sequence[str]) -> Vectors:
        """(N, D) unit vectors."""


class Gallery(Protocol):
    """The catalogue and the person's own pictures, as the parts see them."""

    def search(
        self,
        query_D: Vectors,
        *,
        k: int,
        words: str = "",
        owner: str = "",
        style: str = "",
        kind: str = "",
    ) -> list[tuple[Item, float]]:
        """The k most relevant catalogue items (and ``owner``'s own), best first, with relevance:
        on the scale of a cosine between query and picture, more where an item's own words hold
        ``words``."""

    def relevance(self, items: Sequence[Item], query_D: Vectors, *, words: str = "") -> Vectors:
        """(N,) how relevant each item is to the query, on the scale of ``search``."""

    def spoken(self, item: Item, words: str) -> float:
        """Share in [0, 1] of ``words`` that the item's caption and tags hold, rare ones more."""

    def vectors(self, items: Sequence[Item]) -> Vectors:
        """(N, D), cached."""

    def image(self, item: Item) -> Image:
        """The stored picture, RGB or RGBA."""

    def items(self, ids: Sequence[str], *, owner: str = "") -> list[Item]:
        """Items by id, in order; unknown or another person's: UnknownName."""

    def mean(self) -> Vectors:
        """(D,) mean embedding of the catalogue, not normalised; zero when it is empty."""

    def style_means(self) -> dict[str, Vectors]:
        """Mean embedding (D,), not normalised, of the catalogue items of each style."""


class Taste(Protocol):
    """One person's taste, fitted."""

    def __call__(self, vectors_ND: Vectors) -> Vectors:
        """(N,) how much the person would like each, in [0, 1]; 0.5 everywhere: nothing known."""


class TasteModel(Protocol):
    """Fits a taste to a history; same history, same taste."""

    def __call__(self, history: History, *, profile: Profile, gallery: Gallery) -> Taste:
        """The taste."""


class Profiler(Protocol):
    """Reads a history into concepts; hand-made edits win over what was learned."""

    def __call__(self, history: History, *, edits: Sequence[Edit], gallery: Gallery) -> Profile:
        """The profile."""


class Commander(Protocol):
    """Parses a sentence about a taste ("more pastel, never skulls") into edits."""

    def __call__(self, words: str, *, profile: Profile) -> tuple[Edit, ...]:
        """The edits; BadText where nothing was understood."""


class Instructor(Protocol):
    """Turns request, history and profile into guidance."""

    def __call__(
        self, request: Request, *, history: History, profile: Profile, gallery: Gallery
    ) -> Guidance:
        """The guidance; with ``request.personalization == 0`` it rests on the request alone."""


class Scout(Protocol):
    """Finds what a route works on."""

    def __call__(
        self, guidance: Guidance, *, plan: RoutePlan, seed: int, owner: str, gallery: Gallery
    ) -> tuple[Draft, ...]:
        """At most ``plan.count`` drafts, seeds by ``derive_seed(seed, route, index)``; none where
        the route has nothing to work on."""


class Generator(Protocol):
    """One route: makes a candidate of each draft, in order."""

    def __call__(
        self,
        guidance: Guidance,
        *,
        drafts: Sequence[Draft],
        gallery: Gallery,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> list[Candidate]:
        """Candidates in the order of the drafts; Cancelled where ``is_cancelled()``."""


class Check(Protocol):
    """One fidelity check, over a batch."""

    def __call__(
        self,
        candidates: Sequence[Candidate],
        *,
        guidance: Guidance,
        history: History,
        gallery: Gallery,
    ) -> list[Finding]:
        """A finding a candidate, in order; candidates carry their embedding."""


class Ranker(Protocol):
    """Orders what passed into a slate."""

    def __call__(
        self,
        candidates: Sequence[Candidate],
        *,
        fidelities: Sequence[Fidelity],
        guidance: Guidance,
        taste: Taste,
        size: int,
        seed: int,
        history: History | None = None,
        profile: Profile | None = None,
        gallery: Gallery | None = None,
    ) -> tuple[Offer, ...]:
        """At most ``size`` offers; every route that passed is represented while places last."""
