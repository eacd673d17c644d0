"""A call that begins at its source runs the steps asked for and ends at the clean picture."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from diffusers import DDIMScheduler

from generators.remake import stretched
from recipes.painter import START, schedule
from studio.errors import ModelError

SHARE = (START + 1) / 1000


def run_of(scheduler: Any, told: dict[str, Any]) -> list[int]:
    """The timesteps that diffusers' image-to-image pipelines run (``get_timesteps``)."""
    count = told["num_inference_steps"]
    scheduler.set_timesteps(count)
    begun = max(count - min(int(count * told["strength"]), count), 0)
    return [int(timestep) for timestep in scheduler.timesteps[begun:]]


@pytest.mark.parametrize("share", [SHARE, 0.4, 0.75])
def test_all_steps_are_run_near_where_it_was_trained_to_begin(share: float) -> None:
    scheduler = schedule()
    for steps in range(1, 101):
        told = stretched(scheduler, steps, share)
        assert 0 < told["strength"] <= 1
        run = run_of(scheduler, told)
        assert len(run) == steps, steps
        assert min(run) >= 0
        if share == SHARE:
            assert abs(run[0] - START) <= 20, steps


def test_the_scheduler_leads_from_the_source_to_what_is_wanted() -> None:
    torch.manual_seed(0)
    scheduler = schedule()
    source, clean, noise = torch.randn(3, 1, 4, 8, 8)
    kept_T = scheduler.alphas_cumprod
    for steps in range(1, 53):
        run = run_of(scheduler, stretched(scheduler, steps, SHARE))
        begun = kept_T[run[0]]
        latent = begun.sqrt() * source + (1 - begun).sqrt() * noise
        for t in run:  # a network that always says the clean latent
            alpha, sigma = kept_T[t].sqrt(), (1 - kept_T[t]).sqrt()
            latent = scheduler.step((alpha * latent - clean) / sigma, t, latent).prev_sample
        assert torch.allclose(latent, clean, atol=1e-4), steps


def test_more_steps_than_there_are_is_refused() -> None:
    assert stretched(schedule(), START + 1, SHARE)["num_inference_steps"] == 1000
    with pytest.raises(ModelError, match=f"{START + 1} steps at most"):
        stretched(schedule(), START + 2, SHARE)


def test_another_spacing() -> None:
    scheduler = DDIMScheduler(timestep_spacing="leading", steps_offset=1)
    assert len(run_of(scheduler, stretched(scheduler, 4, 0.5))) == 4
