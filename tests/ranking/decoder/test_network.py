"""The network: what is remembered is what would be read again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from ranking.decoder.beam import beams
from ranking.decoder.network import SEEN, SHOWN
from ranking.decoder.training import Exercise, Lessons, exercise, losses, states, taught
from ranking.sequences.interactions import Histories
from tests.ranking.decoder.world import catalogue, decoder, histories


@torch.no_grad()
def test_reading_on_is_reading_from_the_start() -> None:
    network, _, _ = decoder(40)
    rows = np.random.default_rng(1).integers(0, 40, (3, 7))
    tokens = network.some(torch.from_numpy(rows))
    actions = torch.full((3, 7), SEEN)
    actions[:, 5:] = SHOWN
    whole, _ = network.read(tokens, actions)
    first, memory = network.read(tokens[:, :5], actions[:, :5])
    second, memory = network.read(tokens[:, 5:6], actions[:, 5:6], memory=memory)
    third, memory = network.read(tokens[:, 6:], actions[:, 6:], memory=memory)
    assert torch.allclose(torch.cat([first, second, third], 1), whole, atol=1e-5)
    assert memory.keys[0].shape[2] == 7


@torch.no_grad()
def test_what_comes_later_says_nothing_of_what_came_before() -> None:
    network, _, _ = decoder(40)
    rows = torch.tensor([[1, 2, 3, 4], [1, 2, 30, 31]])
    state, _ = network.read(network.some(rows), torch.full((2, 4), SEEN))
    assert torch.allclose(state[0, :2], state[1, :2], atol=1e-6)
    assert not torch.allclose(state[0, 2], state[1, 2], atol=1e-3)


@torch.no_grad()
def test_an_action_changes_what_an_item_means() -> None:
    network, _, _ = decoder(40)
    people = Histories.of([[1, 2, 3]])
    liked, _ = states(network, people, actions_E=np.array([1, 1, 1]))
    disliked, _ = states(network, people, actions_E=np.array([2, 2, 2]))
    assert not torch.allclose(liked, disliked, atol=1e-3)


@torch.no_grad()
def test_step_by_step_digits_are_the_teacher_forced_ones() -> None:
    network, _, ids = decoder(40)
    state, _ = states(network, histories(6, 40))
    words = torch.from_numpy(ids.digits_NG[:6])
    forced = network.digit_scores(state, words)
    start, past, before = network.start(state), None, None
    for level in range(3):
        told, past = network.digit_step(start, before, past)
        assert torch.allclose(told.log_softmax(1), forced[:, level], atol=1e-5)
        before = words[:, level].long()


def test_an_empty_history_has_a_state() -> None:
    network, _, _ = decoder(40)
    state, _ = states(network, Histories.of([[], [3]]))
    assert torch.isfinite(state).all()
    alone, _ = states(network, Histories.of([[]]))
    assert torch.allclose(alone[0], state[0], atol=1e-5)


def test_exercises_are_next_items_of_subsequences() -> None:
    people = histories(50, 40, seed=3)
    people = people.take(np.flatnonzero(people.lengths_U >= 2))
    task = exercise(people, Lessons(forget=0.4), 12, np.random.default_rng(0))
    assert isinstance(task, Exercise)
    shorter = 0
    for row in range(len(people)):
        wanted = task.wanted_BL[row]
        count = int((wanted >= 0).sum())
        line = [*task.items_BL[row, :count].tolist(), int(wanted[count - 1])]
        assert count >= 1
        rest = iter(people[row].tolist())
        assert all(item in rest for item in line)
        assert line[1:] == wanted[:count].tolist()
        shorter += len(line) < len(people[row])
    assert shorter > 10


def test_shuffling_keeps_the_items_and_changes_the_order() -> None:
    people = Histories.of([list(range(10))] * 20)
    lessons = Lessons(forget=0, shuffled=1.0)
    task = exercise(people, lessons, 12, np.random.default_rng(0))
    lines = torch.cat([task.items_BL[:, :1], task.wanted_BL], 1)
    assert all(sorted(line) == list(range(10)) for line in lines.tolist())
    assert len({tuple(line) for line in lines.tolist()}) == 20


def test_it_learns_who_follows_whom() -> None:
    """Item 2k is followed by 2k + 1, always: after a short course both heads say so."""
    random = np.random.default_rng(0)
    lines = [[2 * k, 2 * k + 1] for k in range(20)] * 8
    random.shuffle(lines)
    people = Histories.of(lines)
    network, tree, ids = decoder(40)
    lessons = Lessons(epochs=40, batch=40, rate=1e-2, spelled=1, forget=0, nameless=0, slates=0)
    network = taught(people, replace(network.shape, dropout=0.0), lessons, ids=ids, seed=1)
    asked = Histories.of([[2 * k] for k in range(20)])
    state, _ = states(network, asked)
    best = (network.item_head(state) @ network.items().T).argmax(1)
    assert (best == torch.arange(1, 40, 2)).float().mean() > 0.9
    items, _ = beams(network, tree, state, width=3)
    assert (items[:, 0] == torch.arange(1, 40, 2)).float().mean() > 0.9


def test_the_loss_is_the_plain_one() -> None:
    network, _, ids = decoder(40)
    task = exercise(
        Histories.of([[1, 2, 3], [4, 5]]), Lessons(forget=0), 12, np.random.default_rng(0)
    )
    by_item, by_digits = losses(network, task)
    state, _ = network.read(network.some(task.items_BL, task.own_BL[:, :, None]), task.actions_BL)
    asked = task.wanted_BL >= 0
    by_item, by_digits = by_item.detach(), by_digits.detach()
    scores = network.item_head(state[asked]) @ network.items().T
    plain = torch.nn.functional.cross_entropy(scores, task.wanted_BL[asked]).detach()
    assert abs(float(by_item) - float(plain)) < 0.05 * float(plain)
    words = torch.from_numpy(ids.digits_NG)[task.wanted_BL[asked]].long()
    told = network.digit_scores(state[asked], words).gather(2, words[:, :, None]).detach()
    assert abs(float(by_digits) + float(told.sum(1).mean())) < 0.05 * float(by_digits)


def test_a_new_item_without_a_row_of_its_own_is_known_by_its_digits() -> None:
    network, _, ids = decoder(40)
    stripped = network.some(torch.arange(40), torch.zeros(40, 1))
    with torch.no_grad():
        network.own.weight.normal_()
    assert torch.equal(stripped, network.some(torch.arange(40), torch.zeros(40, 1)))
    assert catalogue(40).digest == ids.digest
