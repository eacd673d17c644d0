"""The backbone: a loaded diffusers model, whatever its family, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generators import loading, models
from generators.adapters.image_prompt import load_adapter
from generators.adapters.latents import SourceLatents
from generators.adapters.source import load_source_adapter, sourced
from generators.blend import latent_blend
from generators.calls import Caller, chunked, noise
from generators.families import Family, family_of, supports_of
from generators.models import Defaults, Supports
from generators.quiet import quiet
from generators.remake import stretched
from generators.remote import RemoteBackbone, is_remote, remote_backbone
from generators.settled import settled
from generators.terms import Terms, Watch
from studio.errors import ModelError

if TYPE_CHECKING:
    from PIL.Image import Image

    from generators.finish.pixels import Pixels
    from studio.parts import Parts

STOCK_INPAINT_CHANNELS = (4, 9)
"""UNet input channels that diffusers' own inpainting classes take."""
UNWATCHED = Watch()


def load_backbone(spec: str, *, device: str = "auto", threads: int = 0) -> Backbone:
    """The backbone ``spec`` (``bundled``, folder or hub id), ready, its weights checked finite.

    ModelError where it is missing, broken, in a format that can hold code, or holds NaN.
    """
    import torch

    folder = models.folder_of(spec)
    if threads:
        torch.set_num_threads(threads)
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    with quiet():
        return Backbone(
            pipe=loading.pipeline(folder, spec, device=device), spec=spec, folder=folder
        )


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
    _call: Caller = field(init=False)
    _source: Any = field(init=False, default=None)
    _few: Any = field(init=False, default=None)
    """The same pipeline with the network for few steps, where there is one."""
    _latents: SourceLatents = field(init=False, default_factory=SourceLatents)
    _siblings: dict[str, Any] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.pipe = _ready(self.pipe)
        self.defaults = models.defaults_of(self.folder)
        self.family = family_of(type(self.pipe).__name__)
        self.supports = supports_of(self.folder)
        self.revision = models.digest_of(self.folder)
        network = getattr(self.pipe, "unet", None) or self.pipe.transformer
        side = getattr(self.pipe, "default_sample_size", None) or network.config.sample_size
        self.size = self.defaults.size or int(side) * int(self.pipe.vae_scale_factor)
        path = models.image_prompt_file(self.folder)
        takes = self.supports.image_prompt
        adapter = load_adapter(self.pipe, path) if path and takes else None
        self._call = Caller(spec=self.spec, adapter=adapter)
        path = models.source_file(self.folder)
        if hasattr(self.pipe, "unet") and path is not None:
            self._source = load_source_adapter(self.pipe.unet, path)
        path = models.few_steps_folder(self.folder)
        if self.defaults.few_steps and path is not None:
            self._few = _ready(loading.few_steps(self.pipe, path))

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
        adapter = self._call.adapter
        if adapter is None:
            return "unsupported: the model has no image-prompt weights"
        if dim != adapter.dim:
            return f"unsupported: the model takes {adapter.dim} numbers, not {dim}"
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
            return self._call(self._drawing(terms), terms, own, self._side, told=told)

        return self._chunked(run, len(seeds), terms.steps, watch)

    def revise(
        self,
        terms: Terms,
        *,
        images: Sequence[Image],
        seeds: Sequence[int],
        watch: Watch = UNWATCHED,
    ) -> list[Pixels]:
        """Each picture (RGB, ``size`` pixels square) remade as the terms say, all steps run.

        By the source adapter, else by a family that takes whole pictures. ModelError where the
        model has neither; Cancelled where ``watch`` says so.
        """
        if not self.supports.revision:
            raise ModelError(f"{self.spec} cannot remake pictures; edit by image to image instead")

        share = self.defaults.revise_strength

        def beside(rows: Sequence[int], told: Watch) -> list[Pixels]:
            own, given = [seeds[row] for row in rows], dict[str, Any](self._side)
            pipe = self.pipe if share == 1 else self._sibling(self.family.image)
            with self._call.lock:
                latents = self._latents(pipe, [images[row] for row in rows])
                if share < 1:
                    clean = latents * pipe.vae.config.scaling_factor
                    given = {"image": clean, **stretched(pipe.scheduler, terms.steps, share)}
                with sourced(pipe.unet, self._source, latents, throughout=share < 1):
                    return self._call(pipe, terms, own, given, told=told)

        def within(rows: Sequence[int], told: Watch) -> list[Pixels]:
            made: list[Pixels] = []
            for row in rows:  # these pipelines take several pictures for references of one
                now = replace(told, done=told.done + len(made) * terms.steps)
                made += self._call(self.pipe, terms, [seeds[row]], {"image": images[row]}, told=now)
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
            given = {"image": [images[row] for row in rows], "strength": terms.least(strength)}
            return self._call(pipe, terms, [seeds[row] for row in rows], given, told=told)

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
            given: dict[str, Any] = {
                "image": [images[row] for row in rows],
                "strength": terms.least(strength),
            }
            covers = [masks[row] for row in rows]
            if stock:
                given |= {"mask_image": covers, **self._side}
                return self._call(pipe, terms, own, given, told=told)
            with self._call.lock:
                blend = latent_blend(
                    pipe, images=given["image"], masks=covers, generators=noise(own)
                )
            return self._call(pipe, terms, own, given, told=told, blend=blend)

        return self._chunked(run, len(seeds), terms.steps_at(strength), watch)

    def _sibling(self, name: str) -> Any:
        """The pipeline class ``name`` over the same weights, made once; ModelError for no name."""
        import diffusers

        if not name:
            raise ModelError(
                f"{self.spec} cannot edit pictures; leave the route out or change the backbone"
            )
        with self._call.lock, quiet():
            if name not in self._siblings:
                kind = getattr(diffusers, name)
                self._siblings[name] = _ready(kind.from_pipe(self.pipe, dtype=self.pipe.dtype))
            return self._siblings[name]

    def _chunked(
        self,
        run: Callable[[Sequence[int], Watch], list[Pixels]],
        count: int,
        steps: int,
        watch: Watch,
    ) -> list[Pixels]:
        return chunked(run, count=count, size=self.size, steps=steps, watch=watch)


def _ready(pipe: Any) -> Any:
    """The pipeline, settled and without a progress bar of its own."""
    pipe = settled(pipe)
    pipe.set_progress_bar_config(disable=True)
    return pipe
