"""Guidance stop: classifier-free guidance for the first of the steps only.

At the end guidance does nothing that is seen (arXiv 2404.07724, section 3), and a step without it
is half the work. For pipelines that hold guided and unguided words in one tensor.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from math import ceil
from typing import TYPE_CHECKING, Any

from generators.prompts import PLAIN, is_guided

if TYPE_CHECKING:
    from generators.terms import Terms


def can_stop(pipe: Any, terms: Terms) -> bool:
    """Whether this call is guided at first and not at its end; other pipelines are to the end."""
    return terms.guidance_stop < 1 and type(pipe).__name__ in PLAIN and is_guided(pipe.unet, terms)


def after(pipe: Any, step: int, tensors: dict[str, Any], *, terms: Terms) -> None:
    """Switch guidance off in a pipeline that has done ``step`` steps, when it has done enough."""
    if step == ceil(terms.guidance_stop * pipe.num_timesteps):
        pipe._guidance_scale = 1.0
        tensors["prompt_embeds"] = tensors["prompt_embeds"].chunk(2)[1]


@contextmanager
def image_prompts_halved(unet: Any) -> Iterator[None]:
    """Image prompts for 2·B pictures, the unguided first, fit B pictures too: the second half."""

    def fitted(layer: Any, given: tuple[Any, ...], named: dict[str, Any]) -> Any:
        added = named["added_cond_kwargs"]
        if added is None or len(added["image_embeds"][0]) == len(given[0]):
            return None
        halves = [one.chunk(2)[1] for one in added["image_embeds"]]
        return given, named | {"added_cond_kwargs": added | {"image_embeds": halves}}

    hook = unet.register_forward_pre_hook(fitted, with_kwargs=True)
    try:
        yield
    finally:
        hook.remove()
