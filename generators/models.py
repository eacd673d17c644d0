"""Models: where a backbone lies, what it is and what it can do, read without loading weights.

A backbone is named by a spec: ``bundled``, a local folder in diffusers format, or a hub id that is
already in the local cache (``add`` fetches it; nothing is ever fetched while generating).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from studio.config import Section, validated
from studio.errors import ModelError

BUNDLED = Path(__file__).parent / "bundled" / "sticker"
INDEX = "model_index.json"
IMAGE_PROMPT_FOLDER = "ip_adapter"
SOURCE_FOLDER = "source_adapter"
FEW_STEPS_FOLDER = "few_steps"
HUB_FILES = ("*.safetensors", "*.json", "*.txt", "*.model", "README.md", "LICENSE*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Supports:
    """What a backbone can do; found from its pipeline, never assumed."""

    lora: bool
    image_prompt: bool
    """Embeddings of pictures steer the look (IP-Adapter); its weights are beside the model."""
    reference_images: bool
    """Takes whole pictures beside the words."""
    inpainting: bool
    image_to_image: bool
    revision: bool
    """Remakes a source picture as words and image prompts say (InstructPix2Pix, in context)."""


Task = Literal["create", "revise", "change"]
"""From noise; with a source beside the noise; from a picture with noise on it."""


class Defaults(Section):
    """Sampling defaults of a backbone: ``defaults.json`` in its folder, else by family."""

    steps: int = 30
    guidance_scale: float = 5.0
    guidance_rescale: float = 0.0
    """Share of the guided prediction brought back to the spread of the unguided one, in [0, 1]
    (arXiv 2305.08891, Eq. 16); only where the pipeline takes it."""
    guidance_stop: float = Field(default=1.0, gt=0, le=1)
    """Share of the steps that are guided, the first of those that are run (arXiv 2404.07724); only
    Stable Diffusion's own pipelines can stop it, inpainting cannot."""
    ip_scale: float = 0.6
    """Strength of image prompts of weight 1; 0: off."""
    revise_steps: int = 0
    """Steps where a source is remade; 0: as elsewhere."""
    revise_guidance_scale: float = 0.0
    """Guidance scale where a source is remade; 0: as elsewhere."""
    revise_strength: float = Field(default=1.0, gt=0, le=1)
    """Where remaking begins, as a share of the way: at the source, so noisy, by a model that was
    trained so (arXiv 2307.12348); 1: at noise alone. All its steps are run below it."""
    revise_detail: bool = False
    """Whether what is remade takes its edges from its source, large (``generators.finish.detail``):
    for a small model that leaves shapes where they were."""
    edit_strength: float = 0.55
    """Share of the denoising that an edit goes through, in (0, 1]."""
    restyle_strength: float = 0.7
    """The same where the source's look differs from the look that is liked."""
    inpaint_strength: float = 1.0
    size: int = 0
    """Native side in pixels; 0: as the pipeline says."""
    few_steps: int = 0
    """Most steps that the network in ``few_steps/`` creates in, where no guidance is asked for,
    which is folded into it; 0: there is no such network."""
    encoder: str = ""
    """Digest of the encoder whose embeddings are its image prompts; empty: any of fitting width."""

    def scale_at(self, steps: int, *, task: Task = "create") -> float:
        """The guidance scale recommended at so many steps; 1 is none."""
        if steps <= self.few_steps and task == "create":
            return 1.0
        return (self.revise_guidance_scale if task == "revise" else 0.0) or self.guidance_scale


FAMILY_DEFAULTS: Mapping[str, tuple[int, float]] = {
    "StableDiffusionPipeline": (30, 7.5),
    "StableDiffusionXLPipeline": (30, 5.0),
    "StableDiffusion3Pipeline": (28, 4.5),
    "FluxPipeline": (28, 3.5),
    "Flux2Pipeline": (28, 4.0),
    "ZImagePipeline": (9, 1.0),
    "QwenImagePipeline": (30, 4.0),
    "LatentConsistencyModelPipeline": (4, 8.5),
}
"""Pipeline class to steps and guidance scale, as its own documentation recommends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelInfo:
    """One backbone, described."""

    name: str
    """The spec it was asked for by."""
    family: str
    """Pipeline class of ``model_index.json``."""
    folder: str
    supports: Supports
    few_steps: int = 0
    """Most steps that its network for few steps draws in; 0: it has none."""
    size: int
    """Native side in pixels; 0 where only loading would tell."""
    latent_size: int
    """Side of the latent grid; 0 where only loading would tell."""
    bytes: int
    """Size of the weight files."""
    license: str
    """From the model card; empty where it has none."""
    revision: str
    """Digest of weights and configuration."""


def folder_of(spec: str) -> Path:
    """The folder of the backbone ``spec``; ModelError where it is not on this machine."""
    if spec == "bundled":
        return _with_index(BUNDLED, "the bundled model is missing; install Bespoke again")
    path = Path(spec).expanduser()
    if path.is_dir():
        return _with_index(path, f"{spec} holds no {INDEX}; give a folder in diffusers format")
    if spec.startswith(("openai:", "http:", "https:")):
        raise ModelError(f"{spec!r} is no folder; write openai:https://host/v1 for a server")
    if path.is_absolute() or spec.startswith((".", "~")) or spec.count("/") != 1:
        raise ModelError(f"no model folder {spec!r}; give 'bundled', a folder or a hub id")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    missing = f"model {spec!r} is not on this machine; run: bespoke models add {spec}"
    try:
        return _with_index(Path(snapshot_download(spec, local_files_only=True)), missing)
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise ModelError(missing) from error


def _with_index(folder: Path, message: str) -> Path:
    if not (folder / INDEX).is_file():
        raise ModelError(message)
    return folder


def add(spec: str) -> ModelInfo:
    """Fetch a hub id into the local cache (safetensors and configuration only), or check a folder.

    ModelError where it cannot be fetched or is not a safetensors model in diffusers format.
    """
    looks_local = spec == "bundled" or Path(spec).expanduser().is_dir() or spec.count("/") != 1
    if not looks_local:
        from huggingface_hub import snapshot_download
        from huggingface_hub.errors import HFValidationError

        try:
            snapshot_download(spec, allow_patterns=list(HUB_FILES))
        except (OSError, HFValidationError) as error:
            raise ModelError(
                f"model {spec!r} could not be fetched ({type(error).__name__}); "
                "check the name and the network, or give a local folder"
            ) from error
    return describe(spec)


def index_of(folder: Path) -> dict[str, Any]:
    """``model_index.json``; ModelError where it is not one of a diffusers pipeline."""
    return read_json(folder / INDEX, needs="_class_name")


def read_json(path: Path, *, needs: str = "") -> dict[str, Any]:
    """The JSON object at ``path``; ModelError where it is none, or lacks the text ``needs``."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path.name} of {path.parent.name} is unreadable; get it anew") from error
    if not isinstance(values, dict) or (needs and not isinstance(values.get(needs), str)):
        raise ModelError(
            f"{path.name} of {path.parent.name} is not as expected; get the model anew"
        )
    return values


