"""The starter catalogue: drawn stickers, so that a new home has something to like and to show."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from studio.errors import Cancelled
from studio.progress import IsCancelled, OnProgress, Step, never, silent

if TYPE_CHECKING:
    from generators.drawn import Drawing
    from studio import Studio

EACH_LOOK = 12
SIDE = 256  # pixels
SOURCE = "starter"
LICENSE = "Apache-2.0"


def drawings() -> Iterator[Drawing]:
    """The same ones every time: ``EACH_LOOK`` of each look, over all palettes and moods."""
    from generators.drawn import ACCESSORIES, LOOKS, MOODS, PALETTES, SUBJECTS, Drawing

    random = Random(0)  # noqa: S311 - reproducible, not secret
    subjects, palettes, moods = list(SUBJECTS), list(PALETTES), list(MOODS)
    for number in range(EACH_LOOK):
        for look in LOOKS:
            subject = subjects.pop(random.randrange(len(subjects)))
            subjects = subjects or list(SUBJECTS)
            yield Drawing(
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
    """Add the starter stickers to an empty catalogue; returns how many were added.

    Doing it twice adds them once. Cancelled where ``is_cancelled()``; then nothing was added.
    """
    if len(studio.catalog):
        return 0
    wanted = list(drawings())
    with tempfile.TemporaryDirectory(prefix="bespoke-starter-") as folder:
        for number, drawing in enumerate(wanted):
            if is_cancelled():
                raise Cancelled("stopped; nothing was added")
            _write(drawing, Path(folder) / drawing.look, number)
            on_progress(Step(stage="draw", done=number + 1, total=len(wanted)))
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
