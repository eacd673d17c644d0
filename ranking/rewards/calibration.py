"""Calibration: of what is foretold with chance p, a share p happens.

Legend: B slates, K places, R bins.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from ranking.rewards.model import told

BINS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Platt's two numbers, and the error that is left."""

    scale: float
    shift: float
    error: float
    """Expected calibration error in [0, 1] of likes, after calibration; 0 is best."""
    error_before: float
    slates: int
    """Held-out slates it was fitted and measured on."""


def calibrated(
    logit_BK: Tensor, examined_K: Tensor, said_BK: Tensor, there_BK: Tensor
) -> Calibration:
    """Platt scaling (1999) of the liking within the model of looking, on held-out slates.

    The two numbers are fitted on every other slate; the errors are of the slates between.
    """
    two = torch.tensor([1.0, 0.0], requires_grad=True)
    fitting = torch.arange(len(logit_BK)) % 2 == 0
    optimizer = torch.optim.LBFGS([two], max_iter=50, line_search_fn="strong_wolfe")
    logits, said, there = logit_BK[fitting].detach(), said_BK[fitting], there_BK[fitting]

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = -(told(two[0] * logits + two[1], examined_K.detach(), said) * there).sum()
        loss = loss / there.sum().clamp(min=1) + 0.01 * ((two[0] - 1) ** 2 + two[1] ** 2)
        torch.autograd.backward(loss)
        return loss

    if bool(fitting.any()):
        with torch.enable_grad():
            optimizer.step(closure)  # type: ignore[no-untyped-call]
    scale, shift = (float(value) for value in two.detach())
    rest = ~fitting

    def error(a: float, b: float) -> float:
        chance_BK = examined_K * torch.sigmoid(a * logit_BK[rest] + b)
        return calibration_error(chance_BK[there_BK[rest]], (said_BK[rest] > 0)[there_BK[rest]])

    return Calibration(
        scale=scale,
        shift=shift,
        error=error(scale, shift),
        error_before=error(1.0, 0.0),
        slates=len(logit_BK),
    )


def calibration_error(chance_M: Tensor, happened_M: Tensor, *, bins: int = BINS) -> float:
    """Expected calibration error over bins of equal count (Naeini et al., AAAI 2015); 0: none."""
    if not len(chance_M):
        return 0.0
    order = chance_M.argsort()
    parts = torch.tensor_split(order, bins)
    total = sum(
        len(part) * abs(float(chance_M[part].mean() - happened_M[part].float().mean()))
        for part in parts
        if len(part)
    )
    return float(total / len(chance_M))
