"""Subjects: what feedback speaks of (item, candidate, picture), and the item it stands for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio import intake
from studio.candidate import Candidate
from studio.catalog import make_item
from studio.content import Item
from studio.errors import UnknownName
from studio.slate import Offer
from studio.tables import ImportRow

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.session import Studio
    from studio.store import Store

    Subject = str | Path | Item | Offer | Candidate | Image


def candidate_id_of(subject: Subject) -> str:
    """The candidate it is; empty where it is none."""
    if isinstance(subject, Offer | Candidate):
        return subject.candidate_id
    if isinstance(subject, str) and intake.CANDIDATE_ID.fullmatch(subject):
        return subject
    return ""


def shown_beside(store: Store, user: str, subject: Subject, slate_id: str) -> list[str]:
    """The candidates shown with a chosen one; UnknownName where it was not shown."""
    candidate = candidate_id_of(subject)
    if not candidate:
        return []
    row = store.candidate(candidate, user=user)
    slate = store.slate(slate_id or row.slate_id, user=user)
    shown = [one.candidate_id for one in slate.candidates if one.rank > 0]
    if candidate not in shown:
        raise UnknownName(
            f"candidate {candidate} was not shown in slate {slate.slate_id}; "
            "choose one of its items"
        )
    return [other for other in shown if other != candidate]


def resolve(studio: Studio, user: str, subject: Subject) -> tuple[Item, bytes | None]:
    """The item a subject stands for, and its bytes where it is not stored yet.

    UnknownName where it is not there or not theirs, BadImage for a picture that does not read.
    """
    if isinstance(subject, Item):
        subject = subject.item_id
    candidate = candidate_id_of(subject)
    if candidate:
        return _item_of_candidate(studio, user, candidate)
    if isinstance(subject, str) and intake.ITEM_ID.fullmatch(subject):
        return studio.store.items([subject], owner=user)[0], None
    if isinstance(subject, str | Path):
        if not intake.is_file(subject):
            raise UnknownName(
                f"'{intake.shown_path(str(subject))}' is neither an item, a candidate nor a "
                "picture file; give one of these"
            )
        data = intake.read_file(subject)
        path = Path(subject)
        image = intake.decode(data, name=intake.shown(path.name))
    else:
        picture = intake.take_picture(subject)  # type: ignore[arg-type]
        data, path, image = picture.data, Path("picture"), picture.image
    row = ImportRow(path=path)
    return make_item(data, image, row, kind="sticker", owner=user), data


def _item_of_candidate(studio: Studio, user: str, candidate_id: str) -> tuple[Item, bytes | None]:
    row = studio.store.candidate(candidate_id, user=user)
    if row.route == "retrieve" and row.source_item:
        return studio.store.items([row.source_item], owner=user)[0], None
    data = studio.blobs.get(row.blob)
    image = intake.decode(data, name=f"candidate {candidate_id}")
    slate = studio.store.slate(row.slate_id, user=user)
    request: Mapping[str, Any] = slate.request
    caption = ImportRow(path=Path(candidate_id), caption=str(request["instruction"]))
    item = make_item(data, image, caption, kind=str(request["kind"]), owner=user)
    return replace(item, source=f"slate:{candidate_id}"), None
