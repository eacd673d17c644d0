"""The demo: people of opposite tastes ask for the same thing, and each gets their own."""

from __future__ import annotations

import csv
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from app.sheet import Section, Strip, Tile, contact_sheet
from studio.errors import InputError
from studio.folder import slate_document
from studio.progress import OnProgress, Step, silent
from studio.tables import HistoryRow

if TYPE_CHECKING:
    from generators.drawn import Drawing
    from studio import Studio
    from studio.content import Item
    from studio.slate import Slate
    from studio.user import User

MARK = ".made-by-bespoke-demo"
OURS = ("home", "art", "slates", "demo.png", "demo.json")
INSTRUCTION = "a happy cat"
ASKED = ("cat",)
LIKES, DISLIKES, SIDE = 10, 4, 256
START = 1_767_225_600.0  # seconds since the epoch: fixed, so that a demo is the same every day


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """A person of the demo."""

    name: str
    taste: str
    look: str
    palettes: tuple[str, ...]
    moods: tuple[str, ...]
    hates: tuple[str, tuple[str, ...]]
    """A look and palettes."""


PEOPLE = (
    Persona(
        name="Ana",
        taste="soft pastel things that smile",
        look="soft",
        palettes=("pastel", "candy"),
        moods=("happy", "love"),
        hates=("line", ("mono", "dark")),
    ),
    Persona(
        name="Ben",
        taste="black line art, dry and cool",
        look="line",
        palettes=("mono", "dark"),
        moods=("cool", "plain"),
        hates=("soft", ("pastel", "candy")),
    ),
    Persona(
        name="Chloe",
        taste="neon pixels, loud and bright",
        look="pixel",
        palettes=("neon", "vivid"),
        moods=("surprised", "cool"),
        hates=("flat", ("earth", "retro")),
    ),
    Persona(
        name="Dev",
        taste="flat shapes in earthy, retro colours",
        look="flat",
        palettes=("earth", "retro"),
        moods=("sleepy", "plain"),
        hates=("pixel", ("neon", "vivid")),
    ),
)


def run(out: Path, *, seed: int, on_progress: OnProgress = silent) -> dict[str, Any]:
    """Build the home, the people and their slates under ``out``; returns what was made, as JSON.

    Writes ``art/``, ``home/``, ``slates/<person>/``, ``slates/<person>-twin/``, ``demo.json`` and
    ``demo.png``. InputError where ``out`` holds something that no demo made.
    """
    from studio import Studio
    from studio.folder import json_bytes

    clock = time.perf_counter()
    steps = 2 + 2 * len(PEOPLE)
    prepare(out)
    drawings = list(catalogue())
    write_art(drawings, out / "art")
    on_progress(Step(stage="demo", done=1, total=steps))
    people: list[dict[str, Any]] = []
    sections: list[Section] = []
    with Studio.open(out / "home") as studio:
        studio.catalog.add(out / "art", license="Apache-2.0")
        by_file = dict(items_by_file(studio))
        on_progress(Step(stage="demo", done=2, total=steps))
        for number, persona in enumerate(PEOPLE):
            person = introduce(studio, persona, drawings, by_file)
            slate = person.personalize(INSTRUCTION, seed=seed)
            slate.save(out / "slates" / persona.name)
            on_progress(Step(stage="demo", done=3 + 2 * number, total=steps))
            twin = slate.twin()
            twin.save(out / "slates" / f"{persona.name}-twin")
            on_progress(Step(stage="demo", done=4 + 2 * number, total=steps))
            people.append(described(persona, slate, twin))
            sections.append(section(studio, persona, person, slate, twin))
    sheet = out / "demo.png"
    contact_sheet(
        "Bespoke",
        f"Four people ask for the same: “{INSTRUCTION}”, seed {seed}. Each slate follows what its "
        "person liked; the twin is the same request and seed with personalization off.",
        sections,
    ).save(sheet)
    document = {
        "out": str(out),
        "sheet": str(sheet),
        "seed": seed,
        "catalog": len(drawings),
        "people": people,
        "seconds": round(time.perf_counter() - clock, 2),
    }
    (out / "demo.json").write_bytes(json_bytes(document))
    return document


def prepare(out: Path) -> None:
    """An empty place for the demo; only what an earlier demo made is taken away."""
    if out.exists() and not out.is_dir():
        raise InputError(f"{out} is a file; name a folder with --out")
    mark = out / MARK
    there = [name for name in OURS if (out / name).exists()]
    if there and not mark.exists():
        raise InputError(
            f"{out} holds {', '.join(there)}, not made by a demo; choose another --out"
        )
    for name in there:
        path = out / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    out.mkdir(parents=True, exist_ok=True)
    mark.touch()


