"""Retrieve, edit and create: the same contract, over a tiny real model."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PIL import Image

from generators.backbone import Backbone
from generators.create import CreateOptions, Creator
from generators.edit import Editor
from generators.finish.sticker import mask_square, stored, untouched
from generators.retrieve import Retriever
from studio.candidate import Candidate, Draft
from studio.errors import BadImage, Cancelled, InputError
from studio.guidance import Guidance
from studio.progress import never, silent
from studio.testing import check_generator
from tests.generators.tiny import ShelfGallery, given, guidance, personal, picture, vectors

ROUTES = ("retrieve", "edit", "create")


def shelf() -> ShelfGallery:
    gallery = ShelfGallery()
    for place in range(4):
        gallery.put(f"item-{place}", vectors(1, place)[0], style=("ink", "soft")[place % 2])
    return gallery


def generator(route: str, backbone: Backbone) -> Retriever | Editor | Creator:
    if route == "retrieve":
        return Retriever()
    return Editor(backbone=backbone) if route == "edit" else Creator(backbone=backbone)


def drafts(route: str, gallery: ShelfGallery, count: int = 3) -> list[Draft]:
    sources = list(gallery.items([f"item-{place}" for place in range(count)]))
    return [
        Draft(index=place, seed=100 + place, source=None if route == "create" else source)
        for place, source in enumerate(sources)
    ]


def made(
    route: str, backbone: Backbone, told: Guidance, own: list[Draft] | None = None
) -> list[Candidate]:
    gallery = shelf()
    return generator(route, backbone)(
        told,
        drafts=drafts(route, gallery) if own is None else own,
        gallery=gallery,
        on_progress=silent,
        is_cancelled=never,
    )


@pytest.mark.parametrize("route", ROUTES)
def test_contract(route: str, backbone: Backbone) -> None:
    gallery = shelf()
    check_generator(
        generator(route, backbone),
        guidance=personal(),
        drafts=drafts(route, gallery),
        gallery=gallery,
    )


@pytest.mark.parametrize("route", ROUTES)
def test_same_drafts_same_bytes(route: str, backbone: Backbone) -> None:
    first, second = (made(route, backbone, personal()) for _ in range(2))
    assert [one.image.tobytes() for one in first] == [one.image.tobytes() for one in second]
    assert first == second
    assert [one.provenance for one in first] == [one.provenance for one in second]


@pytest.mark.parametrize("route", ROUTES)
def test_alone_or_in_a_batch_within_one_level(route: str, backbone: Backbone) -> None:
    together = made(route, backbone, personal())
    for place, draft in enumerate(drafts(route, shelf())):
        alone = made(route, backbone, personal(), [draft])[0]
        gap = np.asarray(alone.image, np.int16) - np.asarray(together[place].image, np.int16)
        assert np.abs(gap).max() <= 1
        assert alone.candidate_id == together[place].candidate_id


@pytest.mark.parametrize("route", ["edit", "create"])
def test_without_image_prompts_it_is_the_twin(
    route: str, backbone: Backbone, plain_backbone: Backbone
) -> None:
    twin = [one.image.tobytes() for one in made(route, plain_backbone, guidance())]
    assert [one.image.tobytes() for one in made(route, backbone, guidance())] == twin
    weightless = personal(image_prompt_weights_N=np.zeros(2, np.float32))
    assert [one.image.tobytes() for one in made(route, backbone, weightless)] == twin
    assert [one.image.tobytes() for one in made(route, backbone, personal())] != twin


@pytest.mark.parametrize("route", ROUTES)
def test_provenance_is_complete(route: str, backbone: Backbone) -> None:
    told = personal()
    for place, one in enumerate(made(route, backbone, told)):
        provenance = one.provenance
        assert provenance.route == one.route == route
        assert (provenance.index, provenance.seed) == (place, one.seed)
        assert provenance.batch[place] == (one.seed, one.source_item)
        assert provenance.guidance == told.digest
        assert set(provenance.versions) >= {"torch", "diffusers", "transformers", "Pillow"}
        assert one.candidate_id[0] == "c"
        assert len(one.candidate_id) == 17
        if route != "retrieve":
            assert provenance.revision == backbone.revision
            assert provenance.settings["image_prompt"] == "used"
            assert provenance.settings["steps"] == 4


def test_ids_tell_drafts_apart(backbone: Backbone) -> None:
    ids = {
        one.candidate_id
        for route in ROUTES
        for told in (guidance(), personal())
        for one in made(route, backbone, told)
    }
    assert len(ids) == 18


@pytest.mark.parametrize("route", ["edit", "create"])
def test_a_backbone_without_image_prompts_says_so(route: str, plain_backbone: Backbone) -> None:
    with_prompts = made(route, plain_backbone, personal())
    without = made(route, plain_backbone, guidance())
    noted = with_prompts[0].provenance.settings["image_prompt"]
    assert isinstance(noted, str)
    assert noted.startswith("unsupported")
    assert without[0].provenance.settings["image_prompt"] == "none"
    assert [one.image.tobytes() for one in with_prompts] == [one.image.tobytes() for one in without]


@pytest.mark.parametrize("route", ROUTES)
def test_cancelled(route: str, backbone: Backbone) -> None:
    gallery = shelf()
    with pytest.raises(Cancelled):
        generator(route, backbone)(
            personal(),
            drafts=drafts(route, gallery),
            gallery=gallery,
            on_progress=silent,
            is_cancelled=lambda: True,
        )


@pytest.mark.parametrize("route", ROUTES)
def test_progress_ends_at_its_total(route: str, backbone: Backbone) -> None:
    gallery, told = shelf(), []
    generator(route, backbone)(
        guidance(styles=(("ink", 1.0),)),
        drafts=drafts(route, gallery),
        gallery=gallery,
        on_progress=told.append,
        is_cancelled=never,
    )
    assert [step.done for step in told] == list(range(1, told[-1].total + 1))
    assert {step.stage for step in told} == {route}


@pytest.mark.parametrize("route", ROUTES)
def test_no_drafts_no_candidates(route: str, backbone: Backbone) -> None:
    assert made(route, backbone, guidance(), []) == []


def test_a_foreign_look_is_edited_more_strongly(backbone: Backbone) -> None:
    told = guidance(styles=(("ink", 1.0),))
    strengths = [one.provenance.settings["strength"] for one in made("edit", backbone, told)]
    assert strengths == [0.5, 0.7, 0.5]


def test_what_has_the_look_is_given_the_colours(backbone: Backbone) -> None:
    told = guidance(styles=(("ink", 1.0),), colours=(("#1b84ad", 0.7), ("#7fdcd6", 0.3)))
    gallery = shelf()
    editor = Editor(backbone=backbone, recolour=True)
    own = drafts("edit", gallery)
    first, second, _ = found = editor(
        told, drafts=own, gallery=gallery, on_progress=silent, is_cancelled=never
    )
    ways = [one.provenance.settings["edit"] for one in found]
    assert ways == ["recolour", "image to image", "recolour"]
    assert first.image.size == second.image.size
    assert first.image.tobytes() != stored(gallery.image(own[0].source), kind="sticker").tobytes()
    alone = editor(told, drafts=own[:1], gallery=gallery, on_progress=silent, is_cancelled=never)
    assert alone[0].image.tobytes() == first.image.tobytes()
    with pytest.raises(Cancelled):
        editor(told, drafts=own, gallery=gallery, on_progress=silent, is_cancelled=lambda: True)
    plain = Editor(backbone=backbone)
    kept = plain(told, drafts=own, gallery=gallery, on_progress=silent, is_cancelled=never)
    assert "recolour" not in {one.provenance.settings["edit"] for one in kept}


@pytest.mark.parametrize("size", [(16, 16), (40, 24)])
def test_masked_repainting_leaves_the_outside(backbone: Backbone, size: tuple[int, int]) -> None:
    reference = picture(1, size)
    mask = Image.new("L", size, 0)
    mask.paste(255, (0, 0, size[0] // 2, size[1]))
    told = personal(references=(given(reference),), mask=given(mask))
    own = [Draft(index=place, seed=place) for place in range(2)]
    candidates = made("edit", backbone, told, own)
    kept = np.asarray(untouched(reference, kind="poster"))
    outside = mask_square(mask, 512)[..., 0] == 0
    for one in candidates:
        assert (np.asarray(one.image)[outside] == kept[outside]).all()
        assert not np.array_equal(np.asarray(one.image), kept)
        assert one.provenance.settings["edit"] == "inpaint"
    assert candidates[0].image.tobytes() != candidates[1].image.tobytes()


def test_references_take_turns(backbone: Backbone) -> None:
    references = tuple(given(picture(seed)) for seed in (1, 2))
    own = [Draft(index=place, seed=9) for place in range(3)]
    images = [
        one.image.tobytes() for one in made("edit", backbone, guidance(references=references), own)
    ]
    again = made("edit", backbone, guidance(references=references[:1]), own[:1])
    gap = np.asarray(again[0].image, np.int16).ravel() - np.frombuffer(images[0], np.uint8)
    assert np.abs(gap).max() <= 1
    assert images[0] != images[1]


def test_an_edit_without_anything_to_edit(backbone: Backbone) -> None:
    with pytest.raises(InputError, match="reference"):
        made("edit", backbone, guidance(), [Draft(index=0, seed=1)])


def test_a_mask_of_another_shape(backbone: Backbone) -> None:
    told = guidance(references=(given(picture(1)),), mask=given(picture(2, (8, 8), "L")))
    with pytest.raises(BadImage, match="8 x 8"):
        made("edit", backbone, told, [Draft(index=0, seed=1)])


def test_options_override_the_backbone(backbone: Backbone) -> None:
    gallery = shelf()
    creator = Creator(backbone=backbone, options=CreateOptions(steps=2, ip_scale=0.0))
    one = creator(
        personal(),
        drafts=drafts("create", gallery, 1),
        gallery=gallery,
        on_progress=silent,
        is_cancelled=never,
    )[0]
    assert one.provenance.settings["steps"] == 2
    assert one.provenance.settings["ip_scale"] == 0.0


def test_retrieved_pictures_are_as_stored(backbone: Backbone) -> None:
    gallery = shelf()
    one = made("retrieve", backbone, guidance())[0]
    shown = gallery.image(gallery.items(["item-0"])[0])
    assert one.image.tobytes() == stored(shown, kind="poster").tobytes()
    retriever = Retriever()
    told: Any = {"gallery": gallery, "on_progress": silent, "is_cancelled": never}
    own = drafts("retrieve", gallery, 1)
    first = retriever(guidance(), drafts=own, **told)[0].image
    kept = first.tobytes()
    first.paste(0, (0, 0, *first.size))  # whoever gets a picture may change it
    assert retriever(guidance(), drafts=own, **told)[0].image.tobytes() == kept
    sticker = made("retrieve", backbone, replace(guidance(), kind="sticker"))[0]
    assert (sticker.image.mode, sticker.image.size) == ("RGBA", (512, 512))
