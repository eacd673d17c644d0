"""Image prompts: an IP-Adapter that is on within a ``with`` block and gone, exactly, after it.

IP-Adapter (arXiv 2308.06721, Eq. 5): image tokens get keys and values of their own beside the
words'. Legend: B pictures, N image prompts with repeats, D embedding width.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import ModelError

if TYPE_CHECKING:
    from generators.terms import ImagePrompts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImagePromptAdapter:
    """Loaded adapter weights, kept off the network until ``attached``."""

    projection: Any
    """Embeddings to image tokens."""
    processors: dict[str, Any]
    """Attention processors by layer name."""
    dim: int
    """D."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Slots:
    """The three places of a UNet that an adapter takes."""

    projection: Any
    kind: Any
    processors: dict[str, Any]

    @classmethod
    def of(cls, unet: Any, names: Iterable[str] = ()) -> _Slots:
        """As they are; of the named processors only, which is quicker than to look for all."""
        found = {name: _attention(unet, name).get_processor() for name in names}
        return cls(
            projection=unet.encoder_hid_proj,
            kind=unet.config.encoder_hid_dim_type,
            processors=found or unet.attn_processors,
        )

    def put(self, unet: Any) -> None:
        unet.encoder_hid_proj = self.projection
        unet.config.encoder_hid_dim_type = self.kind
        for name, processor in self.processors.items():
            _attention(unet, name).set_processor(processor)


def _attention(unet: Any, name: str) -> Any:
    """The attention layer whose processor diffusers calls ``name``."""
    return unet.get_submodule(name.removesuffix(".processor"))


def load_adapter(pipe: Any, path: Path) -> ImagePromptAdapter:
    """The adapter at ``path`` (safetensors), fitted to ``pipe``; the pipeline is left as it was.

    ModelError where it does not fit, holds NaN, or takes more than one embedding a picture.
    """
    import torch
    from diffusers.models.embeddings import ImageProjection

    before = _Slots.of(pipe.unet)
    extractor = pipe.components.get("feature_extractor")
    try:
        pipe.load_ip_adapter(
            str(path.parent),
            subfolder="",
            weight_name=path.name,
            image_encoder_folder=None,
            local_files_only=True,
            low_cpu_mem_usage=False,
        )
        after = _Slots.of(pipe.unet)
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{path.name} does not fit the model: {reason}; get both anew") from error
    finally:
        before.put(pipe.unet)
        if "feature_extractor" in pipe.components:
            pipe.register_modules(feature_extractor=extractor)
    projection = after.projection.image_projection_layers[0]
    if not isinstance(projection, ImageProjection):
        raise ModelError(f"{path.name} is no plain IP-Adapter; use one that takes one vector each")
    parts = [after.projection, *after.processors.values()]
    for part in (part for part in parts if isinstance(part, torch.nn.Module)):
        part.requires_grad_(False)
        if not all(bool(torch.isfinite(weight).all()) for weight in part.state_dict().values()):
            raise ModelError(f"{path.name} holds NaN or Inf; get it anew")
    return ImagePromptAdapter(
        projection=after.projection,
        processors=after.processors,
        dim=int(projection.image_embeds.in_features),
    )


@contextmanager
def attached(unet: Any, adapter: ImagePromptAdapter, *, scale: float) -> Iterator[None]:
    """The adapter on the UNet at this scale; afterwards the UNet is exactly as before."""
    before = _Slots.of(unet, adapter.processors)
    try:
        _Slots(
            projection=adapter.projection, kind="ip_image_proj", processors=adapter.processors
        ).put(unet)
        for processor in adapter.processors.values():
            if hasattr(processor, "scale"):
                processor.scale = [scale] * len(processor.scale)
        yield
    finally:
        before.put(unet)


def embeds_for(prompts: ImagePrompts, *, guided: bool, like: Any) -> Any:
    """The embeddings as a pipeline takes them: 1×N×D, or 2×N×D with a zero row first if guided."""
    import numpy as np
    import torch

    repeated_ND = np.repeat(prompts.embeddings_ND, prompts.repeats(), axis=0)
    embeds_1ND = torch.from_numpy(repeated_ND).to(device=like.device, dtype=like.dtype)[None]
    return torch.cat([torch.zeros_like(embeds_1ND), embeds_1ND]) if guided else embeds_1ND
