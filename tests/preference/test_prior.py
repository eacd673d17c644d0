from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from preference.concepts import ConceptProfiler
from preference.instructor.prior import PriorInstructor
from preference.instructor.prompt import fuse
from preference.instructor.routes import Findings, plan
from studio.content import Picture
from studio.guidance import Guidance, unpack
from studio.history import History
from studio.profile import Concept, Edit, Profile
from studio.request import ROUTES
from studio.testing import check_instructor
from tests.preference.world import (
    LOOKS,
    MemoryGallery,
    ShapeEncoder,
    filled,
    history,
    pick,
    request,
)

GALLERY = filled()
LIKED = pick(GALLERY, look="line", group="sky")[:10]


def instruct(
    instruction: str = "a box",
    likes=LIKED,  # type: ignore[no-untyped-def]
    dislikes=(),
    edits=(),
    gallery: MemoryGallery = GALLERY,
    **fields: object,
) -> Guidance:
    seen = history(likes, dislikes)
    profile = ConceptProfiler(encoder=ShapeEncoder, looks=LOOKS)(seen, edits=edits, gallery=gallery)
    prior = PriorInstructor(encoder=ShapeEncoder, looks=LOOKS)
    return prior(request(instruction, **fields), history=seen, profile=profile, gallery=gallery)


def test_holds_the_contract() -> None:
    prior = PriorInstructor(encoder=ShapeEncoder, looks=LOOKS)
    check_instructor(prior, request=request(), history=history(LIKED), gallery=GALLERY)


def test_the_look_comes_from_the_person_and_the_subject_from_the_words() -> None:
    guidance = instruct("a box")
    assert guidance.prompt.startswith("a box, black line art")
    assert "sky" not in guidance.prompt
    assert guidance.styles[0] == ("line", 1.0)
    assert 2 <= len(guidance.image_prompts_ND) <= 4
    liked = GALLERY.vectors(LIKED)
    for prompt in guidance.image_prompts_ND:
        assert (liked @ prompt).max() > 0.9999
    assert set(guidance.own_items) <= {item.item_id for item in LIKED}
    assert guidance.interest_weights_K.sum() == pytest.approx(1, abs=1e-5)
    assert guidance.encoder == ShapeEncoder.digest


def test_the_twin_knows_nobody() -> None:
    edits = (Edit(concept="pastel", weight=1.0, source="said"),)
    others = pick(GALLERY, look="flat", colour="red")
    twins = {
        instruct(likes=likes, dislikes=dislikes, edits=edits, personalization=0.0).pack()
        for likes, dislikes in ((LIKED, ()), (others, LIKED), ((), others), ((), ()))
    }
    assert len(twins) == 1
    twin = instruct(personalization=0.0)
    assert twin.prompt == twin.instruction == "a box"
    assert twin.image_prompts_ND.shape == (0, ShapeEncoder.dim)
    assert twin.interests_KD.shape == (0, ShapeEncoder.dim)
    assert not twin.avoid_D.any()
    assert not twin.concepts
    assert not twin.styles
    assert not twin.own_items


def test_nothing_known_is_the_twin_but_for_the_number() -> None:
    blank = instruct(likes=(), personalization=1.0)
    assert replace(blank, personalization=0.0).pack() == instruct(personalization=0.0).pack()


def test_personalization_acts_by_degrees() -> None:
    steps = [instruct(personalization=p) for p in (0.1, 0.5, 1.0, 2.0)]
    weights = [float(one.image_prompt_weights_N.max()) for one in steps]
    assert weights == pytest.approx([0.1, 0.5, 1.0, 1.0])
    looks = [one.concepts["black line art"] for one in steps]
    assert looks == sorted(looks)
    assert len(steps[0].prompt) <= len(steps[-1].prompt)
    assert steps[0].prompt == "a box"


