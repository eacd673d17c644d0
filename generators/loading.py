"""Loading: the one place that reads diffusers models, in safetensors alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generators import models
from generators.families import family_of
from studio.errors import ModelError

HALF_ABOVE_BYTES = 400_000_000
"""Size of the weight files above which a model is held in bfloat16 on a GPU."""


def pipeline(folder: Path, spec: str, *, device: str) -> Any:
    """The pipeline in ``folder`` (diffusers format) on ``device``, its weights checked finite.

    ``spec`` is what a message calls it. ModelError where it is broken, in a format that can hold
    code, or holds NaN.
    """
    import diffusers
    import torch

    files = models.weight_files(folder)
    if not files:
        raise ModelError(f"{spec}: no safetensors weights; other formats can hold code, get those")
    large = sum(path.stat().st_size for path in files) > HALF_ABOVE_BYTES
    dtype = torch.bfloat16 if large and device.startswith("cuda") else torch.float32
    kind = getattr(diffusers, family_of(models.index_of(folder)["_class_name"]).text)
    pipe = _read(kind, folder, spec, dtype=dtype)
    try:
        pipe.to(device)
        for name in ("unet", "vae"):
            if (part := getattr(pipe, name, None)) is not None:
                part.to(memory_format=torch.channels_last)  # convolutions: a sixth less time
    except RuntimeError as error:
        raise _refused(spec, error) from error
    for part in pipe.components.values():
        if isinstance(part, torch.nn.Module):
            _require_finite(part, spec)
    return pipe


def few_steps(pipe: Any, folder: Path) -> Any:
    """A pipeline of the same class and parts with the UNet of ``folder`` (diffusers format).

    The network of the same shape, distilled to draw in a few steps unguided; weights that
    ``folder`` does not hold are the first network's. All else is shared, image prompts and source
    adapter too, so what is fitted to the first network (LoRA) fits the second. ModelError where it
    does not load, is of another shape, or holds NaN.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    first = pipe.unet
    own: dict[str, torch.Tensor] = {}
    try:
        for path in models.weight_files(folder):
            own |= load_file(path)
    except (OSError, SafetensorError) as error:
        raise _refused("few_steps", error) from error
    shared = first.state_dict()
    if not own or any(name not in shared or own[name].shape != shared[name].shape for name in own):
        raise ModelError("few_steps does not fit the model; get both anew")
    unet = type(first).from_config(first.config)
    unet.load_state_dict(shared | own)
    _require_finite(unet, "few_steps")
    unet.to(device=first.device, dtype=first.dtype, memory_format=torch.channels_last)
    unet.eval().requires_grad_(False)
    return type(pipe).from_pipe(pipe, unet=unet, dtype=pipe.dtype)


def _read(kind: Any, folder: Path, spec: str, *, dtype: Any) -> Any:
    """A pipeline of the class ``kind``."""
    from safetensors import SafetensorError

    try:
        return kind.from_pretrained(
            folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            low_cpu_mem_usage=False,
        )
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, SafetensorError) as error:
        raise _refused(spec, error) from error


def _refused(name: str, error: Exception) -> ModelError:
    reason = " ".join(str(error).split())[:200]
    return ModelError(f"{name} does not load: {reason}; get the model anew")


def _require_finite(module: Any, name: str) -> None:
    import torch

    for layer, weight in module.state_dict().items():
        if weight.is_floating_point() and not bool(torch.isfinite(weight).all()):
            raise ModelError(f"{name}: weight {layer} holds NaN or Inf; get the model anew")
