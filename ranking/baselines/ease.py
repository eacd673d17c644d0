"""EASE (arXiv 1905.03375): the linear item-item model in closed form, blind to order.

Legend: N items. One table of N x N float32 stands in memory: 0.6 GB for 12,101 items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.linalg import lapack

from ranking.baselines.counting import held
from ranking.baselines.options import chosen
from ranking.recommenders import ByScores, Recommender, Scores, unseeded
from ranking.sequences.interactions import Histories
from ranking.sequences.splits import Material
from studio.errors import ConfigError, InputError
from studio.progress import OnProgress, Step, silent

LARGEST = 40_000
"""Items whose table is 6.4 GB; more are refused rather than swapped."""
BLOCK = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Options of EASE."""

    ridge: float = 200.0
    """Lambda, added to the diagonal of XᵀX."""

    def __post_init__(self) -> None:
        if not self.ridge > 0:
            raise ConfigError("ridge must be above 0")


@unseeded
def learn(
    material: Material,
    *,
    options: Mapping[str, Any],
    seed: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> Recommender:
    """Weights that rebuild each history from itself without using an item for itself (eq. 8)."""
    own, items = chosen(Options, options), material.items
    if items > LARGEST:
        raise InputError(f"EASE keeps a table of all pairs; {items} items are over {LARGEST}")
    on_progress(Step(stage="ease", done=0, total=2))
    weight_NN = weights(material.complete, items, own.ridge)
    on_progress(Step(stage="ease", done=2, total=2))

    def scores(histories: Histories) -> Scores:
        summed: Scores = held(histories, items) @ weight_NN
        return summed

    return ByScores(scores=scores)


def weights(histories: Histories, items: int, ridge: float) -> npt.NDArray[np.float32]:
    """(N, N) B = I - P / diag(P) with P = (XᵀX + λI)⁻¹ by Cholesky, in place in float32."""
    held_UN = held(histories, items)
    table_NN = np.asfortranarray((held_UN.T @ held_UN).toarray(order="F"))
    table_NN[np.diag_indices(items)] += np.float32(ridge)
    table_NN, failed = lapack.spotrf(table_NN, lower=1, clean=0, overwrite_a=1)
    if not failed:
        table_NN, failed = lapack.spotri(table_NN, lower=1, overwrite_c=1)
    if failed:
        raise ConfigError(f"EASE cannot invert with a ridge of {ridge:g}; raise it")
    for start in range(0, items, BLOCK):
        # Only the lower triangle was written; the upper one mirrors it.
        stop = min(start + BLOCK, items)
        square = np.tril(table_NN[start:stop, start:stop])
        table_NN[start:stop, start:stop] = square + np.tril(square, -1).T
        table_NN[start:stop, stop:] = table_NN[stop:, start:stop].T
    diagonal_N = np.diag(table_NN).copy()
    # P is its own mirror: row by row in memory, as a sparse product reads it without a copy.
    weight_NN: npt.NDArray[np.float32] = table_NN.T
    for start in range(0, items, BLOCK):
        weight_NN[start : start + BLOCK] /= -diagonal_N
    weight_NN[np.diag_indices(items)] = 0
    return weight_NN
