"""Beams: only items that exist, the best of them, and the same alone as among many."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ranking.decoder.beam import beams, word_scores
from ranking.decoder.training import states
from ranking.decoder.trie import NOWHERE, trie
from ranking.semantic_ids.identifiers import SemanticIds
from studio.errors import ModelError
from tests.ranking.decoder.world import catalogue, decoder, histories


def test_the_trie_holds_every_id_and_nothing_else() -> None:
    ids = catalogue(60)
    tree = trie(ids)
    rows = {tuple(row): number for number, row in enumerate(ids.digits_NG.tolist())}
    found = {}
    nodes = [((), 0)]
    for depth in range(tree.depth):
        children = tree.allowed(depth, torch.tensor([node for _, node in nodes]))
        nodes = [
            ((*word, digit), int(child))
            for (word, _), row in zip(nodes, children, strict=True)
            for digit, child in enumerate(row)
            if child != NOWHERE
        ]
    found = {word: int(tree.item_N[leaf]) for word, leaf in nodes}
    assert found == rows


def test_an_empty_catalogue_is_said() -> None:
    with pytest.raises(ModelError, match="empty"):
        trie(SemanticIds(digits_NG=np.zeros((0, 3), np.int32), codes=4))


def test_a_beam_as_wide_as_the_catalogue_ranks_all_of_it() -> None:
    network, tree, ids = decoder(40)
    state, _ = states(network, histories(5, 40))
    items, told = beams(network, tree, state, width=40)
    words = torch.from_numpy(ids.digits_NG)
    for person in range(5):
        slow = word_scores(network, tree, state[person].expand(40, -1), words)
        assert sorted(items[person].tolist()) == list(range(40))
        assert torch.allclose(told[person], slow[items[person]], atol=1e-4)
        assert float(slow.exp().sum()) == pytest.approx(1, abs=1e-4)
        assert (told[person].diff() <= 0).all()


@pytest.mark.parametrize("width", [1, 7, 25])
def test_no_beam_is_invalid_and_none_comes_twice(width: int) -> None:
    network, tree, ids = decoder(40)
    state, _ = states(network, histories(64, 40))
    items, told = beams(network, tree, state, width=width)
    for place in range(width):
        words = torch.from_numpy(ids.digits_NG[items[:, place].numpy()])
        slow = word_scores(network, tree, state, words)
        assert torch.allclose(told[:, place], slow, atol=1e-4)
    assert items.shape == (64, width)
    assert ((items >= 0) & (items < 40)).all()
    assert all(len(set(row)) == width for row in items.tolist())


def test_more_beams_than_items_leave_places_empty() -> None:
    network, tree, _ = decoder(3)
    state, _ = states(network, histories(2, 3))
    items, told = beams(network, tree, state, width=6)
    assert (items[:, 3:] == -1).all()
    assert torch.isinf(told[:, 3:]).all()
    assert sorted(items[0, :3].tolist()) == [0, 1, 2]


def test_among_many_as_alone() -> None:
    network, tree, _ = decoder(40)
    people = histories(16, 40)
    state, _ = states(network, people)
    items, told = beams(network, tree, state, width=10)
    for person in range(16):
        alone, _ = states(network, people.take(np.array([person])))
        assert torch.allclose(alone[0], state[person], atol=1e-5)
        own, said = beams(network, tree, alone, width=10)
        assert torch.equal(own[0], items[person])
        assert torch.allclose(said[0], told[person], atol=1e-4)
