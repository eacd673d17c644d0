"""What the generator learns from, computed once: latents and picture embeddings of a corpus.

Legend: N pictures, C latent channels, h × w latent cells, D embedding.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from recipes.corpus import Corpus, on_ground
from recipes.encoder import augmented


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Latents:
    """Scaled latents, N×C×h×w half floats, and unit picture embeddings of two views, 2×N×D.

    The first view is the picture itself, the second is flipped, scaled and turned a little.
    """

    latent_NChw: Tensor
    image_2ND: Tensor


@torch.no_grad()
def computed(
    art: Corpus, vae: Any, encoder: Any, *, device: str = "cpu", cache: Path | None = None
) -> Latents:
    """Encode every picture of `art` on white. `cache` keeps the answer for these two models."""
    path = cache and cache / f"latents-{_key(art, vae, encoder)}.pt"
    if path is not None and path.exists():
        kept = torch.load(path, weights_only=True)
        return Latents(latent_NChw=kept["latent"], image_2ND=kept["image"])
    vae, encoder = vae.to(device).eval(), encoder.to(device).eval()
    scale = vae.config.scaling_factor
    latents, views = [], []
    for start in range(0, len(art), 64):
        rgba = np.ascontiguousarray(art.rgba_NHWC[start : start + 64])
        rgb = torch.from_numpy(on_ground(rgba).transpose(0, 3, 1, 2) * 2 - 1).to(device)
        other = augmented(rgba, np.random.default_rng((7, start))).to(device)
        with torch.autocast(device, torch.bfloat16):
            image = rgb.contiguous(memory_format=torch.channels_last)
            latents.append((vae.encode(image).latent_dist.mean * scale).half().cpu())
            pair = [encoder.encode_image(v, normalize=True).half().cpu() for v in (rgb, other)]
        views.append(torch.stack(pair))
        if start % 1280 == 0:
            print(f"latents {start}/{len(art)}", flush=True)
    found = Latents(latent_NChw=torch.cat(latents).contiguous(), image_2ND=torch.cat(views, 1))
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        torch.save({"latent": found.latent_NChw, "image": found.image_2ND}, path)
    return found


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


def _key(art: Corpus, vae: Any, encoder: Any) -> str:
    digest = hashlib.sha256("\n".join(art.captions + art.styles).encode())
    for model in (vae, encoder):
        for value in model.state_dict().values():
            digest.update(value.float().sum().cpu().numpy().tobytes())
    return digest.hexdigest()[:12]
