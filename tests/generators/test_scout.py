"""The scout: drafts from guidance alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from generators.scout import GalleryScout, ScoutOptions, turns
from studio.request import derive_seed
from tests.generators.tiny import (
    DIM,
    ShelfGallery,
    given,
    guidance,
    picture,
    plan,
)

AXES = np.eye(DIM, dtype=np.float32)
CAT, DOG, INK, SOFT = AXES[0], AXES[1], AXES[2], AXES[3]
SCOUT = GalleryScout(ScoutOptions())


def shelf() -> ShelfGallery:
    """Cats and dogs in two looks, and other things."""
    gallery = ShelfGallery()
    for place in range(3):
        noise = 0.1 * AXES[8 + place]
        for subject, name in ((CAT, "cat"), (DOG, "dog")):
            for look, style in ((INK, "ink"), (SOFT, "soft")):
                vector = subject + 0.5 * look + noise
                gallery.put(f"{name}-{style}-{place}", vector, style=style)
    for place in range(12):
        gallery.put(f"thing-{place}", AXES[4] + 0.3 * AXES[place % DIM], style="soft")
    return gallery


def names(drafts: tuple) -> list[str]:
    return [draft.source.item_id if draft.source else "" for draft in drafts]


def scouted(route: str, count: int, gallery: ShelfGallery, **changes) -> list[str]:
    told = guidance(target_D=CAT, **changes)
    return names(SCOUT(told, plan=plan(route, count), seed=3, owner="ana", gallery=gallery))


LIKES_INK = {
    "styles": (("ink", 0.9), ("soft", 0.1)),
    "interests_KD": np.stack([INK]),
    "interest_weights_K": np.float32([1.0]),
}


def test_seeds_are_derived_by_route_and_index() -> None:
    drafts = SCOUT(guidance(), plan=plan("create", 3), seed=5, owner="ana", gallery=shelf())
    assert [draft.seed for draft in drafts] == [derive_seed(5, "create", n) for n in range(3)]
    assert [draft.index for draft in drafts] == [0, 1, 2]
    assert names(drafts) == ["", "", ""]


@pytest.mark.parametrize("route", ["retrieve", "edit"])
def test_the_twin_goes_by_the_target_alone(route: str) -> None:
    found = scouted(route, 4, shelf())
    assert all(name.startswith("cat") for name in found)
    assert {name.split("-")[1] for name in found} == {"ink", "soft"}
    assert len(set(found)) == 4


def test_the_liked_style_comes_first() -> None:
    assert all("cat-ink" in name for name in scouted("retrieve", 3, shelf(), **LIKES_INK))


def test_what_is_remade_may_have_any_look() -> None:
    assert all("cat-" in name for name in scouted("edit", 3, shelf(), **LIKES_INK))
    scout = GalleryScout(ScoutOptions(edit_style=2.0))
    told = guidance(target_D=CAT, **LIKES_INK)
    found = scout(told, plan=plan("edit", 3), seed=3, owner="ana", gallery=shelf())
    assert all("cat-ink" in name for name in names(found))


def test_a_creation_starts_from_what_is_called_so() -> None:
    gallery = shelf()
    gallery.put("named", CAT + AXES[6], style="ink", caption="a kangaroo")
    gallery.put("own", CAT + AXES[6], style="ink", caption="a kangaroo", owner="ana")
    assert scouted("create", 3, gallery, instruction="kangaroo") == ["named", "", ""]
    assert scouted("create", 2, gallery, instruction="submarine") == ["", ""]
    routes = (plan("edit", 1), plan("create", 2))
    gallery.put("other", CAT + AXES[7], style="soft", caption="a kangaroo")
    first = scouted("edit", 1, gallery, instruction="kangaroo", routes=routes)
    assert scouted("create", 1, gallery, instruction="kangaroo", routes=routes) != first


def test_an_edit_starts_from_what_is_called_so_if_anything_is() -> None:
    gallery = shelf()
    gallery.put("far", DOG + AXES[6], style="soft", caption="a kangaroo")
    assert scouted("edit", 3, gallery, instruction="kangaroo") == ["far"] * 3
    found = scouted(
        "edit", 4, gallery, instruction="kangaroo", references=(given(picture(1)),), **LIKES_INK
    )
    assert found == ["", "", "far", "far"]
    assert "far" not in scouted("edit", 3, gallery, instruction="submarine")


def test_a_liked_style_counts_without_any_interest() -> None:
    found = scouted("retrieve", 3, shelf(), styles=(("soft", 0.8), ("ink", 0.2)))
    assert all("cat-soft" in name for name in found)


def test_a_look_that_lies_far_from_words_is_found_all_the_same() -> None:
    gallery = ShelfGallery()
    for place in range(8):
        subject = (CAT, DOG, AXES[4], AXES[5])[place % 4]
        gallery.put(f"ink-{place}", subject + 0.1 * AXES[place], style="ink")
        gallery.put(f"soft-{place}", subject + 0.1 * AXES[place] + 3 * CAT, style="soft")
    found = scouted("retrieve", 2, gallery, styles=(("ink", 1.0),))
    assert found == ["ink-0", "ink-4"]


@pytest.mark.parametrize("liking", [{}, {"styles": (("ink", 1.0),)}])
def test_words_of_an_item_are_heard(liking: dict) -> None:
    gallery = shelf()
    gallery.put("named", CAT + 3 * AXES[6], style="ink", caption="a kangaroo")
    assert "named" not in scouted("retrieve", 1, gallery, **liking)
    gallery.put("named", CAT + AXES[6], style="ink", caption="a kangaroo")
    assert scouted("retrieve", 1, gallery, instruction="kangaroo", **liking) == ["named"]
    if not liking:
        assert scouted("edit", 1, gallery, instruction="kangaroo") == ["named"]


def test_nothing_is_shown_twice() -> None:
    found = scouted("retrieve", 30, shelf(), **LIKES_INK)
    assert sorted(found) == sorted(shelf().held)


def test_interests_take_turns() -> None:
    found = scouted(
        "retrieve",
        4,
        shelf(),
        interests_KD=np.stack([INK, SOFT]),
        interest_weights_K=np.float32([0.5, 0.5]),
        personalization=2.0,
    )
    assert sorted(name.rsplit("-", 1)[0] for name in found) == ["cat-ink"] * 2 + ["cat-soft"] * 2


def test_a_subject_in_another_look_is_edited_before_another_subject() -> None:
    gallery = ShelfGallery()
    gallery.put("cat-soft", CAT + 0.5 * SOFT, style="soft")
    for place in range(10):
        gallery.put(f"dog-ink-{place}", DOG + 0.5 * INK + 0.1 * AXES[place], style="ink")
    assert scouted("edit", 1, gallery, **LIKES_INK) == ["cat-soft"]


def test_what_is_owned_is_not_retrieved_but_may_be_edited() -> None:
    gallery = shelf()
    mine = gallery.put("mine", CAT, style="ink", owner="ana")
    same = replace(mine, item_id="same", owner="")
    gallery.hold(same, gallery.image(mine), gallery.vectors([mine])[0])
    found = scouted("retrieve", 30, gallery, own_items=("mine",), **LIKES_INK)
    assert not {"mine", "same"} & set(found)
    assert "mine" in scouted("edit", 1, gallery, own_items=("mine",), **LIKES_INK)


def test_own_pictures_that_guidance_does_not_name_are_left_alone() -> None:
    gallery = shelf()
    gallery.put("disliked", CAT, owner="ana")
    assert "disliked" not in scouted("edit", 30, gallery)
    assert "disliked" not in scouted("retrieve", 30, gallery)


def test_references_come_first_and_a_mask_takes_all() -> None:
    reference = given(picture(1))
    found = scouted("edit", 4, shelf(), references=(reference,))
    assert found[:2] == ["", ""]
    assert all(name.startswith("cat") for name in found[2:])
    mask = given(picture(2, mode="L"))
    assert scouted("edit", 3, shelf(), references=(reference,), mask=mask) == ["", "", ""]


def test_few_sources_are_edited_more_than_once() -> None:
    gallery = ShelfGallery()
    gallery.put("cat", CAT)
    assert scouted("edit", 3, gallery) == ["cat"] * 3
    assert scouted("retrieve", 3, gallery) == ["cat"]


def test_an_empty_gallery_gives_nothing_to_work_on() -> None:
    assert scouted("retrieve", 3, ShelfGallery()) == []
    assert scouted("edit", 3, ShelfGallery()) == []
    assert scouted("create", 3, ShelfGallery()) == ["", "", ""]
    assert scouted("edit", 2, ShelfGallery(), references=(given(picture(1)),)) == ["", ""]


def test_order_of_the_shelf_does_not_matter() -> None:
    gallery = shelf()
    turned = ShelfGallery()
    for item in reversed(gallery.held.values()):
        turned.hold(item, gallery.image(item), gallery.vectors([item])[0])
    assert scouted("retrieve", 6, gallery, **LIKES_INK) == scouted(
        "retrieve", 6, turned, **LIKES_INK
    )


def test_turns_follow_the_weights() -> None:
    assert turns([1.0], 3) == [0, 0, 0]
    assert turns([0.5, 0.5], 4) == [0, 1, 0, 1]
    assert turns([0.7, 0.2, 0.1], 10).count(0) == 7
