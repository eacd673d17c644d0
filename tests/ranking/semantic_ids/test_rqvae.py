"""RQ-VAE: it learns, wakes dead codes, and is a quantizer like the other."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ranking.semantic_ids.health import health
from ranking.semantic_ids.identifiers import identified
from ranking.semantic_ids.quantizers import digits
from ranking.semantic_ids.rqvae import RqVae, RqVaeOptions, rq_vae
from ranking.semantic_ids.vectors import Vectors
from studio.errors import ModelError

SMALL = RqVaeOptions(levels=2, codes=16, latent=6, hidden=32, steps=300, batch=128, rate=3e-3)


@pytest.fixture(scope="module")
def made() -> Vectors:
    """Forty kinds, ten items of each, in a plane of five dimensions out of twelve."""
    random = np.random.default_rng(0)
    kinds = random.normal(size=(40, 5)) @ random.normal(size=(5, 12))
    return (np.repeat(kinds, 10, axis=0) + 0.1 * random.normal(size=(400, 12))).astype(np.float32)


@pytest.fixture(scope="module")
def model(made: Vectors) -> RqVae:
    return rq_vae(made, SMALL, seed=1)


def test_words_stand_for_the_vectors(made: Vectors, model: RqVae) -> None:
    named = torch.from_numpy(digits(model, made)).long()
    missed = float(((model.rebuilt(named).numpy() - made) ** 2).sum())
    assert missed < 0.35 * float(((made - made.mean(0)) ** 2).sum())
    swapped = float(((model.rebuilt(named.flip(0)).numpy() - made) ** 2).sum())
    assert swapped > 3 * missed


def test_its_books_are_in_use(made: Vectors, model: RqVae) -> None:
    ids = identified(model, made)
    found = health(ids, model, made)
    assert found.collisions == 0
    assert max(found.dead) <= 4
    assert min(found.perplexity) > 6


def test_a_kind_shares_its_first_digit(made: Vectors, model: RqVae) -> None:
    first = digits(model, made)[:, 0].reshape(40, 10)
    assert np.mean([len(set(row)) == 1 for row in first.tolist()]) > 0.7


def test_same_seed_same_books(made: Vectors) -> None:
    short = RqVaeOptions(levels=2, codes=8, latent=4, hidden=16, steps=20, batch=64)
    one, two = (rq_vae(made, short, seed=3) for _ in range(2))
    assert np.array_equal(one.books, two.books)


def test_new_items_of_another_width_are_refused(model: RqVae) -> None:
    with pytest.raises(ModelError, match="width 3"):
        digits(model, np.zeros((2, 3), np.float32))
