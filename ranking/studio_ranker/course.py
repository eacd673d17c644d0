"""The course of a training on the log: short, so its warm-up is a share of it."""

from __future__ import annotations

import hashlib

import torch

from ranking.baselines.teaching import Pace

SHORT = Pace(warm_share=0.1, floor=1e-2, clip=2.0, lone_decay=False, every_s=10.0, digits=4)


def weights_digest(network: torch.nn.Module | None) -> str:
    """sha256 of a network's weights; empty where there is none."""
    if network is None:
        return ""
    total = hashlib.sha256()
    for value in network.state_dict().values():
        total.update(value.detach().numpy().tobytes())
    return total.hexdigest()
