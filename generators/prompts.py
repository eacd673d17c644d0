"""Prompts, encoded once: both drawing routes of a request say the same words, people ask again."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generators.terms import Terms

PLAIN = ("StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline")
"""Pipelines with one text encoder that take its answers in place of the words."""


@dataclass(slots=True, eq=False)
class PromptEmbeds:
    """The text encoder's answers of one backbone, the latest ``kept`` of them.

    For weights that stay as they are: an adapter on the text encoder needs a cache of its own.
    """

    kept: int = 64
    _known: OrderedDict[tuple[str, str, bool], dict[str, Any]] = field(
        init=False, default_factory=OrderedDict
    )

    def __call__(self, pipe: Any, terms: Terms) -> dict[str, Any]:
        """What to hand the pipeline for the terms' words: embeddings where it takes them.

        One caller at a time.
        """
        if type(pipe).__name__ not in PLAIN:
            return {"prompt": terms.prompt}
        guided = terms.guidance_scale > 1 and pipe.unet.config.time_cond_proj_dim is None
        key = (terms.prompt, terms.negative, guided)
        if key not in self._known:
            words, against = pipe.encode_prompt(
                terms.prompt,
                pipe._execution_device,
                1,
                guided,
                negative_prompt=terms.negative or None,
            )
            found = {"prompt_embeds": words}
            if guided:
                found["negative_prompt_embeds"] = against
            self._known[key] = found
        self._known.move_to_end(key)
        while len(self._known) > self.kept:
            self._known.popitem(last=False)
        return dict(self._known[key])
