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


def furnish(folder: Path) -> Path:
    """A home whose backbone is a random 16 px Stable Diffusion; returns its folder."""
    from generators.drawn import Drawing, caption, render

    art = folder / "art"
    art.mkdir()
    with (art / "captions.csv").open("w", newline="") as file:
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
            render(drawing, 128).save(art / f"{subject}.png")
            table.writerow([f"{subject}.png", caption(drawing), subject])
    home = folder / "home"
    home.mkdir()
    backbone = write_pipeline(folder / "model")
    (home / "studio.toml").write_text(SETTINGS.format(backbone=backbone.as_posix()))
    with Studio.open(home) as studio:
        studio.catalog.add(art, license="ours")
        items = studio.catalog.list(limit=10)
        for place, name in enumerate(PEOPLE):
            studio.user(name).like(items[place].item_id)
    return home
