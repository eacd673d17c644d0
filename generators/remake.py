"""Remaking: a call that begins at its source, under a part of the noise, and runs all its steps."""

from __future__ import annotations

from copy import copy
from typing import Any

from studio.errors import ModelError

NEAR = 0.02
"""How far from where it was trained to begin a call may, as a share of the way."""
REACH = 40


def stretched(scheduler: Any, steps: int, share: float) -> dict[str, Any]:
    """What an image-to-image pipeline is told to run ``steps`` steps from ``share`` of the way on.

    It is told of the whole way, ``num_inference_steps``, and how much of that is run, ``strength``.
    Not every number will do: spacings are rounded, and with some the last step ends short of the
    clean picture, which leaves a ghost of the source. The nearest one that ends clean is taken.
    ModelError for more steps than there are timesteps.
    """
    total = int(scheduler.config.num_train_timesteps)
    if steps > share * total:
        raise ModelError(
            f"the model remakes pictures in {int(share * total)} steps at most; ask for fewer"
        )
    usual = round(steps / share)
    near = sorted(range(usual - REACH, usual + REACH + 1), key=lambda count: abs(count - usual))
    begun, first = share * total - 1, 0
    for count in (count for count in near if steps <= count <= total):
        timesteps = _timesteps(scheduler, count)
        if len(timesteps) != count or min(timesteps) < 0:
            continue
        first = first or count
        ends_clean = timesteps[-1] < total // count  # by DDIM's own stride
        if ends_clean and abs(timesteps[-steps] - begun) <= NEAR * total:
            return _told(steps, count)
    return _told(steps, first or usual)


def _told(steps: int, count: int) -> dict[str, Any]:
    return {"num_inference_steps": count, "strength": min(1.0, (steps + 1e-6) / count)}


def _timesteps(scheduler: Any, count: int) -> list[int]:
    trial = copy(scheduler)
    trial.set_timesteps(count)
    return [int(timestep) for timestep in trial.timesteps]
