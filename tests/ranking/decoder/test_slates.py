"""Slates as a whole: ordered, without repeats, each place knowing those before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from ranking.decoder.network import SEEN, SHOWN
from ranking.decoder.slates import decoded
from ranking.decoder.training import Lessons, taught
from ranking.decoder.trie import trie
from ranking.sequences.interactions import Histories
from studio.errors import InputError
from tests.ranking.decoder.world import decoder, histories


def test_no_item_twice_and_none_of_ones_own() -> None:
    network, tree, _ = decoder(40)
    people = histories(20, 40)
    slates = decoded(network, tree, people, size=8)
    for person, row in enumerate(slates.items_BS.tolist()):
        assert len(set(row)) == 8
        assert min(row) >= 0
        assert not set(row) & set(people[person].tolist())


def test_a_small_catalogue_leaves_places_empty() -> None:
    network, tree, _ = decoder(4)
    slates = decoded(network, tree, Histories.of([[0, 1], [2]]), size=5)
    assert sorted(slates.items_BS[0].tolist()) == [-1, -1, -1, 2, 3]
    assert sorted(slates.items_BS[1].tolist()) == [-1, -1, 0, 1, 3]
    assert slates.items_BS[0, 2:].tolist() == [-1, -1, -1]
    again = decoded(network, tree, Histories.of([[0, 1]]), size=4, again=True)
    assert sorted(again.items_BS[0].tolist()) == [0, 1, 2, 3]


def test_one_item_and_an_empty_history() -> None:
    network, tree, _ = decoder(1)
    slates = decoded(network, tree, Histories.of([[]]), size=2)
    assert slates.items_BS.tolist() == [[0, -1]]


def test_a_slate_of_nothing_is_refused() -> None:
    network, tree, _ = decoder(4)
    with pytest.raises(InputError, match="one at least"):
        decoded(network, tree, Histories.of([[0]]), size=0)


def test_among_many_as_alone() -> None:
    network, tree, _ = decoder(40)
    people = histories(12, 40)
    slates = decoded(network, tree, people, size=5)
    for person in range(12):
        alone = decoded(network, tree, people.take(np.array([person])), size=5)
        assert alone.items_BS[0].tolist() == slates.items_BS[person].tolist()


def test_drawn_slates_follow_their_propensities() -> None:
    network, tree, _ = decoder(6)
    people = Histories.of([[0]] * 4000)
    drawn = decoded(
        network, tree, people, size=1, temperature=1.0, generator=torch.Generator().manual_seed(0)
    )
    items, told = drawn.items_BS[:, 0], drawn.told_BS[:, 0]
    for item in items.unique():
        mine = items == item
        assert float(told[mine][0].exp()) == pytest.approx(float(mine.float().mean()), abs=0.03)


def test_what_stands_in_the_slate_decides_what_comes_next() -> None:
    """Sessions show two of a kind, then two of another: the slate must change kind in the middle.

    A list of points would put all of the kind at hand first.
    """
    random = np.random.default_rng(0)
    lines = []
    for _ in range(400):
        kind = int(random.integers(0, 2))
        first, second = random.permutation(6)[:3], random.permutation(6)[:2]
        lines.append([*(first + 6 * kind).tolist(), *(second + 6 * (1 - kind)).tolist()])
    network, _, ids = decoder(12)
    shape = replace(network.shape, dropout=0.0, width=32)
    lessons = Lessons(epochs=40, batch=40, rate=5e-3, forget=0, nameless=0, slates=1.0)
    taught_network = taught(Histories.of(lines), shape, lessons, ids=ids, seed=0)
    people = Histories.of([[item] for item in range(12)])
    slates = decoded(taught_network, trie(ids), people, size=4).items_BS // 6
    own = (torch.arange(12) // 6)[:, None]
    same = (slates == own).float().mean(0)
    assert (same[:2] > 0.8).all()
    assert (same[2:] < 0.2).all()


@torch.no_grad()
def test_shown_is_read_otherwise_than_seen() -> None:
    network, _, _ = decoder(10)
    token = network.some(torch.tensor([[3]]))
    seen, _ = network.read(token, torch.tensor([[SEEN]]))
    shown, _ = network.read(token, torch.tensor([[SHOWN]]))
    assert not torch.allclose(seen, shown, atol=1e-4)
