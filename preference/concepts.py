"""The profiler: a history read into a few strong, readable concepts; what a person says wins.

Legend: M interactions, D embedding width, F colour words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import Field

from preference.background import Backgrounds, directions, item_terms
from preference.evidence import Reading, better_ones, distinct, merged, readings
from preference.mask import signed_weights
from preference.palette import measure_colours
from preference.sources import colour_source, embedding_source, look_source, term_source
from preference.vocabulary import LOOKS, MOODS, MOTIFS, canonical, kind_of
from studio.config import Section, validated
from studio.errors import ModelError
from studio.profile import Concept, Edit, Profile
from studio.recent import Recent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from studio.content import Item
    from studio.history import History, Interaction
    from studio.parts import Parts
    from studio.protocols import Encoder, Gallery

    Vectors = NDArray[np.float32]

STYLES = Path(__file__).parent / "bundled" / "encoder" / "styles.json"
PLACES: Mapping[str, int] = {"look": 3, "colour": 5, "mood": 3, "subject": 7, "thing": 3}
"""At most so many learned concepts of each kind."""
EVIDENCE = 5
"""Evidence items a concept."""
FEWEST_FOR_WORDS = 24
"""Catalogue items below which embeddings have nothing to be contrasted with."""


class ConceptOptions(Section):
    """``[options.profilers.concepts]``."""

    most: int = Field(default=24, ge=1, le=200)
    """Concepts of a profile."""
    least_weight: float = Field(default=0.15, ge=0.0, le=1.0)
    least_strength: float = Field(default=0.05, ge=0.0, le=1.0)
    """Weight times confidence below which a learned concept is not shown."""
    newest: int = Field(default=400, ge=1)
    """Interactions read."""


def style_words(path: Path = STYLES) -> dict[str, str]:
    """Style name to the words the bundled generator was taught; a drawn look under its bare name
    too. ModelError where the table is missing or broken.
    """
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path.name} of the bundled encoder cannot be read; install Bespoke again"
        ) from error
    words = {str(name): str(said) for name, said in table.items()}
    drawn = {name.removeprefix("drawn_"): said for name, said in words.items()}
    return {**drawn, **words}


class ConceptProfiler:
    """``studio.protocols.Profiler``: item words, measured colours and embedded words.

    Each is contrasted with the catalogue's base rate (``preference.evidence``); disliked pictures
    speak against.
    """

    def __init__(
        self,
        *,
        encoder: Callable[[], Encoder],
        looks: Mapping[str, str],
        options: ConceptOptions | None = None,
        backgrounds: Backgrounds | None = None,
    ) -> None:
        self._encoder = encoder
        self._looks = looks
        self._options = options or ConceptOptions()
        self._backgrounds = backgrounds or Backgrounds()
        self._colours: Recent[str, Vectors] = Recent(4096)
        self._words: dict[str, Vectors] = {}

    def __call__(self, history: History, *, edits: Sequence[Edit], gallery: Gallery) -> Profile:
        """The profile, at most ``most`` concepts, strongest first; deterministic."""
        events = [event for event in history.interactions if event.weight != 0.0]
        events = events[-self._options.newest :]
        learned = self._learned(events, gallery=gallery) if events else []
        said = _said(edits)
        kept = [concept for concept in learned if canonical(concept.name) not in said]
        hand = [concept for concept in said.values() if concept is not None]
        ordered = sorted(kept, key=_order)[: max(0, self._options.most - len(hand))]
        return Profile(
            user=history.user,
            concepts=tuple(sorted([*hand, *ordered], key=_order)[: self._options.most]),
        )

    def _learned(self, events: Sequence[Interaction], *, gallery: Gallery) -> list[Concept]:
        background = self._backgrounds(gallery)
        vectors_MD = gallery.vectors([event.item for event in events])
        liked_M, disliked_M = signed_weights(events, directions(vectors_MD, background.mean_D))
        better_M = better_ones(events)
        sources = [
            look_source(events, background=background, looks=self._looks),
            term_source(events, background=background, looks=self._looks),
            colour_source(events, self._measured(events, gallery), background=background),
        ]
        found = [
            reading
            for source in sources
            for reading in readings(
                source, liked_M=liked_M, disliked_M=disliked_M, better_M=better_M
            )
        ]
        wanted = self._to_embed(events)
        if background.count >= FEWEST_FOR_WORDS and wanted:
            words = {name: self._embedded()[name] for name in wanted}
            source = embedding_source(events, vectors_MD, words=words, background=background)
            heard = readings(source, liked_M=liked_M, disliked_M=disliked_M, better_M=better_M)
            found += [one for one in heard if abs(one.weight) >= 0.3 and one.confidence >= 0.5]
        found = [
            one
            for one in merged(found)
            if abs(one.weight) >= self._options.least_weight
            and one.strength >= self._options.least_strength
        ]
        return _placed(distinct(found), [event.item for event in events])

    def _measured(self, events: Sequence[Interaction], gallery: Gallery) -> Vectors:
        def measured(item: Item) -> Vectors:
            return self._colours(item.blob, lambda: measure_colours(gallery.image(item)))

        return np.stack([measured(event.item) for event in events])

    def _to_embed(self, events: Sequence[Interaction]) -> tuple[str, ...]:
        """Words to look for in the pictures: what the items' own words leave open."""
        worded = sum(bool(item_terms(event.item)) for event in events) * 2 >= len(events)
        styled = any(event.item.style for event in events)
        return (*(() if worded else (*MOODS, *MOTIFS)), *(() if styled else LOOKS))

    def _embedded(self) -> dict[str, Vectors]:
        if not self._words:
            names = (*MOODS, *MOTIFS, *LOOKS)
            self._words = dict(zip(names, self._encoder().texts(names), strict=True))
        return self._words


def _said(edits: Sequence[Edit]) -> dict[str, Concept | None]:
    """Concept by canonical name, the newest edit winning; None: forgotten."""
    said: dict[str, Concept | None] = {}
    for edit in edits:
        name = canonical(edit.concept)
        said[name] = (
            Concept(
                name=edit.concept,
                weight=max(-1.0, min(1.0, edit.weight)),
                confidence=1.0,
                source=edit.source,
                kind=kind_of(name),
            )
            if edit.weight != 0.0
            else None
        )
    return said


def _placed(found: Sequence[Reading], items: Sequence[Item]) -> list[Concept]:
    """The strongest readings of each kind as concepts, with their evidence."""
    left = dict(PLACES)
    concepts = []
    for reading in found:
        if left[reading.kind] == 0:
            continue
        left[reading.kind] -= 1
        order = np.argsort(-reading.presence_M, kind="stable")
        best = [items[row].item_id for row in order if reading.presence_M[row] > 0.05]
        concepts.append(
            Concept(
                name=reading.name,
                weight=round(reading.weight, 4),
                confidence=round(reading.confidence, 4),
                evidence=tuple(dict.fromkeys(best))[:EVIDENCE],
                kind=reading.kind,
            )
        )
    return concepts


def _order(concept: Concept) -> tuple[float, str]:
    return (-abs(concept.weight) * concept.confidence, concept.name)


def build(parts: Parts, options: Mapping[str, Any]) -> ConceptProfiler:
    """The profiler of ``studio.toml``; the encoder is loaded when a history is first read."""
    return ConceptProfiler(
        encoder=lambda: parts.encoder,
        looks=style_words(),
        options=validated(ConceptOptions, options, where="profilers.concepts"),
        backgrounds=parts.shared("preference.backgrounds", Backgrounds),
    )
