"""Places: slates drawn place after place from a pool, and how likely a slate is.

The policy is Plackett and Luce's with scores that change as the slate grows: at each place what is
left is drawn in proportion to exp(score / temperature). Legend: B askings, W pool, S places.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from ranking.decoder.network import SHOWN
from ranking.studio_ranker.contexts import Contexts
from ranking.studio_ranker.network import Reading, StudioNetwork, place_scores, placed_before
from ranking.studio_ranker.shelf import Shelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Slates as rows of their pools."""

    slate_BS: Tensor = field(compare=False, repr=False)
    """-1 where nothing was left."""
    told_BS: Tensor = field(compare=False, repr=False)
    """Log-probability of each choice given the places before; 0 where nothing was left."""

    @property
    def propensity_BS(self) -> Tensor:  # noqa: N802 - a shape
        """In (0, 1]."""
        return self.told_BS.exp().clamp(1e-12, 1.0)


def slate_told(
    network: StudioNetwork, shelf: Shelf, asked: Contexts, pool_BW: Tensor, slate_BS: Tensor
) -> Tensor:
    """(B,) log-probability of slates at temperature 1; differentiable. Empty places say nothing."""
    reading = network.opened(shelf, asked, pool_BW, network.read(shelf, asked))
    return told_of(network, reading, pool_BW, slate_BS)


def told_of(network: StudioNetwork, reading: Reading, pool_BW: Tensor, slate_BS: Tensor) -> Tensor:
    """As ``slate_told``, of what was read before."""
    scores_BSW = place_scores(network, reading, pool_BW, slate_BS)
    gone_BSW = placed_before(slate_BS, pool_BW.shape[1]) > 0
    told_BSW = scores_BSW.masked_fill(gone_BSW, -torch.inf).log_softmax(2)
    told_BS = told_BSW.gather(2, slate_BS.clamp(min=0)[:, :, None])[:, :, 0]
    return torch.where(slate_BS >= 0, told_BS, 0.0).sum(1)


@torch.no_grad()
def drawn(
    network: StudioNetwork,
    shelf: Shelf,
    asked: Contexts,
    pool_BW: Tensor,
    *,
    size: int,
    temperature: float = 0.0,
    generator: torch.Generator | None = None,
) -> Drawn:
    """Slates of ``size`` places; temperature 0 takes the best of what is left, with propensity 1.

    ``generator`` draws where the temperature is above 0.
    """
    reading = network.opened(shelf, asked, pool_BW, network.read(shelf, asked))
    return drawn_of(
        network, reading, pool_BW, size=size, temperature=temperature, generator=generator
    )


@torch.no_grad()
def drawn_of(
    network: StudioNetwork,
    read: Reading,
    pool_BW: Tensor,
    *,
    size: int,
    temperature: float = 0.0,
    generator: torch.Generator | None = None,
) -> Drawn:
    """As ``drawn``, of what was read before, which stays as it is."""
    reading = replace(read)
    open_BW = pool_BW >= 0
    placed_BW = torch.zeros(pool_BW.shape)
    slate, told = [], []
    for number in range(min(size, pool_BW.shape[1])):
        scores_BW = network.scores(reading, placed_BW).masked_fill(~open_BW, -1e9)
        share_BW = (scores_BW / (temperature or 1.0)).log_softmax(1)
        if temperature:
            noise_BW = torch.rand(share_BW.shape, generator=generator).clamp(1e-12, 1 - 1e-7)
            row_B = (share_BW - (-noise_BW.log()).log()).masked_fill(~open_BW, -torch.inf).argmax(1)
            told_B = share_BW.gather(1, row_B[:, None])[:, 0]
        else:
            row_B, told_B = share_BW.argmax(1), torch.zeros(len(share_BW))
        left_B = open_BW.any(1)
        slate.append(torch.where(left_B, row_B, -1))
        told.append(torch.where(left_B, told_B, 0.0))
        open_BW = open_BW.scatter(1, row_B[:, None], False)
        placed_BW = placed_BW.scatter_add(1, row_B[:, None], left_B[:, None].float())
        if number + 1 < size:
            token_B1D = reading.tokens_BWD.gather(
                1, row_B[:, None, None].expand(-1, -1, reading.tokens_BWD.shape[2])
            )
            state_B1D, reading.memory = network.body.read(
                token_B1D,
                torch.full((len(row_B), 1), SHOWN),
                there_BL=left_B[:, None],
                memory=reading.memory,
            )
            reading.state_BD = state_B1D[:, 0]
    return Drawn(slate_BS=torch.stack(slate, 1), told_BS=torch.stack(told, 1))
