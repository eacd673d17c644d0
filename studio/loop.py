"""The loop: ``personalize`` makes a slate, ``learn`` takes feedback in. Read it from the top.

request ─► instructor ─► scout ─► generators ─► checks ─► ranker ─► slate ─► feedback ─► history
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from studio.candidate import Candidate, Draft, Provenance
from studio.content import Item
from studio.errors import InputError, NothingPassed, StoreCorrupt
from studio.fidelity import Fidelity
from studio.history import History, Interaction
from studio.profile import Edit, Profile
from studio.progress import IsCancelled, OnProgress, Step, never, silent
from studio.slate import Offer, Rejected, Slate

if TYPE_CHECKING:
    from studio.feedback import Feedback
    from studio.guidance import Guidance
    from studio.parts import Parts
    from studio.protocols import Commander, Gallery
    from studio.request import Request


class Stopwatch:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Add what the block takes to ``name``."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - start

    def total(self) -> float:
        """Seconds since the stopwatch was made."""
        return time.perf_counter() - self._start


def personalize(
    request: Request,
    *,
    history: History,
    profile: Profile,
    parts: Parts,
    gallery: Gallery,
    on_progress: OnProgress = silent,
    is_cancelled: IsCancelled = never,
) -> Slate:
    """The slate for a valid request (GeneRec, arXiv 2304.03516, Figure 2). Stores nothing.

    InputError where no route has anything to work on; NothingPassed where no candidate passes.
    """
    clock = Stopwatch()
    if request.personalization == 0:  # the twin knows nobody
        history, profile = History(user=request.user), Profile(user=request.user)
    with clock.stage("instruct_s"):
        guidance = parts.instructor(request, history=history, profile=profile, gallery=gallery)
        taste = parts.taste(history, profile=profile, gallery=gallery)
    with clock.stage("scout_s"):
        drafts = scout(guidance, request=request, parts=parts, gallery=gallery)
    with clock.stage("generate_s"):
        candidates = [
            candidate
            for route, batch in drafts.items()
            for candidate in parts.generator(route)(
                guidance,
                drafts=batch,
                gallery=gallery,
                on_progress=on_progress,
                is_cancelled=is_cancelled,
            )
        ]
    with clock.stage("embed_s"):
        candidates = embed(candidates, owner=request.user, parts=parts, gallery=gallery)
    with clock.stage("check_s"):
        fidelities = judge(
            candidates, guidance=guidance, history=history, parts=parts, gallery=gallery
        )
        passed = [pair for pair in zip(candidates, fidelities, strict=True) if pair[1].passed]
        rejected = tuple(
            Rejected(candidate=candidate, fidelity=fidelity)
            for candidate, fidelity in zip(candidates, fidelities, strict=True)
            if not fidelity.passed
        )
        _require_some(passed, rejected)
    with clock.stage("rank_s"):
        offers = parts.ranker(
            [candidate for candidate, _ in passed],
            fidelities=[fidelity for _, fidelity in passed],
            guidance=guidance,
            taste=taste,
            size=request.size,
            seed=request.seed,
            history=history,
            profile=profile,
            gallery=gallery,
        )
    on_progress(Step(stage="rank", done=len(offers), total=request.size))
    return Slate(
        slate_id=slate_id(request, guidance, offers),
        request=request,
        offers=offers,
        rejected=rejected,
        guidance=guidance,
        timings=MappingProxyType({"total_s": clock.total(), **clock.seconds}),
    )


def scout(
    guidance: Guidance, *, request: Request, parts: Parts, gallery: Gallery
) -> dict[str, tuple[Draft, ...]]:
    """Drafts by route, for the routes that have something to work on."""
    found = {
        plan.route: parts.scout(
            guidance, plan=plan, seed=request.seed, owner=request.user, gallery=gallery
        )
        for plan in guidance.routes
    }
    drafts = {route: batch for route, batch in found.items() if batch}
    if not drafts:
        raise InputError(
            f"nothing to work on for route {', '.join(request.routes)}: the catalogue is empty; "
            "add pictures with `bespoke catalog add`, or allow the route create"
        )
    return drafts


def embed(
    candidates: Sequence[Candidate], *, owner: str, parts: Parts, gallery: Gallery
) -> list[Candidate]:
    """The candidates with their embeddings; a retrieved one has its item's, which is known."""
    shown = [one for one in candidates if one.route == "retrieve"]
    made = [one for one in candidates if one.route != "retrieve"]
    items = gallery.items([one.source_item for one in shown], owner=owner)
    vectors = {
        one.candidate_id: vector_D
        for group, vectors_ND in (
            (shown, gallery.vectors(items)),
            (made, parts.encoder.images([one.image for one in made])),
        )
        for one, vector_D in zip(group, vectors_ND, strict=True)
    }
    return [replace(one, embedding_D=vectors[one.candidate_id]) for one in candidates]


