"""How fast slates are decoded, and how time and memory grow with the catalogue.

    python -m benchmarks.decoding                  # 10,000 to 1,000,000 synthetic items
    python -m benchmarks.decoding --items 12000 --repeats 100

The network is of the default size and untrained: speed does not depend on what it learned. A slate
of 10 is written place by place from 40 beams, for a person with 20 events. One line a catalogue.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from functools import partial
from typing import Annotated

import numpy as np
import torch
import typer
from rich.console import Console
from rich.table import Table

from ranking.decoder.network import Network, Shape
from ranking.decoder.slates import decoded
from ranking.decoder.trie import Trie, trie
from ranking.semantic_ids.identifiers import SemanticIds
from ranking.sequences.interactions import Histories

CODES = 256
EVENTS = 20
SLATE = 10


def catalogue(items: int, *, seed: int = 0) -> SemanticIds:
    """Random words of three digits, uneven as real ones are, and the one that tells them apart."""
    random = np.random.default_rng(seed)
    uneven = (random.random((items, 3)) ** 1.5 * CODES).astype(np.int32)
    word_N = uneven @ np.array([CODES * CODES, CODES, 1])
    order = np.argsort(word_N, kind="stable")
    begins = np.flatnonzero(np.diff(word_N[order], prepend=-1))
    lengths = np.diff(np.append(begins, items))
    last = np.empty(items, np.int32)
    last[order] = np.arange(items) - np.repeat(begins, lengths)
    return SemanticIds(digits_NG=np.concatenate([uneven, last[:, None]], 1), codes=CODES)


def decoder(ids: SemanticIds, *, width: int = 64) -> Network:
    """A network of the default size that knows the catalogue."""
    torch.manual_seed(0)
    network = Network(Shape(items=len(ids), digits=4, codes=CODES, width=width, length=50))
    network.know(torch.from_numpy(ids.digits_NG))
    return network.eval()


def people(count: int, items: int, *, seed: int = 0) -> Histories:
    """Histories of 20 random events."""
    random = np.random.default_rng(seed)
    return Histories.of([random.integers(0, items, EVENTS).astype(np.int32) for _ in range(count)])


def median_ms(act: Callable[[], object], repeats: int) -> float:
    """Median time in milliseconds, three calls to warm up before."""
    for _ in range(3):
        act()
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        act()
        times.append(time.perf_counter() - begun)
    return 1000 * statistics.median(times)


def invalid(network: Network, tree: Trie, asked: Histories, items: int) -> int:
    """Places of slates that hold something which is no item of the catalogue."""
    found = decoded(network, tree, asked, size=SLATE).items_BS
    return int(((found < 0) | (found >= items)).sum())


def main(
    items: Annotated[list[int] | None, typer.Option(help="Catalogue sizes.")] = None,
    repeats: Annotated[int, typer.Option(min=1)] = 30,
    threads: Annotated[int, typer.Option(min=1)] = 2,
) -> None:
    """Print the table."""
    torch.set_num_threads(threads)
    console = Console()
    table = Table(
        title=f"slates of {SLATE}, 40 beams, {threads} threads, load {os.getloadavg()[0]:.1f}"
    )
    for name in ("items", "one person, p50 ms", "64 people, ms", "throughput x", "invalid"):
        table.add_column(name, justify="right")
    table.add_column("trie MB", justify="right")
    table.add_column("network MB", justify="right")
    for size in items or [10_000, 12_000, 100_000, 1_000_000]:
        ids = catalogue(size)
        network, tree = decoder(ids), trie(ids)
        one, many = people(1, size), people(64, size)
        alone = median_ms(partial(decoded, network, tree, one, size=SLATE), repeats)
        batch = median_ms(partial(decoded, network, tree, many, size=SLATE), max(3, repeats // 5))
        held = sum(p.numel() * 4 for p in network.parameters()) + network.digits_NG.numel() * 4
        table.add_row(
            f"{size:,}",
            f"{alone:.1f}",
            f"{batch:.0f}",
            f"{64 * alone / batch:.1f}",
            str(invalid(network, tree, many, size)),
            f"{tree.bytes / 1e6:.1f}",
            f"{held / 1e6:.0f}",
        )
        console.print(f"{size:,}: {alone:.1f} ms, 64 people {batch:.0f} ms")
    console.print(table)


if __name__ == "__main__":
    typer.run(main)