def test_colours_are_those_of_what_is_liked_unless_words_decide() -> None:
    reds = pick(GALLERY, look="flat", colour="red")[:6]
    colours = instruct(likes=reds).colours
    assert colours
    red, _, blue = bytes.fromhex(colours[0][0][1:])
    assert red > blue + 60
    assert sum(share for _, share in colours) == pytest.approx(1, abs=0.01)
    assert instruct("a blue box", likes=reds).colours == ()
    said = (Edit(concept="blue", weight=1.0, source="said"),)
    assert instruct(likes=reds, edits=said).colours == ()
    assert instruct(likes=reds, personalization=0.0).colours == ()


def test_packs_and_unpacks_byte_for_byte() -> None:
    guidance = instruct(dislikes=pick(GALLERY, look="flat", colour="red")[:4])

    def none(sha256: str) -> Picture:
        raise AssertionError(sha256)

    assert unpack(guidance.pack(), picture=none).pack() == guidance.pack()


def test_the_instruction_wins() -> None:
    pinks = pick(GALLERY, look="flat", colour="pink")
    assert "pink" in instruct("a box", likes=pinks).prompt
    assert "pink" not in instruct("a green box", likes=pinks).prompt
    drawn = instruct("a box, black line art", likes=pinks)
    assert "flat" not in drawn.prompt
    assert drawn.styles == (("line", 1.0),)
    lines = GALLERY.vectors(pick(GALLERY, look="line"))
    for prompt in drawn.image_prompts_ND:
        assert (lines @ prompt).max() > 0.9999
    assert len(instruct("a box in watercolour", likes=pinks).image_prompts_ND) == 0


def test_dislikes_enter_the_negative_prompt_and_the_direction() -> None:
    reds = pick(GALLERY, look="flat", colour="red")
    guidance = instruct(dislikes=reds)
    assert "red" in guidance.negative
    assert np.linalg.norm(guidance.avoid_D) == pytest.approx(1, abs=1e-5)
    centred = GALLERY.vectors(reds) - GALLERY.mean()
    assert (centred @ guidance.avoid_D).mean() > 0.2
    assert "red" not in instruct("a red box", dislikes=reds).negative


def test_a_look_named_by_hand_beats_the_history() -> None:
    edits = (Edit(concept="flat colour", weight=1.0, source="said"),)
    mixed = instruct(likes=LIKED[:2], edits=edits)
    assert [style for style, _ in mixed.styles] == ["flat", "line"] or mixed.styles[0][1] >= 0.5
    never = (Edit(concept="black line art", weight=-1.0, source="said"),)
    assert "line" not in dict(instruct(edits=never).styles)


def test_noise_does_not_carry_the_look() -> None:
    stray = pick(GALLERY, look="flat", colour="yellow")[:2]
    guidance = instruct(likes=[*LIKED[:5], *stray, *LIKED[5:]])
    strays = GALLERY.vectors(stray)
    assert all((strays @ prompt).max() < 0.9999 for prompt in guidance.image_prompts_ND)
    assert guidance.styles[0][0] == "line"


def test_references_lead_also_for_the_twin() -> None:
    picture = Picture(sha256="0" * 64, image=Image.new("RGB", (20, 20), "#00a000"))
    for personalization in (0.0, 1.0):
        guidance = instruct(references=(picture,), personalization=personalization)
        shown = ShapeEncoder().images([picture.image])[0]
        np.testing.assert_array_equal(guidance.image_prompts_ND[0], shown)
        assert guidance.image_prompt_weights_N[0] == 1
        assert guidance.target_D @ shown > instruct().target_D @ shown
        counts = {one.route: one.count for one in guidance.routes}
        assert counts["edit"] > counts["create"]
    assert len(instruct(references=(picture,), personalization=0.0).image_prompts_ND) == 1


@pytest.mark.parametrize(
    ("instruction", "words", "most"),
    [
        ("a star", "in the look this person likes", "retrieve"),
        ("a quartz lantern", "nothing in the catalogue", "create"),
    ],
)
def test_routes_are_reasoned_from_the_catalogue(instruction: str, words: str, most: str) -> None:
    guidance = instruct(instruction)
    counts = {one.route: one.count for one in guidance.routes}
    assert sum(counts.values()) == 10
    assert words in guidance.route_reason
    assert max(counts, key=lambda route: counts[route]) == most


