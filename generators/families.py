"""Families: which diffusers class serves which task of a model; no weights are loaded here.

Known families are a table, so that describing a model takes no import of diffusers (seconds); a
test holds the table against diffusers. All others are asked of diffusers itself.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators import models
from generators.models import Supports
from studio.errors import ModelError


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Class names by task, empty where diffusers has none, and what the main class takes."""

    text: str
    image: str = ""
    inpaint: str = ""
    lora: bool = True
    ip_adapter: bool = False
    pictures: bool = False
    """Takes whole pictures beside the words."""
    sources: bool = False
    """Cannot do without one."""


KNOWN: Mapping[str, Family] = {
    "StableDiffusionPipeline": Family(
        text="StableDiffusionPipeline",
        image="StableDiffusionImg2ImgPipeline",
        inpaint="StableDiffusionInpaintPipeline",
        ip_adapter=True,
    ),
    "StableDiffusionXLPipeline": Family(
        text="StableDiffusionXLPipeline",
        image="StableDiffusionXLImg2ImgPipeline",
        inpaint="StableDiffusionXLInpaintPipeline",
        ip_adapter=True,
    ),
}


def family_of(name: str) -> Family:
    """The family of a pipeline class; ModelError where diffusers has no such class."""
    return KNOWN[name] if name in KNOWN else asked(name)


def asked(name: str) -> Family:
    """The same, asked of diffusers."""
    import diffusers
    from diffusers.loaders.ip_adapter import IPAdapterMixin

    found = _task_class("TEXT2IMAGE", name) or getattr(diffusers, name, None)
    if not (inspect.isclass(found) and issubclass(found, diffusers.DiffusionPipeline)):
        raise ModelError(f"diffusers has no pipeline {name!r}; choose a model of another family")
    image, inpaint = (_task_class(task, found.__name__) for task in ("IMAGE2IMAGE", "INPAINT"))
    takes = inspect.signature(found.__call__).parameters
    instructed = "image_guidance_scale" in takes  # InstructPix2Pix: three branches, not two
    return Family(
        text=found.__name__,
        image=image.__name__ if image else "",
        inpaint=inpaint.__name__ if inpaint else "",
        lora=hasattr(found, "load_lora_weights"),
        ip_adapter=issubclass(found, IPAdapterMixin) and not instructed,
        pictures="image" in takes,
        sources=instructed,
    )


def _task_class(task: str, name: str) -> Any:
    """The class diffusers uses for a task (TEXT2IMAGE, IMAGE2IMAGE, INPAINT); None: none."""
    from diffusers.pipelines import auto_pipeline as auto

    mapping = getattr(auto, f"AUTO_{task}_PIPELINES_MAPPING")
    return auto._get_task_class(mapping, name, throw_error_if_not_exist=False)


def supports_of(folder: Path) -> Supports:
    """What the model in ``folder`` can do, by its family and files; no weights are loaded."""
    family = family_of(models.index_of(folder)["_class_name"])
    has_unet = (folder / "unet").is_dir()
    has_adapter = models.image_prompt_file(folder) is not None
    return Supports(
        lora=family.lora,
        image_prompt=family.ip_adapter and has_unet and has_adapter,
        reference_images=family.pictures,
        inpainting=bool(family.inpaint or (family.image and has_unet)),
        image_to_image=bool(family.image),
        revision=family.pictures or (has_unet and models.source_file(folder) is not None),
    )
