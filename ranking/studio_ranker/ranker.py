"""The generative ranker in the loop: ``studio.protocols.Ranker``, by its entry point.

It uses the version of the home that is in use, looked for at each request; while there is none,
or with personalization 0, the first ranker orders the slate, and says so in no score: then nothing
about a home without a version differs from before.

The slate is decoded place by place. At each place a candidate's worth is the network's score (the
events, what is asked, and the places before it read), what the checks say of it, and the volume
that it adds to the slate (a determinantal point process, greedily); what is left is drawn in
proportion to exp(worth / temperature), and the chance of what was drawn is logged.

Legend: W candidates, S places, D width of the encoder.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from ranking.pools import Place, Pool, pooled
from ranking.slates import TasteRanker
from ranking.studio_ranker.drawing import Volume, softmax
from ranking.studio_ranker.versions import current, load, place
from studio.config import Section, validated
from studio.errors import ModelError
from studio.recent import Recent
from studio.request import derive_seed

if TYPE_CHECKING:
    from ranking.studio_ranker.learning import Version
    from studio.candidate import Candidate
    from studio.fidelity import Fidelity
    from studio.guidance import Guidance
    from studio.history import History
    from studio.parts import Parts
    from studio.profile import Profile
    from studio.protocols import Encoder, Gallery, Taste
    from studio.slate import Offer

    Numbers = npt.NDArray[np.float64]
    Vectors = npt.NDArray[np.float32]

KEPT = 2
"""Versions kept loaded: one in use, one that was just replaced."""


class StudioRankerOptions(Section):
    """``[options.rankers.generative]``."""

    prompt: float = Field(default=1.0, ge=0)
    """What a full mark of the prompt check is worth, in units of the network's score."""
    quality: float = Field(default=0.5, ge=0)
    taste: float = Field(default=0.5, ge=0)
    """What a full mark of the person's own taste model is worth."""
    variety: float = Field(default=0.3, ge=0)
    """What the logarithm of the volume that a candidate adds is worth, for a person of middling
    appetite for new things; in [½, 1½] of it by their own appetite."""
    temperature: float = Field(default=0.1, ge=0, le=10)
    """Of the draw: 0 always takes the best, and the log then teaches less."""


class StudioRanker:
    """The generative ranker, with the first ranker until a version is there."""

    def __init__(
        self,
        options: StudioRankerOptions,
        *,
        first: Callable[[], TasteRanker],
        folder: Path,
        encoder: Callable[[], Encoder],
    ) -> None:
        self._options = options
        self._first = first
        self._folder = folder
        self._encoder = encoder
        self._loaded: Recent[int, Version] = Recent(KEPT)

    def __call__(
        self,
        candidates: Sequence[Candidate],
        *,
        fidelities: Sequence[Fidelity],
        guidance: Guidance,
        taste: Taste,
        size: int,
        seed: int,
        history: History | None = None,
        profile: Profile | None = None,
        gallery: Gallery | None = None,
    ) -> tuple[Offer, ...]:
        """At most ``size`` offers, best first.

        ModelError where a candidate has no embedding, or where the version in use is broken or
        learned another encoder's vectors.
        """
        number = current(self._folder)
        if not number or history is None or gallery is None or guidance.personalization == 0:
            return self._first()(
                candidates,
                fidelities=fidelities,
                guidance=guidance,
                taste=taste,
                size=size,
                seed=seed,
            )
        pool = pooled(candidates, fidelities=fidelities, guidance=guidance, taste=taste)
        if pool is None:
            return ()
        version = self._version(number)
        slate = _Decoding(
            version,
            pool,
            guidance=guidance,
            history=history,
            profile_D=said_of(profile, self._encoder()),
            gallery=gallery,
        )
        places = self._choose(pool, slate, size=min(size, len(pool.candidates)), seed=seed)
        liking_W = slate.liking()
        return tuple(
            _offer(place, rank=rank, pool=pool, guidance=guidance, liking_W=liking_W)
            for rank, place in enumerate(places, start=1)
        )

    def _version(self, number: int) -> Version:
        version = self._loaded(number, lambda: load(self._folder, number))
        if version.encoder != self._encoder().digest:
            raise ModelError(
                "the ranker learned the vectors of another encoder; "
                "train it again with `bespoke ranker train`, or run `bespoke ranker use 0`"
            )
        return version

    def _choose(self, pool: Pool, slate: _Decoding, *, size: int, seed: int) -> list[Place]:
        options = self._options
        steady_W = sum(
            (
                getattr(options, name) * scores_W
                for name, scores_W in pool.parts.items()
                if name in ("prompt", "quality", "taste")
            ),
            start=np.zeros(len(pool.candidates)),
        )
        random = np.random.default_rng(derive_seed(seed, "generative"))
        variety = options.variety * (0.5 + slate.appetite)
        like_WW = pool.likeness_NN
        volume = Volume(0.98 * like_WW + 0.02 * np.eye(len(like_WW)))
        places: list[Place] = []
        while len(places) < size:
            chosen = [place.row for place in places]
            allowed = pool.allowed(chosen, size=size)
            worth_W = slate.scores(chosen) + steady_W + variety * np.log(volume.left_W)
            chance_W = softmax(worth_W[allowed], options.temperature)
            best = int(np.argmax(chance_W))
            at = int(random.choice(len(allowed), p=chance_W)) if options.temperature else best
            row = allowed[at]
            nearest = float(like_WW[row, chosen].max()) if chosen else 0.0
            places.append(
                Place(
                    row=row,
                    propensity=float(np.clip(chance_W[at], 1e-12, 1.0)),
                    diversity=1 - nearest,
                    explored=bool(chance_W[at] < chance_W[best] / 2),
                )
            )
            volume.take(row)
        return places


