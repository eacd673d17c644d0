"""The nearest thing in a catalogue: what the studio starts a creation from.

As ``generators/scout.py`` finds it: among pictures whose words name what is asked, the one nearest
to the words; one that has the look asked for already is left out, since it would be shown as it is
rather than made anew. The catalogue is what generators may have learned from, and the drawn grid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from studio.stock import SPOKEN

if TYPE_CHECKING:
    from ranking.judges.art import Art
    from studio.lexicon import Lexicon
    from studio.protocols import Encoder

NAMED = 0.5
"""Share of what is asked that a picture's words must hold (``ScoutOptions.grounded``)."""
LOOKED_AT = 32
"""Most pictures whose nearness to the words is taken."""


@dataclass(slots=True, kw_only=True, eq=False)
class Catalogue:
    """Pictures of the art that may be remade, by their words."""

    art: Art
    encoder: Encoder
    rows: Sequence[int]
    _lexicon: Lexicon = field(init=False)
    _vectors: dict[int, np.ndarray] = field(init=False, default_factory=dict)
    """Of a row, the sum of picture's and caption's embeddings."""

    def __post_init__(self) -> None:
        from studio.content import Item
        from studio.lexicon import Lexicon

        named = [
            Item(item_id=str(row), blob="", caption=self.art.captions[row]) for row in self.rows
        ]
        self._lexicon = Lexicon(named)

    def nearest(self, words: str, style: str) -> int | None:
        """Row of the picture to start from; None where nothing is called so."""
        share = self._lexicon(words)
        rows = [
            (float(share[at]), self.rows[at])
            for at in np.argsort(-share, kind="stable")
            if share[at] >= NAMED and self.art.styles[self.rows[at]] != style
        ][:LOOKED_AT]
        if not rows:
            return None
        new = [row for _, row in rows if row not in self._vectors]
        if new:
            made = self.encoder.images([self.art.picture(row) for row in new])
            made = made + self.encoder.texts([self.art.captions[row] for row in new])
            self._vectors |= dict(zip(new, made, strict=True))
        asked = self.encoder.texts([words])[0]
        score = {row: SPOKEN * said + float(self._vectors[row] @ asked) / 2 for said, row in rows}
        best: int = max(score, key=lambda row: score[row])
        return best
