"""Rankers under measure, as policies over a log: chance, and the generative one.

Legend: B requests, W pool, K places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from app.measures.loop.crowd import Floats
from app.measures.loop.diary import Policy, Request, Shown
from app.measures.loop.world import Whole, World
from ranking.studio_ranker.logbook import Logbook
from studio.request import derive_seed

if TYPE_CHECKING:
    from ranking.studio_ranker.contexts import Contexts
    from ranking.studio_ranker.learning import Version
    from ranking.studio_ranker.network import StudioNetwork
    from ranking.studio_ranker.shelf import Shelf


def chance(log: Logbook, asked: list[Request], places: int) -> list[Shown]:
    """Any slate, each as likely."""
    shown = []
    for one in asked:
        random = np.random.default_rng(derive_seed(one.seed, "chance"))
        count = min(places, len(one.pool_W))
        shown.append(
            Shown(
                slate_K=random.permutation(len(one.pool_W))[:count].astype(np.int64),
                propensity_K=1.0 / (len(one.pool_W) - np.arange(count)),
            )
        )
    return shown


def asked_contexts(log: Logbook, world: World, asked: list[Request]) -> Contexts:
    """What the network reads of some requests, all events so far being before them."""
    from ranking.studio_ranker.contexts import contexts

    person_B = np.array([one.person for one in asked], np.int64)
    ends_B = log.offsets_P1[person_B + 1]
    words_BD = world.words_QD[[one.question for one in asked]]
    return contexts(log, person_B=person_B, end_B=ends_B, words_BD=words_BD)


def pools(asked: list[Request]) -> Whole:
    """(B, W) pools, -1 behind the shorter ones."""
    table = np.full((len(asked), max(len(one.pool_W) for one in asked)), -1, np.int64)
    for row, one in enumerate(asked):
        table[row, : len(one.pool_W)] = one.pool_W
    return table


def generative(
    network: StudioNetwork, shelf: Shelf, world: World, *, temperature: float = 0.0
) -> Policy:
    """The studio's generative ranker."""
    from ranking.studio_ranker.places import drawn

    def policy(log: Logbook, asked: list[Request], places: int) -> list[Shown]:
        generator = torch.Generator().manual_seed(derive_seed(asked[0].seed, "generative"))
        pool_BW = torch.from_numpy(pools(asked))
        made = drawn(
            network,
            shelf,
            asked_contexts(log, world, asked),
            pool_BW,
            size=places,
            temperature=temperature,
            generator=generator,
        )
        chances = made.propensity_BS.double().numpy()
        return [
            Shown(slate_K=slate[slate >= 0], propensity_K=chance[slate >= 0])
            for slate, chance in zip(made.slate_BS.numpy(), chances, strict=True)
        ]

    return policy


def network_scores(version: Version, log: Logbook, world: World, asked: list[Request]) -> Floats:
    """(B, W) scores of a version at the first place of each request."""
    from ranking.studio_ranker.shelf import shelf_of_log

    network = version.network
    pool_BW = torch.from_numpy(pools(asked))
    context = asked_contexts(log, world, asked)
    shelf = shelf_of_log(version.names, log)
    with torch.no_grad():
        reading = network.opened(shelf, context, pool_BW, network.read(shelf, context))
        scores_BW = network.scores(reading, torch.zeros(pool_BW.shape))
    return np.asarray(scores_BW.double().numpy(), np.float64)
