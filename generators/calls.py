"""Calls: how one diffusers pipeline is called, whatever its family, and a task cut into calls."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import TYPE_CHECKING, Any

from generators import guidance_stop
from generators.adapters.image_prompt import ImagePromptAdapter, attached, embeds_for
from generators.finish.pixels import sound
from generators.prompts import PromptEmbeds, is_guided
from generators.quiet import quiet
from generators.unfinished import Unfinished
from studio.errors import Cancelled, ModelError

if TYPE_CHECKING:
    from generators.blend import LatentBlend
    from generators.finish.pixels import Pixels
    from generators.terms import Terms, Watch

BATCH_PIXELS = 16 * 256 * 256
"""Most pixels of one denoising batch."""


@dataclass(slots=True, kw_only=True, eq=False)
class Caller:
    """Calls the pipelines of one backbone, one at a time; keeps what its text encoder said."""

    spec: str
    """What a message calls the backbone."""
    adapter: ImagePromptAdapter | None
    lock: Any = field(init=False, default_factory=RLock)
    """Held while a pipeline is called."""
    _prompts: PromptEmbeds = field(init=False, default_factory=PromptEmbeds)

    def __call__(
        self,
        pipe: Any,
        terms: Terms,
        seeds: Sequence[int],
        given: dict[str, Any],
        *,
        told: Watch,
        blend: LatentBlend | None = None,
    ) -> list[Pixels]:
        """One call: the prompt encoded once, a generator a picture, ``given`` beside the terms.

        Cancelled where ``told`` says so; ModelError for image prompts that it cannot take.
        """
        import torch

        look = Unfinished(pipe)
        stops = guidance_stop.can_stop(pipe, terms)
        if stops:
            given = given | {"callback_on_step_end_tensor_inputs": ["latents", "prompt_embeds"]}

        def after_step(pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> Any:
            if blend is not None:
                tensors["latents"] = blend(pipe.scheduler, timestep, tensors["latents"])
            if told.is_cancelled():
                if not hasattr(pipe, "interrupt"):
                    raise Cancelled("stopped; nothing was made")
                pipe._interrupt = True
            if stops:
                guidance_stop.after(pipe, step + 1, tensors, terms=terms)
            look.note(timestep, tensors["latents"])
            told.tell(step + 1, look=look)
            return tensors

        accepted = inspect.signature(pipe.__call__).parameters
        given = {"num_inference_steps": terms.steps, **given}
        if "guidance_rescale" in accepted:
            given = given | {"guidance_rescale": terms.guidance_rescale}
        with self.lock, quiet(), torch.inference_mode():
            if told.is_cancelled():
                raise Cancelled("stopped; nothing was made")
            words = self._prompts(pipe, terms)
            if "prompt" in words and "negative_prompt" in accepted and terms.negative:
                words["negative_prompt"] = terms.negative
            with self._image_prompts(pipe, terms, stops=stops) as embeds:
                pictures = pipe(
                    **words,
                    num_images_per_prompt=len(seeds),
                    guidance_scale=terms.guidance_scale,
                    generator=noise(seeds),
                    output_type="np",
                    callback_on_step_end=after_step,
                    **given,
                    **embeds,
                ).images
            if getattr(pipe, "interrupt", False):
                raise Cancelled("stopped; nothing was made")
        return sound(pictures)

    @contextmanager
    def _image_prompts(self, pipe: Any, terms: Terms, *, stops: bool) -> Iterator[dict[str, Any]]:
        """The adapter on for this call, if there are image prompts; what to hand the pipeline."""
        prompts = terms.image_prompts
        if prompts is None or prompts.strength == 0:
            yield {}
            return
        if self.adapter is None:
            raise ModelError(f"{self.spec} takes no image prompts; call it without")
        unet = pipe.unet
        embeds = embeds_for(prompts, guided=is_guided(unet, terms), like=unet)
        with attached(unet, self.adapter, scale=prompts.strength), ExitStack() as more:
            if stops:
                more.enter_context(guidance_stop.image_prompts_halved(unet))
            yield {"ip_adapter_image_embeds": [embeds]}


def chunked(
    run: Callable[[Sequence[int], Watch], list[Pixels]],
    *,
    count: int,
    size: int,
    steps: int,
    watch: Watch,
) -> list[Pixels]:
    """``run`` over the rows of ``count`` pictures, in batches that fit in memory.

    ``size``: side of a picture in pixels. ``steps``: those of one call.
    """
    batch = max(1, BATCH_PIXELS // size**2)
    chunks = [range(start, min(start + batch, count)) for start in range(0, count, batch)]
    made: list[Pixels] = []
    for index, rows in enumerate(chunks):
        done = watch.done + index * steps
        made += run(rows, replace(watch, done=done, total=watch.total or len(chunks) * steps))
    return made


def noise(seeds: Sequence[int]) -> list[Any]:
    """One random generator a picture, on the CPU: the same noise on every device."""
    import torch

    return [torch.Generator("cpu").manual_seed(seed) for seed in seeds]
