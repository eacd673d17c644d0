"""Copies of everything that can be copied, and what only looks like one to a single witness."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image, ImageDraw

from ranking.checks.copy import CopyCheck, CopyOptions
from ranking.checks.fingerprint import (
    Fingerprints,
    colour_distance,
    fingerprint,
    hash_distance,
)
from studio import testing
from studio.candidate import Candidate
from studio.content import Picture
from studio.errors import ModelError
from studio.fidelity import Finding
from studio.guidance import Guidance
from studio.history import History
from tests.ranking.world import ENCODER, Shelf, candidate, guidance, history, sticker


def shelf() -> Shelf:
    made = Shelf()
    made.put("red disc", sticker("red", "disc"))
    made.put("green bar", sticker("green", "bar"))
    made.put("blue tower", sticker("blue", "tower"))
    made.put("yellow fork", sticker("yellow", "fork"))
    return made


def found(
    one: Candidate,
    gallery: Shelf,
    *,
    past: History | None = None,
    asked: Guidance | None = None,
) -> Finding:
    check = CopyCheck(CopyOptions(), encoder=lambda: ENCODER)
    return check([one], guidance=asked or guidance(), history=past or history(), gallery=gallery)[0]


def picture(image: Image.Image, name: str = "r") -> Picture:
    return Picture(sha256=name, image=image)


def jpeg(image: Image.Image) -> Image.Image:
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    buffer = io.BytesIO()
    white.resize((200, 200)).save(buffer, "JPEG", quality=70)
    return Image.open(buffer).convert("RGB")


def test_created_copy_of_the_catalogue_names_the_item() -> None:
    gallery = shelf()
    finding = found(candidate(sticker("red", "disc", 256)), gallery)
    original = next(one for one in gallery.held.values() if one.caption == "red disc")
    assert not finding.passed
    assert finding.reason == "almost the same picture as “red disc” of the catalogue"
    assert finding.item == original.item_id


def test_copy_through_jpeg_is_still_one() -> None:
    assert not found(candidate(jpeg(sticker("blue", "tower"))), shelf()).passed


@pytest.mark.parametrize(("colour", "form"), [("pink", "fork"), ("black", "bar"), ("red", "bar")])
def test_own_picture_passes(colour: str, form: str) -> None:
    finding = found(candidate(sticker(colour, form)), shelf())
    assert finding.passed
    assert finding.reason.startswith("a picture of its own; the nearest is ")


def test_retrieved_picture_is_of_the_catalogue_by_right() -> None:
    gallery = shelf()
    source = gallery.items(list(gallery.held))[0]
    assert found(
        candidate(gallery.image(source), route="retrieve", source=source.item_id), gallery
    ).passed


@pytest.mark.parametrize(("event", "verb"), [("like", "like"), ("dislike", "dislike")])
def test_retrieved_picture_that_the_person_has(event: str, verb: str) -> None:
    gallery = shelf()
    source, twin = (
        gallery.put("a", sticker("pink", "bar")),
        gallery.put("b", sticker("pink", "bar")),
    )
    shown = candidate(gallery.image(source), route="retrieve", source=source.item_id)
    finding = found(shown, gallery, past=history((source, event)))
    assert finding.reason == "“a” is already in your history"
    assert finding.item == source.item_id
    finding = found(shown, gallery, past=history((twin, event)))
    assert not finding.passed
    assert finding.reason == f"almost the same picture as “b”, which you already {verb}"
    assert finding.item == twin.item_id


def test_retrieved_picture_that_is_a_copy_of_an_own_one() -> None:
    gallery = shelf()
    source = gallery.put("a", sticker("pink", "bar"))
    own = gallery.put("mine", sticker("pink", "bar"), owner="ana")
    shown = candidate(gallery.image(source), route="retrieve", source=source.item_id)
    finding = found(shown, gallery)
    assert finding.reason.endswith("“mine” among your own pictures")
    assert finding.item == own.item_id


def test_edit_that_left_its_source_as_it_was() -> None:
    gallery = shelf()
    source = gallery.put("mine", sticker("black", "fork"), owner="ana")
    same = candidate(gallery.image(source), route="edit", source=source.item_id)
    assert found(same, gallery).reason == "almost the same picture as its source “mine”"
    assert found(same, gallery).item == source.item_id
    recoloured = candidate(sticker("pink", "fork"), route="edit", source=source.item_id)
    assert found(recoloured, gallery).passed


def test_reference_may_not_come_back() -> None:
    asked = guidance(references=(picture(sticker("pink", "tower")),))
    finding = found(candidate(sticker("pink", "tower"), route="edit"), shelf(), asked=asked)
    assert finding.reason == "almost the same picture as your reference 1"
    assert found(candidate(sticker("black", "bar"), route="edit"), shelf(), asked=asked).passed


def test_masked_edit_keeps_its_source_and_must_change_the_rest() -> None:
    reference = sticker("pink", "tower")
    asked = guidance(references=(picture(reference),), mask=picture(reference, "m"))
    untouched = found(candidate(reference, route="edit"), shelf(), asked=asked)
    assert untouched.reason == "the masked part was not changed: it is your reference 1"
    repainted = reference.copy()
    ImageDraw.Draw(repainted).ellipse((200, 240, 310, 350), fill=COLOUR)
    assert found(candidate(repainted, route="edit"), shelf(), asked=asked).passed


COLOUR = (30, 160, 70, 255)


def test_nothing_to_copy() -> None:
    finding = found(candidate(sticker()), Shelf())
    assert finding.passed
    assert finding.score == 1
    assert finding.reason == "there is nothing yet that it could copy"


def test_one_witness_is_not_enough() -> None:
    gallery = shelf()
    one = candidate(sticker("red", "disc"))
    assert not found(one, gallery).passed
    elsewhere_D = ENCODER.images([sticker("green", "bar")])[0]
    assert found(replace(one, embedding_D=elsewhere_D), gallery).passed


def test_candidate_without_embedding_is_refused() -> None:
    with pytest.raises(ModelError, match="carries no embedding"):
        found(replace(candidate(sticker()), embedding_D=None), shelf())


def test_contract() -> None:
    gallery = shelf()
    source = gallery.items(list(gallery.held))[0]
    testing.check_check(
        CopyCheck(CopyOptions(), encoder=lambda: ENCODER),
        candidates=[
            candidate(sticker("red", "disc"), name="a"),
            candidate(sticker("pink", "bar"), name="b"),
            candidate(gallery.image(source), route="retrieve", source=source.item_id, name="c"),
        ],
        guidance=guidance(),
        history=history((source, "like")),
        gallery=gallery,
    )


def test_fingerprint_forgets_frame_and_size() -> None:
    small, large = sticker("red", "fork", 200), Image.new("RGBA", (900, 900))
    large.paste(sticker("red", "fork"), (300, 100))
    a, b, c = fingerprint(small), fingerprint(large), fingerprint(sticker("red", "bar"))
    assert hash_distance(a, b) <= CopyOptions().bits
    assert colour_distance(a, b) < 0.02
    assert hash_distance(a, c) > 16
    assert hash_distance(a, a) == colour_distance(a, a) == 0


def test_colour_distance_by_hand() -> None:
    black, white = (
        fingerprint(Image.new("RGB", (64, 64), colour)) for colour in ("black", "white")
    )
    assert colour_distance(black, white) == 1
    np.testing.assert_array_equal(black.thumbnail_TT3, 0)


def test_fingerprints_are_read_once_and_forgotten_in_order() -> None:
    read: list[str] = []

    def fetch(name: str) -> Image.Image:
        read.append(name)
        return sticker("red", side=64)

    known = Fingerprints(kept=2)
    for name in ("a", "b", "a", "c", "a", "b"):
        known(name, lambda name=name: fetch(name))  # type: ignore[misc]
    assert read == ["a", "b", "c", "b"]
