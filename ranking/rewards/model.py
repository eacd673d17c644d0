"""The reward model: the chance that a person likes a picture they look at.

A logged slate says less than it seems: what stands low is often not looked at, and no answer is
then no dislike. So the model learns two things at once, as one likelihood: how likely each place is
looked at (the first: surely), and how likely what is looked at is liked.

    P(liked | shown at k) = examined_k · sigmoid(logit)

(Position-based model, Richardson et al. 2007; learned jointly with relevance as in PAL, RecSys
2019.) Legend: B askings, K places, W pictures of a pool.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

from ranking.studio_ranker.contexts import Contexts
from ranking.studio_ranker.logbook import Floats
from ranking.studio_ranker.network import GAIN, Shape, StudioNetwork
from ranking.studio_ranker.shelf import Shelf

LEAST = 1e-6
QUICK = 30.0
"""As ``GAIN``, for the places: they are few, and all that is learned rests on them."""


class RewardModel(nn.Module):
    """A network of its own, the places, and the calibration."""

    calibration: Tensor

    def __init__(self, shape: Shape, places: int) -> None:
        super().__init__()
        self.places = places
        self.network = StudioNetwork(shape)
        self.offset = nn.Parameter(torch.tensor(-1.0 / GAIN))
        self.scale = nn.Parameter(torch.tensor(0.5 / GAIN))
        """Of the network's scores, as logits."""
        self.fall = nn.Parameter(torch.full((max(0, places - 1),), 1.0 / QUICK))
        """Logit of the chance that who looked at a place looks at the next, too."""
        self.register_buffer("calibration", torch.tensor([1.0, 0.0]))

    def examined(self) -> Tensor:
        """(K,) chance that each place is looked at; the first 1, never rising."""
        return torch.cat([torch.ones(1), torch.sigmoid(QUICK * self.fall).cumprod(0)])

    @torch.no_grad()
    def begin(self, said_SK: Tensor, shown_SK: Tensor) -> None:
        """Begin with chances of being looked at that fall as the share of likes does.

        That takes all of the fall for not looking, while some of it is that what stands lower is
        liked less; learning finds out how much.
        """
        there_SK = shown_SK >= 0
        liked_K = ((said_SK > 0) & there_SK).sum(0).float() + 1
        share_K = liked_K / (there_SK.sum(0).float() + 4)
        ratio = (share_K[1:] / share_K[:-1]).clamp(0.3, 0.97)
        self.fall.copy_(torch.logit(ratio) / QUICK)

    def examined_K(self) -> Floats:  # noqa: N802 - a shape
        """The same as numbers."""
        found: Floats = self.examined().detach().numpy().astype(np.float64)
        return found

    def raw(self, shelf: Shelf, asked: Contexts, pool_BW: Tensor) -> Tensor:
        """(B, W) logits as learned, before calibration."""
        reading = self.network.opened(shelf, asked, pool_BW, self.network.read(shelf, asked))
        scores_BW = self.network.scores(reading, torch.zeros(pool_BW.shape))
        return GAIN * (self.scale * scores_BW + self.offset)

    @torch.no_grad()
    def liking(self, shelf: Shelf, asked: Contexts, pool_BW: Tensor) -> Tensor:
        """(B, W) calibrated chance in (0, 1) that each picture is liked when looked at."""
        scale, shift = self.calibration
        return torch.sigmoid(scale * self.raw(shelf, asked, pool_BW) + shift)


def told(logit_BK: Tensor, examined_K: Tensor, said_BK: Tensor) -> Tensor:
    """(B, K) log-likelihood of what was said: liked, disliked (so looked at), or nothing."""
    liking_BK = torch.sigmoid(logit_BK)
    liked_BK = (examined_K * liking_BK).clamp(LEAST, 1 - LEAST)
    nothing_BK = (1 - liked_BK).log()
    disliked_BK = examined_K.clamp(min=LEAST).log() + fn.logsigmoid(-logit_BK)
    out: Tensor = torch.where(
        said_BK > 0, liked_BK.log(), torch.where(said_BK < 0, disliked_BK, nothing_BK)
    )
    return out


def slate_reward(liking_BW: Tensor, slate_BS: Tensor, examined_S: Tensor) -> Tensor:
    """(B,) expected likes of slates: liking of each picture times the chance it is looked at."""
    liked_BS = liking_BW.gather(1, slate_BS.clamp(min=0)) * (slate_BS >= 0)
    return (liked_BS * examined_S).sum(1)
