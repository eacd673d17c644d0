"""Likeness: which of all the pictures made for a person look like a query. Exact search.

Legend: N pieces, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import ref

from studio import intake
from studio.errors import BlobLost
from studio.recent import Recent
from studio.store import pieces

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.session import Studio
    from studio.vectors import VectorIndex

    Vectors = NDArray[np.float32]

V = TypeVar("V")
Revision = tuple[str, int, float]
"""Person, how many slates, when the newest was made."""
READ_AT_ONCE = 64
"""Pictures without a vector that one search reads, the newest first; the next one reads on."""
PEOPLE_KEPT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a search found."""

    ids: tuple[str, ...]
    """Candidates, best first, each once."""
    unread: int
    """Pictures that were left out, since they are yet to be read."""


@dataclass(slots=True, eq=False)
class Shown:
    """What a person was shown: candidates, the picture of each, and where its vector lies."""

    ids: list[str]
    blobs: list[str]
    places_N: NDArray[np.int64] | None = None
    """In the index ``within``; None until all have a vector, so that those that come are found."""
    within: Callable[[], VectorIndex | None] = lambda: None
    """The index, as long as anybody else holds it: a place means nothing in another one."""


class Likenesses:
    """Searches the pieces of one person at a time; which there are is kept until there are more."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._known: Recent[Revision, Shown] = Recent(PEOPLE_KEPT)
        self._newest: Recent[Revision, list[str]] = Recent(PEOPLE_KEPT)

    def __call__(self, user: str, query_D: Vectors, *, most: int) -> Likeness:
        """At most so many pieces of ``user``, the most similar picture first; UnknownName."""
        import numpy as np

        shown = self._of(self._known, user, lambda *given: Shown(*pieces.blobs_shown(*given)))
        index = self._studio.gallery.index
        within, places_N, unread = shown.within(), shown.places_N, set[str]()
        if places_N is None or within is not index:
            places_N, unread = _looked_up(shown, index)
            if unread and self._read_newest(user, unread, index):
                places_N, unread = _looked_up(shown, index)
            if not unread:
                shown.places_N, shown.within = places_N, ref(index)
        kept_N = np.flatnonzero(places_N >= 0)
        order = np.argsort(-index.compare(query_D, places_N[kept_N]), kind="stable")
        found: dict[str, None] = {}
        for row in kept_N[order]:
            found[shown.ids[row]] = None
            if len(found) == most:
                break
        return Likeness(ids=tuple(found), unread=len(unread))

    def read(self, blobs: Sequence[str], *, most: int) -> None:
        """Embed stored pictures that have no vector yet, at most so many; lost ones stay unread."""
        studio = self._studio
        images: dict[str, Image] = {}
        for blob in studio.gallery.index.missing(blobs)[:most]:
            with suppress(BlobLost):
                images[blob] = intake.decode(studio.blobs.get(blob))
        if images:
            vectors_ND = studio.parts.encoder.images(list(images.values()))
            studio.gallery.index.add(list(images), vectors_ND)

    def _read_newest(self, user: str, unread: set[str], index: VectorIndex) -> bool:
        """Read the newest of these; whether any has a vector now."""
        newest = self._of(self._newest, user, pieces.blobs_by_date)
        self.read([blob for blob in newest if blob in unread], most=READ_AT_ONCE)
        return len(index.missing(list(unread))) < len(unread)

    def _of(self, kept: Recent[Revision, V], user: str, read: Callable[[Any, str], V]) -> V:
        """What was read of a person, kept until there are more slates; UnknownName."""
        with self._studio.store.reading() as connection:
            key = (user, *pieces.slates_made(connection, user))
            return kept(key, lambda: read(connection, user))


def _looked_up(shown: Shown, index: VectorIndex) -> tuple[NDArray[np.int64], set[str]]:
    """Where the vectors of all pictures lie, and the pictures that have none."""
    places_N = index.places(shown.blobs)
    return places_N, {shown.blobs[row] for row in (places_N < 0).nonzero()[0]}
