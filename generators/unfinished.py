"""Unfinished: what a running call is drawing, decoded for somebody who waits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor

DDIM = "DDIMScheduler"


class Unfinished:
    """The picture of one running call: ``note`` after every step, and look when wanted.

    Changes nothing of the call: it reads the latents and draws no random number.
    """

    def __init__(self, pipe: Any) -> None:
        self.pipe = pipe
        self._before: Tensor | None = None
        self._latents_BCHW: Any = None
        self._timestep: Any = None

    def note(self, timestep: Any, latents_BCHW: Any) -> None:
        """The latents after the step at ``timestep``."""
        self._before, self._latents_BCHW = self._latents_BCHW, latents_BCHW
        self._timestep = timestep

    def __call__(self) -> Image | None:
        """The first picture of the batch; None for latents that are packed some other way."""
        import torch
        from PIL import Image

        latents_BCHW = self._latents_BCHW
        if latents_BCHW is None or latents_BCHW.ndim != 4:
            return None
        vae = self.pipe.vae
        shift = getattr(vae.config, "shift_factor", None) or 0.0
        with torch.inference_mode():
            if self._before is not None and type(self.pipe.scheduler).__name__ == DDIM:
                latents_BCHW = aim(
                    self.pipe.scheduler, self._timestep, self._before[:1], latents_BCHW[:1]
                )
            given = latents_BCHW[:1].to(vae.dtype) / vae.config.scaling_factor + shift
            pixels_CHW = vae.decode(given, return_dict=False)[0][0]
            pixels_HWC = (pixels_CHW / 2 + 0.5).clamp(0, 1).float().nan_to_num().permute(1, 2, 0)
        return Image.fromarray((pixels_HWC.cpu().numpy() * 255).round().astype("uint8"))


def aim(scheduler: Any, timestep: Any, before_BCHW: Tensor, after_BCHW: Tensor) -> Tensor:
    """The clean latents that a DDIM step from ``before`` to ``after`` aimed at.

    Both lie on the line of one prediction, x_t = a_t x_0 + s_t e (Song et al. 2010.02502, eq. 12),
    so the two unknowns follow from the two.
    """
    t = int(timestep)
    following = t - scheduler.config.num_train_timesteps // scheduler.num_inference_steps
    alphas = scheduler.alphas_cumprod
    alpha, alpha_after = alphas[t], alphas[following] if following >= 0 else alphas.new_ones(())
    a, s, a_after, s_after = (
        alpha.sqrt(),
        (1 - alpha).sqrt(),
        alpha_after.sqrt(),
        (1 - alpha_after).sqrt(),
    )
    share = a_after * s - a * s_after
    return (after_BCHW * s.to(after_BCHW) - before_BCHW * s_after.to(before_BCHW)) / share.to(
        after_BCHW
    )
