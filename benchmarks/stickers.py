"""Eight stickers from words: drawn, decoded, cut out and finished at 512 pixels.

python -m benchmarks.stickers [--steps 4,20] [--count 8] [--rounds 5] [--backbone SPEC]

Prints the median of the rounds, how many times faster the fewest steps are, and the most memory
this process held; with the load of the machine, which a figure is worth little without.
"""

from __future__ import annotations

import argparse
import os
import time

from app.measures.making import peak_mb, seconds_per_batch
from app.measures.must import FASTER, MEMORY_MB, SECONDS
from generators.backbone import load_backbone


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", default="4,20")
    parser.add_argument("--count", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--backbone", default="bundled")
    given = parser.parse_args()
    backbone = load_backbone(given.backbone)
    took = {}
    print(f"{'steps':>8}  {'p50, s':>8}  {'at most':>8}")
    for word in given.steps.split(","):
        took[word] = seconds_per_batch(
            backbone,
            int(word),
            count=given.count,
            rounds=given.rounds,
            clock=time.perf_counter,
        )
        print(f"{word:>8}  {took[word]:>8.2f}  {SECONDS.get(word, float('nan')):>8}")
    few, many = min(took, key=int), max(took, key=int)
    if few != many:
        print(f"{few} steps are {took[many] / took[few]:.2f} times as fast (at least {FASTER})")
    print(f"peak memory {peak_mb():.0f} MB (at most {MEMORY_MB})")
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
