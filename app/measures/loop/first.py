"""The first ranker under measure: ``ranking.slates`` with ``preference.taste``, asked as the loop
asks it.

Legend: W pool, Q questions, D width.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from app.measures.loop.crowd import Floats
from app.measures.loop.diary import Policy, Request, Shown
from app.measures.loop.world import Vectors, World
from ranking.studio_ranker.logbook import DISLIKED, LIKED, Logbook

if TYPE_CHECKING:
    from preference.taste import InterestTaste
    from studio.candidate import Candidate
    from studio.fidelity import Fidelity
    from studio.guidance import Guidance
    from studio.history import History
    from studio.protocols import Gallery

ACTIONS = {LIKED: "like", DISLIKED: "dislike"}


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
    from ranking.slates import RankerOptions, TasteRanker
    from studio.profile import Profile

    gallery = Shelves(world=world, rows={one: row for row, one in enumerate(world.ids)})
    model, mean_D = _taste(world, gallery.mean()), gallery.mean()
    ranker = TasteRanker(RankerOptions(epsilon=epsilon))
    near_QC = world.words_QD @ world.vectors_ND[: world.catalogue].T
    best_Q = np.sort(near_QC, axis=1)[:, -5:].mean(1)

    def shown(log: Logbook, one: Request, places: int) -> Shown:
        history = history_of(log, one.person)
        profile = Profile(user=history.user)
        offers = ranker(
            candidates_of(world, one),
            fidelities=fidelities_of(world, one, mean_D=mean_D, best=float(best_Q[one.question])),
            guidance=_guidance(world, one, mean_D),
            taste=model(history, profile=profile, gallery=cast("Gallery", gallery)),
            size=places,
            seed=one.seed,
        )
        rows = [int(offer.candidate_id[1:], 16) for offer in offers]
        return Shown(
            slate_K=np.array(rows, np.int64),
            propensity_K=np.array([offer.propensity for offer in offers]),
        )

    return lambda log, asked, places: [shown(log, one, places) for one in asked]


def history_of(log: Logbook, person: int) -> History:
    """A person's events, as the studio knows them."""
    from studio.content import Item
    from studio.history import History, Interaction

    start, end = log.offsets_P1[person], log.offsets_P1[person + 1]
    items = [log.items[number] for number in log.item_E[start:end].tolist()]
    return History(
        user=log.people[person],
        interactions=tuple(
            Interaction(
                item=Item(item_id=item, blob=item),
                event=ACTIONS.get(int(log.action_E[start + at]), "view"),
                timestamp=float(log.time_E[start + at]),
            )
            for at, item in enumerate(items)
        ),
    )


def candidates_of(world: World, one: Request) -> list[Candidate]:
    """The pool of a request; what is not of the catalogue stands for what was made."""
    from PIL import Image

    from studio.candidate import Candidate, Provenance

    dot = Image.new("RGBA", (1, 1))
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


def fidelities_of(world: World, one: Request, *, mean_D: Vectors, best: float) -> list[Fidelity]:
    """What the prompt check says of a pool; ``best``: how near the best of the catalogue come."""
    from ranking.checks.prompt import PromptOptions, graded, standings
    from studio.fidelity import Fidelity, Finding

    options = PromptOptions()
    standing_W: Floats = standings(
        world.vectors_ND[one.pool_W],
        target_D=world.words_QD[one.question],
        mean_D=mean_D,
        best=best,
    )

    def finding(standing: float) -> Finding:
        score = graded(standing, floor=options.floor, slope=options.slope)
        return Finding(check="prompt", score=score, threshold=0, passed=True, reason="…")

    return [
        Fidelity(findings=MappingProxyType({"prompt": finding(float(one))})) for one in standing_W
    ]


def _guidance(world: World, one: Request, mean_D: Vectors) -> Guidance:
    from studio.guidance import Guidance

    empty = np.zeros((0, len(mean_D)), np.float32)
    return Guidance(
        prompt=world.questions[one.question],
        target_D=world.words_QD[one.question],
        interests_KD=empty,
        interest_weights_K=empty[:, 0],
        image_prompts_ND=empty,
        image_prompt_weights_N=empty[:, 0],
        avoid_D=np.zeros_like(mean_D),
    )


def _taste(world: World, mean_D: Vectors) -> InterestTaste:
    from preference.background import Background, Backgrounds
    from preference.taste import InterestTaste

    none = np.zeros(1, np.float32)
    background = Background(
        count=world.catalogue,
        term_rates={},
        style_rates={},
        words=(),
        mean_D=mean_D,
        vectors_MD=world.vectors_ND[: world.catalogue],
        colour_mean_F=none,
        colour_std_F=none + 1,
    )
    return InterestTaste(encoder=_no_words, backgrounds=Backgrounds(lambda _: background))


def _no_words() -> Any:
    raise AssertionError("simulated people say nothing")
