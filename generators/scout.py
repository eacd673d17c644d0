"""The scout: finds, from guidance alone, what each route works on.

Legend: M items, K interests, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import Field

from generators.recolour import recolours
from studio.candidate import Draft
from studio.config import Section, validated
from studio.request import derive_seed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.guidance import Guidance, RoutePlan
    from studio.parts import Parts
    from studio.protocols import Gallery

    Vectors = NDArray[np.float32]


FEW = 8
"""Items of a style at which half of their relevance is put down to the style."""


class ScoutOptions(Section):
    """``[options.scouts.gallery]``. Weights are in standard deviations of the pool's relevance."""

    pool: int = Field(default=64, ge=1, le=1000)
    """Items looked at near the target; half as many again in each liked style."""
    interest: float = Field(default=0.5, ge=0, le=10)
    """How much nearness to an interest counts beside relevance."""
    style: float = Field(default=2.0, ge=0, le=10)
    """How much it counts that an item to show has the most liked style."""
    edit_style: float = Field(default=-0.5, ge=-10, le=10)
    """The same of an item to remake; below 0, since one that has the look already comes out as it
    was, and the copy check refuses it."""
    recolour_style: float = Field(default=2.0, ge=-10, le=10)
    """The same of an item to edit, or to create from, where the liked colours are known and
    pictures are given them."""
    grounded: float = Field(default=0.5, ge=0, le=1)
    """Share of what is asked that an item's words must hold for a creation to start from it."""
    own: float = Field(default=0.3, ge=0, le=10)
    """How much it counts, for an edit, that a picture is the person's own."""
    diversity: float = Field(default=0.7, ge=0, le=10)
    """What likeness to an item already picked costs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pool:
    """Items that might do, with what speaks for each."""

    items: list[Item]
    vectors_MD: Vectors
    """Unit vectors, the catalogue's mean taken off."""
    base_M: Vectors
    """Relevance in standard deviations, and style."""


