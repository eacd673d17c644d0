"""Source: a picture to remake as extra input of the network, on within a ``with`` block.

The input channels that InstructPix2Pix gives the first convolution for the source's latent
(arXiv 2211.09800, section 3.2), kept apart from the network, which stays a plain text-to-image
model: convolving [latent; source] at once is the sum of convolving each. So every stock pipeline
that fits the network takes a source, and without one it is exactly the plain model.
Legend: B pictures, C latent channels, h × w latent cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import ModelError

if TYPE_CHECKING:
    from PIL.Image import Image

WEIGHT = "conv_in.weight"


def load_source_adapter(unet: Any, path: Path) -> Any:
    """The convolution at ``path`` (safetensors), fitted to ``unet``, which is left as it was.

    ModelError where it does not fit or holds NaN.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    first = unet.conv_in
    try:
        weight = load_file(path)[WEIGHT]
    except (OSError, SafetensorError, KeyError) as error:
        raise ModelError(f"{path.name} is no source adapter; get the model anew") from error
    if weight.shape != first.weight.shape:
        raise ModelError(f"{path.name} does not fit the model; get both anew")
    if not bool(torch.isfinite(weight).all()):
        raise ModelError(f"{path.name} holds NaN or Inf; get it anew")
    layer = torch.nn.Conv2d(
        first.in_channels,
        first.out_channels,
        first.kernel_size,
        stride=first.stride,
        padding=first.padding,
        bias=False,
    )
    layer.weight.data = weight
    return layer.to(device=unet.device, dtype=unet.dtype).requires_grad_(False)


def source_latents(pipe: Any, images: Sequence[Image]) -> Any:
    """B×C×h×w: the modes of the pictures' latents, unscaled, as InstructPix2Pix takes them."""
    import torch

    vae = pipe.vae
    with torch.inference_mode():
        pixels_BCHW = pipe.image_processor.preprocess(list(images))
        return vae.encode(pixels_BCHW.to(device=vae.device, dtype=vae.dtype)).latent_dist.mode()


@contextmanager
def sourced(
    unet: Any, adapter: Any, latents_BChw: Any, *, throughout: bool = False
) -> Iterator[None]:
    """The sources beside whatever the UNet is given; afterwards the UNet is exactly as before.

    A guided pipeline calls the UNet with 2·B latents, the B unguided first. Those get no source:
    the guidance scale then strengthens source, words and look together (InstructPix2Pix, Eq. 3,
    with both its scales alike and one branch less). With the source in both halves, ``throughout``,
    guidance leads away from it, since a source told nothing about is kept as it is: right where
    the way begins at the source, too much where it begins at noise.
    """
    import torch

    added_BChw = adapter(latents_BChw.to(device=unet.device, dtype=unet.dtype))
    unguided_BChw = added_BChw if throughout else torch.zeros_like(added_BChw)
    guided_BChw = torch.cat([unguided_BChw, added_BChw])

    def beside(layer: Any, given: Any, found: Any) -> Any:
        return found + (guided_BChw if len(found) == len(guided_BChw) else added_BChw)

    hook = unet.conv_in.register_forward_hook(beside)
    try:
        yield
    finally:
        hook.remove()
