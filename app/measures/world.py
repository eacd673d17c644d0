"""The pictures a measure rests on: the sticker art of a data folder, and drawings of our own."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from generators.drawn import Drawing
    from ranking.judges.art import Art

FIRST = 50_000_000
"""Seed of the first drawing: far from those that any recipe trains on."""


def drawings(count: int, *, first: int = FIRST) -> list[Drawing]:
    """Random drawings, seeds ``first`` … ``first + count − 1``."""
    from generators.drawn import sample

    return [sample(first + at) for at in range(count)]


def lessons(own: Art, count: int, *, cache: Path | None = None) -> Art:
    """What a judge learns: the art, and ``count`` drawings of other seeds than any recipe's.

    They stand on no ground, as what is judged does: finished stickers.
    """
    plain = [replace(one, background="none") for one in drawings(count)]
    return own.joined(drawn(plain, cache=cache))


def drawn(labels: Sequence[Drawing], *, split: str = "train", cache: Path | None = None) -> Art:
    """Drawings as art: concept ``drawn_<subject>``, style ``drawn_<look>``, traits of each.

    ``cache`` keeps the pixels.
    """
    from generators.drawn import caption, render
    from ranking.judges.art import SIDE, Art

    key = hashlib.sha256("\n".join(map(repr, labels)).encode()).hexdigest()[:12]
    path = cache and cache / f"drawn-{SIDE}-{len(labels)}-{key}.npy"
    if path and path.exists():
        pixels = np.load(path, mmap_mode="r")
    else:
        pixels = np.stack([np.asarray(render(one, SIDE).convert("RGBA")) for one in labels])
        if path:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = path.with_suffix(".part.npy")
            np.save(partial, pixels)
            partial.replace(path)
    return Art(
        rgba_NHW4=pixels,
        captions=tuple(caption(one) for one in labels),
        styles=tuple(f"drawn_{one.look}" for one in labels),
        concepts=tuple(f"drawn_{one.subject}" for one in labels),
        splits=(split,) * len(labels),
        traits={
            "accessory": tuple(one.accessory for one in labels),
            "mood": tuple(one.mood for one in labels),
        },
    )


def drawn_grid(*, cache: Path | None = None) -> Art:
    """Every subject of the drawn world in every look, called by its plain name."""
    from generators.drawn import LOOKS, MOODS, PALETTES, SUBJECTS, Drawing
    from studio.request import derive_seed

    palettes, moods = list(PALETTES), list(MOODS)
    labels = [
        Drawing(
            subject=subject,
            look=look,
            palette=palettes[derive_seed(look, subject, "palette") % len(palettes)],
            mood=moods[derive_seed(look, subject, "mood") % len(moods)],
            seed=FIRST + number,
        )
        for look in LOOKS
        for number, subject in enumerate(SUBJECTS)
    ]
    art = drawn(labels, cache=cache)
    return replace(art, captions=tuple(one.subject for one in labels))