class _Decoding:
    """A version at work on one request."""

    def __init__(
        self,
        version: Version,
        pool: Pool,
        *,
        guidance: Guidance,
        history: History,
        profile_D: Vectors,
        gallery: Gallery,
    ) -> None:
        import torch

        from ranking.studio_ranker.asking import asking

        self._version = version
        self._dial = float(np.clip(guidance.personalization, 0, 1))
        with torch.no_grad():
            asked = asking(
                version,
                ids=[_known(one) for one in pool.candidates],
                vectors_WD=pool.vectors_ND,
                words_D=guidance.target_D,
                history=history,
                profile_D=profile_D,
                gallery=gallery,
            )
            self._asked = asked
            network = version.network
            read = network.read(asked.shelf, asked.context)
            self._reading = network.opened(asked.shelf, asked.context, asked.pool_1W, read)
        self.appetite = asked.appetite

    def scores(self, chosen: Sequence[int]) -> Numbers:
        """(W,) the network's scores at the next place, behind those chosen."""
        import torch

        from ranking.studio_ranker.network import place_scores

        with torch.no_grad():
            slate_1S = torch.tensor([[*chosen, 0]])
            found_1SW = place_scores(
                self._version.network, self._reading, self._asked.pool_1W, slate_1S
            )
        scores: Numbers = self._dial * found_1SW[0, -1].double().numpy()
        return scores

    def liking(self) -> Numbers | None:
        """(W,) foretold chance of being liked; None where no reward model was learned."""
        rewards = self._version.rewards
        if rewards is None:
            return None
        asked = self._asked
        found: Numbers = (
            rewards.liking(asked.shelf, asked.context, asked.pool_1W)[0].double().numpy()
        )
        return found


def said_of(profile: Profile | None, encoder: Encoder) -> Vectors:
    """(D,) what the person set or said by hand, as the log has it; zeros where that is nothing."""
    from ranking.studio_ranker.reading import profiles

    concepts = () if profile is None else profile.concepts
    told = [(0, one.name, one.weight) for one in concepts if one.source != "history"]
    found: Vectors = profiles(told, 1, encoder)[0]
    return found


def _known(candidate: Candidate) -> str:
    """The catalogue's id of a retrieved candidate; of one that was made, its own."""
    if candidate.route == "retrieve" and candidate.source_item:
        return candidate.source_item
    return candidate.candidate_id


def _offer(
    place: Place, *, rank: int, pool: Pool, guidance: Guidance, liking_W: Numbers | None
) -> Offer:
    scores = pool.scores_of(place.row)
    scores["diversity"] = float(np.clip(place.diversity, 0, 1))
    score = scores["taste"]
    if liking_W is not None:
        score = scores["liking"] = float(np.clip(liking_W[place.row], 0, 1))
    return pool.offer(place, rank=rank, score=score, scores=scores, guidance=guidance)


def build(parts: Parts, options: Mapping[str, Any]) -> StudioRanker:
    """The ranker, by its entry point."""
    return StudioRanker(
        validated(StudioRankerOptions, options, where="rankers.generative"),
        first=lambda: parts.part("rankers", "taste"),
        folder=place(parts.home),
        encoder=lambda: parts.encoder,
    )
