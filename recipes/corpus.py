"""Training pictures: the real sticker art of the train split and the drawn world, packed.

Pictures are kept as uint8 RGBA at one size, premultiplied by nothing; `on_ground` puts them on a
plain ground as float RGB. Shape letters: N pictures, H rows, W columns, C channels.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PIL import Image

if TYPE_CHECKING:
    from generators.drawn import Drawing

STYLE_WORDS: dict[str, str] = {
    "fluent_3d": "soft 3d render",
    "fluent_flat": "flat colour",
    "fluent_line": "black line art",
    "noto": "shaded cartoon",
    "noto_blob": "blob cartoon",
}
"""What each folder of real art is called in a prompt; the encoder and the generator share it."""

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Corpus:
    """Pictures with their words.

    `rgba_NHWC` is uint8 with straight alpha. `captions`, `tags`, `styles`, `concepts` and `splits`
    are aligned with it. A drawn picture's style is ``drawn_<look>`` and its concept its subject.
    """

    rgba_NHWC: Pixels
    captions: tuple[str, ...]
    tags: tuple[tuple[str, ...], ...]
    styles: tuple[str, ...]
    concepts: tuple[str, ...]
    splits: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.captions)

    def where(self, split: str) -> Corpus:
        """The pictures of one split ("train", "concept_test", "pair_test")."""
        return self.take([i for i, s in enumerate(self.splits) if s == split])

    def take(self, rows: Sequence[int]) -> Corpus:
        """The pictures at `rows`, in that order."""

        def pick(values: tuple[Any, ...]) -> tuple[Any, ...]:
            return tuple(values[i] for i in rows)

        return Corpus(
            rgba_NHWC=self.rgba_NHWC[np.asarray(rows, dtype=np.int64)],
            captions=pick(self.captions),
            tags=pick(self.tags),
            styles=pick(self.styles),
            concepts=pick(self.concepts),
            splits=pick(self.splits),
        )

    def joined(self, other: Corpus) -> Corpus:
        """Both, one after the other."""
        return Corpus(
            rgba_NHWC=np.concatenate([self.rgba_NHWC, other.rgba_NHWC]),
            captions=self.captions + other.captions,
            tags=self.tags + other.tags,
            styles=self.styles + other.styles,
            concepts=self.concepts + other.concepts,
            splits=self.splits + other.splits,
        )


def real_art(data: Path, *, size: int = 128, cache: Path | None = None) -> Corpus:
    """Read every captioned sticker under `data`, resized to `size`, kept in `cache` when given.

    `data` holds `splits.csv` and one folder a style with its `captions.csv`. Raises
    FileNotFoundError when they are missing.
    """
    split_of = {(r["hexcode"], r["style"]): r["split"] for r in _rows(data / "splits.csv")}
    rows = [
        {**r, "style": style, "split": split_of[r["hexcode"], style]}
        for style in sorted({style for _, style in split_of})
        for r in _rows(data / style / "captions.csv")
        if (r["hexcode"], style) in split_of
    ]
    files = [data / r["style"] / r["file"] for r in rows]
    key = hashlib.sha256("\n".join(r["style"] + r["file"] for r in rows).encode()).hexdigest()[:12]
    return Corpus(
        rgba_NHWC=_packed(files, size, cache and cache / f"art-{size}-{key}.npy"),
        captions=tuple(r["caption"] for r in rows),
        tags=tuple(tuple(t for t in r["tags"].split("|") if t) for r in rows),
        styles=tuple(r["style"] for r in rows),
        concepts=tuple(r["hexcode"] for r in rows),
        splits=tuple(r["split"] for r in rows),
    )


def drawn_art(count: int, *, size: int = 128, seed: int = 0, cache: Path | None = None) -> Corpus:
    """`count` stickers of the drawn world, seeds `seed` … `seed + count - 1`, all in "train"."""
    from generators.drawn import sample

    drawings = [sample(seed + i) for i in range(count)]
    concepts = [one.subject for one in drawings]
    return _drawings([(one,) for one in drawings], concepts, size=size, cache=cache)


def related_art(count: int, *, size: int = 128, seed: int = 0, cache: Path | None = None) -> Corpus:
    """Some `count` drawings in families; the concept of each is its family."""
    from recipes.families import MEMBERS, families

    found = list(families(max(1, count // MEMBERS), seed=seed))
    concepts = [f"{family[0].subject}_{family[0].seed}" for family in found for _ in family]
    return _drawings(found, concepts, size=size, cache=cache)


def _drawings(
    groups: Sequence[tuple[Drawing, ...]],
    concepts: Sequence[str],
    *,
    size: int,
    cache: Path | None,
) -> Corpus:
    """Drawings one by one; those of a group in one frame."""
    from generators.drawn import caption, render

    drawings = [one for group in groups for one in group]
    key = hashlib.sha256("\n".join(map(repr, groups)).encode()).hexdigest()[:12]

    def made() -> Pixels:
        images = [render(one, size, beside=group) for group in groups for one in group]
        return np.stack([np.asarray(image.convert("RGBA")) for image in images])

    return Corpus(
        rgba_NHWC=kept_pixels(cache and cache / f"drawn-{size}-{len(drawings)}-{key}.npy", made),
        captions=tuple(caption(d) for d in drawings),
        tags=tuple(part_names(d) for d in drawings),
        styles=tuple(f"drawn_{d.look}" for d in drawings),
        concepts=tuple(f"drawn_{concept}" for concept in concepts),
        splits=("train",) * len(drawings),
    )


def part_names(drawing: Any) -> tuple[str, ...]:
    """What a drawing may be called by a part of what it shows, the subject more often than else.

    Captions that name everything let an encoder match colours and never learn what is drawn.
    """
    from generators.drawn import ACCESSORIES, MOODS

    subject, mood = drawing.subject, MOODS[drawing.mood]
    worn = ACCESSORIES[drawing.accessory] if drawing.accessory != "none" else ""
    found = [subject, subject, subject, f"{drawing.palette} {subject}"]
    if mood:
        found += [f"{mood} {subject}", f"{mood} {subject}"]
    if worn:
        found.append(f"{subject} with {worn}")
    return tuple(found)


def drawn_style_words() -> dict[str, str]:
    """Words of every drawn look, keyed like `Corpus.styles` (``drawn_<look>``)."""
    from generators.drawn import LOOKS

    return {f"drawn_{look}": words for look, words in LOOKS.items()}


def on_ground(
    rgba_NHWC: Pixels, ground: tuple[float, float, float] = (1, 1, 1)
) -> npt.NDArray[np.float32]:
    """Put straight-alpha uint8 pictures on a plain ground; float32 RGB in 0…1, N×H×W×3."""
    values = rgba_NHWC.astype(np.float32) / 255.0
    alpha = values[..., 3:]
    return values[..., :3] * alpha + np.asarray(ground, dtype=np.float32) * (1 - alpha)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _packed(files: Sequence[Path], size: int, cache: Path | None) -> Pixels:
    def read(file: Path) -> Pixels:
        with Image.open(file) as image:
            rgba = image.convert("RGBA")
            if rgba.size != (size, size):  # Pillow premultiplies while it resizes RGBA
                rgba = rgba.resize((size, size), Image.Resampling.LANCZOS)
            return np.asarray(rgba)

    def made() -> Pixels:
        with ThreadPoolExecutor(2) as pool:
            return np.stack(list(pool.map(read, files)))

    return kept_pixels(cache, made)


def kept_pixels(path: Path | None, make: Callable[[], Pixels]) -> Pixels:
    """The pictures at `path`, made and kept there when absent; just made for no path."""
    if path is None:
        return make()
    if path.exists():
        kept: Pixels = np.load(path, mmap_mode="r")
        return kept
    pixels = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part.npy")
    np.save(partial, pixels)
    partial.replace(path)
    return pixels
