"""The label of a drawing: what is drawn, and how."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from generators.drawn.accessories import ACCESSORIES
from generators.drawn.chance import chance
from generators.drawn.faces import MOODS
from generators.drawn.grounds import BACKGROUNDS
from generators.drawn.palettes import PALETTES
from generators.drawn.subjects import SUBJECTS
from studio.errors import InputError

LOOKS: Mapping[str, str] = MappingProxyType(
    {
        "flat": "flat style",
        "outline": "bold outline cartoon style",
        "sticker": "die-cut sticker style",
        "line": "line art style",
        "soft": "soft 3d clay style",
        "pixel": "pixel art style",
        "paper": "cut paper style",
        "sketch": "pencil sketch style",
        "watercolour": "watercolour style",
        "glow": "glowing neon sign style",
    }
)
"""Look to the words a caption uses for it."""

_KINDS: tuple[tuple[str, Collection[str]], ...] = (
    ("subject", SUBJECTS),
    ("look", LOOKS),
    ("palette", PALETTES),
    ("mood", MOODS),
    ("accessory", ACCESSORIES),
    ("background", BACKGROUNDS),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """One drawing, wholly determined by its fields: equal drawings have equal bytes.

    Raises InputError for a name that is not in SUBJECTS, LOOKS, PALETTES, MOODS, ACCESSORIES or
    BACKGROUNDS, or a seed that is not a whole number.
    """

    subject: str
    look: str = "flat"
    palette: str = "pastel"
    mood: str = "happy"
    accessory: str = "none"
    background: str = "none"
    seed: int = 0  # small natural variation: proportions, pose, tilt, roles of colours

    def __post_init__(self) -> None:
        for kind, names in _KINDS:
            name = getattr(self, kind)
            if name not in names:
                raise InputError(f"no {kind} {name!r} is drawn; choose one of: {', '.join(names)}")
        if not isinstance(self.seed, int):
            raise InputError(f"the seed of a drawing is a whole number, not {self.seed!r}")


def caption(drawing: Drawing) -> str:
    """The drawing in words: mood, subject, accessory, palette, look, background, in that order."""
    noun = " ".join(word for word in (MOODS[drawing.mood], drawing.subject) if word)
    words = [f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"]
    if drawing.accessory != "none":
        words[0] += f" with {ACCESSORIES[drawing.accessory]}"
    words += [f"{drawing.palette} colours", LOOKS[drawing.look]]
    if drawing.background != "none":
        words.append(f"on {BACKGROUNDS[drawing.background]}")
    return ", ".join(words)


def sample(seed: int) -> Drawing:
    """A random drawing; the same seed gives the same drawing.

    Subject, look, palette and mood are uniform; 45 % wear nothing and 45 % are transparent.
    """
    rng = chance("drawing", seed)
    subject, look, palette, mood = (
        rng.choice(tuple(names)) for names in (SUBJECTS, LOOKS, PALETTES, MOODS)
    )
    worn = rng.choice(tuple(ACCESSORIES)[1:])
    behind = rng.choice(tuple(BACKGROUNDS)[1:])
    accessory = "none" if rng.random() < 0.45 else worn
    background = "none" if rng.random() < 0.45 else behind
    return Drawing(
        subject=subject,
        look=look,
        palette=palette,
        mood=mood,
        accessory=accessory,
        background=background,
        seed=seed,
    )
