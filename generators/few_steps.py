"""Few steps: a second network of the same shape, distilled to draw in a few steps unguided.

All else of the pipeline is shared, image prompts and source adapter too, so what is fitted to the
first network (LoRA) fits the second.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from studio.errors import ModelError


def with_few_steps(pipe: Any, folder: Path) -> Any:
    """A pipeline of the same class and parts with the UNet of ``folder`` (diffusers format).

    ModelError where it does not load, is of another shape, or holds NaN.
    """
    import torch
    from safetensors import SafetensorError

    first = pipe.unet
    try:
        unet: Any = type(first).from_pretrained(
            folder,
            dtype=first.dtype,
            use_safetensors=True,
            local_files_only=True,
            low_cpu_mem_usage=False,
        )
    except (OSError, ValueError, RuntimeError, KeyError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"few_steps does not load: {reason}; get the model anew") from error
    weights, others = unet.state_dict(), first.state_dict()
    if {name: one.shape for name, one in weights.items()} != {
        name: one.shape for name, one in others.items()
    }:
        raise ModelError("few_steps does not fit the model; get both anew")
    if not all(bool(torch.isfinite(one).all()) for one in weights.values()):
        raise ModelError("few_steps holds NaN or Inf; get it anew")
    unet.to(device=first.device, memory_format=torch.channels_last).eval().requires_grad_(False)
    return type(pipe).from_pipe(pipe, unet=unet, dtype=pipe.dtype)
