"""Several processes training one model: each takes a share of every batch.

Start each with RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT set, as ``torchrun`` does. On shared
CPU cores several one-thread processes beat one process of several threads, which waits for its
slowest thread at every operation. Without these variables a run is one process.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import distributed, nn


def joined() -> None:
    """Join the other processes when WORLD_SIZE says that there are any."""
    if int(os.environ.get("WORLD_SIZE", "1")) > 1 and not distributed.is_initialized():
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")


def rank() -> int:
    """This process's number, 0 when it is alone."""
    return distributed.get_rank() if distributed.is_initialized() else 0


def count() -> int:
    """How many processes train together."""
    return distributed.get_world_size() if distributed.is_initialized() else 1


@contextmanager
def first_ahead() -> Iterator[None]:
    """Let the first process through alone, so that the others find what it has cached."""
    if rank() > 0:
        distributed.barrier()
    yield
    if count() > 1 and rank() == 0:
        distributed.barrier()


def agreed(value: float) -> float:
    """The first process's value, so that all stop at the same step."""
    if count() == 1:
        return value
    shared = torch.tensor([value], dtype=torch.float64)
    distributed.broadcast(shared, 0)
    return float(shared)


def gradients_averaged(model: nn.Module) -> None:
    """Replace every gradient by its mean over the processes."""
    if count() == 1:
        return
    gradients = [p.grad for p in model.parameters() if p.grad is not None]
    flat = torch.cat([g.flatten() for g in gradients])
    distributed.all_reduce(flat)
    flat /= count()
    parts = flat.split([g.numel() for g in gradients])
    for gradient, part in zip(gradients, parts, strict=True):
        gradient.copy_(part.view_as(gradient))
