"""The starter catalogue: drawn stickers, so that a new home has something to like and to show.

A first helping is there in seconds; the rest follows while nobody waits, until every thing that
the drawn world knows is there in every look.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from studio.errors import Cancelled
from studio.progress import IsCancelled, OnProgress, Step, never, silent

if TYPE_CHECKING:
    from generators.drawn import Drawing
    from studio import Studio

EACH_LOOK = 12
HELPING = 40
"""So many are added at a time afterwards."""
SIDE = 256  # pixels
SOURCE = "starter"
LICENSE = "Apache-2.0"


def drawings() -> Iterator[Drawing]:
    """The first helping, the same every time: ``EACH_LOOK`` of each look, over all palettes."""
    from generators.drawn import LOOKS, SUBJECTS

    random = Random(0)  # noqa: S311 - reproducible, not secret
    subjects = list(SUBJECTS)
    for number in range(EACH_LOOK):
        for look in LOOKS:
            subject = subjects.pop(random.randrange(len(subjects)))
            subjects = subjects or list(SUBJECTS)
            yield _drawn(subject, look, number, random)


def others() -> Iterator[Drawing]:
    """What is added later, subject by subject: every thing in every look that is not there yet."""
    from generators.drawn import LOOKS, SUBJECTS

    there = {(one.subject, one.look) for one in drawings()}
    random = Random(1)  # noqa: S311 - reproducible, not secret
    for number, subject in enumerate(SUBJECTS):
        for look in LOOKS:
            if (subject, look) not in there:
                yield _drawn(subject, look, number, random)


def _drawn(subject: str, look: str, number: int, random: Random) -> Drawing:
    from generators.drawn import ACCESSORIES, MOODS, PALETTES, Drawing

    palettes, moods = list(PALETTES), list(MOODS)
    return Drawing(
        subject=subject,
        look=look,
        palette=palettes[(number + random.randrange(3)) % len(palettes)],
        mood=random.choice(moods),
        accessory=random.choice(list(ACCESSORIES)) if random.random() < 0.2 else "none",
        background="none",
        seed=random.randrange(2**31),
    )


def fill(
    studio: Studio, *, on_progress: OnProgress = silent, is_cancelled: IsCancelled = never
) -> int:
    """Add the first helping to an empty catalogue; returns how many were added.

    Doing it twice adds them once. Cancelled where ``is_cancelled()``; then nothing was added.
    """
    if len(studio.catalog):
        return 0
    wanted = list(enumerate(drawings()))
    return _added(studio, wanted, on_progress=on_progress, is_cancelled=is_cancelled)


def grow(studio: Studio, *, is_cancelled: IsCancelled = never) -> int:
    """Add the next ``HELPING`` of the others; returns how many, 0 where all of them are there.

    Nothing is added to a catalogue that is empty or holds anything else than starter stickers:
    somebody has brought art of their own. Cancelled where ``is_cancelled()``; nothing was added.
    """
    from generators.drawn import LOOKS

    first = EACH_LOOK * len(LOOKS)
    count = len(studio.catalog)
    if count < first or not _is_starter(studio, count):
        return 0
    wanted = list(enumerate(others(), start=first))[count - first :][:HELPING]
    return _added(studio, wanted, is_cancelled=is_cancelled) if wanted else 0


def _is_starter(studio: Studio, count: int) -> bool:
    items = studio.catalog.list(limit=count)
    return all(item.source.startswith(f"{SOURCE}-") and not item.owner for item in items)


def _added(
    studio: Studio,
    wanted: Sequence[tuple[int, Drawing]],
    *,
    on_progress: OnProgress = silent,
    is_cancelled: IsCancelled = never,
) -> int:
    with tempfile.TemporaryDirectory(prefix="bespoke-starter-") as folder:
        for done, (number, drawing) in enumerate(wanted, start=1):
            if is_cancelled():
                raise Cancelled("stopped; nothing was added")
            _write(drawing, Path(folder) / drawing.look, number)
            on_progress(Step(stage="draw", done=done, total=len(wanted)))
        return studio.catalog.add(
            folder, license=LICENSE, on_progress=on_progress, is_cancelled=is_cancelled
        ).added


def _write(drawing: Drawing, folder: Path, number: int) -> None:
    """One sticker and its row in the look's ``captions.csv``."""
    import csv

    from generators.drawn import caption, render

    folder.mkdir(exist_ok=True)
    name = f"{SOURCE}-{number:03d}.png"
    render(drawing, SIDE).save(folder / name)
    table = folder / "captions.csv"
    is_new = not table.exists()
    with table.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        if is_new:
            rows.writerow(["file", "caption", "tags"])
        tags = [drawing.subject, drawing.palette, drawing.mood, drawing.accessory]
        kept = "|".join(tag for tag in tags if tag not in {"none", "plain"})
        rows.writerow([name, caption(drawing), kept])
