"""A small furnished home for tests of the server: a tiny real model, drawings, three people."""

from __future__ import annotations

import csv
from pathlib import Path

from studio import Studio
from tests.generators.tiny import write_pipeline

PEOPLE = ("ana", "ben", "cleo")
SUBJECTS = ("cat", "dog", "fox", "apple", "rocket", "house")
SETTINGS = """\
backbone = "{backbone}"
threads = 1

[parts]
checks = ["format"]
"""


def draw(folder: Path) -> Path:
    """A few drawings with captions."""
    from generators.drawn import Drawing, caption, render

    folder.mkdir()
    with (folder / "captions.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["file", "caption", "tags"])
        for seed, subject in enumerate(SUBJECTS):
            drawing = Drawing(
                subject=subject,
                look="soft",
                palette="candy",
                mood="happy",
                accessory="none",
                background="none",
                seed=seed,
            )
            render(drawing, 128).save(folder / f"{subject}.png")
            table.writerow([f"{subject}.png", caption(drawing), subject])
    return folder


def settle(studio: Studio, art: Path) -> None:
    """The drawings into the catalogue, and people who like one each."""
    studio.catalog.add(art, license="ours")
    items = studio.catalog.list(limit=10)
    for place, name in enumerate(PEOPLE):
        studio.user(name).like(items[place].item_id)


def furnish(folder: Path) -> Path:
    """A home whose backbone is a random 16 px Stable Diffusion; returns its folder."""
    home = folder / "home"
    home.mkdir()
    backbone = write_pipeline(folder / "model")
    (home / "studio.toml").write_text(SETTINGS.format(backbone=backbone.as_posix()))
    with Studio.open(home) as studio:
        settle(studio, draw(folder / "art"))
    return home
