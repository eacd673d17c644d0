"""A small catalogue with a small real decoder."""

from __future__ import annotations

import numpy as np
import torch

from ranking.decoder.network import Network, Shape
from ranking.decoder.trie import Trie, trie
from ranking.semantic_ids.identifiers import SemanticIds, identified
from ranking.semantic_ids.quantizers import residual_means
from ranking.sequences.interactions import Histories

CODES = 8


def catalogue(items: int, *, seed: int = 0) -> SemanticIds:
    made = np.random.default_rng(seed).normal(size=(items, 4)).astype(np.float32)
    return identified(residual_means(made, levels=2, codes=CODES), made)


def decoder(items: int = 40, *, seed: int = 0) -> tuple[Network, Trie, SemanticIds]:
    """Untrained, its weights drawn wide so that nothing is near to uniform."""
    torch.manual_seed(seed)
    ids = catalogue(items)
    network = Network(Shape(items=items, digits=3, codes=CODES, width=16, heads=2, length=12))
    network.know(torch.from_numpy(ids.digits_NG))
    with torch.no_grad():
        network.code.mul_(40)
        network.own.weight.mul_(20)
        for block in (*network.blocks, network.depth):
            block.far.normal_()
    return network.eval(), trie(ids), ids


def histories(people: int, items: int, *, seed: int = 0) -> Histories:
    random = np.random.default_rng(seed)
    return Histories.of([random.permutation(items)[: random.integers(1, 9)] for _ in range(people)])
