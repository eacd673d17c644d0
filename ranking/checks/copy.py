"""Copy: is it, to the eye, a picture that is already there?

Two witnesses must agree: the fingerprint (shape and colour) and the encoder. Either alone errs: two
line drawings share a shape to a hash, two cats share a meaning to an encoder.

Legend: N candidates, K things to compare with, D embedding width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from ranking.checks.fingerprint import (
    Fingerprint,
    Fingerprints,
    colour_distance,
    fingerprint,
    hash_distance,
)
from studio.config import Section, validated
from studio.content import Item
from studio.errors import ModelError
from studio.fidelity import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.candidate import Candidate
    from studio.guidance import Guidance
    from studio.history import History
    from studio.parts import Parts
    from studio.protocols import Encoder, Gallery

    Vectors = NDArray[np.float32]

THRESHOLD = 0.5


class CopyOptions(Section):
    """``[options.checks.copy]``. The limits of the fingerprint: docs/log.md."""

    bits: int = Field(default=10, ge=1, le=64)
    """Hash bits (of 64) up to which two shapes are the same …"""
    colour: float = Field(default=0.06, gt=0, le=1)
    """… if their thumbnails also differ by no more than this."""
    pixels: float = Field(default=0.02, gt=0, le=1)
    """Thumbnail difference up to which two pictures are the same whatever the hash says."""
    cosine: float = Field(default=0.8, gt=0, lt=1)
    """Cosine from which two embeddings, less the catalogue's mean, mean the same (of copies that
    were reframed, softened and grained, 99 % lie above: ``python -m recipes.checks``)."""
    repainted: float = Field(default=0.01, gt=0, le=1)
    """Thumbnail difference up to which masked repainting changed nothing."""
    neighbours: int = Field(default=4, ge=1)
    """Nearest items of the catalogue that are looked at; each new one costs 4 ms to read."""
    closely: int = Field(default=32, ge=1)
    """Nearest things of all, the history among them, whose fingerprints are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """One thing a candidate may be a copy of."""

    words: str
    """Why it counts, in words that end the sentence."""
    item: str
    """Id of the item; empty for a reference."""
    digest: str
    vector_D: Vectors = field(compare=False, repr=False)
    picture: Callable[[], Image] = field(compare=False, repr=False)


def picture_distance(a: Fingerprint, b: Fingerprint, options: CopyOptions) -> float:
    """0: the same pixels; below 1: the same picture to the eye."""
    colour = colour_distance(a, b)
    shape = max(hash_distance(a, b) / options.bits, colour / options.colour)
    return min(shape, colour / options.pixels)


def centred(vectors_ND: Vectors, mean_D: Vectors) -> Vectors:
    """Unit vectors after taking the mean away; what is the mean itself becomes zero."""
    moved_ND = vectors_ND - mean_D
    lengths_N1 = np.linalg.norm(moved_ND, axis=1, keepdims=True)
    unit_ND: Vectors = (moved_ND / np.maximum(lengths_N1, 1e-6)).astype(np.float32)
    return unit_ND


