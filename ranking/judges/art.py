"""Labelled art for judging: pictures with what they show, from a data folder or from drawings.

Legend: N pictures, H × W pixels.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from studio.errors import BadTable, InputError

Bytes = npt.NDArray[np.uint8]
SIDE = 128
"""Pixels of a picture in an ``Art``."""
ASIDE = "aside"
"""The split of pictures that are there to be edited and stand for nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Art:
    """Pictures with their words; every tuple is aligned with the pictures."""

    rgba_NHW4: Bytes = field(compare=False, repr=False)
    """``SIDE`` pixels square, straight alpha."""
    captions: tuple[str, ...]
    styles: tuple[str, ...]
    concepts: tuple[str, ...]
    """Pictures of one concept show the same thing."""
    splits: tuple[str, ...]
    """``train``, ``pair_test`` or ``concept_test``: whether generators may have learned from it."""
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What else is known of each picture, by question ("accessory"); "" where it is not."""

    def __len__(self) -> int:
        return len(self.captions)

    @property
    def names(self) -> dict[str, str]:
        """Concept to the caption of its first picture."""
        found: dict[str, str] = {}
        for concept, caption in zip(self.concepts, self.captions, strict=True):
            found.setdefault(concept, caption)
        return found

    @property
    def grid(self) -> dict[tuple[str, str], int]:
        """(concept, style) to the picture's row; ``ASIDE`` ones are left out."""
        pairs = enumerate(zip(self.concepts, self.styles, strict=True))
        return {pair: row for row, pair in pairs if self.splits[row] != ASIDE}

    def joined(self, other: Art) -> Art:
        """Both, one after the other; a trait that one of them lacks is "" there."""

        def trait(name: str) -> tuple[str, ...]:
            return sum((one.traits.get(name, ("",) * len(one)) for one in (self, other)), ())

        return Art(
            rgba_NHW4=np.concatenate([self.rgba_NHW4, other.rgba_NHW4]),
            captions=self.captions + other.captions,
            styles=self.styles + other.styles,
            concepts=self.concepts + other.concepts,
            splits=self.splits + other.splits,
            traits={name: trait(name) for name in sorted({*self.traits, *other.traits})},
        )

    def rows(self, split: str) -> list[int]:
        """Rows of one split."""
        return [row for row, own in enumerate(self.splits) if own == split]

    def picture(self, row: int) -> Image.Image:
        """RGBA."""
        return Image.fromarray(np.ascontiguousarray(self.rgba_NHW4[row]), "RGBA")


def art_of(data: Path, *, cache: Path | None = None) -> Art:
    """The captioned stickers of a data folder: ``splits.csv`` and a folder a style.

    ``cache`` keeps the packed pictures. InputError where the folder lacks something, BadTable
    where a table does.
    """
    if not (data / "splits.csv").is_file():
        raise InputError(f"{data} holds no splits.csv; give the folder of captioned sticker art")
    split_of = {
        (row["hexcode"], row["style"]): row["split"]
        for row in _table(data / "splits.csv", "hexcode", "style", "split")
    }
    rows = [
        {**row, "style": style, "split": split_of[row["hexcode"], style]}
        for style in sorted({style for _, style in split_of})
        for row in _table(data / style / "captions.csv", "file", "caption", "hexcode")
        if (row["hexcode"], style) in split_of
    ]
    if not rows:
        raise InputError(f"{data}: no picture of splits.csv has a caption; check the hexcodes")
    files = [data / row["style"] / row["file"] for row in rows]
    return Art(
        rgba_NHW4=_packed(files, cache),
        captions=tuple(row["caption"] for row in rows),
        styles=tuple(row["style"] for row in rows),
        concepts=tuple(row["hexcode"] for row in rows),
        splits=tuple(row["split"] for row in rows),
    )


def _table(path: Path, *needs: str) -> list[dict[str, str]]:
    if not path.is_file():
        raise InputError(f"{path} is missing; get the data folder anew")
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        absent = set(needs) - set(reader.fieldnames or ())
        if absent:
            raise BadTable(f"{path} lacks the column {sorted(absent)[0]}; get it anew")
        return list(reader)


def packed(image: Image.Image) -> Bytes:
    """(SIDE, SIDE, 4): a square picture as bytes with straight alpha."""
    rgba = image.convert("RGBA")
    if rgba.size != (SIDE, SIDE):  # Pillow premultiplies while it resizes RGBA
        rgba = rgba.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    return np.asarray(rgba)


def _packed(files: Sequence[Path], cache: Path | None) -> Bytes:
    def read(file: Path) -> Bytes:
        try:
            with Image.open(file) as image:
                return packed(image)
        except OSError as error:
            raise InputError(f"{file} cannot be read; get the data folder anew") from error

    key = hashlib.sha256("\n".join(map(str, files)).encode()).hexdigest()[:12]
    path = cache and cache / f"judged-{SIDE}-{key}.npy"
    if path and path.exists():
        kept: Bytes = np.load(path, mmap_mode="r")
        return kept
    with ThreadPoolExecutor(2) as pool:
        pixels = np.stack(list(pool.map(read, files)))
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part.npy")
        np.save(partial, pixels)
        partial.replace(path)
    return pixels


def on_white(rgba: Any) -> npt.NDArray[np.float32]:
    """(…, H, W, 3) in 0…1: straight-alpha bytes as they look on white."""
    values = np.asarray(rgba).astype(np.float32) / 255.0
    alpha = values[..., 3:]
    made: npt.NDArray[np.float32] = values[..., :3] * alpha + (1 - alpha)
    return made
