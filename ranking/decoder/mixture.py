"""One score out of many pieces of evidence: a small network over what is said of each candidate.

It is fitted by cross-entropy over the candidates of each person, on validation items alone.
Legend: Q people, C candidates, P pieces of evidence, W hidden width.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

Pieces = npt.NDArray[np.float32]
HELD = 0.2
"""Share of the people by whom the moment to stop is chosen."""
ROUNDS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What is said of the candidates of each person, and which of them was right."""

    pieces_QCP: Pieces = field(compare=False, repr=False)
    """Natural logarithms; see ``Voices``."""
    right_Q: npt.NDArray[np.int64] = field(compare=False, repr=False)
    """Place of the right candidate; -1 where it is not among them: nothing to learn from."""


class Mixture(nn.Module):
    """A linear score, and a correction by one hidden layer that may see how pieces go together."""

    mean_P: Tensor
    spread_P: Tensor

    def __init__(self, pieces: int, *, width: int = 32) -> None:
        super().__init__()
        self.linear = nn.Linear(2 * pieces, 1, bias=False)
        self.first, self.second = nn.Linear(2 * pieces, width), nn.Linear(width, 1, bias=False)
        nn.init.zeros_(self.linear.weight)
        nn.init.zeros_(self.second.weight)
        self.register_buffer("mean_P", torch.zeros(2 * pieces))
        self.register_buffer("spread_P", torch.ones(2 * pieces))

    def forward(self, pieces_QCP: Tensor) -> Tensor:
        """(Q, C) scores: by each piece as it is, and by how far it is from the person's best."""
        both = (self.beside(pieces_QCP) - self.mean_P) / self.spread_P
        out: Tensor = self.linear(both) + self.second(nn.functional.gelu(self.first(both)))
        return out[..., 0]

    @staticmethod
    def beside(pieces_QCP: Tensor) -> Tensor:
        """(Q, C, 2P) each piece, and the same less the best of the person's candidates."""
        return torch.cat([pieces_QCP, pieces_QCP - pieces_QCP.amax(1, keepdim=True)], -1)


def fitted(questions: Questions, *, seed: int = 0, rate: float = 5e-3, batch: int = 256) -> Mixture:
    """The mixture after the round in which those held back were foretold best."""
    torch.manual_seed(seed)
    pieces = torch.from_numpy(questions.pieces_QCP)
    right = torch.from_numpy(questions.right_Q)
    asked = torch.from_numpy(np.flatnonzero(questions.right_Q >= 0))
    mixture = Mixture(pieces.shape[2])
    if not len(asked):
        return mixture.eval()
    sample = Mixture.beside(pieces[asked[:512]]).flatten(0, 1)
    mixture.mean_P.copy_(sample.mean(0))
    mixture.spread_P.copy_(sample.std(0).clamp(min=1e-3))
    order = asked[torch.randperm(len(asked))]
    held, learned = order[: int(HELD * len(order))], order[int(HELD * len(order)) :]
    optimizer = torch.optim.AdamW(mixture.parameters(), lr=rate, weight_decay=0.01)
    steps = ROUNDS * max(1, -(-len(learned) // batch))
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    best, kept = float("inf"), {k: v.clone() for k, v in mixture.state_dict().items()}
    for _ in range(ROUNDS):
        for rows in torch.split(learned[torch.randperm(len(learned))], batch):
            loss = nn.functional.cross_entropy(mixture(pieces[rows]), right[rows])
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimizer.step()
            falling.step()
        missed = surprise(mixture, pieces, right, held if len(held) else learned)
        if missed < best:
            best, kept = missed, {k: v.clone() for k, v in mixture.state_dict().items()}
    mixture.load_state_dict(kept)
    return mixture.eval()


@torch.no_grad()
def surprise(mixture: Mixture, pieces: Tensor, right: Tensor, rows: Tensor) -> float:
    """Mean cross-entropy, in nats, of the right candidates of some people."""
    total = 0.0
    for part in torch.split(rows, 1024):
        told = nn.functional.cross_entropy(mixture(pieces[part]), right[part], reduction="sum")
        total += float(told)
    return total / max(1, len(rows))
