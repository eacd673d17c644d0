"""What the generator learns from, computed once: latents and picture embeddings of a corpus.

Legend: N pictures, C latent channels, h × w latent cells, D embedding.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from torch import Tensor

from recipes.corpus import Corpus, Pixels, on_ground
from recipes.encoder import augmented

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Latents:
    """Scaled latents, N×C×h×w half floats, and unit picture embeddings of two views, 2×N×D.

    The first view is the picture itself, the second is flipped, scaled and turned a little.
    """

    latent_NChw: Tensor
    image_2ND: Tensor


def computed(
    art: Corpus, vae: Any, encoder: Any, *, device: str = "cpu", cache: Path | None = None
) -> Latents:
    """Encode every picture of `art` on white. `cache` keeps each model's answers."""
    return Latents(
        latent_NChw=_kept(cache, art, vae, lambda: pictures_encoded(art.rgba_NHWC, vae, device)),
        image_2ND=_kept(cache, art, encoder, lambda: pictures_embedded(art, encoder, device)),
    )


@torch.no_grad()
def pictures_encoded(rgba_NHWC: Pixels, vae: Any, device: str = "cpu") -> Tensor:
    """Scaled posterior means of all pictures on white, N×C×h×w in half precision."""
    vae = vae.to(device).eval()
    parts = []
    for start in range(0, len(rgba_NHWC), 32):
        image = (
            _on_white(rgba_NHWC[start : start + 32])
            .to(device)
            .contiguous(memory_format=torch.channels_last)
        )
        with torch.autocast(device, torch.bfloat16):
            mean = vae.encode(image).latent_dist.mean
        parts.append((mean * vae.config.scaling_factor).half().cpu())
        if start % 1280 == 0:
            print(f"latents {start}/{len(rgba_NHWC)}", flush=True)
    return torch.cat(parts).contiguous()


@torch.no_grad()
def pictures_embedded(art: Corpus, encoder: Any, device: str = "cpu") -> Tensor:
    """Unit embeddings of all pictures on white and of another view of each, 2×N×D."""
    encoder = encoder.to(device).eval()
    parts = []
    for start in range(0, len(art), 64):
        rgba = np.ascontiguousarray(art.rgba_NHWC[start : start + 64])
        other = augmented(rgba, np.random.default_rng((7, start)))
        with torch.autocast(device, torch.bfloat16):
            views = [
                encoder.encode_image(view.to(device), normalize=True).half().cpu()
                for view in (_on_white(rgba), other)
            ]
        parts.append(torch.stack(views))
    return torch.cat(parts, 1).contiguous()


def shifted(latent_BChw: Tensor, random: np.random.Generator, *, most: int = 2) -> Tensor:
    """Move every latent by up to `most` cells; what leaves on one side returns on the other.

    Stickers have plain margins, and the autoencoder is convolutional, so a moved latent is the
    latent of the moved picture.
    """
    moves = random.integers(-most, most + 1, size=(len(latent_BChw), 2))
    return torch.stack(
        [
            torch.roll(z, (int(dy), int(dx)), dims=(1, 2))
            for z, (dy, dx) in zip(latent_BChw, moves, strict=True)
        ]
    )


def _on_white(rgba_NHWC: Pixels) -> Tensor:
    rgba = np.ascontiguousarray(rgba_NHWC)
    return torch.from_numpy(on_ground(rgba).transpose(0, 3, 1, 2) * 2 - 1)


def _kept(cache: Path | None, art: Corpus, model: Any, make: Callable[[], Tensor]) -> Tensor:
    """The cached answer for these pictures and this model, made and kept when absent."""
    if cache is None:
        return make()
    digest = hashlib.sha256("\n".join(art.captions + art.styles).encode())
    for value in model.state_dict().values():
        digest.update(value.float().cpu().numpy().tobytes())  # a sum depends on the threads
    return kept(cache / f"known-{digest.hexdigest()[:12]}.pt", make)


def kept(path: Path, make: Callable[[], T]) -> T:
    """Tensors kept at `path`, made when absent; a kill while they are written leaves none."""
    if path.exists():
        found: T = torch.load(path, weights_only=True)
        return found
    made = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    torch.save(made, partial)
    partial.replace(path)
    return made
