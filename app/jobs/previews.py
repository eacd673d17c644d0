"""Previews: the unfinished picture of a running job, one file a job, gone when it ends."""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from studio.errors import UnknownName

JOB_ID = re.compile(r"j[0-9a-f]{16}")


class Previews:
    """Files under ``indexes/previews`` of a home: derived, so losing them loses nothing."""

    def __init__(self, home: Path) -> None:
        self.folder = home / "indexes" / "previews"

    def write(self, job_id: str, index: int, png: bytes) -> None:
        """Keep preview ``index`` (from 0) of a job; a reader sees it whole or not at all."""
        place = self._place(job_id, index)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        part.write_bytes(png)
        os.replace(part, place)

    def read(self, job_id: str, index: int) -> bytes | None:
        """Preview ``index``, where there is one."""
        try:
            return self._place(job_id, index).read_bytes()
        except FileNotFoundError:
            return None

    def newest(self, job_id: str) -> bytes | None:
        """The last one, where there is one."""
        place = self._place(job_id, 0)
        found = sorted(place.parent.glob(f"{job_id}-*.png"))
        try:
            return found[-1].read_bytes() if found else None
        except FileNotFoundError:
            return None

    def drop(self, job_id: str) -> None:
        """Forget those of a job."""
        self._remove(f"{self._place(job_id, 0).stem[:17]}-*")

    def clear(self) -> None:
        """Forget all; for a worker that starts."""
        self._remove("j*")

    def _remove(self, pattern: str) -> None:
        for path in self.folder.glob(pattern):
            with suppress(FileNotFoundError):
                path.unlink()

    def _place(self, job_id: str, index: int) -> Path:
        if not JOB_ID.fullmatch(job_id):
            raise UnknownName("no such job; its id was answered when the job was accepted")
        return self.folder / f"{job_id}-{index:04d}.png"