def defaults_of(folder: Path) -> Defaults:
    """``defaults.json`` of the folder over the family's own defaults."""
    steps, scale = FAMILY_DEFAULTS.get(index_of(folder)["_class_name"], (30, 5.0))
    values: dict[str, Any] = {"steps": steps, "guidance_scale": scale}
    path = folder / "defaults.json"
    if path.is_file():
        values |= read_json(path)
    return validated(Defaults, values, where=f"{folder.name}/defaults.json")


def weight_files(folder: Path) -> list[Path]:
    """Its safetensors files, sorted."""
    return sorted(folder.rglob("*.safetensors"))


def image_prompt_file(folder: Path) -> Path | None:
    """The weights of its image-prompt adapter, where there are any."""
    return next(iter(sorted((folder / IMAGE_PROMPT_FOLDER).glob("*.safetensors"))), None)


def source_file(folder: Path) -> Path | None:
    """The weights of its source adapter, where there are any."""
    return next(iter(sorted((folder / SOURCE_FOLDER).glob("*.safetensors"))), None)


def few_steps_folder(folder: Path) -> Path | None:
    """Where its network for few steps lies, in diffusers format, where there is one."""
    path = folder / FEW_STEPS_FOLDER / "unet"
    return path if path.is_dir() else None


def digest_of(folder: Path) -> str:
    """sha256 over names and contents of weights and configuration; kept while files stay as is."""
    files = sorted(
        path
        for pattern in ("*.safetensors", "*.json", "*.txt", "*.model")
        for path in folder.rglob(pattern)
    )
    total = hashlib.sha256()
    for path in files:
        stat = path.stat()
        total.update(path.relative_to(folder).as_posix().encode() + b"\0")
        total.update(_file_digest(str(path), stat.st_size, stat.st_mtime_ns))
    return total.hexdigest()


@lru_cache(maxsize=4096)
def _file_digest(path: str, size: int, mtime_ns: int) -> bytes:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _license_of(folder: Path) -> str:
    """The ``license:`` line of the model card's front matter."""
    card = folder / "README.md"
    if not card.is_file():
        return ""
    head = card.read_text(encoding="utf-8", errors="replace").split("---")
    lines = head[1].splitlines() if len(head) > 2 else []
    found = (line.partition(":")[2].strip() for line in lines if line.startswith("license:"))
    return next(found, "")


def describe(spec: str) -> ModelInfo:
    """What the backbone ``spec`` is and supports; ModelError where it is not on this machine."""
    from generators.families import supports_of
    from generators.remote import info, is_remote

    if is_remote(spec):
        return info(spec)
    folder = folder_of(spec)
    index = index_of(folder)
    defaults = defaults_of(folder)
    latent, size = 0, defaults.size
    for part in ("unet", "transformer"):
        if (folder / part / "config.json").is_file():
            config = read_json(folder / part / "config.json")
            side = config.get("sample_size")
            latent = side if isinstance(side, int) else 0
    if not size and latent and (folder / "vae" / "config.json").is_file():
        blocks = read_json(folder / "vae" / "config.json").get("block_out_channels", [0])
        size = latent * 2 ** (len(blocks) - 1)
    return ModelInfo(
        name=spec,
        family=index["_class_name"],
        folder=str(folder),
        supports=supports_of(folder),
        few_steps=defaults.few_steps if few_steps_folder(folder) else 0,
        size=size,
        latent_size=latent,
        bytes=sum(path.stat().st_size for path in weight_files(folder)),
        license=_license_of(folder),
        revision=digest_of(folder),
    )


def available() -> list[str]:
    """Specs of the backbones on this machine: the bundled one and those of the hub cache."""
    from huggingface_hub import scan_cache_dir
    from huggingface_hub.errors import CacheNotFound

    specs = ["bundled"] if (BUNDLED / INDEX).is_file() else []
    try:
        repos = scan_cache_dir().repos
    except CacheNotFound:
        return specs
    cached = [
        repo.repo_id
        for repo in repos
        if repo.repo_type == "model"
        and any((revision.snapshot_path / INDEX).is_file() for revision in repo.revisions)
    ]
    return specs + sorted(cached)
