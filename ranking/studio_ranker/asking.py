"""One request as the network reads it: the person's history, their words, and fresh candidates.

Legend: L events, W candidates, D width of the encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from ranking.studio_ranker.contexts import AGES, LENGTH, Contexts
from ranking.studio_ranker.logbook import LIKED, SEEN, Vectors
from ranking.studio_ranker.reading import action_of
from ranking.studio_ranker.shelf import Shelf, shelf_of

if TYPE_CHECKING:
    from ranking.studio_ranker.learning import Version
    from studio.history import History
    from studio.protocols import Gallery


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A request of one person: the candidates first on the shelf, then what is in the history."""

    shelf: Shelf
    context: Contexts
    pool_1W: Tensor = field(compare=False, repr=False)
    appetite: float
    """For new things, in [0, 1]: how far from what they knew people's likes lie, against what
    they only saw or disliked."""


def asking(
    version: Version,
    *,
    ids: Sequence[str],
    vectors_WD: Vectors,
    words_D: Vectors,
    history: History,
    profile_D: Vectors,
    gallery: Gallery,
) -> Asking:
    """The request as tensors. Pictures that the version never saw are known by their looks.

    How old an event is counts from the newest one, so the same history reads the same tomorrow.
    """
    events = history.interactions[-LENGTH:]
    seen_LD = gallery.vectors([event.item for event in events])
    count = len(ids)
    whole_ND = np.concatenate([vectors_WD, seen_LD.reshape(-1, vectors_WD.shape[1])])
    names = [*ids, *(event.item.item_id for event in events)]
    shelf = shelf_of(version.names, names, whole_ND.astype(np.float32))
    item_1L = torch.full((1, LENGTH), -1)
    action_1L, age_1L = torch.full((1, LENGTH), SEEN), torch.zeros(1, LENGTH, dtype=torch.int64)
    if events:
        item_1L[0, -len(events) :] = torch.arange(count, count + len(events))
        action_1L[0, -len(events) :] = torch.tensor([action_of(event) for event in events])
        moments = np.array([event.timestamp for event in events])
        ages = np.searchsorted(AGES, moments.max() - moments)
        age_1L[0, -len(events) :] = torch.from_numpy(ages.astype(np.int64))
    return Asking(
        shelf=shelf,
        context=Contexts(
            item_BL=item_1L,
            action_BL=action_1L,
            age_BL=age_1L,
            words_BD=torch.from_numpy(np.asarray(words_D, np.float32))[None],
            profile_BD=torch.from_numpy(profile_D)[None],
        ),
        pool_1W=torch.arange(count)[None],
        appetite=appetite(
            shelf.looks_ND[count:].numpy(), [action_of(event) == LIKED for event in events]
        ),
    )


def appetite(looks_LD: Vectors, liked: Sequence[bool]) -> float:
    """For new things, in [0, 1]; 0.5 where too little is known.

    An event's newness is its distance from the nearest earlier one. The appetite is how likely a
    like is newer than an event that is none, over all pairs (the area under the curve).
    """
    if len(liked) < 4:
        return 0.5
    near_LL = looks_LD @ looks_LD.T
    newness = np.array([1 - near_LL[at, :at].max() for at in range(1, len(liked))])
    took = np.array(liked[1:], np.bool_)
    if took.all() or not took.any():
        return 0.5
    apart = newness[took][:, None] - newness[~took][None]
    return float(((apart > 0) + 0.5 * (apart == 0)).mean())
