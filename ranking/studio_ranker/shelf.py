"""The shelf: every picture that a batch speaks of, as the network sees it.

A picture of the catalogue has a row of its own in the network; any other, a fresh candidate or a
person's own, is known by its digits and its looks alone, so it can be ranked the moment it is made
and nothing personal stands in the weights. Legend: N pictures, G digits, F fused width, D width
of the encoder.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ranking.studio_ranker.logbook import Logbook, Vectors
from ranking.studio_ranker.naming import Names


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Pictures by number."""

    digits_NG: Tensor = field(compare=False, repr=False)
    fused_NF: Tensor = field(compare=False, repr=False)
    looks_ND: Tensor = field(compare=False, repr=False)
    """Directions from the catalogue's mean."""
    units_ND: Tensor = field(compare=False, repr=False)
    """The encoder's vectors, on one scale with words."""
    own_N: Tensor = field(compare=False, repr=False)
    """Row of the picture in the network's table, -1 where it has none."""

    def __len__(self) -> int:
        return len(self.own_N)


def shelf_of(names: Names, ids: Sequence[str], vectors_ND: Vectors) -> Shelf:
    """Pictures by id and vector; those that the catalogue knew keep what they have learned.

    A picture that the catalogue did not know, or that was changed since (another id), is new.
    """
    rows: Mapping[str, int] = {item: row for row, item in enumerate(names.items)}
    own_N = np.array([rows.get(one, -1) for one in ids], np.int64)
    fresh_N = own_N < 0
    known_N = np.maximum(own_N, 0)
    digits_NG = names.ids.digits_NG[known_N].copy()
    fused_NF = names.fused_CF[known_N].copy()
    if fresh_N.any():
        digits_NG[fresh_N], fused_NF[fresh_N] = names.of(vectors_ND[fresh_N])
    return Shelf(
        digits_NG=torch.from_numpy(digits_NG.astype(np.int64)),
        fused_NF=torch.from_numpy(fused_NF),
        looks_ND=torch.from_numpy(names.directions(vectors_ND)),
        units_ND=torch.from_numpy(np.asarray(vectors_ND, np.float32)),
        own_N=torch.from_numpy(own_N),
    )


def shelf_of_log(names: Names, log: Logbook) -> Shelf:
    """Every picture of a log, by its number there."""
    return shelf_of(names, log.items, log.vectors_ND)
