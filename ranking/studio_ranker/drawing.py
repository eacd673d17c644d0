"""What a place is drawn by: the volume that a candidate adds, and chances out of worths.

Legend: W candidates, M of them that may stand here.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


class Volume:
    """Volume that each candidate adds to those taken: the greedy search of a determinantal point
    process, one step at a time (Chen et al., arXiv 1709.05135, algorithm 1)."""

    def __init__(self, kernel_WW: Numbers) -> None:
        self._kernel_WW = kernel_WW
        self._rows: list[Numbers] = []
        self._left_W = np.diag(kernel_WW).astype(np.float64).copy()

    @property
    def left_W(self) -> Numbers:  # noqa: N802 - a shape
        """(W,) above 0."""
        found: Numbers = np.maximum(self._left_W, 1e-6)
        return found

    def take(self, row: int) -> None:
        """Put one into the set."""
        shared = sum((one * one[row] for one in self._rows), start=np.zeros(len(self._left_W)))
        own = (self._kernel_WW[row] - shared) / np.sqrt(self.left_W[row])
        self._rows.append(own)
        self._left_W = self._left_W - own**2


def softmax(worth_M: Numbers, temperature: float) -> Numbers:
    """(M,) chances; temperature 0: all on the best, the first of equals."""
    if not temperature:
        sure = np.zeros(len(worth_M))
        sure[int(np.argmax(worth_M))] = 1.0
        return sure
    raised = np.exp((worth_M - worth_M.max()) / temperature)
    found: Numbers = raised / raised.sum()
    return found
