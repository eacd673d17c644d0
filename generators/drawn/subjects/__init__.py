"""Every subject: how it is drawn, and the group it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from generators.drawn.scene import Figure, Vary
from generators.drawn.subjects.characters import CHARACTERS
from generators.drawn.subjects.critters import CRITTERS
from generators.drawn.subjects.food import FOOD
from generators.drawn.subjects.mammals import MAMMALS
from generators.drawn.subjects.objects import THINGS, VEHICLES
from generators.drawn.subjects.outdoors import BUILDINGS, PLANTS, SKIES

_GROUPS: tuple[tuple[str, Mapping[str, Callable[[Vary], Figure]]], ...] = (
    ("animals", MAMMALS),
    ("animals", CRITTERS),
    ("food", FOOD),
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