class CopyCheck:
    """Fails near-duplicates of the history, a reference, the source or the catalogue.

    A retrieved picture is of the catalogue by right; it fails where the person already has it. A
    masked edit keeps most of its source by right; it fails where nothing was repainted.
    """

    def __init__(self, options: CopyOptions, *, encoder: Callable[[], Encoder]) -> None:
        self._options = options
        self._encoder = encoder
        self._fingerprints = Fingerprints()
        self._references: dict[str, Vectors] = {}

    def __call__(
        self,
        candidates: Sequence[Candidate],
        *,
        guidance: Guidance,
        history: History,
        gallery: Gallery,
    ) -> list[Finding]:
        """A finding a candidate, in order; ModelError where one carries no embedding."""
        shared = self._history(history, gallery) + self._given(guidance, gallery)
        mean_D = gallery.mean()
        return [
            self._finding(
                candidate,
                shared,
                guidance=guidance,
                history=history,
                gallery=gallery,
                mean_D=mean_D,
            )
            for candidate in candidates
        ]

    def _item(self, item: Item, vector_D: Vectors, words: str, gallery: Gallery) -> _Known:
        return _Known(
            words=words,
            item=item.item_id,
            digest=item.blob,
            vector_D=vector_D,
            picture=lambda: gallery.image(item),
        )

    def _history(self, history: History, gallery: Gallery) -> list[_Known]:
        newest = {event.item.item_id: event for event in history.interactions}
        events = list(newest.values())
        vectors_KD = gallery.vectors([event.item for event in events])
        known = []
        for event, vector_D in zip(events, vectors_KD, strict=True):
            verb = "like" if event.weight >= 0.5 else "dislike" if event.weight <= -0.5 else "saw"
            words = f"{event.item.title}, which you already {verb}"
            known.append(self._item(event.item, vector_D, words, gallery))
        return known

    def _given(self, guidance: Guidance, gallery: Gallery) -> list[_Known]:
        """The references of the request."""
        known = []
        for number, picture in enumerate(guidance.references, start=1):
            if picture.sha256 not in self._references:
                if len(self._references) > 256:
                    self._references.clear()
                self._references[picture.sha256] = self._encoder().images([picture.image])[0]
            known.append(
                _Known(
                    words=f"your reference {number}",
                    item="",
                    digest=picture.sha256,
                    vector_D=self._references[picture.sha256],
                    picture=lambda picture=picture: picture.image,  # type: ignore[misc]
                )
            )
        return known

    def _near(
        self, candidate: Candidate, vector_D: Vectors, history: History, gallery: Gallery
    ) -> list[_Known]:
        """The source, and what lies nearest in the catalogue or among the person's own."""
        source = candidate.source_item
        seen = {event.item.item_id for event in history.interactions}
        found = gallery.search(vector_D, k=self._options.neighbours, owner=history.user)
        items = {item.item_id: item for item, _ in found if item.item_id not in seen}
        if candidate.route == "retrieve":
            items = {key: item for key, item in items.items() if item.owner}
            items.pop(source, None)
        elif source:
            items |= {item.item_id: item for item in gallery.items([source], owner=history.user)}
        vectors_KD = gallery.vectors(list(items.values()))
        known = []
        for (key, item), own_D in zip(items.items(), vectors_KD, strict=True):
            place = "among your own pictures" if item.owner else "of the catalogue"
            words = f"its source {item.title}" if key == source else f"{item.title} {place}"
            known.append(self._item(item, own_D, words, gallery))
        return known

    def _finding(
        self,
        candidate: Candidate,
        shared: Sequence[_Known],
        *,
        guidance: Guidance,
        history: History,
        gallery: Gallery,
        mean_D: Vectors,
    ) -> Finding:
        vector_D = candidate.embedding_D
        if vector_D is None:
            raise ModelError(
                f"candidate {candidate.candidate_id} carries no embedding; fill it in before checks"
            )
        for event in history.interactions:
            owned = event.item.item_id == candidate.source_item
            if candidate.route == "retrieve" and owned:
                return _found(
                    0.0, f"{event.item.title} is already in your history", event.item.item_id
                )
        known = [*shared, *self._near(candidate, vector_D, history, gallery)]
        if not known:
            return _found(np.inf, "there is nothing yet that it could copy")
        masked = guidance.mask is not None and candidate.route == "edit"
        distance, nearest = self._nearest(candidate.image, vector_D, known, mean_D, masked=masked)
        said = "almost the same picture as"
        if distance >= 1:
            said = "a picture of its own; the nearest is"
        elif masked:
            said = "the masked part was not changed: it is"
        return _found(distance, f"{said} {nearest.words}", nearest.item)

    def _nearest(
        self,
        image: Image,
        vector_D: Vectors,
        known: Sequence[_Known],
        mean_D: Vectors,
        *,
        masked: bool,
    ) -> tuple[float, _Known]:
        """The nearest thing known, and its distance: below 1 a copy."""
        options = self._options
        vectors_KD = centred(np.stack([one.vector_D for one in known]), mean_D)
        cosine_K = vectors_KD @ centred(vector_D[None], mean_D)[0]
        meaning_K = (1 - cosine_K) / (1 - options.cosine)
        order = np.argsort(meaning_K, kind="stable")
        best = (float(meaning_K[order[0]]), known[int(order[0])])
        close = [int(row) for row in order if meaning_K[row] < 1][: options.closely]
        if not close:
            return max(best[0], 1.0), best[1]
        own = fingerprint(image)
        distances = []
        for row in close:
            theirs = self._fingerprints(known[row].digest, known[row].picture)
            if masked:
                distance = colour_distance(own, theirs) / options.repainted
            else:
                distance = max(float(meaning_K[row]), picture_distance(own, theirs, options))
            distances.append(distance)
        at = int(np.argmin(distances))
        return distances[at], known[close[at]]


def _found(distance: float, reason: str, item: str = "") -> Finding:
    score = 1.0 if np.isinf(distance) else float(distance / (1 + distance))
    return Finding(
        check="copy",
        score=score,
        threshold=THRESHOLD,
        passed=score >= THRESHOLD,
        reason=reason,
        item=item,
    )


def build(parts: Parts, options: Mapping[str, Any]) -> CopyCheck:
    """The check, by its entry point."""
    checked = validated(CopyOptions, options, where="checks.copy")
    return CopyCheck(checked, encoder=lambda: parts.encoder)
