"""Retrieve: what the catalogue already holds, finished like everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generators.candidates import Origin, candidates_of
from generators.finish.sticker import stored
from studio.config import Section, validated
from studio.errors import Cancelled, InputError
from studio.progress import IsCancelled, OnProgress, Step

if TYPE_CHECKING:
    from studio.candidate import Candidate, Draft
    from studio.guidance import Guidance
    from studio.parts import Parts
    from studio.protocols import Gallery


class Retriever:
    """Shows the item of each draft. Implements ``studio.protocols.Generator``."""

    def __call__(
        self,
        guidance: Guidance,
        *,
        drafts: Sequence[Draft],
        gallery: Gallery,
        on_progress: OnProgress,
        is_cancelled: IsCancelled,
    ) -> list[Candidate]:
        """Candidates in the order of the drafts; InputError for a draft without a source."""
        if is_cancelled():
            raise Cancelled("stopped; nothing was made")
        images = []
        for draft in drafts:
            if draft.source is None:
                raise InputError("a retrieve draft names no item; add items to the catalogue")
            images.append(gallery.image(draft.source))
            on_progress(Step(stage="retrieve", done=len(images), total=len(drafts)))
        return candidates_of(
            Origin(route="retrieve", guidance=guidance),
            drafts=drafts,
            images=[stored(image, kind=guidance.kind) for image in images],
            settings=[{"blob": draft.source.blob} for draft in drafts if draft.source],
        )


class RetrieveOptions(Section):
    """``[options.generators.retrieve]``: none so far."""


def build(parts: Parts, options: Mapping[str, Any]) -> Retriever:
    """The part ``retrieve``."""
    validated(RetrieveOptions, options, where="generators.retrieve")
    return Retriever()
