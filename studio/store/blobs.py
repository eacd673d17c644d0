"""Blobs: bytes by their sha256, in a folder or behind any fsspec address."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from studio.errors import BlobLost, ConfigError, InputError
from studio.store.failures import disk_errors

BATCH = 64
WRITERS = 8
_DIGEST = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """Content-addressed bytes under ``url``: a folder, or an fsspec URL (``memory://``, ``s3://``).

    A blob lies at ``<first two digits>/<sha256>`` and is never written over, so any number of
    threads and processes may use one place. In a folder a blob appears whole or not at all, also
    after a power cut: it is written beside its place, synced, and renamed.
    """

    def __init__(self, url: str) -> None:
        import fsspec
        from fsspec.implementations.local import LocalFileSystem

        try:
            # A plain path may hold what fsspec reads as a chain of addresses.
            is_path = "://" not in url
            files, root = (LocalFileSystem(), url) if is_path else fsspec.core.url_to_fs(url)
        except (ImportError, ValueError) as error:
            raise ConfigError(
                f"blobs: {url!r} cannot be used ({error}); name a folder or install what it needs"
            ) from error
        self._files: Any = files
        self._root = str(root).rstrip("/")
        self._is_local = isinstance(files, LocalFileSystem)
        self._place = f"the blobs in {url}"

    def put(self, data: bytes) -> str:
        """Store ``data``; returns its sha256. Storing it again changes nothing.

        Raises StoreFull where there is no space or the place is not writable.
        """
        digest = hashlib.sha256(data).hexdigest()
        with disk_errors(self._place):
            if self._size(digest) == len(data):
                return digest
            if self._is_local:
                self._write(digest, data)
            else:
                self._files.pipe_file(self._path(digest), data)
        return digest

    def put_all(self, blobs: Iterable[bytes]) -> list[str]:
        """Store many, in order; ten times as fast as one by one, since disks sync side by side.

        Holds ``BATCH`` of them in memory. Raises as ``put``; what was stored before stays.
        """
        pending = iter(blobs)
        digests: list[str] = []
        with ThreadPoolExecutor(WRITERS) as pool:
            while batch := list(islice(pending, BATCH)):
                digests += pool.map(self.put, batch)
        return digests

    def get(self, sha256: str) -> bytes:
        """The bytes; BlobLost where they are missing or no longer match their digest."""
        path = self._path(sha256)
        with disk_errors(self._place):
            try:
                data: bytes = self._files.cat_file(path)
            except FileNotFoundError as error:
                raise BlobLost(
                    f"blob {sha256} is missing; restore the blobs folder from a backup "
                    "or add the picture again",
                    sha256,
                ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobLost(
                f"blob {sha256} is damaged; restore it from a backup, "
                "or delete its file and add the picture again",
                sha256,
            )
        return data

    def has(self, sha256: str) -> bool:
        """Whether it is stored."""
        self._path(sha256)
        with disk_errors(self._place):
            return self._size(sha256) is not None

    def drop(self, sha256: str) -> None:
        """Remove it; nothing happens where it is not stored."""
        path = self._path(sha256)
        with disk_errors(self._place):
            try:
                self._files.rm_file(path)
            except FileNotFoundError:
                return

    def digests(self) -> Iterator[str]:
        """Every stored sha256, sorted."""
        with disk_errors(self._place):
            try:
                folders = sorted(self._files.ls(self._root, detail=False))
            except FileNotFoundError:
                return
            for folder in folders:
                prefix = _last(folder)
                if len(prefix) != 2:
                    continue
                for path in sorted(self._files.ls(folder, detail=False)):
                    name = _last(path)
                    if _DIGEST.fullmatch(name) and name.startswith(prefix):
                        yield name

    def settled(self, digests: Iterable[str], *, age_s: float) -> Iterator[str]:
        """Those of ``digests`` that were stored at least ``age_s`` seconds ago."""
        latest = datetime.now(UTC) - timedelta(seconds=age_s)
        for digest in digests:
            with disk_errors(self._place):
                try:
                    stored: datetime = self._files.modified(self._path(digest))
                except FileNotFoundError:
                    continue
            if stored <= latest:
                yield digest

    def _path(self, sha256: str) -> str:
        if not _DIGEST.fullmatch(sha256):
            raise InputError(f"{sha256[:80]!r} is not a sha256; give its 64 hex digits")
        return f"{self._root}/{sha256[:2]}/{sha256}"

    def _size(self, sha256: str) -> int | None:
        try:
            size = self._files.size(self._path(sha256))
        except FileNotFoundError:
            return None
        return int(size)

    def _write(self, sha256: str, data: bytes) -> None:
        target = Path(self._path(sha256))
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.parent / f".{sha256[:16]}.{secrets.token_hex(8)}.part"
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
            _sync_folder(target.parent)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


def _sync_folder(folder: Path) -> None:
    # The name must outlive a power cut too: rows that point to it are committed next.
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _last(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]