def judge(
    candidates: Sequence[Candidate],
    *,
    guidance: Guidance,
    history: History,
    parts: Parts,
    gallery: Gallery,
) -> list[Fidelity]:
    """Every check's finding of every candidate, in the order of the candidates."""
    by_check = {
        name: check(candidates, guidance=guidance, history=history, gallery=gallery)
        for name, check in parts.checks.items()
    }
    return [
        Fidelity(findings=MappingProxyType({name: found[row] for name, found in by_check.items()}))
        for row in range(len(candidates))
    ]


def _require_some(passed: Sequence[object], rejected: Sequence[Rejected]) -> None:
    if passed:
        return
    lines = tuple(
        f"{one.route}: " + "; ".join(f"{check}: {why}" for check, why in one.reasons.items())
        for one in rejected
    )
    raise NothingPassed(
        f"none of {len(rejected)} candidates passed the checks (first: {lines[0]}); "
        "try other words, another seed or more routes",
        lines,
    )


def slate_id(request: Request, guidance: Guidance, offers: Sequence[Offer]) -> str:
    """``s`` and 16 hex digits: the same request, guidance and candidates, the same slate."""
    parts = (request.digest, guidance.digest, *(offer.candidate_id for offer in offers))
    return "s" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def remake(
    provenance: Provenance,
    *,
    guidance: Guidance,
    owner: str,
    parts: Parts,
    gallery: Gallery,
    on_progress: OnProgress = silent,
    is_cancelled: IsCancelled = never,
) -> Candidate:
    """The candidate made again: its whole batch is drawn, since a float's last bit depends on what
    it was computed beside.

    StoreCorrupt where the guidance is not the one it was made with; UnknownName where its source
    item is gone.
    """
    if guidance.digest != provenance.guidance:
        raise StoreCorrupt("the stored guidance is not the one this candidate was made with")
    drafts = [
        Draft(
            index=index,
            seed=seed,
            source=gallery.items([source], owner=owner)[0] if source else None,
        )
        for index, (seed, source) in enumerate(provenance.batch)
    ]
    made = parts.generator(provenance.route)(
        guidance,
        drafts=drafts,
        gallery=gallery,
        on_progress=on_progress,
        is_cancelled=is_cancelled,
    )
    return made[provenance.index]


def learn(
    feedback: Feedback,
    *,
    item_of: Callable[[str], Item],
    beside: Sequence[str],
    profile: Profile,
    commander: Callable[[], Commander],
) -> tuple[tuple[Interaction, ...], tuple[Edit, ...]]:
    """What one act of feedback adds to the history and to the profile's edits. Stores nothing.

    ``item_of`` gives the item an id stands for; ``beside`` are the ids shown with a chosen one.
    """

    def event(subject: str, verb: str, note: str = "") -> Interaction:
        item = item_of(subject)
        return Interaction(item=item, event=verb, timestamp=feedback.timestamp, note=note)

    if feedback.verb == "say":
        return (), commander()(feedback.words, profile=profile)
    if feedback.verb == "prefer":
        first = event(feedback.subject, "prefer", feedback.words)
        return (event(feedback.over, "reject"), first), ()
    if feedback.verb == "choose":
        passed = tuple(event(other, "pass") for other in beside)
        return (*passed, event(feedback.subject, "choose", feedback.words)), ()
    return (event(feedback.subject, feedback.verb, feedback.words),), ()
