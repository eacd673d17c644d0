"""A home with a small drawn catalogue and two people, on the bundled models."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio import Studio

LOOKS = ("line", "soft")
SUBJECTS = ("cat", "dog", "fox", "apple", "rocket", "house", "sun", "robot", "penguin", "cupcake")


def draw_catalogue(folder: Path) -> Path:
    """Twenty drawings with captions, one folder a look."""
    from generators.drawn import Drawing, caption, render

    for look in LOOKS:
        place = folder / look
        place.mkdir(parents=True)
        with (place / "captions.csv").open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(["file", "caption", "tags"])
            for seed, subject in enumerate(SUBJECTS):
                palette = "mono" if look == "line" else "candy"
                drawing = Drawing(
                    subject=subject,
                    look=look,
                    palette=palette,
                    mood="happy",
                    accessory="none",
                    background="none",
                    seed=seed,
                )
                render(drawing, 128).save(place / f"{subject}.png")
                table.writerow([f"{subject}.png", caption(drawing), f"{subject}|{palette}"])
    return folder


@pytest.fixture(scope="session")
def seeded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ana likes line drawings, ben soft ones; no test changes it."""
    folder = tmp_path_factory.mktemp("seeded")
    art = draw_catalogue(folder / "art")
    with Studio.open(folder / "home") as studio:
        studio.catalog.add(art, license="ours")
        by_look: dict[str, list[str]] = {look: [] for look in LOOKS}
        for item in studio.catalog.list(limit=100):
            if not {"cat", "dog", "robot"} & set(item.tags):  # these are asked for
                by_look[item.style].append(item.item_id)
        for name, look in (("ana", "line"), ("ben", "soft")):
            person = studio.user(name)
            for item_id in by_look[look][:6]:
                person.like(item_id)
    return folder / "home"


@pytest.fixture
def studio(seeded_home: Path, tmp_path: Path) -> Iterator[Studio]:
    """A studio on a copy of the seeded home."""
    shutil.copytree(seeded_home, tmp_path / "home")
    with Studio.open(tmp_path / "home") as opened:
        yield opened
