"""Guided: classifier-free guidance for the first part of the steps only.

Guidance decides early what a picture shows; later steps, half as dear without it, come out as well
(arXiv 2404.07724, section 3). For pipelines that hold guided and unguided words in one tensor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generators.terms import Terms

TENSORS = ("latents", "prompt_embeds", "negative_prompt_embeds")
"""What such a pipeline lets a callback change after a step; one that knows more holds more that is
doubled, and is guided to the end."""


def can_stop(pipe: Any, terms: Terms) -> bool:
    """Whether this call is guided at first and not at its end."""
    return (
        terms.guidance_stop < 1
        and terms.guidance_scale > 1
        and tuple(getattr(pipe, "_callback_tensor_inputs", ())) == TENSORS
        and hasattr(pipe, "unet")
        and pipe.unet.config.time_cond_proj_dim is None
    )


def after(pipe: Any, step: int, tensors: dict[str, Any], *, terms: Terms) -> None:
    """Switch guidance off in a pipeline that has done ``step`` steps, when it has done enough."""
    if step == max(1, round(terms.guidance_stop * pipe.num_timesteps)):
        pipe._guidance_scale = 1.0
        tensors["prompt_embeds"] = tensors["prompt_embeds"].chunk(2)[1]


@contextmanager
def image_prompts_halved(unet: Any) -> Iterator[None]:
    """Image prompts for 2·B pictures, the unguided first, fit B pictures too: the second half."""

    def fitted(layer: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        added = named.get("added_cond_kwargs") or {}
        embeds = added.get("image_embeds")
        if embeds is None or len(embeds[0]) == len(given[0]):
            return None
        halves = [one.chunk(2)[1] for one in embeds]
        return given, named | {"added_cond_kwargs": added | {"image_embeds": halves}}

    hook = unet.register_forward_pre_hook(fitted, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()
