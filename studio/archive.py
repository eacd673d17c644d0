"""Archive: everything stored of one person, as one zip that opens anywhere."""

from __future__ import annotations

import io
import os
import secrets
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import BlobLost, InputError, StoreFull
from studio.folder import json_bytes
from studio.intake import is_folder

if TYPE_CHECKING:
    from studio.session import Studio
    from studio.store.rows import AdapterRow
    from studio.user import User

MAX_SLATES = 100_000


def adapter_documents(rows: Sequence[AdapterRow]) -> tuple[Mapping[str, Any], ...]:
    """Adapter rows as JSON."""
    return tuple({**asdict(row)} for row in rows)


def export_user(studio: Studio, user: User, path: Path) -> Path:
    """Write history, profile, edits, feedback, slates and every picture of a person to a zip.

    Pictures that do not read are named in it, under ``lost_pictures``. StoreFull where it cannot be
    written; then no file is left behind.
    """
    if is_folder(path):
        raise InputError(f"{path.name} is a folder; name the zip file to write")
    from studio.store.jobs import Jobs

    buffer = io.BytesIO()
    lost: list[str] = []
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        history = user.history
        slates = studio.store.slates(user.name, before=None, limit=MAX_SLATES)
        jobs = Jobs(store=studio.store).page(user.name, limit=MAX_SLATES)
        document = {
            "user": user.name,
            "profile": asdict(user.profile),
            "history": [
                {
                    "item": asdict(event.item),
                    "event": event.event,
                    "timestamp": event.timestamp,
                    "note": event.note,
                }
                for event in history.interactions
            ],
            "edits": [asdict(edit) for edit in studio.store.edits(user.name)],
            "feedback": [asdict(one) for one in studio.store.feedback(user.name)],
            "adapters": list(user.adapters),
            "slates": [dict(slate.document) for slate in slates],
            "jobs": [asdict(job) | {"task": dict(job.task)} for job in jobs],
        }
        pictures = {
            event.item.blob: f"history/{event.item.item_id}" for event in history.interactions
        }
        for slate in slates:
            for row in slate.offers:
                name = f"slates/{slate.slate_id}/{row.rank:02d}-{row.candidate_id}.png"
                _put(archive, name, row.blob, studio=studio, lost=lost)
            for blob in slate.blobs:
                pictures.setdefault(blob, f"references/{blob[:16]}")
        for job in jobs:
            for blob in (*job.task.get("references", ()), job.task.get("mask")):
                if blob:
                    pictures.setdefault(blob, f"references/{blob[:16]}")
        for blob, name in pictures.items():
            _put(archive, name, blob, studio=studio, lost=lost)
        archive.writestr("user.json", json_bytes(document | {"lost_pictures": lost}))
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(buffer.getvalue())
        os.replace(temporary, path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise StoreFull(
            f"cannot write {path.name} ({error.strerror}); free space or choose another place"
        ) from error
    return path


def _put(
    archive: zipfile.ZipFile, name: str, blob: str, *, studio: Studio, lost: list[str]
) -> None:
    """A stored picture into the archive; where it does not read its name goes to ``lost``."""
    try:
        data = studio.blobs.get(blob)
    except BlobLost:
        lost.append(name)
        return
    archive.writestr(name if name.endswith(".png") else name + suffix_of(data), data)


def suffix_of(data: bytes) -> str:
    """File suffix of encoded picture bytes, from their first bytes."""
    marks = ((b"\x89PNG", ".png"), (b"\xff\xd8", ".jpg"), (b"GIF8", ".gif"), (b"BM", ".bmp"))
    for mark, suffix in marks:
        if data.startswith(mark):
            return suffix
    return ".webp" if data[8:12] == b"WEBP" else ".bin"
