"""The fixed wording and shares of ``prompts.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("prompts.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of prompt or edit."""

    name: str
    route: str
    share: float
    """Of all prompts, or of all edits."""
    text: str
    after: str = ""
    """The kind whose first prompts it asks for once more."""
    grounded: bool = False
    """From the nearest thing in the catalogue, as the studio creates; else from noise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The file, read."""

    kinds: tuple[Kind, ...]
    looks: Mapping[str, str]
    """Style to the words that ask for it."""
    colours: tuple[str, ...]
    coloured: frozenset[str]
    colourless: frozenset[str]
    shown: int

    def counts(self, route: str, total: int) -> dict[str, int]:
        """Kind to how many of ``total``; what rounding leaves over goes to the first kind."""
        own = [kind for kind in self.kinds if kind.route == route]
        found = {kind.name: int(total * kind.share) for kind in own}
        found[own[0].name] += total - sum(found.values())
        return found

    def kind(self, name: str) -> Kind:
        """The kind of that name."""
        return next(kind for kind in self.kinds if kind.name == name)

    def text(self, name: str, **words: str) -> str:
        """The words of a prompt of that kind."""
        return self.kind(name).text.format(**words)


def wording() -> Wording:
    """The wording; looks of the drawn world are called as the drawn world calls them."""
    from generators.drawn import LOOKS

    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    kinds = tuple(
        Kind(name=name, route=route, **{"text": "", **own})
        for route in ("create", "edit")
        for name, own in read[route].items()
    )
    return Wording(
        kinds=kinds,
        looks={**read["looks"], **{f"drawn_{look}": words for look, words in LOOKS.items()}},
        colours=tuple(read["colours"]),
        coloured=frozenset(read["coloured"]),
        colourless=frozenset(read["colourless"]),
        shown=read["shown"],
    )
