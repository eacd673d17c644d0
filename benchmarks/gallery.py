"""Gallery: first page and search with 100,000 pictures of a person and of the catalogue.

    python -m benchmarks.gallery [--items 100000] [--rounds 7]

Rows and vectors are made up; no picture is drawn. Thumbnails are not in the times: a page has 20.
The studio is opened anew and warmed as a server that starts does it.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from app.web import warming
from studio import Studio
from studio.collection import Collection
from studio.content import Item
from studio.piece import Shelf
from studio.store import CandidateRow, SlateRow

SHOWN = 4
"""Pictures a slate."""
LIMITS_MS = {"first page": 300.0, "search": 500.0}
SUBJECTS = ("cat", "fox", "rocket", "house", "tree", "robot", "whale", "teapot")


def furnished(studio: Studio, count: int) -> None:
    """``count`` catalogue items and as many pieces of ana's, with vectors."""
    random = np.random.default_rng(0)
    dim = studio.gallery.index.dim
    words = [f"a {SUBJECTS[at % len(SUBJECTS)]} number {at}" for at in range(count)]
    items = [
        Item(item_id=f"i{at:016x}", blob=f"{at:064x}", caption=f"a {SUBJECTS[at % 8]}")
        for at in range(count)
    ]
    studio.store.add_items(items)
    studio.gallery.read_captions([f"a {one}" for one in SUBJECTS])
    for start in range(0, 2 * count, 10_000):
        vectors_ND = random.normal(size=(10_000, dim)).astype(np.float32)
        vectors_ND /= np.linalg.norm(vectors_ND, axis=1, keepdims=True)
        keys = [f"{at:064x}" for at in range(start, start + 10_000)]
        studio.gallery.index.add(keys, vectors_ND)
    studio.user("ana")
    for number in range(count // SHOWN):
        studio.store.add_slate(slate(number, words[number], first=count + number * SHOWN))


def slate(number: int, words: str, *, first: int) -> SlateRow:
    """One slate of ana's; its pictures are numbered from ``first``."""
    slate_id = f"s{number:016x}"
    request: dict[str, object] = {
        "instruction": words,
        "kind": "sticker",
        "references": [],
        "mask": None,
    }
    rows = [
        CandidateRow(
            candidate_id=f"c{first + at:016x}",
            slate_id=slate_id,
            user="ana",
            route="create",
            rank=at + 1,
            seed=at,
            blob=f"{first + at:064x}",
            source_item="",
        )
        for at in range(SHOWN)
    ]
    return SlateRow(
        slate_id=slate_id,
        user="ana",
        created=1000.0 + number,
        request=request,
        guidance=f"{number:064x}",
        document={"request": request},
        candidates=tuple(rows),
    )


def questions(studio: Studio) -> Mapping[str, Callable[[], object]]:
    """What is timed; the first word says which limit holds."""
    collection = Collection(studio.user("ana"))
    encoder, gallery, store = studio.parts.encoder, studio.gallery, studio.store
    middle = collection.page(limit=24)[-1]
    return {
        "first page, made for ana": lambda: collection.page(limit=25),
        "first page, what follows it": lambda: collection.page(after=middle, limit=25),
        "first page, created ones": lambda: collection.page(Shelf(route="create"), limit=25),
        "first page, not rated": lambda: collection.page(Shelf(rating="unrated"), limit=25),
        "first page, catalogue": lambda: store.page_items(limit=25),
        "search made for ana, words": lambda: collection.page(Shelf(words="whale 7"), limit=25),
        "search made for ana, no such word": lambda: collection.page(Shelf(words="zyx"), limit=25),
        "search made for ana, by look": lambda: collection.alike(encoder.texts(["a fox"])[0]),
        "search catalogue, words": lambda: gallery.search(
            encoder.texts(["a fox"])[0], k=96, words="a fox"
        ),
    }


def report(studio: Studio, *, rounds: int) -> None:
    """Warm, ask, print."""
    start = time.perf_counter()
    warming.read(studio)
    print(f"warmed in {time.perf_counter() - start:.1f} s, before anybody asks")
    print(f"{'':36}{'first ms':>10}{'median ms':>12}{'worst ms':>10}{'at most':>10}")
    for name, ask in questions(studio).items():
        took = []
        for _ in range(rounds + 1):
            start = time.perf_counter()
            ask()
            took.append((time.perf_counter() - start) * 1000)
        limit = next(limit for word, limit in LIMITS_MS.items() if name.startswith(word))
        once, *again = took
        print(
            f"{name:36}{once:>10.0f}{statistics.median(again):>12.0f}{max(again):>10.0f}"
            f"{limit:>10.0f}"
        )


def main() -> None:
    """Furnish, then ask."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=7)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        with Studio.open(home) as studio:
            furnished(studio, chosen.items)
        print(f"{chosen.items:,} pictures of ana's, {chosen.items:,} of the catalogue")
        with Studio.open(home) as studio:
            report(studio, rounds=chosen.rounds)


if __name__ == "__main__":
    main()
