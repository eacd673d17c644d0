"""Writing finished models: all or nothing, half precision, checked finite."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor


@contextmanager
def folder_replaced(out: Path) -> Iterator[Path]:
    """Give an empty folder to write to; it takes the place of `out` only when all went well."""
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    fresh.chmod(0o755)
    try:
        yield fresh
    except BaseException:
        shutil.rmtree(fresh)
        raise
    old = fresh.with_name(fresh.name + "-old")
    if out.exists():
        out.rename(old)
    fresh.rename(out)
    if old.exists():
        shutil.rmtree(old)


def finite(weights: dict[str, Tensor], what: str) -> dict[str, Tensor]:
    """The weights, contiguous and in half precision; FloatingPointError when one is not finite."""
    halves = {name: value.detach().cpu().half().contiguous() for name, value in weights.items()}
    for name, value in halves.items():
        if not torch.isfinite(value).all():
            raise FloatingPointError(f"{what}: {name} holds NaN or Inf; train it again")
    return halves


def written_half(model: Any, folder: Path) -> None:
    """`save_pretrained` of a diffusers or transformers model in fp16 safetensors."""
    import copy

    finite(dict(model.state_dict()), type(model).__name__)
    copy.deepcopy(model).half().save_pretrained(folder, safe_serialization=True)
