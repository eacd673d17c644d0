"""The catalogue: items that anyone's slate may retrieve or repurpose."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from studio import intake
from studio.content import KINDS, Item
from studio.errors import Cancelled, InputError
from studio.intake import is_file
from studio.progress import IsCancelled, OnProgress, Step, never, silent
from studio.tables import ImportRow, import_rows, plain

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.gallery import StoreGallery
    from studio.parts import Parts
    from studio.store import Blobs, Store

    Loaded = tuple[Item, Image]
    Vector = NDArray[np.float32]

Items = list[Item]
Found = list[tuple[Item, float]]

CHUNK = 128  # pictures decoded and encoded together
DECODERS = 2  # threads


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What ``Catalog.add`` did."""

    added: int
    existing: int
    """Pictures that were there before; left as they were."""
    items: tuple[str, ...]
    """Item ids, in the order of the input, each once."""


def make_item(data: bytes, image: Image, row: ImportRow, *, kind: str, owner: str) -> Item:
    """The item of one picture; its id rests on owner and content."""
    sha256 = hashlib.sha256(data).hexdigest()
    key = hashlib.sha256(f"{owner}\x1f{sha256}".encode()).hexdigest()
    return Item(
        item_id=f"i{key[:16]}",
        blob=sha256,
        caption=row.caption,
        tags=row.tags,
        style=row.style,
        license=row.license,
        kind=kind,
        owner=owner,
        source=row.path.name.encode("utf-8", "replace").decode(),
        width=image.width,
        height=image.height,
    )


class Catalog:
    """Add, list and search. Obtained as ``studio.catalog``."""

    def __init__(self, store: Store, blobs: Blobs, *, gallery: StoreGallery, parts: Parts) -> None:
        self._store = store
        self._blobs = blobs
        self._gallery = gallery
        self._parts = parts

    def __len__(self) -> int:
        return self._store.count_items()

    def list(self, *, after: str = "", limit: int = 100) -> Items:
        """Items by id, from the one after ``after`` on."""
        return self._store.page_items(after=after, limit=limit)

    def search(self, text: str, *, k: int = 12) -> Found:
        """The k items most relevant to the words, best first, with relevance."""
        words = intake.check_words(text, what="search text")
        return self._gallery.search(self._parts.encoder.texts([words])[0], words=words, k=k)

    def add(
        self,
        paths: str | Path | Sequence[str | Path],
        *,
        captions: str | Path | None = None,
        style: str = "",
        license: str = "",
        kind: str = "sticker",
        on_progress: OnProgress = silent,
        is_cancelled: IsCancelled = never,
    ) -> Added:
        """Add pictures, folders or CSVs: all of them, or none where one is bad (InputError).

        Every picture is decoded and embedded before the first row is written.
        """
        if kind not in KINDS:
            raise InputError(f"kind {intake.shown(kind)!r} is unknown; use {' or '.join(KINDS)}")
        style, license = plain(style), plain(license)
        many = [paths] if isinstance(paths, str | Path) else list(paths)
        table = Path(captions) if captions is not None else None
        if table is not None and not is_file(table) and is_file(Path(many[0]) / table):
            table = Path(many[0]) / table  # named as it stands in the folder
        rows = [
            row
            for path in many
            for row in import_rows(Path(path), captions=table, style=style, license=license)
        ]
        if not rows:
            raise InputError("found no picture to add; give PNG, JPEG, WebP, GIF or BMP files")
        items, vectors = self._embed(
            rows, kind=kind, on_progress=on_progress, is_cancelled=is_cancelled
        )
        unique = {item.item_id: item for item in items}
        self._keep(rows, items, on_progress=on_progress)
        self._gallery.remember(vectors)
        self._gallery.read_captions([item.caption for item in items])
        fresh = self._store.add_items(list(unique.values()))
        added = sum(fresh)
        return Added(added=added, existing=len(unique) - added, items=tuple(unique))

    def _embed(
        self,
        rows: Sequence[ImportRow],
        *,
        kind: str,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> tuple[Items, dict[str, Vector]]:
        """The items of the rows, and the vector of every picture that had none, by its blob."""

        def load(row: ImportRow) -> Loaded:
            data = intake.read_file(row.path)
            image = intake.decode(data, name=intake.shown(row.path.name))
            return make_item(data, image, row, kind=kind, owner=""), image

        items: Items = []
        fresh: dict[str, Vector] = {}
        encoder = self._parts.encoder
        index = self._gallery.index
        with ThreadPoolExecutor(DECODERS) as pool:
            for chunk in _chunks(pool, load, rows):
                if is_cancelled():
                    raise Cancelled("stopped; nothing was added")
                pictures = {item.blob: image for item, image in chunk}
                wanted = [blob for blob in index.missing(list(pictures)) if blob not in fresh]
                if wanted:
                    found = encoder.images([pictures[blob] for blob in wanted])
                    fresh.update(zip(wanted, found, strict=True))
                items += [item for item, _ in chunk]
                on_progress(Step(stage="read", done=len(items), total=len(rows)))
        return items, fresh

    def _keep(
        self, rows: Sequence[ImportRow], items: Sequence[Item], *, on_progress: OnProgress
    ) -> None:
        """Store the pictures that are not stored yet; InputError where a file has changed since."""
        wanted = {
            item.blob: row
            for row, item in zip(rows, items, strict=True)
            if not self._blobs.has(item.blob)
        }

        def encoded() -> Iterator[bytes]:
            for number, (blob, row) in enumerate(wanted.items(), start=1):
                data = intake.read_file(row.path)
                if hashlib.sha256(data).hexdigest() != blob:
                    raise InputError(
                        f"{intake.shown(row.path.name)} changed while it was read; add it again"
                    )
                yield data
                if number % CHUNK == 0 or number == len(wanted):
                    on_progress(Step(stage="store", done=number, total=len(wanted)))

        self._blobs.put_all(encoded())


def _chunks(
    pool: ThreadPoolExecutor, load: Callable[[ImportRow], Loaded], rows: Sequence[ImportRow]
) -> Iterator[list[Loaded]]:
    """Loaded rows in chunks, the next chunk decoding while this one is used."""
    pending = iter(rows)

    def submit() -> list[Future[Loaded]]:
        return [pool.submit(load, row) for row in islice(pending, CHUNK)]

    ahead = submit()
    try:
        while ahead:
            current, ahead = ahead, submit()
            yield [future.result() for future in current]
    finally:
        for future in ahead:
            future.cancel()
