"""Embeddings on disk: a cache that can be deleted at any time, one folder an encoder.

Append-only chunks ``<random>.npz`` of (blob digests, vectors), written beside and renamed in.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from studio.errors import StoreFull

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]

MERGE_AT = 48  # chunk files


class VectorIndex:
    """Vectors (N, D) by blob digest."""

    def __init__(self, folder: Path, *, dim: int) -> None:
        import numpy as np

        self.folder = folder
        self.dim = dim
        self._rows: dict[str, int] = {}
        self._matrix_ND: Vectors = np.zeros((0, dim), np.float32)
        self._seen: set[str] = set()
        """Names of the chunk files that were read or written."""
        self._lock = RLock()
        self._read()

    def _read(self) -> None:
        import numpy as np

        if not self.folder.is_dir():
            return
        keys: list[str] = []
        parts: list[Vectors] = []
        for path in sorted(self.folder.glob("*.npz")):
            self._seen.add(path.name)
            chunk = _load(path, self.dim)
            if chunk is None:
                path.unlink(missing_ok=True)  # a cache: what does not read is made again
                continue
            keys += chunk[0]
            parts.append(chunk[1])
        if parts:
            self._matrix_ND = np.concatenate(parts)
            self._rows = {key: row for row, key in enumerate(keys)}
        if len(parts) >= MERGE_AT:
            self._merge()

    def _merge(self) -> None:
        old = list(self.folder.glob("*.npz"))
        keys = list(self._rows)
        self._write(keys, self._matrix_ND[[self._rows[key] for key in keys]])
        for path in old:
            path.unlink(missing_ok=True)

    def missing(self, keys: Sequence[str]) -> list[str]:
        """Keys without a vector, each once, in order; what another process added counts."""
        wanted = [key for key in dict.fromkeys(keys) if key not in self._rows]
        if not wanted or not self._catch_up():
            return wanted
        return [key for key in wanted if key not in self._rows]

    def _catch_up(self) -> bool:
        """Read the chunks that other processes wrote since; whether there were any."""
        with self._lock:
            fresh = [path for path in self.folder.glob("*.npz") if path.name not in self._seen]
            for path in fresh:
                self._seen.add(path.name)
                chunk = _load(path, self.dim)
                if chunk is not None:
                    self._take(*chunk)
            return bool(fresh)

    def _take(self, keys: Sequence[str], vectors_ND: Vectors) -> None:
        """Into memory what is on disk already."""
        import numpy as np

        fresh = [row for row, key in enumerate(keys) if key not in self._rows]
        start = len(self._matrix_ND)
        self._matrix_ND = np.concatenate([self._matrix_ND, vectors_ND[fresh]])
        self._rows.update({keys[row]: start + at for at, row in enumerate(fresh)})

    def add(self, keys: Sequence[str], vectors_ND: Vectors) -> None:
        """Remember vectors, on disk first."""
        with self._lock:
            fresh = [row for row, key in enumerate(keys) if key not in self._rows]
            if not fresh:
                return
            names = [keys[row] for row in fresh]
            self._write(names, vectors_ND[fresh])
            self._take(names, vectors_ND[fresh])

    def get(self, keys: Sequence[str]) -> Vectors:
        """(N, D) in the order of ``keys``; KeyError where one is missing."""
        rows = [self._rows[key] for key in keys]
        found: Vectors = self._matrix_ND[rows]
        return found

    def places(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """(N,) where the vectors of ``keys`` lie, for ``compare``; −1 for one that is missing.

        A place stays what it is as long as this index lives.
        """
        import numpy as np

        known = self._rows.get
        found = np.array([known(key, -1) for key in keys], np.int64)
        if (found < 0).any() and self._catch_up():
            found = np.array([known(key, -1) for key in keys], np.int64)
        return found

    def compare(self, query_D: Vectors, places_N: NDArray[np.int64]) -> Vectors:
        """(N,) products of a query with the vectors at these places."""
        products: Vectors = (self._matrix_ND @ query_D)[places_N]
        return products

    def _write(self, keys: Sequence[str], vectors_ND: Vectors) -> None:
        import numpy as np

        temporary = self.folder / f".{secrets.token_hex(8)}.tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with temporary.open("wb") as file:
                np.savez(file, keys=np.array(keys, dtype="S64"), vectors=vectors_ND)
            name = f"{secrets.token_hex(8)}.npz"
            os.replace(temporary, self.folder / name)
            self._seen.add(name)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise StoreFull(
                f"cannot write the index ({error.strerror}); free space or check permissions"
            ) from error


def forget_everywhere(folder: Path, keys: Sequence[str]) -> None:
    """Drop every chunk under ``folder``, of any encoder, that holds one of ``keys``.

    A whole chunk goes, with what else it holds: it is a cache, and is made again when next used.
    """
    import numpy as np

    gone = {key.encode("ascii") for key in keys}
    for path in folder.glob("*/*.npz"):
        try:
            with np.load(path, allow_pickle=False) as chunk:
                is_hit = not gone.isdisjoint(chunk["keys"].tolist())
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            is_hit = True
        if is_hit:
            path.unlink(missing_ok=True)


def _load(path: Path, dim: int) -> tuple[list[str], Any] | None:
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as chunk:
            keys = [key.decode("ascii") for key in chunk["keys"]]
            vectors_ND = chunk["vectors"].astype(np.float32)
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
    return (keys, vectors_ND) if vectors_ND.shape == (len(keys), dim) else None
