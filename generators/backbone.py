"""The backbone: the one place that loads diffusers pipelines, whatever their family."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any

from generators import models
from generators.adapters.image_prompt import (
    ImagePromptAdapter,
    attached,
    embeds_for,
    load_adapter,
)
from generators.adapters.latents import SourceLatents
from generators.adapters.source import load_source_adapter, sourced
from generators.blend import LatentBlend, latent_blend
from generators.families import Family, family_of, supports_of
from generators.few_steps import with_few_steps
from generators.finish.pixels import sound
from generators.models import Defaults, Supports
from generators.prompts import PromptEmbeds
from generators.quiet import quiet
from generators.remote import RemoteBackbone, is_remote, remote_backbone
from generators.settled import settled
from generators.terms import Terms, Watch
from generators.unfinished import Unfinished
from studio.errors import Cancelled, ModelError

if TYPE_CHECKING:
    from PIL.Image import Image

    from generators.finish.pixels import Pixels
    from studio.parts import Parts

HALF_ABOVE_BYTES = 400_000_000
"""Size of the weight files above which a model is held in bfloat16 on a GPU."""
BATCH_PIXELS = 16 * 256 * 256
"""Most pixels of one denoising batch."""
STOCK_INPAINT_CHANNELS = (4, 9)
"""UNet input channels that diffusers' own inpainting classes take."""
UNWATCHED = Watch()


def load_backbone(spec: str, *, device: str = "auto", threads: int = 0) -> Backbone:
    """The backbone ``spec`` (``bundled``, folder or hub id), ready, its weights checked finite.

    ModelError where it is missing, broken, in a format that can hold code, or holds NaN.
    """
    import torch

    folder = models.folder_of(spec)
    files = models.weight_files(folder)
    if not files:
        raise ModelError(f"{spec}: no safetensors weights; other formats can hold code, get those")
    if threads:
        torch.set_num_threads(threads)
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    large = sum(path.stat().st_size for path in files) > HALF_ABOVE_BYTES
    dtype = torch.bfloat16 if large and device.startswith("cuda") else torch.float32
    with quiet():
        pipe = _loaded(folder, spec, dtype=dtype, device=device)
        for part in pipe.components.values():
            if isinstance(part, torch.nn.Module):
                _require_finite(part, spec)
        return Backbone(pipe=pipe, spec=spec, folder=folder)


def _loaded(folder: Path, spec: str, *, dtype: Any, device: str) -> Any:
    import diffusers
    import torch
    from safetensors import SafetensorError

    found = getattr(diffusers, family_of(models.index_of(folder)["_class_name"]).text)
    try:
        pipe = found.from_pretrained(
            folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            low_cpu_mem_usage=False,
        )
        pipe.to(device)
        for name in ("unet", "vae"):
            if (part := getattr(pipe, name, None)) is not None:
                part.to(memory_format=torch.channels_last)  # convolutions: a sixth less time
    except (OSError, ValueError, RuntimeError, TypeError, KeyError, SafetensorError) as error:
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"{spec} does not load: {reason}; get it anew") from error
    return pipe


def _require_finite(module: Any, spec: str) -> None:
    import torch

    for name, weight in module.state_dict().items():
        if weight.is_floating_point() and not bool(torch.isfinite(weight).all()):
            raise ModelError(f"{spec}: weight {name} holds NaN or Inf; get the model anew")


def shared_backbone(parts: Parts, spec: str = "") -> Backbone | RemoteBackbone:
    """The one backbone of a studio (or the one of ``spec``), loaded when first used."""
    config = parts.config
    chosen = spec or config.backbone

    def make() -> Backbone | RemoteBackbone:
        if is_remote(chosen):
            return remote_backbone(chosen)
        return load_backbone(chosen, device=config.device, threads=config.threads)

    return parts.shared(f"backbone {chosen}", make)