def catalogue() -> Iterator[Drawing]:
    """About 200 drawings: enough to each person's liking, and every look of what is asked for."""
    from generators.drawn import ACCESSORIES, LOOKS, MOODS, PALETTES, SUBJECTS, Drawing

    random = Random(0)  # noqa: S311 - reproducible, not secret
    subjects, palettes = [name for name in SUBJECTS if name not in ASKED], list(PALETTES)

    def one(subject: str, look: str, palette: str, mood: str) -> Drawing:
        return Drawing(
            subject=subject,
            look=look,
            palette=palette,
            mood=mood,
            accessory=random.choice(list(ACCESSORIES)) if random.random() < 0.3 else "none",
            seed=random.randrange(2**31),
        )

    for persona in PEOPLE:
        for subject in random.sample(subjects, LIKES + 6):
            palette, mood = random.choice(persona.palettes), random.choice(persona.moods)
            yield one(subject, persona.look, palette, mood)
        for subject in ASKED:
            for palette in persona.palettes:
                yield one(subject, persona.look, palette, "happy")
    for look in LOOKS:
        for subject in ASKED:
            for palette in random.sample(palettes, 4):
                yield one(subject, look, palette, "happy")
        for subject in random.sample(subjects, 12):
            yield one(subject, look, random.choice(palettes), random.choice(list(MOODS)))


def write_art(drawings: Sequence[Drawing], folder: Path) -> None:
    """The drawings as PNG files with their ``captions.csv``."""
    from generators.drawn import SUBJECTS, caption, render

    folder.mkdir(parents=True)
    with (folder / "captions.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["file", "caption", "tags", "group", "style"])
        for number, drawing in enumerate(drawings):
            name = file_name(number)
            render(drawing, SIDE).save(folder / name)
            tags = [drawing.subject, drawing.palette, drawing.mood, drawing.accessory]
            kept = "|".join(tag for tag in tags if tag != "none")
            group = SUBJECTS[drawing.subject]
            rows.writerow([name, caption(drawing), kept, group, drawing.look])


def file_name(number: int) -> str:
    """The file of a drawing, by its place in the catalogue."""
    return f"{number:03d}.png"


def items_by_file(studio: Studio) -> Iterator[tuple[str, Item]]:
    """File name and item of the whole catalogue."""
    after = ""
    while page := studio.catalog.list(after=after, limit=500):
        yield from ((item.source, item) for item in page)
        after = page[-1].item_id


def introduce(
    studio: Studio, persona: Persona, drawings: Sequence[Drawing], by_file: dict[str, Item]
) -> User:
    """The person, with likes and dislikes out of the catalogue, none of them what is asked for."""
    look, palettes = persona.hates
    liked = [
        by_file[file_name(number)].item_id
        for number, one in enumerate(drawings)
        if one.look == persona.look and one.palette in persona.palettes and one.subject not in ASKED
    ]
    disliked = [
        by_file[file_name(number)].item_id
        for number, one in enumerate(drawings)
        if one.look == look and one.palette in palettes and one.subject not in ASKED
    ]
    person = studio.user(persona.name)
    events = [(item, "like") for item in liked[:LIKES]]
    events += [(item, "dislike") for item in disliked[:DISLIKES]]
    person.add_history(
        [
            HistoryRow(subject=item, event=event, timestamp=START + 60.0 * at)
            for at, (item, event) in enumerate(events)
        ]
    )
    return person


def described(persona: Persona, slate: Slate, twin: Slate) -> dict[str, Any]:
    """A person of the demo as JSON."""
    return {
        "name": persona.name,
        "taste": persona.taste,
        "slates": [
            {
                **slate_document(slate),
                "instruction": slate.request.instruction,
                "folder": f"slates/{persona.name}",
                "twin": {**slate_document(twin), "folder": f"slates/{persona.name}-twin"},
            }
        ],
    }


def section(studio: Studio, persona: Persona, person: User, slate: Slate, twin: Slate) -> Section:
    """A person's card: what they liked, their slate with the reasons, and its twin."""
    history = person.history
    liked = [Tile(image=studio.gallery.image(one.item)) for one in history.liked[:LIKES]]
    disliked = [Tile(image=studio.gallery.image(one.item)) for one in history.disliked[:DISLIKES]]
    return Section(
        heading=persona.name,
        words=f"Likes {persona.taste}. Learned: {learned(person)}.",
        strips=(
            Strip(label="Liked", tiles=tuple(liked), side=54),
            Strip(label="Disliked", tiles=tuple(disliked), side=54),
            Strip(label=f"“{INSTRUCTION}”, made for {persona.name}", tiles=offers(slate)),
            Strip(
                label="Its twin: the same, personalization off",
                tiles=offers(twin, bare=True),
                side=104,
            ),
        ),
    )


def offers(slate: Slate, *, bare: bool = False) -> tuple[Tile, ...]:
    """The offers of a slate as tiles; ``bare`` leaves the reason out."""
    return tuple(
        Tile(
            image=offer.image,
            title=f"{offer.route} {offer.score:.2f}",
            note="" if bare else offer.reason,
        )
        for offer in slate
    )


def learned(person: User) -> str:
    """The strongest concepts of a person, in words."""
    concepts = person.profile.concepts[:6]
    return (
        ", ".join(f"{'no ' if concept.weight < 0 else ''}{concept.name}" for concept in concepts)
        or "nothing yet"
    )
