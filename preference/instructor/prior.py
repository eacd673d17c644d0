"""The instructor ``prior``: request, history and profile into guidance, by prior knowledge alone.

After the instructor of GeneRec (arXiv 2304.03516, Section 3) and the masked history of Pigeon
(arXiv 2410.14170). The look comes from the person's own pictures and from words, the subject
from the instruction.

Legend: M interactions, N image prompts, R references, D embedding width.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from preference.background import Background, Backgrounds, directions, normalised
from preference.concepts import style_words
from preference.instructor.liking import Liking, asked_look, read, representatives, style_shares
from preference.instructor.prompt import Fusion, fuse
from preference.instructor.routes import find, plan, route_reason
from preference.sources import look_words
from preference.vocabulary import MOTIFS, named_kinds, phrase
from studio.colours import drawn_pixels, palette_of
from studio.config import Section, validated
from studio.guidance import Guidance
from studio.history import History
from studio.profile import Profile
from studio.recent import Recent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.parts import Parts
    from studio.protocols import Encoder, Gallery
    from studio.request import Request

    Vectors = NDArray[np.float32]

SMALL = 32
"""Pixels a side at which the colours of liked pictures are read."""
SEEN = 512
"""Catalogue pictures so read that are kept, 12 KiB each."""
QUALITY = "blurry, low quality, text, watermark, cropped"


class PriorOptions(Section):
    """``[options.instructors.prior]``."""

    image_prompts: int = Field(default=4, ge=0, le=8)
    """Liked pictures that carry the look."""
    own_items: int = Field(default=64, ge=0, le=1000)
    """Liked items that may be repurposed."""
    styles: int = Field(default=4, ge=0, le=32)
    """Liked styles that guidance names."""
    newest: int = Field(default=400, ge=1)
    """Interactions read."""
    colours: int = Field(default=8, ge=0, le=64)
    """Liked pictures of the look that prevails whose colours are read; 0: none."""
    least: float = Field(default=0.25, ge=0.0, le=1.0)
    """Weight · confidence · personalization from which a concept enters the prompt."""
    quality: str | None = None
    """Negative words for everyone; None: none for the bundled backbone, which learned from
    captions alone and was never shown such words, and ``QUALITY`` for any other."""


class PriorInstructor:
    """``studio.protocols.Instructor`` that learns nothing and explains itself."""

    def __init__(
        self,
        *,
        encoder: Callable[[], Encoder],
        looks: Mapping[str, str],
        options: PriorOptions | None = None,
        quality: str = "",
        backgrounds: Backgrounds | None = None,
    ) -> None:
        """``looks`` gives styles their words; ``quality`` is everyone's negative prompt."""
        self._encoder = encoder
        self._looks = looks
        self._options = options or PriorOptions()
        self._quality = quality
        self._backgrounds = backgrounds or Backgrounds()
        self._neutral_D: Vectors | None = None
        self._seen: Recent[str, Vectors] = Recent(SEEN)

    def __call__(
        self, request: Request, *, history: History, profile: Profile, gallery: Gallery
    ) -> Guidance:
        """The guidance; with ``request.personalization == 0`` it rests on the request alone."""
        if request.personalization == 0:
            history, profile = History(user=request.user), Profile(user=request.user)
        background = self._backgrounds(gallery)
        references_RD = self._encoder().images([one.image for one in request.references])
        target_D = self._target(request, references_RD)
        liking = read(
            history.interactions[-self._options.newest :],
            target_D=target_D,
            background=background,
            gallery=gallery,
        )
        shares = self._shares(request, liking, profile, background)
        look = next(iter(shares), "")
        fusion = self._fusion(request, profile, background)
        prompts_ND, weights_N = self._image_prompts(request, liking, look, gallery=gallery)
        own = self._own_items(liking, target_D)
        findings = find(
            request,
            target_D=target_D,
            look=look,
            look_words=look_words(look, self._looks),
            has_own=bool(own),
            background=background,
            gallery=gallery,
        )
        plans = plan(findings, size=request.size, routes=request.routes)
        return Guidance(
            prompt=fusion.prompt,
            negative=fusion.negative,
            instruction=request.instruction,
            kind=request.kind,
            concepts=_scaled(profile, min(request.personalization, 1.0)),
            routes=plans,
            route_reason=route_reason(findings, plans, asked=request.routes),
            styles=tuple(shares.items())[: self._options.styles],
            own_items=own,
            colours=self._colours(request, liking, profile, look, gallery=gallery),
            personalization=float(request.personalization),
            encoder=self._encoder().digest,
            target_D=target_D,
            interests_KD=liking.clusters.centres_KD,
            interest_weights_K=liking.clusters.weights_K,
            image_prompts_ND=np.concatenate([references_RD, prompts_ND]),
            image_prompt_weights_N=np.concatenate(
                [np.ones(len(references_RD), np.float32), weights_N]
            ),
            avoid_D=self._avoid(liking, profile),
            references=request.references,
            mask=request.mask,
        )

    def _target(self, request: Request, references_RD: Vectors) -> Vectors:
        """(D,) what is asked: the words, and the references as much as the words."""
        text_D: Vectors = self._encoder().texts([request.instruction])[0]
        if not len(references_RD):
            return text_D
        return normalised(text_D + normalised(references_RD.mean(axis=0)))

    def _asked_look(self, request: Request, background: Background) -> str:
        return asked_look(request.instruction, [*background.style_rates], looks=self._looks)

    def _shares(
        self, request: Request, liking: Liking, profile: Profile, background: Background
    ) -> dict[str, float]:
        """Share of each style, strongest first; a look named by the instruction stands alone."""
        shares = style_shares(liking, profile, looks=self._looks)
        if not shares:
            return {}
        asked = self._asked_look(request, background)
        if asked:
            return {asked: 1.0}
        return {} if "look" in named_kinds(request.instruction) else shares

    def _fusion(self, request: Request, profile: Profile, background: Background) -> Fusion:
        decided = named_kinds(request.instruction)
        if self._asked_look(request, background):
            decided |= {"look"}
        return fuse(
            request.instruction,
            profile,
            personalization=request.personalization,
            asked_kinds=decided,
            quality=self._quality,
            least=self._options.least,
        )

    def _image_prompts(
        self, request: Request, liking: Liking, look: str, *, gallery: Gallery
    ) -> tuple[Vectors, Vectors]:
        """(N, D) liked pictures of the look that prevails and their (N,) weights in [0, 1].

        A look that was named, by hand or by the instruction, and of which no picture was liked is
        shown by the catalogue's most typical ones.
        """
        most = self._options.image_prompts
        strength = min(1.0, request.personalization)
        rows = liking.rows_of(look)
        found_ND = np.zeros((0, self._encoder().dim), np.float32)
        decided = not look and "look" in named_kinds(request.instruction)
        if strength > 0 and most > 0 and not decided:
            if rows.any():
                chosen = representatives(
                    liking.directions_MD[rows], liking.liked_M[rows], most=most
                )
                found_ND = liking.vectors_MD[rows][chosen]
            elif look in (means := gallery.style_means()):
                typical = gallery.search(normalised(means[look]), k=most, style=look)
                found_ND = gallery.vectors([item for item, _ in typical]) if look else found_ND
        return found_ND, np.full(len(found_ND), strength, np.float32)

    def _own_items(self, liking: Liking, target_D: Vectors) -> tuple[str, ...]:
        """Liked items, those that count most and lie nearest to the request first."""
        if liking.is_empty:
            return ()
        score_M = np.log(np.maximum(liking.liked_M, 1e-3)) + 4.0 * (liking.vectors_MD @ target_D)
        order = [row for row in np.argsort(-score_M, kind="stable") if liking.liked_M[row] > 0]
        ids = dict.fromkeys(liking.events[row].item.item_id for row in order)
        return tuple(ids)[: self._options.own_items]

    def _colours(
        self, request: Request, liking: Liking, profile: Profile, look: str, *, gallery: Gallery
    ) -> tuple[tuple[str, float], ...]:
        """The colours of what is liked most; none where words decide, asked or said by hand."""
        said = any(one.kind == "colour" and one.source != "history" for one in profile.concepts)
        if liking.is_empty or said or "colour" in named_kinds(request.instruction):
            return ()
        liked_M = np.where(liking.rows_of(look), liking.liked_M, 0)
        best = [row for row in np.argsort(-liked_M, kind="stable") if liked_M[row] > 0]
        items = {liking.events[row].item.blob: liking.events[row].item for row in best}
        chosen = list(items.values())[: self._options.colours]
        return palette_of(self._pixels(item, gallery) for item in chosen)

    def _pixels(self, item: Item, gallery: Gallery) -> Vectors:
        """(P, 3) what is drawn of a picture; kept for pictures of the catalogue, nobody's own."""

        def seen() -> Vectors:
            return drawn_pixels(gallery.image(item), side=SMALL)

        return seen() if item.owner else self._seen(item.blob, seen)

    def _avoid(self, liking: Liking, profile: Profile) -> Vectors:
        """Unit direction from the liked to the disliked, words said by hand included, or zero."""
        total_D = np.zeros(self._encoder().dim, np.float32)
        if liking.disliked_M.sum() > 0:
            total_D += liking.disliked_M @ liking.directions_MD / liking.disliked_M.sum()
            if not liking.is_empty:
                total_D -= liking.liked_M @ liking.directions_MD / liking.liked_M.sum()
        said = [one for one in profile.concepts if one.source != "history" and one.weight < 0]
        if said:
            texts_CD = self._encoder().texts([phrase(one.name, one.kind) for one in said])
            weights_C = np.array([-one.weight for one in said], np.float32)
            total_D += weights_C @ directions(texts_CD, self._neutral())
        return normalised(total_D)

    def _neutral(self) -> Vectors:
        """Mean text embedding of ordinary things: where words start from."""
        if self._neutral_D is None:
            self._neutral_D = self._encoder().texts(MOTIFS).mean(axis=0)
        return self._neutral_D


def _scaled(profile: Profile, scale: float) -> Mapping[str, float]:
    """Concept name to weight times ``scale``."""
    return MappingProxyType({one.name: round(one.weight * scale, 4) for one in profile.concepts})


def build(parts: Parts, options: Mapping[str, Any]) -> PriorInstructor:
    """The instructor of ``studio.toml``."""
    chosen = validated(PriorOptions, options, where="instructors.prior")
    default = "" if parts.config.backbone == "bundled" else QUALITY
    return PriorInstructor(
        encoder=lambda: parts.encoder,
        looks=style_words(),
        options=chosen,
        quality=default if chosen.quality is None else chosen.quality,
        backgrounds=parts.shared("preference.backgrounds", Backgrounds),
    )
