"""Contexts: what is known of a person at the moment of asking, as tensors.

Legend: B askings, L events, D width of the encoder, W pictures of a pool, S places.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from ranking.studio_ranker.logbook import SEEN, Logbook, Vectors, Whole

LENGTH = 32
"""Events read, the newest."""
AGES = (3600.0, 86400.0, 7 * 86400.0, 30 * 86400.0, 180 * 86400.0)
"""Seconds that part the ages told apart: an hour, a day, a week, a month, half a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexts:
    """Askings; events are set to the right."""

    item_BL: Tensor = field(compare=False, repr=False)
    """Number on the shelf, -1 where a history is shorter."""
    action_BL: Tensor = field(compare=False, repr=False)
    age_BL: Tensor = field(compare=False, repr=False)
    """0 the newest to ``len(AGES)``."""
    words_BD: Tensor = field(compare=False, repr=False)
    profile_BD: Tensor = field(compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.words_BD)

    def take(self, rows: Tensor) -> Contexts:
        """Some of the askings, in the order given."""
        return Contexts(
            item_BL=self.item_BL[rows],
            action_BL=self.action_BL[rows],
            age_BL=self.age_BL[rows],
            words_BD=self.words_BD[rows],
            profile_BD=self.profile_BD[rows],
        )


def contexts(log: Logbook, *, person_B: Whole, end_B: Whole, words_BD: Vectors) -> Contexts:
    """Of each asking: the events of ``person_B`` before place ``end_B``.

    Ages count from the newest of them, so the same history reads the same tomorrow.
    """
    place_BL = end_B[:, None] - LENGTH + np.arange(LENGTH)[None]
    there_BL = place_BL >= log.offsets_P1[person_B][:, None]
    if not len(log.item_E):
        item_BL = np.full(place_BL.shape, -1, np.int64)
        action_BL, age_BL = np.full_like(item_BL, SEEN), np.zeros_like(item_BL)
    else:
        place_BL = np.clip(place_BL, 0, len(log.item_E) - 1)
        item_BL = np.where(there_BL, log.item_E[place_BL], -1)
        action_BL = np.where(there_BL, log.action_E[place_BL], SEEN)
        moment_BL = log.time_E[place_BL]
        age_BL = np.searchsorted(AGES, moment_BL[:, -1:] - moment_BL)
    return Contexts(
        item_BL=torch.from_numpy(item_BL),
        action_BL=torch.from_numpy(action_BL),
        age_BL=torch.from_numpy(np.asarray(age_BL, np.int64)),
        words_BD=torch.from_numpy(np.asarray(words_BD, np.float32)),
        profile_BD=torch.from_numpy(np.asarray(log.profile_PD[person_B], np.float32)),
    )


def of_slates(log: Logbook, slates: Whole, before_S: Whole) -> Contexts:
    """The askings of some slates of a log; ``before_S`` is ``log.before_S``, counted once."""
    return contexts(
        log,
        person_B=log.person_S[slates],
        end_B=before_S[slates],
        words_BD=log.words_SD[slates],
    )
