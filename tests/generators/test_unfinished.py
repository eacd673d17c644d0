"""What a running call shows: the picture that its last step aimed at, not the noise."""

from __future__ import annotations

import pytest
import torch
from diffusers import DDIMScheduler

from generators.unfinished import aim


@pytest.mark.parametrize("prediction", ["epsilon", "v_prediction"])
def test_a_step_says_what_it_aims_at(prediction: str) -> None:
    """A network that always predicts the truth is seen to aim at it from its first step on."""
    scheduler = DDIMScheduler(
        prediction_type=prediction, timestep_spacing="trailing", clip_sample=False
    )
    scheduler.set_timesteps(10)
    generator = torch.Generator().manual_seed(0)
    clean, noise = (torch.randn(1, 4, 8, 8, generator=generator) for _ in range(2))
    latents = scheduler.add_noise(clean, noise, scheduler.timesteps[:1])
    for timestep in scheduler.timesteps[:-1]:
        alpha = scheduler.alphas_cumprod[timestep]
        velocity = alpha.sqrt() * noise - (1 - alpha).sqrt() * clean
        told = noise if prediction == "epsilon" else velocity
        after = scheduler.step(told, timestep, latents).prev_sample
        assert torch.allclose(aim(scheduler, timestep, latents, after), clean, atol=1e-3)
        latents = after
