"""Prompts, encoded once: both drawing routes of a request say the same words, people ask again."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from studio.recent import Recent

if TYPE_CHECKING:
    from generators.terms import Terms

PLAIN = ("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline")
"""Pipelines with one text encoder that take its answers in place of the words."""


KEPT = 64
"""Prompts."""


@dataclass(slots=True, eq=False)
class PromptEmbeds:
    """The text encoder's answers of one backbone, the latest of them.

    For weights that stay as they are: an adapter on the text encoder needs a cache of its own.
    """

    _known: Recent[tuple[str, str, bool], dict[str, Any]] = field(
        init=False, default_factory=lambda: Recent(KEPT)
    )

    def __call__(self, pipe: Any, terms: Terms) -> dict[str, Any]:
        """What to hand the pipeline for the terms' words: embeddings where it takes them.

        One caller at a time.
        """
        if type(pipe).__name__ not in PLAIN:
            return {"prompt": terms.prompt}
        guided = is_guided(pipe.unet, terms)

        def encoded() -> dict[str, Any]:
            words, against = pipe.encode_prompt(
                terms.prompt,
                pipe._execution_device,
                1,
                guided,
                negative_prompt=terms.negative or None,
            )
            less = {"negative_prompt_embeds": against} if guided else {}
            return {"prompt_embeds": words, **less}

        return dict(self._known((terms.prompt, terms.negative, guided), encoded))


def is_guided(unet: Any, terms: Terms) -> bool:
    """Whether the network is asked twice a step; one that is told the scale is asked once."""
    return terms.guidance_scale > 1 and unet.config.time_cond_proj_dim is None
