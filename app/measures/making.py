"""Making the pictures of the measure: each task one call of the backbone, at some number of steps.

Legend: H × W pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from PIL.Image import Image

    from app.measures.tasks import Task
    from generators.backbone import Backbone
    from generators.finish.pixels import Pixels
    from generators.models import Task as Way
    from generators.terms import ImagePrompts, Terms
    from ranking.judges.art import Art
    from studio.protocols import Encoder


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Made:
    """One task done."""

    task: Task
    raw: Image = field(repr=False)
    """RGB at the backbone's size, lying as it was decoded: on its own ground, or on white where it
    was finished in the detail of its source."""
    sticker: Image = field(repr=False)
    """As a person gets it: cut out, 512 pixels."""


@dataclass(slots=True, kw_only=True, eq=False)
class Workshop:
    """A backbone with what tasks name by row: pictures, and image prompts by the encoder."""

    backbone: Backbone
    encoder: Encoder
    art: Art
    _vectors: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def cannot(self) -> dict[str, str]:
        """What the backbone cannot do, and what is done instead."""
        found = {}
        gap = self.backbone.image_prompt_gap(dim=self.encoder.dim, encoder=self.encoder.digest)
        if gap:
            found["image prompts"] = f"{gap}; what asks for a look by pictures is left out"
        if self.backbone.family.sources:
            found["creation"] = "makes nothing from words alone; prompts are left out"
        if not self.backbone.supports.revision:
            found["revision"] = (
                "no source adapter: edits are image to image, which keeps most of the source; "
                "creations from the catalogue are left out"
                if self.backbone.supports.image_to_image
                else "takes no source picture at all; edits are left out"
            )
        return found

    def able(self, tasks: Sequence[Task]) -> list[Task]:
        """Those that the backbone can do at all."""
        no = self.cannot
        supports = self.backbone.supports
        edits = supports.revision or supports.image_to_image

        def can(task: Task) -> bool:
            if task.source is None:
                return "creation" not in no
            return supports.revision if task.created else edits

        return [task for task in tasks if can(task) and not (task.shown and "image prompts" in no)]

    def vectors(self, rows: Sequence[int]) -> np.ndarray:
        """(N, D) the encoder's embeddings of pictures of the art."""
        missing = [row for row in dict.fromkeys(rows) if row not in self._vectors]
        made = self.encoder.images([self.art.picture(row) for row in missing])
        self._vectors |= dict(zip(missing, made, strict=True))
        return np.stack([self._vectors[row] for row in rows])

    def made(
        self, tasks: Sequence[Task], steps: int, *, on_made: Callable[[int], object]
    ) -> Iterator[Made]:
        """Each task's picture, in order; one at a time, so that none depends on its neighbours.

        ``on_made`` is told how many there are.
        """
        for number, task in enumerate(tasks, start=1):
            yield self._finished(task, self._pixels(task, steps))
            on_made(number)

    def _finished(self, task: Task, pixels: Pixels) -> Made:
        """As the studio finishes it: what was remade, in the detail of its source."""
        from PIL.Image import Resampling

        from generators.finish.pixels import over_white, picture_of
        from generators.finish.sticker import centred, drawn, in_detail

        backbone = self.backbone
        detail = backbone.supports.revision and backbone.defaults.revise_detail
        if task.source is None or not detail:
            raw = picture_of(pixels)
            return Made(task=task, raw=raw, sticker=drawn(pixels, kind="sticker"))
        source = self.art.picture(task.source)
        large = in_detail([pixels], sources=[source], kind="sticker")[0]
        raw = picture_of(over_white(large)).resize((backbone.size,) * 2, Resampling.BOX)
        return Made(task=task, raw=raw, sticker=centred(large))

    def terms(self, task: Task, steps: int) -> Terms:
        """A task as the backbone takes it, with its recommended numbers."""
        from generators.terms import recommended

        way: Way = "create"
        if task.source is not None:
            way = "revise" if self.backbone.supports.revision else "change"
        terms = recommended(self.backbone.defaults, task.text, task=way, steps=steps)
        return replace(terms, image_prompts=self._prompts(task))

    def _prompts(self, task: Task) -> ImagePrompts | None:
        from generators.terms import ImagePrompts

        if not task.shown:
            return None
        return ImagePrompts(
            embeddings_ND=self.vectors(task.shown),
            weights_N=(1.0,) * len(task.shown),
            scale=self.backbone.defaults.ip_scale,
        )

    def _pixels(self, task: Task, steps: int) -> Pixels:
        from generators.finish.sticker import on_white

        backbone, terms = self.backbone, self.terms(task, steps)
        if task.source is None:
            return backbone.text_to_image(terms, seeds=[task.seed])[0]
        given = [on_white(self.art.picture(task.source), backbone.size)]
        if backbone.supports.revision:
            return backbone.revise(terms, images=given, seeds=[task.seed])[0]
        restyled = self.art.styles[task.source] != task.style
        defaults = backbone.defaults
        strength = defaults.restyle_strength if restyled else defaults.edit_strength
        return backbone.image_to_image(terms, images=given, strength=strength, seeds=[task.seed])[0]


def twins(shop: Workshop, tasks: Sequence[Task], steps: int) -> float | None:
    """Share of tasks whose picture at history scale 0 is that without history, bit by bit.

    Over those led by pictures; None of none.
    """
    same = []
    for task in tasks:
        terms = shop.terms(task, steps)
        if terms.image_prompts is None:
            continue
        off = replace(terms, image_prompts=replace(terms.image_prompts, scale=0.0))
        plain = replace(terms, image_prompts=None)
        with_it, without = (
            shop.backbone.text_to_image(one, seeds=[task.seed])[0] for one in (off, plain)
        )
        same.append(bool(np.array_equal(with_it, without)))
    return float(np.mean(same)) if same else None


def seconds_per_batch(
    backbone: Backbone, steps: int, *, count: int = 8, rounds: int = 3, clock: Callable[[], float]
) -> float:
    """Median seconds for ``count`` stickers: drawn, decoded, cut out and finished at 512 pixels."""
    from generators.finish.sticker import drawn
    from generators.terms import recommended

    terms = recommended(backbone.defaults, "a happy cat", steps=steps)
    backbone.text_to_image(terms, seeds=[0])  # the first call warms up
    taken = []
    for turn in range(rounds):
        began = clock()
        for pixels in backbone.text_to_image(
            terms, seeds=list(range(turn * count, (turn + 1) * count))
        ):
            drawn(pixels, kind="sticker")
        taken.append(clock() - began)
    return float(np.median(taken))


def peak_mb() -> float:
    """Most memory this process has held so far, in MB."""
    import resource
    import sys

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e6 if sys.platform == "darwin" else 1e3)
