"""The prompts and edits of the measure, by rule and seed: the same art and seed, the same tasks."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from app.measures.wording import Kind, Wording
from studio.request import derive_seed

if TYPE_CHECKING:
    from generators.drawn import Drawing
    from ranking.judges.art import Art

    Chance = np.random.Generator
T = TypeVar("T")
PAIRED = ("drawn_restyle", "accessory", "mood")
"""Kinds of edits whose sources and targets are drawn for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One picture to be made, and what it is to show."""

    kind: str
    """A name of ``prompts.toml``."""
    text: str
    seed: int
    thing: str
    """The concept wanted."""
    style: str
    """The style wanted."""
    colour: str = ""
    accessory: str = ""
    mood: str = ""
    source: int | None = None
    """Row of the picture to be edited, or that a creation starts from."""
    truth: int | None = None
    """Row of the true picture of the thing in the style, where there is one."""
    shown: tuple[int, ...] = ()
    """Rows of the image prompts."""
    again: int | None = None
    """Number of the task that asks for the same with another seed."""

    @property
    def created(self) -> bool:
        """Whether it is a creation, from noise or from a catalogue, and no edit."""
        return self.source is None or self.again is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Makers:
    """What the rules work on."""

    art: Art
    wording: Wording
    seed: int
    colour_of: Callable[[int], str]
    """The colour word of a picture's row, "" where it has no colour."""
    nearest: Callable[[str, str], int | None] = lambda words, style: None
    """For the words of a thing and the style asked, the row that the studio starts from."""

    def chance(self, kind: str) -> Chance:
        """The random numbers of one kind."""
        return np.random.default_rng((self.seed, zlib.crc32(kind.encode())))

    def words(self, row: int, kind: str, style: str = "", colour: str = "") -> str:
        """The prompt for the thing of a row."""
        look = self.wording.looks.get(style, style.replace("_", " "))
        return self.wording.text(kind, thing=self.art.captions[row], look=look, colour=colour)

    def plain(self, row: int) -> bool:
        """Whether a colour can be asked of it: its look has colours, its caption names none."""
        named = set(self.art.captions[row].lower().replace("-", " ").split())
        return self.art.styles[row] not in self.wording.colourless and not (
            named & self.wording.coloured
        )

    def look_pictures(self, row: int, style: str, chance: Chance) -> tuple[int, ...]:
        """Train pictures of the style that show other things."""
        peers = [
            other
            for other in self.art.rows("train")
            if self.art.styles[other] == style
            and self.art.concepts[other] != self.art.concepts[row]
        ]
        count = min(self.wording.shown, len(peers))
        return tuple(int(one) for one in chance.choice(peers, size=count, replace=False))


def taken(rows: Sequence[T], count: int, chance: Chance) -> Iterator[T]:
    """``count`` of them in a random order, round and round where there are fewer."""
    order = [rows[at] for at in chance.permutation(len(rows))]
    return islice(cycle(order), count) if order else iter(())


def creations(makers: Makers, counts: dict[str, int]) -> list[Task]:
    """The prompts; a kind that the art has nothing for (no ``pair_test``) is left out."""
    art = makers.art
    found: list[Task] = []
    for kind, count in counts.items():
        chance = makers.chance(kind)
        if kind == "two_things":
            found += [_worn(makers, kind, chance) for _ in range(count)]
            continue
        way = makers.wording.kind(kind)
        if way.after:
            first = [at for at, task in enumerate(found) if task.kind == way.after][:count]
            found += [_again(makers, way, found[at], at) for at in first]
            continue
        rows = art.rows("pair_test" if kind == "pair_test" else "train")
        if kind == "colour":
            rows = [row for row in rows if makers.plain(row)]
        for row in taken(rows, count, chance):
            style, colour = art.styles[row], ""
            if kind == "colour":
                colour = str(chance.choice(makers.wording.colours))
            shown = makers.look_pictures(row, style, chance) if kind == "pictures" else ()
            found.append(
                Task(
                    kind=kind,
                    text=makers.words(row, kind, style, colour),
                    seed=0,
                    thing=art.concepts[row],
                    style=style,
                    colour=colour,
                    truth=None if colour else row,
                    shown=shown,
                )
            )
    return seeded(found, "create", makers.seed)


def _again(makers: Makers, way: Kind, task: Task, at: int) -> Task:
    """The same prompt once more, from noise or from what the catalogue calls so."""
    words = makers.art.names.get(task.thing, task.thing.removeprefix("drawn_"))
    source = makers.nearest(words, task.style) if way.grounded else None
    return replace(task, kind=way.name, again=at, source=source)


