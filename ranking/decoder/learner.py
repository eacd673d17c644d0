"""Learning the generative ranker from a material: IDs, decoder, companions, mixture.

What is chosen is chosen on validation items: a rehearsal learns from the histories without them,
the mixture is fitted to foretell them, and only then is everything learned from the whole.

Legend: N items, F width of the fused vectors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import torch

from ranking.baselines.options import chosen
from ranking.decoder.companions import companions
from ranking.decoder.mixture import fitted
from ranking.decoder.network import Network, Shape
from ranking.decoder.ranker import PARTS, GenerativeRanker, Voices, questions
from ranking.decoder.training import Lessons, taught
from ranking.decoder.trie import trie
from ranking.semantic_ids.identifiers import SemanticIds, identified
from ranking.semantic_ids.quantizers import Quantizer, residual_means
from ranking.semantic_ids.rqvae import RqVaeOptions, rq_vae
from ranking.semantic_ids.vectors import Vectors, collaborative_vectors, fused_space
from ranking.sequences.interactions import Histories
from ranking.sequences.splits import Material
from ranking.sequences.words import tfidf, word_vectors
from studio.errors import ConfigError
from studio.progress import OnProgress, silent

QUANTIZERS = ("means", "rq-vae")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Size and course; see ``Lessons`` for those without a word here."""

    width: int = 64
    layers: int = 2
    heads: int = 4
    length: int = 50
    dropout: float = 0.2
    levels: int = 3
    """Digits that the quantizer gives; one more tells apart what shares them. 0: the network knows
    no IDs, and ``parts`` cannot have ``digits``."""
    quantizer: str = "means"
    """How codebooks are made: residual ``means``, or ``rq-vae``."""
    codes: int = 256
    vectors: int = 64
    """Width of the content and of the collaborative vectors, each."""
    content: float = 0.5
    """Share of the fused vectors' squared length that is content."""
    batch: int = 128
    """People a step."""
    epochs: float = 5.0
    again: float = 1.0
    """Epochs over the complete histories after the rehearsal; 0: the rehearsal's network stays."""
    rate: float = 6e-3
    digits: float = 0.5
    spelled: float = 0.125
    forget: float = 0.1
    nameless: float = 0.1
    shuffled: float = 0.0
    slates: float = 0.2
    minutes: float | None = None
    """Train for so long, both times together, instead of ``epochs`` and ``again``."""
    parts: tuple[str, ...] = PARTS
    """What the mixture listens to; leave one out to see what it brings."""

    def __post_init__(self) -> None:
        unknown = sorted(set(self.parts) - set(PARTS))
        if unknown or not self.parts:
            raise ConfigError(f"parts are among {', '.join(PARTS)}, one at least")
        if self.width % self.heads or min(self.width, self.layers, self.length) < 1:
            raise ConfigError("width, layers and length count from 1; width is a multiple of heads")
        if self.quantizer not in QUANTIZERS:
            raise ConfigError(f"no quantizer {self.quantizer!r}; use {' or '.join(QUANTIZERS)}")
        if self.levels < 0 or (not self.levels and "digits" in self.parts):
            raise ConfigError("levels count from 0; with 0 leave digits out of the parts")

    def lessons(self, share: float, epochs: float) -> Lessons:
        """The course, with this share of the minutes, or so many epochs."""
        same = {one.name for one in fields(Lessons)} & {one.name for one in fields(self)}
        told = {name: getattr(self, name) for name in same - {"minutes", "epochs"}}
        told["digits"] = self.digits if self.levels else 0.0
        minutes = None if self.minutes is None else share * self.minutes
        return Lessons(**told, epochs=epochs, minutes=minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Items as the decoder knows them."""

    ids: SemanticIds
    vectors_NF: Vectors


def named(material: Material, histories: Histories, options: Options, *, seed: int) -> Named:
    """IDs and fused vectors of a catalogue, from its words and from who goes with whom."""
    content = word_vectors(material.catalogue.words, options.vectors, seed=seed)
    company = collaborative_vectors(histories, material.items, dim=options.vectors, seed=seed)
    vectors_NF = fused_space(content, company, weight=options.content)(content, company)
    # Where the network knows no IDs, those of one level name its items for the trie.
    levels, codes = max(1, options.levels), options.codes
    quantizer: Quantizer
    if options.quantizer == "rq-vae":
        quantizer = rq_vae(vectors_NF, RqVaeOptions(levels=levels, codes=codes), seed=seed)
    else:
        quantizer = residual_means(vectors_NF, levels=levels, codes=codes, seed=seed)
    return Named(ids=identified(quantizer, vectors_NF), vectors_NF=vectors_NF)


def voices(
    network: Network, known: Named, histories: Histories, material: Material, options: Options
) -> Voices:
    """What speaks of candidates, learned from ``histories``."""
    words = tfidf(material.catalogue.words) if material.catalogue.words else None
    with torch.no_grad():
        items_ND = network.items()
    return Voices(
        network=network,
        trie=trie(known.ids),
        companions=companions(histories, material.items, content_NV=words),
        items_ND=items_ND,
        parts=options.parts,
    )


def learn(
    material: Material,
    *,
    options: Mapping[str, Any],
    seed: int = 0,
    keep: Path | None = None,
    on_progress: OnProgress = silent,
) -> GenerativeRanker:
    """See ``ranking.recommenders.Learner``."""
    wanted = chosen(Options, options)
    if not {"items", "digits"} & set(wanted.parts):
        # Nobody would hear the network: it is not taught.
        wanted = replace(wanted, epochs=0.0, again=0.0, minutes=None)
    # IDs stay as the rehearsal made them, so what it learned of their digits stays true.
    known = named(material, material.train, wanted, seed=seed)
    shape = Shape(
        items=material.items,
        digits=known.ids.digits_NG.shape[1] if wanted.levels else 0,
        codes=wanted.codes,
        vectors=known.vectors_NF.shape[1],
        width=wanted.width,
        layers=wanted.layers,
        heads=wanted.heads,
        length=wanted.length,
        dropout=wanted.dropout,
    )

    # Runs that differ only in what the mixture hears find each other's networks.
    course = hashlib.sha256(repr((asdict(wanted) | {"parts": ()}, seed)).encode()).hexdigest()[:12]

    def network(
        histories: Histories, name: str, lessons: Lessons, start: Network | None
    ) -> Network:
        return taught(
            histories,
            shape,
            lessons,
            ids=known.ids,
            vectors_NF=known.vectors_NF,
            start=start,
            seed=seed,
            kept=None if keep is None else keep / f"{name}-{course}.pt",
            on_progress=on_progress,
            stage=name,
        )

    rehearsed = network(material.train, "rehearsal", wanted.lessons(0.7, wanted.epochs), None)
    asked = material.validation
    heard = voices(rehearsed, known, material.train, material, wanted)
    mixture = fitted(questions(heard, asked.histories, asked.targets), seed=seed)
    final = rehearsed
    if wanted.again:
        lessons = replace(wanted.lessons(0.3, wanted.again), rate=wanted.rate / 2)
        final = network(material.complete, "decoder", lessons, rehearsed)
    return GenerativeRanker(
        voices=voices(final, known, material.complete, material, wanted),
        mixture=mixture,
        settings=asdict(wanted),
    )
