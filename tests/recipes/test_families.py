"""Families of drawings, and what is said of two members."""

from __future__ import annotations

import numpy as np
import torch

from generators.drawn import LOOKS
from recipes.conditioning import conditions, same_style
from recipes.corpus import Corpus, drawn_style_words, related_art
from recipes.families import MEMBERS, families
from recipes.pairs import chosen, possible

FIELDS = ("look", "palette", "mood", "accessory", "background")


def changed(one: object, other: object) -> set[str]:
    return {name for name in FIELDS if getattr(one, name) != getattr(other, name)}


def test_members_differ_from_the_first_in_one_thing_and_two_in_more() -> None:
    found = list(families(30))
    assert found == list(families(30))
    assert found[3:5] == list(families(2, seed=3))
    for first, *others in found:
        assert len(others) == MEMBERS - 1
        assert [len(changed(first, other)) for other in others[:5]] == [1] * 5
        assert {(one.subject, one.seed) for one in others} == {(first.subject, first.seed)}
        assert {"look", "mood", "accessory"} < set().union(*(changed(first, o) for o in others))
    assert {one.background != "none" for family in found for one in family} == {True, False}
    anew = [len(changed(first, other)) for first, *others in found for other in others[5:]]
    assert sum(anew) / len(anew) > 3


def bare(art: Corpus, row: int) -> str:
    return art.captions[row].replace(f", {LOOKS[art.styles[row].removeprefix('drawn_')]}", "")


def test_what_differs_is_told() -> None:
    art, words = related_art(60, size=32), drawn_style_words()
    stock, peers = possible(art, torch.zeros(len(art), 4, 2, 2)), same_style(art)
    for row, others in enumerate(stock.others):
        first = row - row % MEMBERS
        assert set(others) == {*range(first, first + MEMBERS)} - {row}
        if row != first:  # half of the time and its own share
            assert np.mean(others == first) == 0.5 + 0.5 / (MEMBERS - 1)
    random, seen = np.random.default_rng(0), 0
    nothing_2ND = torch.zeros(2, len(art), 4)
    for _ in range(20):
        rows = [int(row) for row in random.integers(len(art), size=20)]
        told = conditions(art, rows, nothing_2ND, words, random, peers=peers)
        found = chosen(art, rows, told, random, stock=stock)
        for row, source, text in zip(rows, found, told.texts, strict=True):
            if source in (-1, row) or not text or bare(art, row) == bare(art, source):
                continue
            seen += 1
            subject, *rest = bare(art, row).split(", ")
            assert text.startswith(subject)
            assert set(rest) <= set(text.split(", "))
    assert seen > 50
