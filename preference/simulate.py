"""Simulated people for ``eval personalization``: whose taste is known because it was given.

A person likes one look and one theme (a tag that several items carry), has liked some items of
that look and theme, and asks for a thing outside the theme. Deterministic by seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from preference.vocabulary import KINDS, content_words
from studio.errors import InputError
from studio.request import derive_seed

if TYPE_CHECKING:
    from studio.content import Item

LEAST_THEMES = 2
UNFIT = frozenset({"symbols", "flags", "keypad characters", "alphanumeric symbols", "arrows"})
"""Tags of items that make poor subjects: signs rather than things."""
LONGEST = 3
"""Words of a subject's caption."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One simulated person."""

    name: str
    """Fit for a user name, unique among the people of one call."""
    style: str
    """``Item.style`` of everything liked: the look."""
    theme: str
    """A tag of everything liked."""
    likes: tuple[Item, ...]
    """Oldest first."""
    dislikes: tuple[Item, ...]
    """Items of other looks; empty where none were asked for."""
    instruction: str
    """Names a thing outside the theme."""
    seed: int
    """For the request."""


def people(
    items: Sequence[Item],
    *,
    count: int,
    seed: int = 0,
    likes: int = 10,
    dislikes: int = 0,
    looks: Sequence[str] = (),
) -> tuple[Person, ...]:
    """``count`` people over a catalogue, looks taken in turn.

    ``looks`` are the styles to like; empty: every style of ``items``. InputError where the
    catalogue has no two themes with ``likes`` items of a look, or nothing else to ask for.
    """
    chosen = tuple(looks) or tuple(sorted({item.style for item in items if item.style}))
    ordered = sorted(items, key=lambda item: item.item_id)
    themes = {look: _themes(ordered, look=look, least=likes) for look in chosen}
    poor = [look for look, found in themes.items() if len(found) < LEAST_THEMES]
    if poor or not chosen:
        raise InputError(
            f"too few items to simulate {likes} likes of {', '.join(poor) or 'a look'}; "
            "add items with styles and tags, or ask for fewer likes"
        )
    subjects = _subjects(ordered)
    return tuple(
        _person(
            Random(derive_seed(seed, "person", index)),  # noqa: S311 - a simulation, no secret
            index=index,
            look=chosen[index % len(chosen)],
            themes=themes[chosen[index % len(chosen)]],
            subjects=subjects,
            others=[item for item in ordered if item.style != chosen[index % len(chosen)]],
            counts=(likes, dislikes),
            seed=derive_seed(seed, "request", index),
        )
        for index in range(count)
    )


def _themes(items: Sequence[Item], *, look: str, least: int) -> dict[str, list[Item]]:
    """Tag to items of the look, for tags that are neither rare nor on most items."""
    found: dict[str, list[Item]] = {}
    total = 0
    for item in items:
        if item.style == look:
            total += 1
            for tag in dict.fromkeys(item.tags):
                found.setdefault(tag, []).append(item)
    return {
        tag: carried
        for tag, carried in sorted(found.items())
        if least <= len(carried) <= max(least, total // 2)
        and tag not in UNFIT
        and KINDS.get(tag, "subject") == "subject"
    }


def _subjects(items: Sequence[Item]) -> list[Item]:
    """Items that can be asked for: things with a short plain caption, one a caption."""
    found: dict[str, Item] = {}
    for item in items:
        caption = item.caption.split(",")[0]
        plain = all(character.isalpha() or character in " -'’" for character in caption)
        words = caption.split()
        short = 0 < len(words) <= LONGEST and content_words(caption)
        if plain and short and not UNFIT & set(item.tags):
            found.setdefault(caption, item)
    return list(found.values())


def _person(
    random: Random,
    *,
    index: int,
    look: str,
    themes: dict[str, list[Item]],
    subjects: Sequence[Item],
    others: Sequence[Item],
    counts: tuple[int, int],
    seed: int,
) -> Person:
    theme = random.choice(list(themes))
    liked = random.sample(themes[theme], counts[0])
    outside = [item for item in subjects if not _shares_theme(item, theme, liked)]
    if not outside:
        raise InputError(f"every item of the catalogue is about {theme}; add items of other things")
    subject = random.choice(outside).caption.split(",")[0]
    disliked = random.sample(others, min(counts[1], len(others)))
    return Person(
        name=f"person-{index:04d}",
        style=look,
        theme=theme,
        likes=tuple(liked),
        dislikes=tuple(disliked),
        instruction=subject,
        seed=seed,
    )


def _shares_theme(item: Item, theme: str, liked: Sequence[Item]) -> bool:
    """True where ``item`` belongs to the theme, or shows what one of the liked items shows."""
    return theme in item.tags or item.caption.split(",")[0] in {
        other.caption.split(",")[0] for other in liked
    }
