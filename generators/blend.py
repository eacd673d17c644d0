"""Blending in latents: keeping, while denoising, what a mask protects.

Legend: B pictures, C channels, H × W pixels, h × w latent cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LatentBlend:
    """Keeps latents outside the mask those of the source, noised to the level of the step.

    Blended Latent Diffusion (arXiv 2206.02779, Alg. 1): makes any image-to-image pipeline inpaint.
    """

    source_BChw: Any
    noise_BChw: Any
    mask_B1hw: Any
    """1 where it is repainted."""

    def __call__(self, scheduler: Any, timestep: Any, latents_BChw: Any) -> Any:
        """The latents after the step at ``timestep``, blended."""
        later = scheduler.timesteps[scheduler.timesteps < timestep]
        kept = self.source_BChw
        if len(later):
            kept = scheduler.add_noise(kept, self.noise_BChw, later[:1].repeat(len(kept)))
        return kept + self.mask_B1hw * (latents_BChw - kept)


def latent_blend(
    pipe: Any, *, images: Sequence[Image], masks: Sequence[Image], generators: Sequence[Any]
) -> LatentBlend:
    """The blend for these pictures (RGB) and masks (L, white is repainted), all of one size.

    A latent cell is repainted where any of its pixels is.
    """
    import numpy as np
    import torch
    from torch.nn import functional

    vae = pipe.vae
    with torch.inference_mode():
        pixels_BCHW = pipe.image_processor.preprocess(list(images))
        pixels_BCHW = pixels_BCHW.to(device=vae.device, dtype=vae.dtype)
        found = vae.encode(pixels_BCHW).latent_dist.mode()
        shift = getattr(vae.config, "shift_factor", None) or 0.0
        source_BChw = (found - shift) * vae.config.scaling_factor
        shape = source_BChw.shape[1:]
        noise = [torch.randn(shape, generator=one, dtype=torch.float32) for one in generators]
        hard = np.stack([np.asarray(mask.convert("L")) >= 128 for mask in masks])
        mask_B1HW = torch.from_numpy(hard.astype(np.float32))[:, None]
        mask_B1hw = functional.adaptive_max_pool2d(mask_B1HW, shape[1:])
    return LatentBlend(
        source_BChw=source_BChw,
        noise_BChw=torch.stack(noise).to(source_BChw),
        mask_B1hw=mask_B1hw.to(source_BChw),
    )
