"""Losses of the studio's network: what of a slate was liked, and what was liked next.

Legend: B askings, K places, T places that predict, M pictures of a softmax, D width, G digits.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from ranking.studio_ranker.network import Reading, StudioNetwork, place_scores, placed_before
from ranking.studio_ranker.shelf import Shelf

CLIPPED = 4.0
"""Largest weight that correcting for exposure may give a like."""


def best_first(said_BK: Tensor, shown_BK: Tensor) -> tuple[Tensor, Tensor]:
    """(B, K) rows of each slate with what was liked first, and whether each place is a like."""
    order_BK = (-said_BK).argsort(dim=1, stable=True)
    liked_BK = (said_BK > 0).gather(1, order_BK)
    there_BK = (shown_BK >= 0).gather(1, order_BK)
    return torch.where(there_BK, order_BK, -1), liked_BK


def exposure_weights(said_BK: Tensor, examined_K: Tensor) -> Tensor:
    """(B,) mean over a slate's likes of 1 / chance that the place was looked at, clipped.

    (Inverse propensity weighting of clicks, Joachims et al., arXiv 1608.04468, eq. 5, clipped.)
    """
    liked_BK = (said_BK > 0).float()
    weight_K = (1 / examined_K.clamp(min=1e-6)).clamp(max=CLIPPED)
    return (liked_BK * weight_K).sum(1) / liked_BK.sum(1).clamp(min=1)


def chosen_loss(
    network: StudioNetwork,
    reading: Reading,
    *,
    shown_BK: Tensor,
    said_BK: Tensor,
    weight_BK: Tensor,
) -> Tensor:
    """Mean over likes of the cross-entropy of placing them first, each seeing those before it.

    ``weight_BK``: what a like at each place counts.
    """
    order_BK, liked_BK = best_first(said_BK, shown_BK)
    scores_BKK = place_scores(network, reading, shown_BK, order_BK)
    gone_BKK = placed_before(order_BK, shown_BK.shape[1]) > 0
    # Liking several says nothing of their order: a like does not compete with other likes.
    rivals_BK = said_BK > 0
    columns = []
    for place in range(order_BK.shape[1]):
        row_B1 = order_BK[:, place : place + 1].clamp(min=0)
        shut_BK = gone_BKK[:, place] | rivals_BK
        shut_BK = shut_BK.scatter(1, row_B1, False)
        scores_BK = scores_BKK[:, place].masked_fill(shut_BK, -torch.inf)
        columns.append(scores_BK.log_softmax(1).gather(1, row_B1)[:, 0])
    told_BK = torch.stack(columns, 1)
    each_BK = torch.where(liked_BK, -told_BK, 0.0) * weight_BK.gather(1, order_BK.clamp(min=0))
    return each_BK.sum() / liked_BK.sum().clamp(min=1)


def next_loss(
    network: StudioNetwork,
    shelf: Shelf,
    *,
    state_TD: Tensor,
    target_T: Tensor,
    weight_T: Tensor,
    digits: float,
    sampled: int,
    catalogue: int,
) -> Tensor:
    """Cross-entropy of what was liked next: by item over the catalogue, and by digits.

    ``digits``: their weight; ``sampled``: pictures of the catalogue to tell it from, at most.
    """
    digits_TG = shelf.digits_NG[target_T]
    told_TGK = network.body.digit_scores(state_TD, digits_TG)
    spelled_T = -told_TGK.gather(2, digits_TG[:, :, None])[:, :, 0].mean(1)
    total = digits * (spelled_T * weight_T).mean()
    known_T = target_T < catalogue
    if not known_T.any():
        return total
    wanted_T, pool_M = target_T[known_T], torch.arange(catalogue)
    if catalogue > sampled:
        drawn_M = torch.randint(catalogue, (sampled,))
        pool_M = torch.from_numpy(np.unique(torch.cat([wanted_T, drawn_M]).numpy()))
        wanted_T = torch.searchsorted(pool_M, wanted_T)
    items_MD = network.tokens(shelf, pool_M)
    logits_TM = network.body.item_head(state_TD[known_T]) @ items_MD.T
    by_item_T = fn.cross_entropy(logits_TM, wanted_T, reduction="none")
    return total + (by_item_T * weight_T[known_T]).mean()
