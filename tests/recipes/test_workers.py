"""Workers that train one model together."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from torch import nn

from recipes import workers

SCRIPT = """
import torch
from torch import nn
from recipes import workers
workers.joined()
model = nn.Linear(1, 1)
for p in model.parameters():
    p.grad = torch.full_like(p, float(workers.rank() + 1))
workers.gradients_averaged(model)
with workers.first_ahead():
    pass
print(workers.count(), workers.agreed(10.0 + workers.rank()), model.weight.grad.item())
"""


def test_two_workers_average_and_agree() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    both = [
        subprocess.Popen(
            [sys.executable, "-c", SCRIPT],
            env=os.environ
            | {
                "RANK": str(rank),
                "WORLD_SIZE": "2",
                "MASTER_ADDR": "127.0.0.1",
                "MASTER_PORT": port,
                "OMP_NUM_THREADS": "1",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for rank in range(2)
    ]
    assert [worker.communicate(timeout=120)[0].strip() for worker in both] == ["2 10.0 1.5"] * 2


def test_alone_nothing_changes() -> None:
    assert (workers.rank(), workers.count(), workers.agreed(3.0)) == (0, 1, 3.0)
    workers.gradients_averaged(nn.Linear(1, 1))
