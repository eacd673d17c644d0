"""The world of the simulated loop: pictures, what can be asked, and which pictures answer it.

Pictures and their vectors are real (drawn here, or the art of a data folder, read by an encoder).
Some are the catalogue; others stand for freshly made ones: the ranker meets them by their vectors
alone, some while the log grows, the rest only when it is judged.

Legend: N pictures, D width of the encoder, Q questions, R answers of each, W of a pool, V colour
figures.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from studio.errors import InputError
from studio.request import derive_seed

if TYPE_CHECKING:
    from ranking.judges.art import Art
    from studio.protocols import Encoder

Vectors = npt.NDArray[np.float32]
Whole = npt.NDArray[np.int64]
THEMES = 24
LEAST = 120
"""Pictures that a world needs."""
ANSWERS = 48
"""Pictures that answer a question, of each sort."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Pictures by number: the catalogue first, then fresh ones, then those kept for judging."""

    ids: tuple[str, ...] = field(repr=False)
    catalogue: int
    fresh: int
    """Where the fresh ones end and those kept for judging begin."""
    vectors_ND: Vectors = field(compare=False, repr=False)
    encoder: str
    style_N: Whole = field(compare=False, repr=False)
    theme_N: Whole = field(compare=False, repr=False)
    colours_NV: Vectors = field(compare=False, repr=False)
    """Standardised: red, green, blue, saturation, darkness of what is not white."""
    questions: tuple[str, ...] = field(repr=False)
    words_QD: Vectors = field(compare=False, repr=False)
    answers: tuple[Whole, Whole, Whole] = field(compare=False, repr=False)
    """(Q, R) pictures nearest to each question: of the catalogue, fresh, kept for judging."""

    def pool(self, question: int, *, parts: tuple[int, int, int], seed: int) -> Whole:
        """Pictures that a request finds: so many of each sort, drawn from the nearest."""
        random = np.random.default_rng(derive_seed(seed, "pool", question))
        chosen = [
            random.choice(table[question], min(count, table.shape[1]), replace=False)
            for table, count in zip(self.answers, parts, strict=True)
        ]
        return np.concatenate(chosen).astype(np.int64)


def world_of(art: Art, encoder: Encoder, *, pictures: int, seed: int) -> World:
    """A world of at most ``pictures`` pictures; InputError where there are too few."""
    rows = np.random.default_rng((seed, 1)).permutation(len(art))[:pictures]
    if len(rows) < LEAST:
        raise InputError(f"{len(rows)} pictures are too few to simulate with; give {LEAST}")
    images = [art.picture(int(row)) for row in rows]
    vectors_ND = np.concatenate(
        [encoder.images(images[start : start + 64]) for start in range(0, len(images), 64)]
    )
    captions = [art.captions[row] for row in rows]
    styles = sorted(set(art.styles))
    first = tuple(dict.fromkeys(" ".join(one.split(",")[0].split()[:4]) for one in captions))
    words_QD = encoder.texts(first)
    catalogue, fresh = round(0.7 * len(rows)), round(0.85 * len(rows))
    return World(
        ids=tuple("i" + hashlib.sha256(f"{seed} {row}".encode()).hexdigest()[:16] for row in rows),
        catalogue=catalogue,
        fresh=fresh,
        vectors_ND=vectors_ND,
        encoder=encoder.digest,
        style_N=np.array([styles.index(art.styles[row]) for row in rows], np.int64),
        theme_N=themes(captions, seed=seed),
        colours_NV=colours(art, rows),
        questions=first,
        words_QD=words_QD,
        answers=tuple(  # type: ignore[arg-type]
            nearest(words_QD, vectors_ND, start, end)
            for start, end in ((0, catalogue), (catalogue, fresh), (fresh, len(rows)))
        ),
    )


def nearest(words_QD: Vectors, vectors_ND: Vectors, start: int, end: int) -> Whole:
    """(Q, R) numbers of the pictures from ``start`` to ``end`` nearest to each question."""
    near_QM = words_QD @ vectors_ND[start:end].T
    count = min(ANSWERS, end - start)
    found: Whole = start + np.argsort(-near_QM, axis=1, kind="stable")[:, :count]
    return found


def themes(captions: list[str], *, seed: int) -> Whole:
    """A theme of each picture by the words of its caption, never by what the encoder sees."""
    from ranking.sequences.words import topics, word_vectors

    words = [tuple(caption.lower().replace(",", " ").split()) for caption in captions]
    return topics(word_vectors(words, 48, seed=seed), THEMES, seed=seed)


def colours(art: Art, rows: Whole) -> Vectors:
    """(N, V) standardised colour figures."""
    from ranking.judges.art import on_white

    found = []
    for row in rows:
        rgb = on_white(art.rgba_NHW4[int(row)][::4, ::4]).reshape(-1, 3)
        drawn = rgb[rgb.min(axis=1) < 0.94]
        drawn = drawn if len(drawn) else rgb
        mean = drawn.mean(axis=0)
        spread = float((drawn.max(axis=1) - drawn.min(axis=1)).mean())
        found.append([*mean, spread, 1 - float(drawn.mean())])
    table = np.array(found)
    scaled: Vectors = ((table - table.mean(0)) / np.maximum(table.std(0), 1e-6)).astype(np.float32)
    return scaled


def art_for(data: Path | None, cache: Path | None) -> Art:
    """The sticker art of a data folder, else drawings of our own."""
    from app.measures.world import drawings, drawn
    from ranking.judges.art import art_of

    return drawn(drawings(1600), cache=cache) if data is None else art_of(data, cache=cache)