@dataclass(slots=True, kw_only=True, eq=False)
class Backbone:
    """A loaded diffusers model and its verbs; one call at a time (pipelines are not thread-safe).

    Each verb takes one seed a picture and returns pictures (size, size, 3) as float32 in [0, 1], in
    order. One whose values are not finite comes back black, for the quality check to refuse.
    """

    pipe: Any
    spec: str
    folder: Path
    defaults: Defaults = field(init=False)
    family: Family = field(init=False)
    supports: Supports = field(init=False)
    revision: str = field(init=False)
    """Digest of the weights and configuration."""
    size: int = field(init=False)
    """Native side, in pixels."""
    _adapter: ImagePromptAdapter | None = field(init=False, default=None)
    _source: Any = field(init=False, default=None)
    _few: Any = field(init=False, default=None)
    """The same pipeline with the network for few steps, where there is one."""
    _prompts: PromptEmbeds = field(init=False, default_factory=PromptEmbeds)
    _latents: SourceLatents = field(init=False, default_factory=SourceLatents)
    _siblings: dict[str, Any] = field(init=False, default_factory=dict)
    _lock: Any = field(init=False, default_factory=RLock)

    def __post_init__(self) -> None:
        self.pipe = settled(self.pipe)
        self.pipe.set_progress_bar_config(disable=True)
        self.defaults = models.defaults_of(self.folder)
        self.family = family_of(type(self.pipe).__name__)
        self.supports = supports_of(self.folder)
        self.revision = models.digest_of(self.folder)
        network = getattr(self.pipe, "unet", None) or self.pipe.transformer
        side = getattr(self.pipe, "default_sample_size", None) or network.config.sample_size
        self.size = self.defaults.size or int(side) * int(self.pipe.vae_scale_factor)
        path = models.image_prompt_file(self.folder)
        if self.supports.image_prompt and path is not None:
            self._adapter = load_adapter(self.pipe, path)
        path = models.source_file(self.folder)
        if hasattr(self.pipe, "unet") and path is not None:
            self._source = load_source_adapter(self.pipe.unet, path)
        path = models.few_steps_folder(self.folder)
        if self.defaults.few_steps and path is not None:
            self._few = settled(with_few_steps(self.pipe, path))
            self._few.set_progress_bar_config(disable=True)

    def _drawing(self, terms: Terms) -> Any:
        """The pipeline that draws these terms from noise: few steps without guidance, or plain."""
        few = terms.steps <= self.defaults.few_steps and terms.guidance_scale <= 1
        return self._few if few and self._few is not None else self.pipe

    @property
    def pipelines(self) -> list[Any]:
        """All that are loaded."""
        return [self.pipe, *([self._few] if self._few else []), *self._siblings.values()]

    @property
    def device(self) -> str:
        """Where it computes (``cpu``, ``cuda:0``)."""
        return str(self.pipe.device)

    @property
    def latent_size(self) -> int:
        """Side of the latent grid, in cells."""
        return self.size // int(self.pipe.vae_scale_factor)

    @property
    def _side(self) -> dict[str, int]:
        """The native size as a pipeline takes it."""
        return {"height": self.size, "width": self.size}

    def image_prompt_gap(self, *, dim: int, encoder: str) -> str:
        """Why embeddings of this width and encoder cannot steer it; empty where they can."""
        if self._adapter is None:
            return "unsupported: the model has no image-prompt weights"
        if dim != self._adapter.dim:
            return f"unsupported: the model takes {self._adapter.dim} numbers, not {dim}"
        if self.defaults.encoder and encoder != self.defaults.encoder:
            return "unsupported: the model was trained with another encoder"
        return ""

    def text_to_image(
        self, terms: Terms, *, seeds: Sequence[int], watch: Watch = UNWATCHED
    ) -> list[Pixels]:
        """Pictures from noise; Cancelled where ``watch`` says so.

        ModelError where the family only remakes pictures.
        """
        if self.family.sources:
            raise ModelError(
                f"{self.spec} remakes pictures and makes none from words alone; "
                "leave the route create out or change the backbone"
            )

        def run(rows: Sequence[int], told: Watch) -> list[Pixels]:
            own = [seeds[row] for row in rows]
            return self._run(self._drawing(terms), terms, own, self._side, told=told)

        return self._chunked(run, len(seeds), terms.steps, watch)

    def revise(
        self,
        terms: Terms,
        *,
        images: Sequence[Image],
        seeds: Sequence[int],
        watch: Watch = UNWATCHED,
    ) -> list[Pixels]:
        """Each picture (RGB, ``size`` pixels square) remade as the terms say, from noise.

        By the source adapter, else by a family that takes whole pictures. ModelError where the
        model has neither; Cancelled where ``watch`` says so.
        """
        if not self.supports.revision:
            raise ModelError(f"{self.spec} cannot remake pictures; edit by image to image instead")

        def beside(rows: Sequence[int], told: Watch) -> list[Pixels]:
            own = [seeds[row] for row in rows]
            with self._lock:
                pipe = self._drawing(terms)
                given = self._latents(pipe, [images[row] for row in rows])
                with sourced(pipe.unet, self._source, given):
                    return self._run(pipe, terms, own, self._side, told=told)

        def within(rows: Sequence[int], told: Watch) -> list[Pixels]:
            made: list[Pixels] = []
            for row in rows:  # these pipelines take several pictures for references of one
                now = replace(told, done=told.done + len(made) * terms.steps)
                made += self._run(self.pipe, terms, [seeds[row]], {"image": images[row]}, told=now)
            return made

        if self._source is not None:
            return self._chunked(beside, len(seeds), terms.steps, watch)
        watch = replace(watch, total=watch.total or len(seeds) * terms.steps)
        return within(range(len(seeds)), watch)

    def image_to_image(
        self,
        terms: Terms,
        *,
        images: Sequence[Image],
        strength: float,
        seeds: Sequence[int],
        watch: Watch = UNWATCHED,
    ) -> list[Pixels]:
        """Pictures from pictures (RGB, ``size`` pixels square), ``strength`` of the way in (0, 1].

        ModelError where the family has no image-to-image; Cancelled where ``watch`` says so.
        """
        pipe = self._sibling(self.family.image)

        def run(rows: Sequence[int], told: Watch) -> list[Pixels]:
            given = {"image": [images[row] for row in rows], "strength": strength}
            return self._run(pipe, terms, [seeds[row] for row in rows], given, told=told)

        return self._chunked(run, len(seeds), terms.steps_at(strength), watch)

    def inpaint(
        self,
        terms: Terms,
        *,
        images: Sequence[Image],
        masks: Sequence[Image],
        strength: float,
        seeds: Sequence[int],
        watch: Watch = UNWATCHED,
    ) -> list[Pixels]:
        """Pictures repainted where the mask (L) is white; elsewhere as the decoder gives them back.

        By diffusers' own class where it takes this network, else by ``LatentBlend``.
        """
        unet = getattr(self.pipe, "unet", None)
        stock = unet is None or unet.config.in_channels in STOCK_INPAINT_CHANNELS
        pipe = self._sibling(self.family.inpaint if stock else self.family.image)

        def run(rows: Sequence[int], told: Watch) -> list[Pixels]:
            own = [seeds[row] for row in rows]
            given: dict[str, Any] = {"image": [images[row] for row in rows], "strength": strength}
            covers = [masks[row] for row in rows]
            if stock:
                given |= {"mask_image": covers, **self._side}
                return self._run(pipe, terms, own, given, told=told)
            with self._lock:
                blend = latent_blend(
                    pipe, images=given["image"], masks=covers, generators=_generators(own)
                )
            return self._run(pipe, terms, own, given, told=told, blend=blend)

        return self._chunked(run, len(seeds), terms.steps_at(strength), watch)

    def _sibling(self, name: str) -> Any:
        """The pipeline class ``name`` over the same weights, made once; ModelError for no name."""
        import diffusers

        if not name:
            raise ModelError(
                f"{self.spec} cannot edit pictures; leave the route out or change the backbone"
            )
        with self._lock, quiet():
            if name not in self._siblings:
                made = settled(getattr(diffusers, name).from_pipe(self.pipe, dtype=self.pipe.dtype))
                made.set_progress_bar_config(disable=True)
                self._siblings[name] = made
            return self._siblings[name]

    def _chunked(
        self,
        run: Callable[[Sequence[int], Watch], list[Pixels]],
        count: int,
        steps: int,
        watch: Watch,
    ) -> list[Pixels]:
        """``run`` over batches that fit in memory."""
        batch = max(1, BATCH_PIXELS // self.size**2)
        chunks = [range(start, min(start + batch, count)) for start in range(0, count, batch)]
        made: list[Pixels] = []
        for index, rows in enumerate(chunks):
            told = replace(
                watch,
                done=watch.done + index * steps,
                total=watch.total or len(chunks) * steps,
            )
            made += run(rows, told)
        return made

    def _run(
        self,
        pipe: Any,
        terms: Terms,
        seeds: Sequence[int],
        given: dict[str, Any],
        *,
        told: Watch,
        blend: LatentBlend | None = None,
    ) -> list[Pixels]:
        """One call of one pipeline: the prompt encoded once, a generator a picture."""
        import torch

        look = Unfinished(pipe)

        def after_step(pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> Any:
            if blend is not None:
                tensors["latents"] = blend(pipe.scheduler, timestep, tensors["latents"])
            if told.is_cancelled():
                if not hasattr(pipe, "interrupt"):
                    raise Cancelled("stopped; nothing was made")
                pipe._interrupt = True
            look.note(timestep, tensors["latents"])
            told.tell(step + 1, look=look)
            return tensors

        accepted = inspect.signature(pipe.__call__).parameters
        if "guidance_rescale" in accepted:
            given = given | {"guidance_rescale": terms.guidance_rescale}
        with self._lock, quiet(), torch.inference_mode():
            if told.is_cancelled():
                raise Cancelled("stopped; nothing was made")
            words = self._prompts(pipe, terms)
            if "prompt" in words and "negative_prompt" in accepted and terms.negative:
                words["negative_prompt"] = terms.negative
            with self._image_prompts(pipe, terms) as embeds:
                pictures = pipe(
                    **words,
                    num_images_per_prompt=len(seeds),
                    num_inference_steps=terms.steps,
                    guidance_scale=terms.guidance_scale,
                    generator=_generators(seeds),
                    output_type="np",
                    callback_on_step_end=after_step,
                    **given,
                    **embeds,
                ).images
            if getattr(pipe, "interrupt", False):
                raise Cancelled("stopped; nothing was made")
        return sound(pictures)

    @contextmanager
    def _image_prompts(self, pipe: Any, terms: Terms) -> Iterator[dict[str, Any]]:
        """The adapter on for this call, if there are image prompts; what to hand the pipeline."""
        prompts = terms.image_prompts
        if prompts is None or prompts.strength == 0:
            yield {}
            return
        if self._adapter is None:
            raise ModelError(f"{self.spec} takes no image prompts; call it without")
        unet = pipe.unet
        guided = terms.guidance_scale > 1 and unet.config.time_cond_proj_dim is None
        embeds = embeds_for(prompts, guided=guided, like=unet)
        with attached(unet, self._adapter, scale=prompts.strength):
            yield {"ip_adapter_image_embeds": [embeds]}


def _generators(seeds: Sequence[int]) -> list[Any]:
    """One generator a picture, on the CPU: the same noise on every device."""
    import torch

    return [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
