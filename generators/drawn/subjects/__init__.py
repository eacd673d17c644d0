"""Every subject: how it is drawn, and the group it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.scene import Figure, Vary
from generators.drawn.subjects.buildings import BUILDINGS
from generators.drawn.subjects.characters import CHARACTERS
from generators.drawn.subjects.crawlers import CRAWLERS
from generators.drawn.subjects.critters import CRITTERS
from generators.drawn.subjects.fruit import FRUIT
from generators.drawn.subjects.mammals import MAMMALS
from generators.drawn.subjects.meals import MEALS
from generators.drawn.subjects.plants import PLANTS
from generators.drawn.subjects.skies import SKIES
from generators.drawn.subjects.things import THINGS
from generators.drawn.subjects.vehicles import VEHICLES

_GROUPS: tuple[tuple[str, Mapping[str, Callable[[Vary], Figure]]], ...] = (
    ("animals", MAMMALS),
    ("animals", CRITTERS),
    ("animals", CRAWLERS),
    ("food", FRUIT),
    ("food", MEALS),
    ("plants", PLANTS),
    ("vehicles", VEHICLES),
    ("things", THINGS),
    ("sky", SKIES),
    ("buildings", BUILDINGS),
    ("characters", CHARACTERS),
)

FIGURES: Mapping[str, Callable[[Vary], Figure]] = MappingProxyType(
    {name: draw for _, members in _GROUPS for name, draw in members.items()}
)
"""Subject to the function that draws it."""

SUBJECTS: Mapping[str, str] = MappingProxyType(
    {name: group for group, members in _GROUPS for name in members}
)
"""Subject to its group."""