def _worn(makers: Makers, kind: str, chance: Chance) -> Task:
    """A drawn thing that wears something."""
    from generators.drawn import ACCESSORIES, LOOKS, SUBJECTS

    subject, look, worn = (
        str(chance.choice(list(names))) for names in (SUBJECTS, LOOKS, list(ACCESSORIES)[1:])
    )
    text = makers.wording.text(kind, thing=subject, worn=ACCESSORIES[worn], look=LOOKS[look])
    return Task(
        kind=kind,
        text=text,
        seed=0,
        thing=f"drawn_{subject}",
        style=f"drawn_{look}",
        accessory=worn,
    )


def edits(makers: Makers, counts: dict[str, int], pairs: dict[str, list[int]]) -> list[Task]:
    """The edits; ``pairs`` holds, by kind, rows of source drawings, each before its target."""
    art = makers.art
    found: list[Task] = []
    for kind, count in counts.items():
        chance = makers.chance(kind)
        if kind in pairs:
            found += [_redrawn(makers, kind, row) for row in pairs[kind]]
        elif kind == "recolour":
            rows = [row for row in art.rows("train") if makers.plain(row)]
            found += [_recoloured(makers, kind, row, chance) for row in taken(rows, count, chance)]
        else:
            split = "concept_test" if kind.startswith("concept_test") else "train"
            grid = art.grid
            styles = sorted({style for _, style in grid})
            ways = [
                (row, grid[art.concepts[row], style])
                for row in art.rows(split)
                for style in styles
                if style != art.styles[row] and (art.concepts[row], style) in grid
            ]
            for row, truth in taken(ways, count, chance):
                style = art.styles[truth]
                by_pictures = kind.endswith("pictures")
                shown = makers.look_pictures(row, style, chance) if by_pictures else ()
                found.append(
                    Task(
                        kind=kind,
                        text=makers.words(row, kind, style),
                        seed=0,
                        thing=art.concepts[row],
                        style=style,
                        source=row,
                        truth=truth,
                        shown=shown,
                    )
                )
    return seeded(found, "edit", makers.seed)


def _recoloured(makers: Makers, kind: str, row: int, chance: Chance) -> Task:
    now, art = makers.colour_of(row), makers.art
    colour = str(chance.choice([word for word in makers.wording.colours if word != now]))
    return Task(
        kind=kind,
        text=makers.words(row, kind, art.styles[row], colour),
        seed=0,
        thing=art.concepts[row],
        style=art.styles[row],
        colour=colour,
        source=row,
    )


def _redrawn(makers: Makers, kind: str, row: int) -> Task:
    art, truth = makers.art, row + 1
    return Task(
        kind=kind,
        text=makers.wording.text(kind, caption=art.captions[truth]),
        seed=0,
        thing=art.concepts[truth],
        style=art.styles[truth],
        accessory=art.traits["accessory"][truth] if kind == "accessory" else "",
        mood=art.traits["mood"][truth] if kind == "mood" else "",
        source=row,
        truth=truth,
    )


def drawing_pairs(kind: str, count: int, *, seed: int) -> list[Drawing]:
    """Source and target drawings in turn, ``count`` pairs: the same but for one thing.

    Neither has a background.
    """
    from app.measures.world import FIRST
    from generators.drawn import ACCESSORIES, LOOKS, MOODS, sample

    chance = np.random.default_rng((seed, zlib.crc32(kind.encode())))
    found = []
    for at in range(count):
        before = sample(derive_seed("pair", kind, seed, at) % FIRST + 2 * FIRST)
        before = replace(before, accessory="none", background="none")
        if kind == "drawn_restyle":
            looks = [look for look in LOOKS if look != before.look]
            after = replace(before, look=str(chance.choice(looks)))
        elif kind == "accessory":
            worn = str(chance.choice(list(ACCESSORIES)[1:]))
            after = replace(before, accessory=worn)
        else:
            moods = [mood for mood in MOODS if mood not in (before.mood, "plain")]
            after = replace(before, mood=str(chance.choice(moods)))
        found += [before, after]
    return found


def seeded(tasks: Sequence[Task], route: str, seed: int) -> list[Task]:
    """Each task with a seed of its own."""
    return [
        replace(task, seed=derive_seed("measure", route, seed, at) % 2**31)
        for at, task in enumerate(tasks)
    ]
