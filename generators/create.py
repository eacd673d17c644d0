"""Create: a picture from noise, led by words and by pictures that carry the look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import Field

from generators.backbone import Backbone, shared_backbone
from generators.candidates import Origin, candidates_of, terms_of
from generators.finish.sticker import drawn
from generators.terms import Watch
from studio.config import Section, validated
from studio.progress import IsCancelled, OnProgress

if TYPE_CHECKING:
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

    backbone: Backbone
    options: CreateOptions = field(default_factory=CreateOptions)

    def __call__(
        self,
        guidance: Guidance,
        *,
        drafts: Sequence[Draft],
        gallery: Gallery,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> list[Candidate]:
        """Candidates in the order of the drafts, made in one batch; Cancelled on demand."""
        if not drafts:
            return []
        terms, noted = terms_of(guidance, self.backbone, **self.options.model_dump())
        images = self.backbone.text_to_image(
            terms,
            seeds=[draft.seed for draft in drafts],
            watch=Watch(stage="create", on_progress=on_progress, is_cancelled=is_cancelled),
        )
        return candidates_of(
            Origin(
                route="create",
                guidance=guidance,
                backbone=self.backbone.spec,
                revision=self.backbone.revision,
            ),
            drafts=drafts,
            images=[drawn(image, kind=guidance.kind) for image in images],
            settings=[noted] * len(drafts),
        )


def build(parts: Parts, options: Mapping[str, Any]) -> Creator:
    """The part ``create``."""
    chosen = validated(CreateOptions, options, where="generators.create")
    return Creator(backbone=shared_backbone(parts), options=chosen)