def test_a_thing_known_only_in_another_look_is_restyled() -> None:
    gallery = MemoryGallery(ShapeEncoder())
    for item in GALLERY.held.values():
        if not (item.style == "line" and "box" in item.tags):
            gallery.add(GALLERY.image(item), caption=item.caption, tags=item.tags, style=item.style)
    likes = [item for item in gallery.held.values() if item.style == "line"][:8]
    guidance = instruct("a box", likes=likes, gallery=gallery)
    assert "edits restyle it" in guidance.route_reason
    assert max(guidance.routes, key=lambda one: one.count).route == "edit"


def test_a_picture_without_words_can_be_clear_enough() -> None:
    gallery = MemoryGallery(ShapeEncoder())
    for colour in ("red", "green", "blue", "yellow"):
        for item in pick(GALLERY, colour=colour):
            gallery.add(GALLERY.image(item))
    assert "nothing in the catalogue" in instruct("purple", likes=(), gallery=gallery).route_reason
    gallery.add(GALLERY.image(pick(GALLERY, look="flat", colour="purple")[0]))
    assert "retrieve it" in instruct("purple", likes=(), gallery=gallery).route_reason


def test_an_empty_catalogue_leaves_create() -> None:
    gallery = MemoryGallery(ShapeEncoder())
    guidance = instruct(likes=(), gallery=gallery)
    assert [one.route for one in guidance.routes] == ["create"]
    assert "nothing to retrieve or edit from" in guidance.route_reason
    assert instruct(likes=(), gallery=gallery, routes=("retrieve",)).routes == ()


@pytest.mark.parametrize("size", [1, 2, 4, 9, 16])
@pytest.mark.parametrize("verdict", ["plain", "there", "elsewhere", "absent", "given"])
def test_every_usable_route_gets_a_place(size: int, verdict: str) -> None:
    findings = Findings(verdict=verdict, reason="r", usable=ROUTES)
    plans = plan(findings, size=size, routes=ROUTES)
    assert [one.route for one in plans] == list(ROUTES)
    assert sum(one.count for one in plans) == max(3, round(2.5 * size))
    assert min(one.count for one in plans) >= 1


def test_prompt_fusion() -> None:
    profile = Profile(
        user="ana",
        concepts=(
            Concept(name="black line art", weight=0.8, confidence=0.9, kind="look"),
            Concept(name="black", weight=0.8, confidence=0.9, kind="colour"),
            Concept(name="pastel", weight=0.7, confidence=0.9, kind="colour"),
            Concept(name="animal", weight=0.9, confidence=0.9, kind="subject"),
            Concept(name="heart", weight=0.5, confidence=1.0, source="said", kind="subject"),
            Concept(name="skull", weight=-1.0, confidence=1.0, source="said", kind="subject"),
            Concept(name="sad", weight=-0.1, confidence=0.2, kind="mood"),
        ),
    )
    fusion = fuse("A happy cat.", profile, personalization=1.0, quality="blurry")
    assert fusion.prompt == "A happy cat, black line art, pastel colours, with heart"
    assert fusion.negative == "skull, blurry"
    plain = fuse("A happy cat.", profile, personalization=0.0)
    assert (plain.prompt, plain.negative) == ("A happy cat", "")


def test_somebody_who_only_views_is_known_a_little() -> None:
    views = tuple(replace(event, event="view") for event in history(LIKED).interactions)
    seen = History(user="ana", interactions=views)
    profile = ConceptProfiler(encoder=ShapeEncoder, looks=LOOKS)(seen, edits=(), gallery=GALLERY)
    liked = ConceptProfiler(encoder=ShapeEncoder, looks=LOOKS)(
        history(LIKED), edits=(), gallery=GALLERY
    )
    assert 0 < profile["sky"].weight < liked["sky"].weight
