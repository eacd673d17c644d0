"""Words of taste: which kind of concept a word is, and the plain form of a word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from studio.lexicon import singular

LOOKS = (
    "line art", "flat colour", "soft 3d render", "shaded cartoon", "blob cartoon", "pixel art",
    "watercolour", "sketch", "paper cut", "neon", "bold outline", "minimal", "retro", "realistic",
    "cartoon", "doodle", "glossy", "anime", "vintage", "geometric",
)  # fmt: skip
HUES = (
    "red", "orange", "yellow", "green", "teal", "blue", "purple", "pink", "brown", "black",
    "white", "grey",
)  # fmt: skip
TONES = ("pastel", "vivid", "dark", "light", "mono", "warm", "cold", "colourful")
MOODS = (
    "happy", "sad", "angry", "sleepy", "surprised", "love", "cool", "cute", "funny", "scary",
    "calm", "playful", "romantic", "spooky", "sweet", "silly", "shy", "excited",
)  # fmt: skip
MOTIFS = (
    "animal", "cat", "dog", "bird", "fish", "insect", "dragon", "face", "person", "hand", "heart",
    "flower", "tree", "plant", "fruit", "vegetable", "cake", "food", "drink", "coffee", "star",
    "moon", "sun", "cloud", "rain", "snow", "sea", "mountain", "house", "castle", "car", "train",
    "boat", "plane", "rocket", "space", "music", "sport", "game", "book", "tool", "computer",
    "clothes", "crown", "gem", "money", "clock", "skull", "ghost", "robot", "magic", "rainbow",
)  # fmt: skip

KINDS: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(MOTIFS, "subject")
    | dict.fromkeys(MOODS, "mood")
    | dict.fromkeys(HUES, "colour")
    | dict.fromkeys(TONES, "colour")
    | dict.fromkeys(LOOKS, "look")
)
"""Word to kind."""

SYNONYMS: Mapping[str, str] = MappingProxyType(
    {
        "gray": "grey",
        "violet": "purple",
        "lilac": "purple",
        "magenta": "pink",
        "turquoise": "teal",
        "cyan": "teal",
        "monochrome": "mono",
        "black and white": "mono",
        "black-and-white": "mono",
        "greyscale": "mono",
        "grayscale": "mono",
        "vibrant": "vivid",
        "bright": "vivid",
        "saturated": "vivid",
        "colorful": "colourful",
        "pastels": "pastel",
        "gloomy": "dark",
        "lineart": "line art",
        "line-art": "line art",
        "line drawing": "line art",
        "outlines": "bold outline",
        "flat color": "flat colour",
        "watercolor": "watercolour",
        "3d": "soft 3d render",
        "3d render": "soft 3d render",
        "joyful": "happy",
        "cheerful": "happy",
        "kawaii": "cute",
        "creepy": "scary",
    }
)
_STOP = (
    "a an the of and or in on at to for with without by from is are be it its this that these "
    "those my your our his her their some any one two three no not as up down over under "
    "sticker stickers poster picture pictures image images drawing please make me i want "
    "show draw who which very so small big little large new old style plain "
    "thing things other top background"
)
STOP_WORDS = frozenset(_STOP.split())
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


def canonical(name: str) -> str:
    """A concept's name: lower case, single spaces, synonyms folded, the last word singular."""
    name = " ".join(name.lower().split())
    name = SYNONYMS.get(name, name)
    if name in KINDS:
        return name
    *head, last = name.split(" ") if name else [""]
    name = " ".join([*head, singular(last)])
    return SYNONYMS.get(name, name)


def kind_of(name: str) -> str:
    """``look``, ``colour``, ``mood`` or ``subject`` by the vocabulary; else ``thing``."""
    return KINDS.get(canonical(name), "thing")


def content_words(text: str) -> tuple[str, ...]:
    """The words of ``text`` that carry meaning, singular, each once, in order."""
    found = (singular(word) for word in _WORD.findall(text.lower()) if word not in STOP_WORDS)
    return tuple(dict.fromkeys(word for word in found if len(word) > 1))


def named(text: str, name: str) -> bool:
    """True where ``text`` names the concept ``name`` (as whole words, in either number)."""
    wanted = tuple(singular(word) for word in _WORD.findall(name.lower()))
    said = tuple(singular(word) for word in _WORD.findall(text.lower()))
    size = len(wanted)
    return bool(wanted) and any(
        said[start : start + size] == wanted for start in range(len(said) - size + 1)
    )


def named_kinds(text: str) -> frozenset[str]:
    """The kinds of taste concept that ``text`` itself decides: a colour, a look, a mood."""
    spoken = {**KINDS, **{word: KINDS[name] for word, name in SYNONYMS.items() if name in KINDS}}
    return frozenset(
        kind for word, kind in spoken.items() if kind != "subject" and named(text, word)
    )


def phrase(name: str, kind: str) -> str:
    """A concept as it is said to a generator or an encoder: ``pastel`` → ``pastel colours``."""
    return f"{name} colours" if kind == "colour" and name not in HUES else name
