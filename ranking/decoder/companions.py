"""Who goes with whom, counted: cheap evidence beside the network, for the mixture.

Each table says, for an item of the history (row), how much it speaks for another (column); a
person's evidence is the sum over their history, newer items weighing more. Everything is sparse:
the cost of a person follows their history, not the catalogue.

Legend: N items, B people asked about, E entries (a person and an item each), P pieces of evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ranking.semantic_ids.vectors import together
from ranking.sequences.interactions import Histories

Values = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]
LOOKS: tuple[tuple[str, float], ...] = (
    ("company", 1.0),
    ("company", 0.6),
    ("crowd", 1.0),
    ("crowd", 0.6),
    ("step", 0.5),
    ("after", 0.6),
    ("after", 0.3),
    ("before", 0.6),
    ("next", 0.3),
    ("alike", 1.0),
    ("alike", 0.6),
    ("alike", 0.3),
)
"""Which table, and by what factor the weight of an item falls with each newer one."""
KEPT = 150
"""Entries kept of each row of a table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Companions:
    """The tables, and how often each item was met."""

    tables: Mapping[str, sparse.csr_matrix] = field(compare=False, repr=False)
    met_N: Values = field(compare=False, repr=False)
    """In hundreds."""
    late_N: Values = field(compare=False, repr=False)
    """How often met of late: an event counts ½ for every newer one of the same person."""

    def __call__(self, histories: Histories, *, without: str = "") -> dict[str, Evidence]:
        """What is counted for each person, by table and decay; ``without`` leaves a table out."""
        items = len(self.met_N)
        weighed = {decay: recent(histories, items, decay) for _, decay in LOOKS}
        return {
            f"{name} {decay:g}": Evidence.of(weighed[decay] @ self.tables[name])
            for name, decay in LOOKS
            if name in self.tables and name != without
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Positive numbers of some items for some people; of all others 0."""

    keys_E: Keys = field(compare=False, repr=False)
    """Person times N plus item, ascending, none twice."""
    values_E: Values = field(compare=False, repr=False)

    @classmethod
    def of(cls, table_BN: sparse.spmatrix) -> Evidence:
        """The entries of a sparse matrix."""
        rows = table_BN.tocsr()
        rows.sort_indices()
        person_E = np.repeat(np.arange(rows.shape[0], dtype=np.int64), np.diff(rows.indptr))
        return cls(
            keys_E=person_E * rows.shape[1] + rows.indices,
            values_E=rows.data.astype(np.float32),
        )

    def at(self, keys: Keys) -> Values:
        """Values of ascending keys, 0 where there is none."""
        found = np.zeros(len(keys), np.float32)
        if len(self.keys_E):
            place = np.minimum(np.searchsorted(self.keys_E, keys), len(self.keys_E) - 1)
            there = self.keys_E[place] == keys
            found[there] = self.values_E[place[there]]
        return found


def recent(histories: Histories, items: int, decay: float) -> sparse.csr_matrix:
    """(B, N) weight of each item of each history: decay to the power of how many are newer."""
    weights_E = (decay ** np.minimum(histories.back_E, 60)).astype(np.float32)
    return sparse.csr_matrix(
        (weights_E, (histories.people_E, histories.items_E)), shape=(len(histories), items)
    )


def follows(histories: Histories, items: int, *, fall: float, reach: int) -> sparse.csr_matrix:
    """(N, N) how often the column came after the row: 1 for the next, times ``fall`` a step on."""
    rows, columns, weights = [], [], []
    person_E, item_E = histories.people_E, histories.items_E
    for gap in range(1, reach + 1):
        same = person_E[:-gap] == person_E[gap:]
        rows.append(item_E[:-gap][same])
        columns.append(item_E[gap:][same])
        weights.append(np.full(int(same.sum()), fall ** (gap - 1), np.float32))
    return sparse.csr_matrix(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))),
        shape=(items, items),
    )


def companions(
    histories: Histories, items: int, *, content_NV: sparse.csr_matrix | None = None
) -> Companions:
    """Count the tables.

    ``content_NV``: unit rows saying what each item is; without it the table ``alike`` is left out.
    """
    met_N = histories.counts(items).astype(np.float32)
    # Popular items are everybody's company. Two ways to take their weight away stand side by side,
    # and the mixture chooses: most of it from the row, or a little from both.
    some_N = np.maximum(met_N, 1)
    pairs = together(histories, items)
    company = sparse.diags(some_N**-0.7) @ pairs @ sparse.diags(some_N**-0.3)
    crowd = sparse.diags(some_N**-0.3) @ pairs @ sparse.diags(some_N**-0.3)
    far = follows(histories, items, fall=0.5, reach=8)
    near = follows(histories, items, fall=1.0, reach=1)
    tables = {
        "company": company,
        "crowd": crowd,
        "step": follows(histories, items, fall=0.5, reach=3),
        "after": _eased(far, 0.5),
        "before": _eased(far.T.tocsr(), 0.5),
        "next": _eased(near, 1.0),
    }
    if content_NV is not None and content_NV.nnz:
        tables["alike"] = _alike(content_NV.tocsr().astype(np.float32))
    return Companions(
        tables={name: kept(table.tocsr()) for name, table in tables.items()},
        met_N=(met_N / 100).astype(np.float32),
        late_N=np.bincount(histories.items_E, 0.5**histories.back_E, items).astype(np.float32),
    )


def _eased(table: sparse.csr_matrix, power: float) -> sparse.csr_matrix:
    """Rows divided by (1 + their sum) to the power."""
    sums_N = np.asarray(table.sum(axis=1)).ravel()
    return (sparse.diags((sums_N + 1) ** -power) @ table).tocsr()


def _alike(
    content_NV: sparse.csr_matrix, *, least: float = 0.1, rows: int = 1024
) -> sparse.csr_matrix:
    """(N, N) products of unit rows, those under ``least`` left out."""
    parts = []
    for start in range(0, content_NV.shape[0], rows):
        part = (content_NV[start : start + rows] @ content_NV.T).tocsr()
        part.data[part.data < least] = 0
        part.eliminate_zeros()
        parts.append(kept(part))
    return sparse.vstack(parts).tocsr()


def kept(table: sparse.csr_matrix, count: int = KEPT) -> sparse.csr_matrix:
    """The ``count`` largest entries of each row (of equal ones, the lower column first)."""
    table = table.astype(np.float32)
    table.sort_indices()
    if not table.nnz or np.diff(table.indptr).max() <= count:
        return table
    row_E = np.repeat(np.arange(table.shape[0]), np.diff(table.indptr))
    order = np.lexsort((-table.data, row_E))
    place = np.arange(len(order)) - table.indptr[row_E[order]]
    chosen = np.sort(order[place < count])
    return sparse.csr_matrix(
        (table.data[chosen], (row_E[chosen], table.indices[chosen])), shape=table.shape
    )
