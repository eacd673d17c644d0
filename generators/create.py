"""Create: a picture led by words and by pictures that carry the look.

From noise alone, or, where the scout found the thing in the catalogue and the backbone can, with
that picture beside it: then words, look and catalogue together make what none of them holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import Field

from generators.backbone import Backbone, shared_backbone
from generators.candidates import Origin, candidates_of, terms_of
from generators.finish.sticker import all_drawn, all_remade, on_white
from generators.recolour import recoloured, recolours, toning
from generators.remote import RemoteBackbone
from generators.terms import Watch
from studio.config import Section, validated
from studio.progress import IsCancelled, OnProgress

if TYPE_CHECKING:
    from PIL.Image import Image

    from generators.finish.pixels import Pixels
    from studio.candidate import Candidate, Draft
    from studio.guidance import Guidance
    from studio.parts import Parts
    from studio.protocols import Gallery


class CreateOptions(Section):
    """``[options.generators.create]``; None: as the backbone recommends."""

    steps: int | None = Field(default=None, ge=1, le=1000)
    guidance_scale: float | None = Field(default=None, ge=0, le=50)
    ip_scale: float | None = Field(default=None, ge=0, le=4)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Creator:
    """Text and image prompts to pictures. Implements ``studio.protocols.Generator``."""

    backbone: Backbone | RemoteBackbone
    options: CreateOptions = field(default_factory=CreateOptions)
    recolour: bool = False
    """Whether what is remade begins in the liked colours, so that the look alone is the model's
    work."""

    def __call__(
        self,
        guidance: Guidance,
        *,
        drafts: Sequence[Draft],
        gallery: Gallery,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> list[Candidate]:
        """Candidates in the order of the drafts; Cancelled on demand."""
        if not drafts:
            return []
        chosen = self.options.model_dump()
        terms, noted = terms_of(guidance, self.backbone, **chosen)
        revised, also_noted = terms_of(guidance, self.backbone, task="revise", **chosen)
        if not self.backbone.supports.revision:
            drafts = [replace(draft, source=None) for draft in drafts]
        sources = {
            row: gallery.image(draft.source) for row, draft in enumerate(drafts) if draft.source
        }
        free = [row for row, draft in enumerate(drafts) if not draft.source]
        watch = Watch(stage="create", on_progress=on_progress, is_cancelled=is_cancelled)
        watch = replace(watch, total=bool(sources) * revised.steps + bool(free) * terms.steps)
        toned = toning(guidance, recolour=self.recolour)
        made: dict[int, Image] = {}
        if sources:
            side = self.backbone.size
            remade = self.backbone.revise(
                revised,
                images=[
                    begun(source, guidance, side=side, toned=toned, seed=drafts[row].seed)
                    for row, source in sources.items()
                ],
                seeds=[drafts[row].seed for row in sources],
                watch=watch,
            )
            images = finished(
                remade, self.backbone, sources=[*sources.values()], kind=guidance.kind
            )
            made |= dict(zip(sources, images, strict=True))
            watch = replace(watch, done=revised.steps)
        if free:
            drawn = self.backbone.text_to_image(
                terms, seeds=[drafts[row].seed for row in free], watch=watch
            )
            made |= dict(zip(free, all_drawn(drawn, kind=guidance.kind), strict=True))
        return candidates_of(
            Origin(
                route="create",
                guidance=guidance,
                backbone=self.backbone.spec,
                revision=self.backbone.revision,
            ),
            drafts=drafts,
            images=[made[row] for row in range(len(drafts))],
            settings=[
                {
                    **(also_noted if draft.source else noted),
                    "grounded": int(bool(draft.source)),
                    "recoloured": int(bool(draft.source and toned)),
                    "detailed": int(bool(draft.source) and self.backbone.defaults.revise_detail),
                }
                for draft in drafts
            ],
        )


def begun(source: Image, guidance: Guidance, *, side: int, toned: float, seed: int) -> Image:
    """What a source is remade from: on white, ``side`` pixels square, moved so far (in [0, 1])
    towards the liked colours."""
    if toned:
        source = source.convert("RGBA")
        source.thumbnail((side, side))
        source = recoloured(source, guidance.colours, strength=toned, seed=seed)
    return on_white(source, side)


def finished(
    images: Sequence[Pixels],
    backbone: Backbone | RemoteBackbone,
    *,
    sources: Sequence[Image],
    kind: str,
) -> list[Image]:
    """What was remade from the sources, finished; in their detail where the backbone is for it."""
    if backbone.defaults.revise_detail:
        return all_remade(images, sources=sources, kind=kind)
    return all_drawn(images, kind=kind)


def build(parts: Parts, options: Mapping[str, Any]) -> Creator:
    """The part ``create``."""
    chosen = validated(CreateOptions, options, where="generators.create")
    backbone = shared_backbone(parts)
    return Creator(backbone=backbone, options=chosen, recolour=recolours(parts))
