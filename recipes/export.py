"""Writing finished models: all or nothing, half precision, checked finite."""

from __future__ import annotations

import copy
import json
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
    for path in fresh.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
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
    """`save_pretrained` of a diffusers or transformers model in fp16 safetensors.

    transformers loads in the dtype its config names: float32 is named, so that a plain
    `from_pretrained` gives a model that runs on a CPU beside diffusers' float32 ones.
    """
    finite(dict(model.state_dict()), type(model).__name__)
    copy.deepcopy(model).half().save_pretrained(folder, safe_serialization=True)
    config = folder / "config.json"
    settings = json.loads(config.read_text())
    if "dtype" in settings:
        settings["dtype"] = "float32"
        config.write_text(json.dumps(settings, indent=2, sort_keys=True) + "\n")
