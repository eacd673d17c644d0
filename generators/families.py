"""Families: which diffusers class serves which task of a model; nothing is loaded here."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

from generators import models
from generators.models import Supports
from studio.errors import ModelError


def task_class(task: str, name: str) -> Any:
    """The class diffusers uses for a task (TEXT2IMAGE, IMAGE2IMAGE, INPAINT); None: none."""
    from diffusers.pipelines import auto_pipeline as auto

    mapping = getattr(auto, f"AUTO_{task}_PIPELINES_MAPPING")
    return auto._get_task_class(mapping, name, throw_error_if_not_exist=False)


def pipeline_class(folder: Path) -> Any:
    """The text-to-image class for the family of ``folder``."""
    import diffusers

    name = models.index_of(folder)["_class_name"]
    found = task_class("TEXT2IMAGE", name) or getattr(diffusers, name, None)
    if not (inspect.isclass(found) and issubclass(found, diffusers.DiffusionPipeline)):
        raise ModelError(f"diffusers has no pipeline {name!r}; choose a model of another family")
    return found


def supports_of(folder: Path) -> Supports:
    """What the pipeline of ``folder`` can do, by its class and files; no weights are loaded."""
    from diffusers.loaders.ip_adapter import IPAdapterMixin

    found = pipeline_class(folder)
    name = found.__name__
    edits = task_class("IMAGE2IMAGE", name) is not None
    has_unet = (folder / "unet").is_dir()
    return Supports(
        lora=hasattr(found, "load_lora_weights"),
        image_prompt=issubclass(found, IPAdapterMixin)
        and has_unet
        and models.image_prompt_file(folder) is not None,
        reference_images="image" in inspect.signature(found.__call__).parameters,
        inpainting=task_class("INPAINT", name) is not None or (edits and has_unet),
        image_to_image=edits,
    )
