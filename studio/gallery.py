"""The gallery: the catalogue and a person's own pictures, by likeness. Exact search.

Legend: N items, D embedding width.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import RLock
from typing import TYPE_CHECKING

from studio import intake
from studio.errors import BlobLost
from studio.lexicon import Lexicon
from studio.lost import LostPictures, told
from studio.recent import Recent
from studio.stock import Stock
from studio.vectors import VectorIndex, forget_everywhere

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.content import Item
    from studio.history import History
    from studio.protocols import Encoder
    from studio.store import Blobs, Store

    Vectors = NDArray[np.float32]

ENCODE_BATCH = 64
PICTURES_KEPT = 256
SHELVES_KEPT = 32
SCORES_KEPT = 4


class StoreGallery:
    """``studio.protocols.Gallery`` over a store; embeddings are cached under ``folder``."""

    def __init__(
        self, store: Store, blobs: Blobs, *, encoder: Callable[[], Encoder], folder: Path
    ) -> None:
        self._store = store
        self._blobs = blobs
        self._encoder = encoder
        self._folder = folder
        self._index: VectorIndex | None = None
        self._shelves: OrderedDict[str, Stock] = OrderedDict()
        self._pictures: Recent[str, Image] = Recent(PICTURES_KEPT)
        self._means: tuple[str, Vectors, dict[str, Vectors]] | None = None
        self._scores: Recent[tuple[str, int, bytes, str], tuple[Stock, Vectors]] = Recent(
            SCORES_KEPT
        )
        self._lost = LostPictures(store, blobs)
        self._lock = RLock()

    @property
    def index(self) -> VectorIndex:
        """Vectors by blob digest."""
        with self._lock:
            if self._index is None:
                encoder = self._encoder()
                name = encoder.digest.removeprefix("sha256:")[:16]
                self._index = VectorIndex(self._folder / name, dim=encoder.dim)
            return self._index

    def forget(self, blobs: Sequence[str]) -> None:
        """Let go of pictures and vectors, of every encoder, also on disk.

        They are people's: what the catalogue shows is not among them, so its shelf stays.
        """
        with self._lock:
            self.let_go()
            forget_everywhere(self._folder, blobs)

    def let_go(self) -> None:
        """Keep nothing of any person's in memory; the next question reads it again."""
        with self._lock:
            self._pictures.clear()
            self._scores.clear()
            self._index = None
            for owner in [name for name in self._shelves if name]:
                del self._shelves[owner]

    def pass_over(self, error: BlobLost, *, owner: str) -> None:
        """Find the picture that did not read no more, until it is there again.

        The error again where that was done before.
        """
        if not self._lost.note(error.blob, owner=owner):
            raise error
        self._forget_shelves()

    def whole(self, history: History) -> History:
        """The history less the pictures that do not read; those that do again are back."""
        if self._lost.look_again():
            self._forget_shelves()
        return self._lost.without(history) if self._lost else history

    def passed_over(self, owner: str) -> tuple[str, ...]:
        """A line for each picture of the catalogue or the owner that does not read."""
        if not self._lost:
            return ()
        return told(item for name in dict.fromkeys(("", owner)) for item in self._shelf(name).lost)

    def _forget_shelves(self) -> None:
        with self._lock:
            self._shelves.clear()
            self._scores.clear()
            self._means = None

    def image(self, item: Item) -> Image:
        """The stored picture, RGB or RGBA; callers do not change it in place."""
        return self._pictures(
            item.blob,
            lambda: intake.decode(self._blobs.get(item.blob), name=f"item {item.item_id}"),
        )

    def items(self, ids: Sequence[str], *, owner: str = "") -> list[Item]:
        """Items by id, in order; unknown or another person's: UnknownName."""
        known: dict[str, Item] = {}
        for name in dict.fromkeys(("", owner)):
            if shelf := self._loaded(name):
                known |= {one: shelf.items[shelf.rows[one]] for one in ids if one in shelf.rows}
        if len(known) == len(set(ids)):
            return [known[one] for one in ids]
        return self._store.items(ids, owner=owner)

    def vectors(self, items: Sequence[Item]) -> Vectors:
        """(N, D); what is not cached is encoded and remembered."""
        import numpy as np

        if not items:
            return np.zeros((0, self._encoder().dim), np.float32)
        by_blob = {item.blob: item for item in items}
        missing = self.index.missing(list(by_blob))
        for start in range(0, len(missing), ENCODE_BATCH):
            batch = missing[start : start + ENCODE_BATCH]
            images = [self.image(by_blob[blob]) for blob in batch]
            self.index.add(batch, self._encoder().images(images))
        return self.index.get([item.blob for item in items])

    def remember(self, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors (D,) of pictures, by blob, ahead of the first search."""
        import numpy as np

        if vectors:
            self.index.add(list(vectors), np.stack(list(vectors.values())))

    def _loaded(self, owner: str) -> Stock | None:
        """The shelf of an owner where it is loaded and true."""
        revision = self._store.items_revision(owner=owner)
        with self._lock:
            shelf = self._shelves.get(owner)
            if shelf is None or shelf.revision != revision:
                return None
            self._shelves.move_to_end(owner)
            return shelf

    def _shelf(self, owner: str) -> Stock:
        import numpy as np

        if loaded := self._loaded(owner):
            return loaded
        revision = self._store.items_revision(owner=owner)
        every = self._store.every_item(owner=owner)
        items = [item for item in every if item.blob not in self._lost]
        try:
            vectors_ND = self.vectors(items)
        except BlobLost as error:
            self.pass_over(error, owner=owner)
            return self._shelf(owner)
        shelf = Stock(
            revision=revision,
            items=tuple(items),
            lost=tuple(item for item in every if item.blob in self._lost),
            vectors_ND=vectors_ND,
            captions_ND=self._captions(items, vectors_ND),
            rows={item.item_id: row for row, item in enumerate(items)},
            lexicon=Lexicon([] if owner else items),
            styles_N=np.array([item.style for item in items], dtype=np.str_),
            kinds_N=np.array([item.kind for item in items], dtype=np.str_),
        )
        with self._lock:
            self._shelves[owner] = shelf
            while len(self._shelves) > SHELVES_KEPT:
                self._shelves.popitem(last=False)
        return shelf

    def read_captions(self, captions: Sequence[str]) -> None:
        """Embed captions ahead of the first search."""
        by_key = {caption_key(caption): caption for caption in captions if caption}
        missing = self.index.missing(list(by_key))
        for start in range(0, len(missing), ENCODE_BATCH):
            batch = missing[start : start + ENCODE_BATCH]
            self.index.add(batch, self._encoder().texts([by_key[key] for key in batch]))

    def _captions(self, items: Sequence[Item], vectors_ND: Vectors) -> Vectors:
        """(N, D) caption vectors, the gap between words and pictures taken off.

        Only the catalogue's: what a person's own pictures are about is read off the pictures.
        """
        rows = [row for row, item in enumerate(items) if item.caption and not item.owner]
        if not rows:
            return vectors_ND
        captions = [items[row].caption for row in rows]
        self.read_captions(captions)
        words_ND = self.index.get([caption_key(caption) for caption in captions])
        gap_D = vectors_ND[rows].mean(axis=0) - words_ND.mean(axis=0)
        whole_ND = vectors_ND.copy()
        whole_ND[rows] = words_ND + gap_D
        return whole_ND

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
        """The k most relevant catalogue items (and ``owner``'s own), best first: relevance as
        ``Stock.relevance`` has it."""
        import numpy as np

        found: list[tuple[Item, float]] = []
        for name in dict.fromkeys(("", owner)):
            shelf = self._shelf(name)
            if not shelf.items:
                continue
            relevance_N = self._scored(name, shelf, query_D, words)
            keep_N = np.ones(len(shelf.items), dtype=bool)
            if style:
                keep_N &= shelf.styles_N == style
            if kind:
                keep_N &= shelf.kinds_N == kind
            rows = np.flatnonzero(keep_N)
            order = rows[np.argsort(-relevance_N[rows], kind="stable")[:k]]
            found += [(shelf.items[row], float(relevance_N[row])) for row in order]
        return sorted(found, key=lambda pair: (-pair[1], pair[0].item_id))[:k]

    def relevance(self, items: Sequence[Item], query_D: Vectors, *, words: str = "") -> Vectors:
        """(N,) as ``search`` judges it, for any items; an own picture's is its cosine."""
        shelf = self._shelf("")
        relevance_N: Vectors = self.vectors(items) @ query_D
        if any(item.item_id in shelf.rows for item in items):
            of_shelf = self._scored("", shelf, query_D, words)
            for place, item in enumerate(items):
                if item.item_id in shelf.rows:
                    relevance_N[place] = of_shelf[shelf.rows[item.item_id]]
        return relevance_N

    def _scored(self, owner: str, shelf: Stock, query_D: Vectors, words: str) -> Vectors:
        """(N,) relevance of a shelf; a request asks the same of each look that is liked."""
        key = (owner, id(shelf), query_D.tobytes(), words)
        return self._scores(key, lambda: (shelf, shelf.relevance(query_D, words)))[1]

    def spoken(self, item: Item, words: str) -> float:
        """Share in [0, 1] of ``words`` that caption and tags hold, by rarity in the catalogue."""
        return self._shelf("").lexicon.share(" ".join((item.caption, *item.tags)), words)

    def _catalogue_means(self) -> tuple[str, Vectors, dict[str, Vectors]]:
        import numpy as np

        shelf = self._shelf("")
        with self._lock:
            if self._means is None or self._means[0] != shelf.revision:
                mean_D: Vectors = (
                    shelf.vectors_ND.mean(axis=0)
                    if shelf.items
                    else np.zeros(self._encoder().dim, np.float32)
                )
                styles: dict[str, Vectors] = {
                    str(style): shelf.vectors_ND[shelf.styles_N == style].mean(axis=0)
                    for style in np.unique(shelf.styles_N)
                }
                self._means = (shelf.revision, mean_D, styles)
            return self._means

    def mean(self) -> Vectors:
        """(D,) mean embedding of the catalogue; zero when it is empty."""
        return self._catalogue_means()[1]

    def style_means(self) -> dict[str, Vectors]:
        """Mean embedding (D,) of the catalogue items of each style; unnamed under ``""``."""
        return self._catalogue_means()[2]


def caption_key(caption: str) -> str:
    """Where a caption's vector is kept: beside the pictures', under a digest of its own."""
    return hashlib.sha256(f"caption\x1f{caption}".encode()).hexdigest()
