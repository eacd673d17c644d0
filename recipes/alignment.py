"""The same thing in another look, laid over the one wanted, so that only the look is to be learned.

The styles of real art frame and pose their things each in its own way. A pair that does not lie
over itself teaches that lines move, which nobody can foresee, so what is learned is a blur. So a
source is brought into the frame of the picture wanted, and kept where their edges then agree.
Legend: H rows, W columns, M pairs, C latent channels, h × w cells.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from scipy import ndimage
from torch import Tensor

from recipes.corpus import Corpus, Pixels, on_ground
from recipes.latents import kept, pictures_encoded

AGREEING = 0.45
"""Correlation of edges from which a pair counts as lying over each other."""
OPAQUE = 64
AT_ONCE = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aligned:
    """M pairs: the row wanted, the row its source shows, and the source's latent, in frame."""

    wanted_M: npt.NDArray[np.int64]
    shown_M: npt.NDArray[np.int64]
    latent_MChw: Tensor


def aligned(art: Corpus, vae: Any, *, device: str = "cpu", cache: Path | None = None) -> Aligned:
    """All such pairs of real art, each concept's pictures two by two. `cache` keeps them."""
    rules = (str(AGREEING), str(OPAQUE))
    digest = hashlib.sha256("\n".join((*art.concepts, *art.styles, *rules)).encode())
    for name, value in vae.state_dict().items():
        if not name.startswith(("decoder", "post_quant")):
            digest.update(value.float().cpu().numpy().tobytes())
    path = cache and cache / f"aligned-{digest.hexdigest()[:12]}.pt"
    found = kept(path, lambda: _encoded(art, vae, device)) if path else _encoded(art, vae, device)
    wanted, shown = found["pairs"].numpy()
    return Aligned(wanted_M=wanted, shown_M=shown, latent_MChw=found["latents"])


def _encoded(art: Corpus, vae: Any, device: str) -> dict[str, Tensor]:
    pairs: list[tuple[int, int]] = []
    latents: list[Tensor] = []
    pending: list[Pixels] = []

    def encode() -> None:
        if pending:
            latents.append(pictures_encoded(np.stack(pending), vae, device))
            pending.clear()

    for one, other in pairs_of(art):
        moved = framed(art.rgba_NHWC[other], frame(art.rgba_NHWC[one]))
        if agreement(moved, art.rgba_NHWC[one]) < AGREEING:
            continue
        pairs.append((one, other))
        pending.append(moved)
        if len(pending) == AT_ONCE:
            encode()
    encode()
    return {
        "pairs": torch.tensor(pairs, dtype=torch.long).reshape(-1, 2).T.contiguous(),
        "latents": torch.cat(latents) if latents else torch.zeros(0),
    }


def pairs_of(art: Corpus) -> list[tuple[int, int]]:
    """Rows wanted and shown: every two pictures of a real concept in different styles."""
    groups: dict[str, list[int]] = defaultdict(list)
    for row, concept in enumerate(art.concepts):
        if not art.styles[row].startswith("drawn_"):
            groups[concept].append(row)
    return [
        (one, other)
        for rows in groups.values()
        for one, other in permutations(rows, 2)
        if art.styles[one] != art.styles[other]
    ]


def frame(rgba_HWC: Pixels) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of what is drawn; the whole picture where nothing is."""
    drawn = rgba_HWC[..., 3] > OPAQUE
    rows, columns = np.flatnonzero(drawn.any(1)), np.flatnonzero(drawn.any(0))
    if not len(rows):
        return 0, 0, rgba_HWC.shape[1], rgba_HWC.shape[0]
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def framed(rgba_HWC: Pixels, into: tuple[int, int, int, int]) -> Pixels:
    """The picture, scaled so that what it draws fills the frame ``into``."""
    left, top, right, bottom = into
    drawn = Image.fromarray(np.ascontiguousarray(rgba_HWC), "RGBA").crop(frame(rgba_HWC))
    canvas = Image.new("RGBA", (rgba_HWC.shape[1], rgba_HWC.shape[0]))
    drawn = drawn.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    canvas.paste(drawn, (left, top))
    return np.asarray(canvas)


def agreement(one_HWC: Pixels, other_HWC: Pixels) -> float:
    """Correlation of the blurred edges of two pictures on white, in −1…1."""
    return float((_edges(one_HWC) * _edges(other_HWC)).mean())


def _edges(rgba_HWC: Pixels) -> npt.NDArray[np.float64]:
    """Edges at half the size, roots taken so that faint ones count, of mean 0 and spread 1."""
    grey = ndimage.gaussian_filter(on_ground(rgba_HWC[None])[0].mean(-1), 1.0)[::2, ::2]
    strength = np.sqrt(np.hypot(ndimage.sobel(grey, 0), ndimage.sobel(grey, 1)))
    soft = ndimage.gaussian_filter(strength, 1.0)
    spread: npt.NDArray[np.float64] = (soft - soft.mean()) / (soft.std() + 1e-6)
    return spread
