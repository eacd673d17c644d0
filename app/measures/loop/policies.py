"""The rankers under measure, as policies over a log: chance, the first ranker, the generative one.

The first ranker is the studio's own (``ranking.slates`` with ``preference.taste``), asked as the
loop asks it. Legend: B requests, W pool, K places, D width.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import torch

from app.measures.loop.crowd import Floats
from app.measures.loop.diary import Policy, Request, Shown
from app.measures.loop.world import Vectors, Whole, World
from ranking.studio_ranker.logbook import DISLIKED, LIKED, Logbook
from studio.request import derive_seed

if TYPE_CHECKING:
    from ranking.studio_ranker.contexts import Contexts
    from ranking.studio_ranker.learning import Version
    from ranking.studio_ranker.network import StudioNetwork
    from ranking.studio_ranker.shelf import Shelf
    from studio.protocols import Gallery

ACTIONS = {LIKED: "like", DISLIKED: "dislike"}


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelves:
    """``studio.protocols.Gallery`` as far as the taste model asks: vectors and their mean."""

    world: World
    rows: dict[str, int] = field(repr=False)

    def vectors(self, items: Any) -> Vectors:
        """(N, D)."""
        return self.world.vectors_ND[[self.rows[item.item_id] for item in items]]

    def mean(self) -> Vectors:
        """(D,) of the catalogue."""
        found: Vectors = self.world.vectors_ND[: self.world.catalogue].mean(axis=0)
        return found


def first_ranker(world: World, *, epsilon: float = 0.0) -> Policy:
    """The studio's first ranker; ``epsilon`` explores at the last place."""
    from PIL import Image

    from preference.background import Background, Backgrounds
    from preference.taste import InterestTaste
    from ranking.checks.prompt import PromptOptions, graded, standings
    from ranking.slates import RankerOptions, TasteRanker
    from studio.candidate import Candidate, Provenance
    from studio.content import Item
    from studio.fidelity import Fidelity, Finding
    from studio.guidance import Guidance
    from studio.history import History, Interaction
    from studio.profile import Profile

    gallery = Shelves(world=world, rows={one: row for row, one in enumerate(world.ids)})
    items = [Item(item_id=one, blob=one) for one in world.ids]
    dot = Image.new("RGBA", (1, 1))
    mean_D = gallery.mean()
    empty = np.zeros((0, len(mean_D)), np.float32)

    def survey(_: Gallery) -> Background:
        none = np.zeros(1, np.float32)
        return Background(
            count=world.catalogue,
            term_rates={},
            style_rates={},
            words=(),
            mean_D=mean_D,
            vectors_MD=world.vectors_ND[: world.catalogue],
            colour_mean_F=none,
            colour_std_F=none + 1,
        )

    model = InterestTaste(encoder=_no_words, backgrounds=Backgrounds(survey))
    ranker = TasteRanker(RankerOptions(epsilon=epsilon))
    best_Q = np.sort(world.words_QD @ world.vectors_ND[: world.catalogue].T, axis=1)[:, -5:].mean(1)

    def history_of(log: Logbook, person: int) -> History:
        start, end = log.offsets_P1[person], log.offsets_P1[person + 1]
        return History(
            user=log.people[person],
            interactions=tuple(
                Interaction(
                    item=items[log.item_E[at]],
                    event=ACTIONS.get(int(log.action_E[at]), "view"),
                    timestamp=float(log.time_E[at]),
                )
                for at in range(start, end)
            ),
        )

    def candidates_of(one: Request) -> list[Candidate]:
        made = []
        for row, picture in enumerate(one.pool_W.tolist()):
            route = "retrieve" if picture < world.catalogue else "edit"
            provenance = Provenance(
                route=route, seed=0, index=row, batch=(), backbone="", revision="", guidance=""
            )
            made.append(
                Candidate(
                    candidate_id=f"c{row:016x}",
                    route=route,
                    seed=0,
                    image=dot,
                    provenance=provenance,
                    embedding_D=world.vectors_ND[picture],
                )
            )
        return made

    def fidelities_of(one: Request) -> list[Fidelity]:
        options = PromptOptions()
        standing_W = standings(
            world.vectors_ND[one.pool_W],
            target_D=world.words_QD[one.question],
            mean_D=mean_D,
            best=float(best_Q[one.question]),
        )
        scores = [graded(float(x), floor=options.floor, slope=options.slope) for x in standing_W]
        return [
            Fidelity(
                findings=MappingProxyType(
                    {
                        "prompt": Finding(
                            check="prompt", score=score, threshold=0, passed=True, reason="…"
                        )
                    }
                )
            )
            for score in scores
        ]

    def policy(log: Logbook, asked: list[Request], places: int) -> list[Shown]:
        shown = []
        for one in asked:
            history = history_of(log, one.person)
            taste = model(
                history, profile=Profile(user=history.user), gallery=cast("Gallery", gallery)
            )
            guidance = Guidance(
                prompt=world.questions[one.question],
                target_D=world.words_QD[one.question],
                interests_KD=empty,
                interest_weights_K=empty[:, 0],
                image_prompts_ND=empty,
                image_prompt_weights_N=empty[:, 0],
                avoid_D=np.zeros_like(mean_D),
            )
            offers = ranker(
                candidates_of(one),
                fidelities=fidelities_of(one),
                guidance=guidance,
                taste=taste,
                size=places,
                seed=one.seed,
            )
            rows = [int(offer.candidate_id[1:], 16) for offer in offers]
            shown.append(
                Shown(
                    slate_K=np.array(rows, np.int64),
                    propensity_K=np.array([offer.propensity for offer in offers]),
                )
            )
        return shown

    return policy


def _no_words() -> Any:
    raise AssertionError("simulated people say nothing")


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
