"""Edit: a picture that is there, repurposed: image to image, or repainted within a mask."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from generators.backbone import Backbone, shared_backbone
from generators.candidates import Origin, Settings, candidates_of, terms_of
from generators.finish.sticker import finished, mask_square, on_white, repainted
from generators.terms import Terms, Watch
from studio.config import Section, validated
from studio.errors import BadImage, InputError
from studio.progress import IsCancelled, OnProgress

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.candidate import Candidate, Draft
    from studio.guidance import Guidance
    from studio.parts import Parts
    from studio.protocols import Gallery


class EditOptions(Section):
    """``[options.generators.edit]``; None: as the backbone recommends."""

    steps: int | None = Field(default=None, ge=1, le=1000)
    guidance_scale: float | None = Field(default=None, ge=0, le=50)
    ip_scale: float | None = Field(default=None, ge=0, le=4)
    strength: float | None = Field(default=None, gt=0, le=1)
    """Share of the way from the source to noise and back."""
    restyle_strength: float | None = Field(default=None, gt=0, le=1)
    """The same where the source has another look than the person likes."""
    inpaint_strength: float | None = Field(default=None, gt=0, le=1)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Editor:
    """Pictures to pictures. Implements ``studio.protocols.Generator``."""

    backbone: Backbone
    options: EditOptions = EditOptions()

    def __call__(
        self,
        guidance: Guidance,
        *,
        drafts: Sequence[Draft],
        gallery: Gallery,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> list[Candidate]:
        """Candidates in the order of the drafts; Cancelled on demand.

        A draft without a source works on the reference at its index; with a mask, on the first.
        """
        if not drafts:
            return []
        watch = Watch(stage="edit", on_progress=on_progress, is_cancelled=is_cancelled)
        chosen = self.options.model_dump(include={"steps", "guidance_scale", "ip_scale"})
        terms, noted = terms_of(guidance, self.backbone, **chosen)
        strengths = [self._strength(guidance, draft) for draft in drafts]
        images: list[Image | None] = [None] * len(drafts)
        total = sum(max(1, int(terms.steps * strength)) for strength in set(strengths))
        for strength in sorted(set(strengths)):
            rows = [row for row, own in enumerate(strengths) if own == strength]
            group = [drafts[row] for row in rows]
            made = self._made(guidance, group, gallery, terms=terms, strength=strength, watch=watch)
            for row, image in zip(rows, made, strict=True):
                images[row] = image
        return candidates_of(
            Origin(
                route="edit",
                guidance=guidance,
                backbone=self.backbone.spec,
                revision=self.backbone.revision,
            ),
            drafts=drafts,
            images=[image for image in images if image is not None],
            settings=[self._noted(noted, own, guidance) for own in strengths],
        )
