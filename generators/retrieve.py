"""Retrieve: what the catalogue already holds, finished like everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from generators.candidates import Origin, candidates_of
from generators.finish.sticker import stored
from studio.config import Section, validated
from studio.errors import Cancelled, InputError
from studio.progress import IsCancelled, OnProgress, Step
from studio.recent import Recent

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.candidate import Candidate, Draft
    from studio.content import Item
    from studio.guidance import Guidance
    from studio.parts import Parts
    from studio.protocols import Gallery


KEPT = 64
"""Finished catalogue pictures kept in memory, 1 MiB each: popular items are shown to many."""


class Retriever:
    """Shows the item of each draft. Implements ``studio.protocols.Generator``."""

    def __init__(self) -> None:
        self._finished: Recent[tuple[str, str], Image] = Recent(KEPT)

    def _shown(self, item: Item, *, kind: str, gallery: Gallery) -> Image:
        """The item's picture, finished; a copy, which whoever gets it may change."""

        def finished() -> Image:
            return stored(gallery.image(item), kind=kind)

        if item.owner:  # what is somebody's own is not kept beyond the call
            return finished()
        return self._finished((item.blob, kind), finished).copy()

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
            images.append(self._shown(draft.source, kind=guidance.kind, gallery=gallery))
            on_progress(Step(stage="retrieve", done=len(images), total=len(drafts)))
        return candidates_of(
            Origin(route="retrieve", guidance=guidance),
            drafts=drafts,
            images=images,
            settings=[{"blob": draft.source.blob} for draft in drafts if draft.source],
        )


class RetrieveOptions(Section):
    """``[options.generators.retrieve]``: none so far."""


def build(parts: Parts, options: Mapping[str, Any]) -> Retriever:
    """The part ``retrieve``."""
    validated(RetrieveOptions, options, where="generators.retrieve")
    return Retriever()
