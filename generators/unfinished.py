"""Unfinished: what the latents of a running call look like, decoded for somebody who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image


def unfinished(pipe: Any, latents_BCHW: Any) -> Image | None:
    """The first picture of a batch as it stands; None for latents that are packed some other way.

    Changes nothing of the call: it reads the latents and draws no random number.
    """
    import torch
    from PIL import Image

    if latents_BCHW.ndim != 4:
        return None
    vae = pipe.vae
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    with torch.inference_mode():
        given = latents_BCHW[:1].to(vae.dtype) / vae.config.scaling_factor + shift
        pixels_CHW = vae.decode(given, return_dict=False)[0][0]
        pixels_HWC = (pixels_CHW / 2 + 0.5).clamp(0, 1).float().nan_to_num().permute(1, 2, 0)
    return Image.fromarray((pixels_HWC.cpu().numpy() * 255).round().astype("uint8"))