class GalleryScout:
    """Searches the gallery. Implements ``studio.protocols.Scout``."""

    def __init__(self, options: ScoutOptions, *, recolour: bool = False) -> None:
        """``recolour``: whether edits give what has the liked look the liked colours."""
        self.options = options
        self.recolour = recolour

    def __call__(
        self, guidance: Guidance, *, plan: RoutePlan, seed: int, owner: str, gallery: Gallery
    ) -> tuple[Draft, ...]:
        """At most ``plan.count`` drafts."""
        find = {"retrieve": self._to_show, "edit": self._to_edit, "create": self._to_create}
        sources = find[plan.route](guidance, plan.count, owner, gallery)
        return tuple(
            Draft(index=index, seed=derive_seed(seed, plan.route, index), source=source)
            for index, source in enumerate(sources)
        )

    def _to_show(
        self, guidance: Guidance, count: int, owner: str, gallery: Gallery
    ) -> list[Item | None]:
        """Catalogue items near the target, taking turns among the interests; none of the own."""
        own = _own(guidance, owner, gallery)
        seen = {item.blob for item in own}
        found = self._found(guidance, owner, gallery, kind=guidance.kind)
        items = [item for item in found if not item.owner and item.blob not in seen]
        pool = self._pool(guidance, items, gallery, style=self.options.style)
        return list(self._picked(guidance, pool, count, gallery))

    def _to_edit(
        self, guidance: Guidance, count: int, owner: str, gallery: Gallery
    ) -> list[Item | None]:
        """References first, the one under the mask alone; then what fits the target best, if any
        is called by the name asked for of those."""
        references = len(guidance.references)
        if references and guidance.mask is not None:
            return [None] * count
        given = min(count, max(references, (count + 1) // 2)) if references else 0
        own = _own(guidance, owner, gallery)
        style = self.options.edit_style
        if self._tones(guidance):
            style, liked = self.options.recolour_style, guidance.styles[0][0]
            own = [item for item in own if item.style != liked]  # in the liked colours already
        found = self._found(guidance, owner, gallery, kind="")
        mine = set(guidance.own_items)
        items = own + [i for i in found if not i.owner and i.item_id not in mine]
        pool = self._pool(
            guidance, self._named(guidance, items, gallery) or items, gallery, style=style
        )
        picked = self._picked(guidance, pool, count - given, gallery)
        if not picked:
            return [None] * (count if references else 0)
        again = [picked[place % len(picked)] for place in range(count - given)]
        return [None] * given + again

    def _tones(self, guidance: Guidance) -> bool:
        """Whether what has the liked look is given other colours, and so is no copy."""
        return bool(self.recolour and guidance.colours and guidance.styles)

    def _to_create(
        self, guidance: Guidance, count: int, owner: str, gallery: Gallery
    ) -> list[Item | None]:
        """Catalogue items that show what is asked, to be made anew; where there is none, noise.

        Semi-parametric synthesis (arXiv 2204.11824): a small model need not remember the shape of
        everything when the catalogue does. Those that edits start from come last.
        """
        found = self._found(guidance, owner, gallery, kind="")
        named = [item for item in self._named(guidance, found, gallery) if not item.owner]
        style = self.options.recolour_style if self._tones(guidance) else self.options.edit_style
        pool = self._pool(guidance, named, gallery, style=style)
        edits = next((plan.count for plan in guidance.routes if plan.route == "edit"), 0)
        picked = self._picked(guidance, pool, count + edits, gallery)
        turned = picked[edits:] + picked[:edits]
        return [*turned[:count], *[None] * (count - len(turned[:count]))]

    def _named(self, guidance: Guidance, items: Sequence[Item], gallery: Gallery) -> list[Item]:
        """Those called by the name asked for."""
        words, least = guidance.instruction, self.options.grounded
        return [item for item in items if gallery.spoken(item, words) >= least]

    def _found(self, guidance: Guidance, owner: str, gallery: Gallery, *, kind: str) -> list[Item]:
        """Items near the target: in any style, and in each style that is liked."""
        searches = [(self.options.pool, "")]
        searches += [(max(1, self.options.pool // 2), style) for style, _ in guidance.styles[:3]]
        return [
            item
            for k, style in searches
            for item, _ in gallery.search(
                guidance.target_D,
                k=k,
                words=guidance.instruction,
                owner=owner,
                style=style,
                kind=kind,
            )
        ]

    def _pool(
        self, guidance: Guidance, found: Sequence[Item], gallery: Gallery, *, style: float
    ) -> _Pool:
        """Each picture once, with its relevance and, weighing ``style``, whether its style is
        liked."""
        import numpy as np

        unique = {item.blob: item for item in reversed(found)}
        items = sorted(unique.values(), key=lambda item: item.item_id)
        if not items:
            empty = np.zeros((0,), np.float32)
            return _Pool(items=[], vectors_MD=empty.reshape(0, 0), base_M=empty)
        raw_MD = gallery.vectors(items)
        relevance_M = gallery.relevance(items, guidance.target_D, words=guidance.instruction)
        if guidance.styles and style > 0:
            relevance_M = relevance_M - self._look_bias(guidance, items, gallery)
        base_M = (relevance_M - relevance_M.mean()) / max(float(relevance_M.std()), 1e-4)
        mine = set(guidance.own_items)
        own_M = np.array([item.item_id in mine for item in items])
        liked = dict(guidance.styles)
        most = max(liked.values(), default=0.0)
        if most > 0:
            share_M = np.array([liked.get(item.style, 0.0) / most for item in items])
            if style < 0:  # one's own pictures are there to be remade, whatever their look
                share_M = np.where(own_M, 0.0, share_M)
            base_M = base_M + style * min(guidance.personalization, 1.0) * share_M
        base_M = base_M + self.options.own * own_M
        return _Pool(
            items=items,
            vectors_MD=_unit(raw_MD - gallery.mean()),
            base_M=base_M.astype(np.float32),
        )

    def _look_bias(self, guidance: Guidance, items: Sequence[Item], gallery: Gallery) -> Vectors:
        """(M,): how much more relevant each item is by its style alone.

        Words lie nearer to some looks than to others, whatever the subject; a liked look that lies
        far from all words would never be found. The bias is the median over the most relevant of a
        style, less where they are few.
        """
        import numpy as np

        share = min(guidance.personalization, 1.0)
        bias: dict[str, float] = {}
        for style in {item.style for item in items} - {""}:
            best = gallery.search(
                guidance.target_D,
                k=max(1, self.options.pool // 2),
                words=guidance.instruction,
                style=style,
            )
            usual = float(np.median([score for _, score in best])) if best else 0.0
            bias[style] = share * usual * len(best) / (len(best) + FEW)
        return np.array([bias.get(item.style, 0.0) for item in items], np.float32)

    def _picked(self, guidance: Guidance, pool: _Pool, count: int, gallery: Gallery) -> list[Item]:
        """Best first, each turn for one interest, likeness to those before held against it."""
        import numpy as np

        if not pool.items or count < 1:
            return []
        likeness_KM = np.zeros((1, len(pool.items)), np.float32)
        weights = [1.0]
        if len(guidance.interests_KD):
            likeness_KM = _unit(guidance.interests_KD - gallery.mean()) @ pool.vectors_MD.T
            weights = [float(weight) for weight in guidance.interest_weights_K]
        taste = self.options.interest * guidance.personalization
        picked: list[int] = []
        for interest in turns(weights, min(count, len(pool.items))):
            score_M = pool.base_M + taste * likeness_KM[interest]
            if picked:
                near_M = (pool.vectors_MD @ pool.vectors_MD[picked].T).max(axis=1)
                score_M = score_M - self.options.diversity * np.maximum(near_M, 0)
                score_M[picked] = -np.inf
            picked.append(int(score_M.argmax()))
        return [pool.items[place] for place in picked]


def turns(weights: Sequence[float], count: int) -> list[int]:
    """Whose turn it is, ``count`` times, in proportion to the weights (highest averages).

    Sainte-Laguë: the next turn is that of the greatest weight / (2 · turns had + 1).
    """
    had = [0] * len(weights)
    order = []
    for _ in range(count):
        quotients = [weight / (2 * n + 1) for weight, n in zip(weights, had, strict=True)]
        turn = quotients.index(max(quotients))
        had[turn] += 1
        order.append(turn)
    return order


def _own(guidance: Guidance, owner: str, gallery: Gallery) -> list[Item]:
    """The person's own liked items that guidance names."""
    return gallery.items(guidance.own_items, owner=owner) if guidance.own_items else []


def _unit(vectors_MD: Vectors) -> Vectors:
    """Rows of unit length; zero rows stay."""
    import numpy as np

    lengths_M1 = np.linalg.norm(vectors_MD, axis=1, keepdims=True)
    unit: Vectors = (vectors_MD / np.maximum(lengths_M1, 1e-8)).astype(np.float32)
    return unit


def build(parts: Parts, options: Mapping[str, Any]) -> GalleryScout:
    """The part ``gallery``."""
    chosen = validated(ScoutOptions, options, where="scouts.gallery")
    return GalleryScout(chosen, recolour=recolours(parts))
