"""The generative ranker as a recommender: beams, item head and companions propose, a mixture
decides.

Legend: B people, N items, W beams, C candidates, E entries (a person and an item each), P pieces of
evidence, D width.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ranking.decoder.beam import beams
from ranking.decoder.companions import Companions, Evidence, Keys, Values
from ranking.decoder.mixture import Mixture, Pieces, Questions
from ranking.decoder.network import Network
from ranking.decoder.training import states
from ranking.decoder.trie import Trie
from ranking.sequences.interactions import Histories, Numbers

PART = 256
"""People answered at once."""
PARTS = ("items", "digits", "companions", "content")
"""What may speak: item head, digits, companions, likeness of content."""
LEAST = 1e-3
"""Added to counted evidence before its logarithm."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """Everything that says something of a candidate."""

    network: Network = field(repr=False)
    trie: Trie = field(repr=False)
    companions: Companions = field(repr=False)
    items_ND: Tensor = field(repr=False)
    """The network's items, made once."""
    parts: tuple[str, ...] = PARTS
    width: int = 50
    """W."""
    heads: int = 100
    """Best items of the item head that become candidates."""
    candidates: int = 300
    """C."""

    def __call__(self, histories: Histories) -> tuple[Numbers, Pieces]:
        """(B, C) candidates, -1 where there are fewer, and (B, C, P) what is said of them (logs).

        Nobody's own history is among their candidates. Those are chosen by the sum of what each
        piece of evidence gives them as a share of the person's largest.
        """
        counted = self._counted(histories)
        spoken = self._spoken(histories) if {"items", "digits"} & set(self.parts) else {}
        keys_E = _every([one.keys_E for one in (*counted.values(), *spoken.values())])
        own_E = histories.people_E * self.items + histories.items_E
        keys_E = keys_E[~np.isin(keys_E, own_E)]
        person_E = keys_E // self.items
        total_E = np.zeros(len(keys_E), np.float32)
        logs = []
        for name, one in (*counted.items(), *spoken.items()):
            values_E = one.at(keys_E)
            total_E += _shares(values_E, person_E)
            # Outside its beams, or behind its best items, a head says a little less than of its
            # last.
            more = _floor(one, keys_E, self.items) if name in spoken else LEAST
            logs.append(np.log(values_E + more))
        item_E = keys_E % self.items
        logs.append(np.log(self.companions.met_N[item_E] + LEAST))
        logs.append(np.log(self.companions.late_N[item_E] + 10 * LEAST))
        return self._best(keys_E, total_E, np.stack(logs, axis=1), len(histories))

    @property
    def items(self) -> int:
        """N."""
        return len(self.companions.met_N)

    def _counted(self, histories: Histories) -> dict[str, Evidence]:
        if "companions" in self.parts:
            return self.companions(histories, without="" if "content" in self.parts else "alike")
        if "content" not in self.parts:
            return {}
        found = self.companions(histories)
        return {name: one for name, one in found.items() if name.startswith("alike")}

    @torch.no_grad()
    def _spoken(self, histories: Histories) -> dict[str, Evidence]:
        """Probabilities of the best items of each head."""
        found = {}
        state_BD, _ = states(self.network, histories)
        if "items" in self.parts:
            scores_BN = self.network.item_head(state_BD) @ self.items_ND.T
            told_BK, items_BK = scores_BN.log_softmax(1).topk(min(self.heads, self.items), dim=1)
            found["items"] = self._entries(items_BK, told_BK)
        if "digits" in self.parts:
            items_BW, told_BW = beams(self.network, self.trie, state_BD, width=self.width)
            found["digits"] = self._entries(items_BW, told_BW)
        return found

    def _entries(self, items_BK: Tensor, told_BK: Tensor) -> Evidence:
        keys_BK = torch.arange(len(items_BK))[:, None] * self.items + items_BK
        real_BK = items_BK >= 0
        keys_E, values_E = keys_BK[real_BK].numpy(), told_BK[real_BK].exp().numpy()
        order = np.argsort(keys_E)
        return Evidence(keys_E=keys_E[order], values_E=values_E[order])

    def _best(
        self, keys_E: Keys, total_E: Values, logs_EP: Values, people: int
    ) -> tuple[Numbers, Pieces]:
        """The C entries of the largest total of each person, as tables."""
        person_E = keys_E // self.items
        order = np.lexsort((keys_E, -total_E, person_E))
        starts_B = np.searchsorted(person_E, np.arange(people))
        place_E = np.arange(len(order)) - starts_B[person_E[order]]
        chosen = place_E < self.candidates
        order, place_E = order[chosen], place_E[chosen]
        listed_BC = np.full((people, self.candidates), -1, np.int32)
        listed_BC[person_E[order], place_E] = keys_E[order] % self.items
        pieces_BCP = np.full(
            (people, self.candidates, logs_EP.shape[1]), np.log(LEAST) * 3, np.float32
        )
        pieces_BCP[person_E[order], place_E] = logs_EP[order]
        return listed_BC, pieces_BCP


