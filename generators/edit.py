"""Edit: a picture that is there, repurposed.

Remade with the source beside it where the backbone can, else image to image; repainted within a
mask where there is one. A picture that has the liked look already is given the liked colours, where
that comes out better than by the backbone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import Field

from generators.backbone import Backbone, shared_backbone
from generators.candidates import Origin, Settings, candidates_of, terms_of
from generators.create import CreateOptions, begun, finished
from generators.finish.pixels import picture_of
from generators.finish.sticker import all_drawn, mask_square, on_white, repainted, stored
from generators.recolour import recoloured, recolours, toning
from generators.remote import RemoteBackbone
from generators.terms import Terms, Watch
from studio.config import validated
from studio.errors import BadImage, Cancelled, InputError
from studio.progress import IsCancelled, OnProgress

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.candidate import Candidate, Draft
    from studio.content import Picture
    from studio.guidance import Guidance
    from studio.parts import Parts
    from studio.protocols import Gallery


class EditOptions(CreateOptions):
    """``[options.generators.edit]``: those of create, and how strongly. None: as recommended."""

    strength: float | None = Field(default=None, gt=0, le=1)
    """Share of the way from the source to noise and back. Given: always image to image."""
    restyle_strength: float | None = Field(default=None, gt=0, le=1)
    """The same where the source has another look than the person likes."""
    inpaint_strength: float | None = Field(default=None, gt=0, le=1)
    recolour: bool | None = None
    """Whether a picture that has the liked look already is recoloured rather than remade, and what
    is remade begins in the liked colours; None: by the bundled model."""


@dataclass(frozen=True, slots=True, order=True)
class _Way:
    """How one draft is edited; drafts of one way go into one batch."""

    kind: str
    """``revise``, ``image to image``, ``inpaint`` or ``recolour``."""
    strength: float
    """Share of the denoising, or of the way to the liked colours, in (0, 1]."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Batch:
    """Drafts edited one way, in one call, and what they are edited by."""

    guidance: Guidance
    drafts: Sequence[Draft]
    gallery: Gallery
    terms: Terms
    way: _Way
    watch: Watch

    @property
    def seeds(self) -> list[int]:
        """One a draft."""
        return [draft.seed for draft in self.drafts]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Editor:
    """Pictures to pictures. Implements ``studio.protocols.Generator``."""

    backbone: Backbone | RemoteBackbone
    options: EditOptions = field(default_factory=EditOptions)
    recolour: bool = False
    """Whether what has the liked look is recoloured, and the rest begins in the liked colours."""

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
        InputError where there is no reference, BadImage where the mask has another shape.
        """
        chosen = self.options.model_dump(include=set(CreateOptions.model_fields))
        terms, noted = terms_of(guidance, self.backbone, task="change", **chosen)
        revised, also_noted = terms_of(guidance, self.backbone, task="revise", **chosen)
        ways = [self._way(guidance, draft) for draft in drafts]
        images: dict[int, Image] = {}
        steps = {way: _steps(way, terms=terms, revised=revised) for way in ways}
        watch = Watch(stage="edit", on_progress=on_progress, is_cancelled=is_cancelled)
        watch = replace(watch, total=sum(steps.values()))
        for way in sorted(steps):
            rows = [row for row, own in enumerate(ways) if own == way]
            batch = _Batch(
                guidance=guidance,
                drafts=[drafts[row] for row in rows],
                gallery=gallery,
                terms=revised if way.kind == "revise" else terms,
                way=way,
                watch=watch,
            )
            special = {"inpaint": self._repainted, "recolour": self._recoloured}
            made = special.get(way.kind, self._edited)(batch)
            images |= dict(zip(rows, made, strict=True))
            watch = replace(watch, done=watch.done + steps[way])
        return candidates_of(
            Origin(
                route="edit",
                guidance=guidance,
                backbone=self.backbone.spec,
                revision=self.backbone.revision,
            ),
            drafts=drafts,
            images=[images[row] for row in range(len(drafts))],
            settings=[
                self._noted(guidance, draft, way, also_noted if way.kind == "revise" else noted)
                for draft, way in zip(drafts, ways, strict=True)
            ],
        )

    def _noted(self, guidance: Guidance, draft: Draft, way: _Way, terms: Settings) -> Settings:
        """What the provenance says of how a draft was edited; of a model only where one ran."""
        own: Settings = {"strength": way.strength, "edit": way.kind}
        if way.kind == "recolour":
            return own
        toned = draft.source and way.kind != "inpaint" and toning(guidance, recolour=self.recolour)
        detailed = way.kind == "revise" and self.backbone.defaults.revise_detail
        return {**terms, **own, "recoloured": int(bool(toned)), "detailed": int(detailed)}

    def _way(self, guidance: Guidance, draft: Draft) -> _Way:
        """How, and how strongly."""
        defaults, options = self.backbone.defaults, self.options
        if draft.source is None and guidance.mask is not None:
            return _Way("inpaint", options.inpaint_strength or defaults.inpaint_strength)
        fixed = options.strength or options.restyle_strength
        liked = guidance.styles[0][0] if guidance.styles else ""
        style = draft.source.style if draft.source else ""
        toned = toning(guidance, recolour=self.recolour)
        if toned and style and style == liked:
            return _Way("recolour", toned)
        if self.backbone.supports.revision and not fixed:
            return _Way("revise", defaults.revise_strength)
        if style and liked and style != liked:
            return _Way("image to image", options.restyle_strength or defaults.restyle_strength)
        return _Way("image to image", options.strength or defaults.edit_strength)

    def _recoloured(self, batch: _Batch) -> list[Image]:
        """Each draft's source in the liked colours, finished; each seed deals them out its way."""
        made: list[Image] = []
        for draft in batch.drafts:
            if batch.watch.is_cancelled():
                raise Cancelled("stopped; nothing was made")
            assert draft.source is not None
            image = stored(batch.gallery.image(draft.source), kind=batch.guidance.kind)
            toned = recoloured(
                image, batch.guidance.colours, strength=batch.way.strength, seed=draft.seed
            )
            made.append(toned.convert(image.mode))
        batch.watch.tell(1)
        return made

    def _edited(self, batch: _Batch) -> list[Image]:
        """Each draft's source or reference remade, or image to image from it, finished."""
        guidance, side = batch.guidance, self.backbone.size
        toned = toning(guidance, recolour=self.recolour)
        sources = [
            batch.gallery.image(draft.source)
            if draft.source
            else reference_of(guidance, draft.index).image
            for draft in batch.drafts
        ]
        images = [
            begun(source, guidance, side=side, toned=toned if draft.source else 0, seed=draft.seed)
            for source, draft in zip(sources, batch.drafts, strict=True)
        ]
        if batch.way.kind == "revise":
            made = self.backbone.revise(
                batch.terms, images=images, seeds=batch.seeds, watch=batch.watch
            )
            return finished(made, self.backbone, sources=sources, kind=guidance.kind)
        made = self.backbone.image_to_image(
            batch.terms,
            images=images,
            strength=batch.way.strength,
            seeds=batch.seeds,
            watch=batch.watch,
        )
        return all_drawn(made, kind=guidance.kind)

    def _repainted(self, batch: _Batch) -> list[Image]:
        """The first reference repainted within the mask, finished; outside it nothing changes."""
        guidance, side = batch.guidance, self.backbone.size
        reference = reference_of(guidance, 0).image
        mask = mask_of(guidance)
        made = self.backbone.inpaint(
            batch.terms,
            images=[on_white(reference, side)] * len(batch.drafts),
            masks=[picture_of(mask_square(mask, side))] * len(batch.drafts),
            strength=batch.way.strength,
            seeds=batch.seeds,
            watch=batch.watch,
        )
        return repainted(made, reference=reference, mask=mask, kind=guidance.kind)


def _steps(way: _Way, *, terms: Terms, revised: Terms) -> int:
    """Steps of progress that a way takes."""
    if way.kind == "recolour":
        return 1
    return revised.steps if way.kind == "revise" else terms.steps_at(way.strength)


def reference_of(guidance: Guidance, index: int) -> Picture:
    """The reference for a draft's index; InputError where there is none."""
    if not guidance.references:
        raise InputError("an edit needs a catalogue item or a reference; give one")
    return guidance.references[index % len(guidance.references)]


def mask_of(guidance: Guidance) -> Image:
    """The mask; BadImage where its shape is not that of the first reference."""
    assert guidance.mask is not None
    size, mask = reference_of(guidance, 0).image.size, guidance.mask.image
    if mask.size != size:
        raise BadImage(
            f"the mask is {mask.width} x {mask.height} pixels, the reference "
            f"{size[0]} x {size[1]}; make them alike"
        )
    return mask


def build(parts: Parts, options: Mapping[str, Any]) -> Editor:
    """The part ``edit``."""
    chosen = validated(EditOptions, options, where="generators.edit")
    backbone = shared_backbone(parts, parts.config.editor)
    return Editor(backbone=backbone, options=chosen, recolour=recolours(parts))
