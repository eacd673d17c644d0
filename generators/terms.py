"""Terms: what one call to a backbone draws from, and who watches it.

Legend: N image prompts, D embedding width.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from studio.progress import IsCancelled, OnProgress, Step, never, silent

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from generators.models import Defaults, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class ImagePrompts:
    """Pictures, as embeddings, that carry the look."""

    embeddings_ND: NDArray[np.float32] = field(compare=False, repr=False)
    """Unit vectors, one row or more."""
    weights_N: tuple[float, ...]
    """In [0, 1], one above 0 at least."""
    scale: float
    """What a weight of 1 means to the adapter, 0 or more."""

    @property
    def strength(self) -> float:
        """The adapter's scale: ``scale`` times the greatest weight."""
        return self.scale * max(self.weights_N)

    def repeats(self, levels: int = 4) -> tuple[int, ...]:
        """How often each picture stands among the image tokens, so that weights act in softmax.

        A token that stands m times adds log m to its logit; weights are rounded to ``levels``
        steps of the greatest, and a weight above 0 stands once at least.
        """
        greatest = max(self.weights_N)
        steps = [
            max(1, round(levels * weight / greatest)) if weight > 0 else 0
            for weight in self.weights_N
        ]
        if len({step for step in steps if step}) == 1:
            return tuple(min(step, 1) for step in steps)
        return tuple(steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Words, image prompts and numbers."""

    prompt: str
    negative: str = ""
    steps: int
    guidance_scale: float
    guidance_rescale: float = 0.0
    """In [0, 1]; left out by pipelines that have no such thing."""
    guidance_stop: float = 1.0
    """Share of the steps that are run, in (0, 1], the first of them, that are guided; pipelines
    that ``generators.guidance_stop`` cannot stop are guided to the end."""
    image_prompts: ImagePrompts | None = None
    """None: the plain pipeline, as if it had no adapter."""

    def steps_at(self, strength: float) -> int:
        """Denoising steps that an edit of this strength, in (0, 1], takes."""
        return max(1, min(int(self.steps * strength), self.steps))

    def least(self, strength: float) -> float:
        """The strength, or the least at which one step is run."""
        return min(1.0, max(strength, (1 + 1e-6) / self.steps))


def recommended(
    defaults: Defaults, prompt: str, *, task: Task = "create", steps: int = 0, negative: str = ""
) -> Terms:
    """Terms with the numbers that a backbone recommends for a task; ``steps`` 0: those too."""
    chosen = steps or (defaults.revise_steps if task == "revise" else 0) or defaults.steps
    return Terms(
        prompt=prompt,
        negative=negative,
        steps=chosen,
        guidance_scale=defaults.scale_at(chosen, task=task),
        guidance_rescale=defaults.guidance_rescale,
        guidance_stop=defaults.guidance_stop,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """Who is told of each step, and who may stop it."""

    stage: str = "create"
    on_progress: OnProgress = silent
    is_cancelled: IsCancelled = never
    done: int = 0
    """Steps done before this call."""
    total: int = 0
    """Steps of the whole stage; 0: of this call alone."""

    def tell(self, step: int, *, look: Callable[[], Image | None] | None = None) -> None:
        """Say that ``step`` steps of this call are done; ``look`` draws what there is by then."""
        self.on_progress(Step(stage=self.stage, done=self.done + step, total=self.total, look=look))