def _every(keys: list[Keys]) -> Keys:
    """All keys, ascending, once."""
    if not keys:
        return np.zeros(0, np.int64)
    # Each comes sorted: merging the runs is five times faster than hashing them.
    merged: Keys = np.sort(np.concatenate(keys), kind="stable")
    once: Keys = merged[np.diff(merged, prepend=-1) != 0]
    return once


def _shares(values_E: Values, person_E: Keys) -> Values:
    """Each value as a share of the largest of the same person; entries stand person by person."""
    if not len(values_E):
        return values_E
    starts = np.flatnonzero(np.diff(person_E, prepend=-1))
    most = np.maximum.reduceat(values_E, starts)
    lengths = np.diff(np.append(starts, len(values_E)))
    shares: Values = values_E / np.maximum(np.repeat(most, lengths), 1e-9)
    return shares


def _floor(one: Evidence, keys_E: Keys, items: int) -> Values:
    """A third of the smallest value that a head gave to one of the same person's items."""
    if not len(one.keys_E):
        return np.full(len(keys_E), LEAST, np.float32)
    person_F = one.keys_E // items
    starts = np.flatnonzero(np.diff(person_F, prepend=-1))
    least = np.zeros(int(max(person_F.max(), keys_E.max(initial=0) // items)) + 1, np.float32)
    least[person_F[starts]] = np.minimum.reduceat(one.values_E, starts) / 3
    floors: Values = np.maximum(least[keys_E // items], 1e-12)
    return floors


def questions(voices: Voices, histories: Histories, targets: Numbers) -> Questions:
    """What is said of the candidates of people whose next item is known."""
    pieces, right = [], []
    for start in range(0, len(histories), PART):
        part = slice(start, start + PART)
        listed_BC, pieces_BCP = voices(histories.take(part))
        hits_BC = listed_BC == targets[part, None]
        pieces.append(pieces_BCP)
        right.append(np.where(hits_BC.any(axis=1), hits_BC.argmax(axis=1), -1))
    return Questions(pieces_QCP=np.concatenate(pieces), right_Q=np.concatenate(right))


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerativeRanker:
    """Ranks the catalogue for people by their histories."""

    voices: Voices
    mixture: Mixture = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    """What it was learned with, for the report."""

    def __call__(self, histories: Histories, *, size: int) -> Numbers:
        """See ``ranking.recommenders.Recommender``."""
        lists = [
            self._listed(histories.take(slice(start, start + PART)), size)
            for start in range(0, len(histories), PART)
        ]
        return np.concatenate(lists) if lists else np.zeros((0, size), np.int32)

    @torch.no_grad()
    def _listed(self, histories: Histories, size: int) -> Numbers:
        listed_BC, pieces_BCP = self.voices(histories)
        scores_BC: npt.NDArray[np.float32] = self.mixture(torch.from_numpy(pieces_BCP)).numpy()
        scores_BC = np.where(listed_BC < 0, -np.inf, scores_BC)
        order_BC = np.argsort(-scores_BC, axis=1, kind="stable")[:, :size]
        table = np.full((len(listed_BC), size), -1, np.int32)
        table[:, : order_BC.shape[1]] = np.take_along_axis(listed_BC, order_BC, 1)
        return table
