"""Variety: slates whose items are good and unlike one another.

Legend: N candidates, S places.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from studio.errors import InputError

Numbers = npt.NDArray[np.float64]
LEAST = 1e-10
"""Volume below which another item adds nothing."""


def kernel(worth_N: Numbers, likeness_NN: Numbers, *, appetite: float) -> Numbers:
    """(N, N) L = diag(q) · S · diag(q), quality q = exp(worth · (1 - a) / 2a) for appetite a.

    ``appetite`` in [0, 1]: 0 is near to worth alone, 1 variety alone (Chen et al.,
    arXiv 1709.05135, section 4.2, with its trade-off θ = 1 - a).
    """
    if not 0 <= appetite <= 1:
        raise InputError(f"an appetite for variety of {appetite}; it lies between 0 and 1")
    a = max(appetite, 0.01)
    quality_N = np.exp((worth_N - worth_N.max()) * (1 - a) / (2 * a))
    whole: Numbers = quality_N[:, None] * likeness_NN * quality_N[None]
    return whole


def varied(kernel_NN: Numbers, size: int) -> list[int]:
    """Rows of the slate that a greedy search finds to span the largest volume: the MAP of a
    determinantal point process (Chen et al., arXiv 1709.05135, algorithm 1), in O(N S²).

    Shorter than ``size`` where nothing left adds volume (copies). Ties go to the first row.
    """
    volume_N = np.diag(kernel_NN).astype(np.float64).copy()
    rows_SN = np.zeros((max(0, min(size, len(volume_N))), len(volume_N)))
    chosen: list[int] = []
    while len(chosen) < len(rows_SN):
        best = int(volume_N.argmax())
        if volume_N[best] < LEAST:
            break
        done = len(chosen)
        shared_N = rows_SN[:done].T @ rows_SN[:done, best]
        rows_SN[done] = (kernel_NN[best] - shared_N) / np.sqrt(volume_N[best])
        volume_N = volume_N - rows_SN[done] ** 2
        volume_N[best] = -np.inf
        chosen.append(best)
    return chosen
