"""Cross-entropy over a whole catalogue in little memory.

Legend: T places that predict, N items, D width.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROWS = 512
"""Places whose scores stand in memory at once: 512 x 12,101 bfloat16 scores are 12 MB."""


class _Loss(torch.autograd.Function):
    """Both gradients are made on the way forward, so no table of scores is kept or read twice."""

    @staticmethod
    def forward(ctx: Any, hidden_TD: Tensor, table_ND: Tensor, target_T: Tensor) -> Tensor:
        kind = torch.bfloat16
        weight_ND = table_ND.to(kind)
        grad_hidden_TD = torch.empty_like(hidden_TD)
        grad_table_ND = torch.zeros_like(table_ND)
        total = hidden_TD.new_zeros(())
        for start in range(0, len(hidden_TD), ROWS):
            part_TD = hidden_TD[start : start + ROWS].to(kind)
            wanted_T = target_T[start : start + ROWS]
            row_T = torch.arange(len(wanted_T), device=wanted_T.device)
            share_TN = (part_TD @ weight_ND.T).softmax(1)
            given_T = share_TN[row_T, wanted_T]
            total -= given_T.float().clamp(min=1e-30).log().sum()
            share_TN[row_T, wanted_T] = given_T - 1
            grad_hidden_TD[start : start + ROWS] = (share_TN @ weight_ND).to(hidden_TD.dtype)
            grad_table_ND += share_TN.T @ part_TD
        count = max(1, len(hidden_TD))
        ctx.save_for_backward(grad_hidden_TD.div_(count), grad_table_ND.div_(count))
        return total / count

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        hidden_TD, table_ND = ctx.saved_tensors
        return hidden_TD * grads[0], table_ND * grads[0], None


def full_softmax_loss(hidden_TD: Tensor, table_ND: Tensor, target_T: Tensor) -> Tensor:
    """Mean cross-entropy of ``target_T`` under softmax(hidden · tableᵀ), all N in the sum.

    Scores are made in bfloat16 (sums in float32), ``ROWS`` places at a time.
    """
    loss: Tensor = _Loss.apply(hidden_TD, table_ND, target_T)
    return loss
