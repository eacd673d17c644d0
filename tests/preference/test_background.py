from __future__ import annotations

import numpy as np

from preference.background import Backgrounds, directions, item_terms, normalised, survey
from preference.vocabulary import canonical, content_words, kind_of, named
from studio.content import Item
from studio.lexicon import singular
from tests.preference.world import MemoryGallery, ShapeEncoder, drawing, filled


def test_counts_what_the_catalogue_holds() -> None:
    found = survey(filled())
    assert found.count == 96
    assert found.style_rates == {"line": 0.5, "flat": 0.5}
    assert found.term_rates["sky"] == 3 / 8
    assert found.rate("sky") == (36 + 0.5) / 97
    assert found.rate("unheard") == 0.5 / 97
    assert found.shows(["star", "sky"], style="line")
    assert not found.shows(["star", "toy"])
    assert not found.shows([])


def test_is_surveyed_again_only_when_the_catalogue_changed() -> None:
    gallery, backgrounds = filled(), Backgrounds()
    first = backgrounds(gallery)
    assert backgrounds(gallery) is first
    gallery.add(drawing("star", "red", "flat"), caption="one more", style="flat")
    assert backgrounds(gallery).count == 97


def test_an_empty_catalogue_has_a_background_too() -> None:
    found = survey(MemoryGallery(ShapeEncoder()))
    assert found.count == 0
    assert not found.mean_D.any()
    assert found.vectors_MD.shape == (0, ShapeEncoder.dim)


def test_terms_of_an_item() -> None:
    item = Item(item_id="i", blob="b", caption="Two happy Cats", tags=("animals", "143", "pet"))
    assert item_terms(item) == {"happy", "cat", "animal", "pet"}


def test_directions_and_lengths() -> None:
    mean = np.array([1, 0], np.float32)
    np.testing.assert_allclose(directions(np.array([[1, 2], [1, 0]]), mean), [[0, 1], [0, 0]])
    np.testing.assert_allclose(normalised(np.array([3, 4], np.float32)), [0.6, 0.8])
    assert not normalised(np.zeros(2, np.float32)).any()


def test_words() -> None:
    plain = {"cats": "cat", "foxes": "fox", "puppies": "puppy", "glasses": "glasses", "bus": "bus"}
    assert {word: singular(word) for word in plain} == plain
    assert canonical("Gray") == "grey"
    assert canonical("3D renders") == "soft 3d render"
    assert kind_of("pastels") == "colour"
    assert kind_of("quokka") == "thing"
    assert content_words("a happy cat, and two cats!") == ("happy", "cat")
    assert named("Two black cats", "cat")
    assert not named("a scattered note", "cat")
