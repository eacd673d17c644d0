from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from preference.concepts import ConceptProfiler, style_words
from preference.evidence import lift
from studio.errors import ModelError
from studio.history import History, Interaction
from studio.profile import Edit
from tests.preference.world import LOOKS, MemoryGallery, ShapeEncoder, filled, history, pick

GALLERY = filled()


def profiler() -> ConceptProfiler:
    return ConceptProfiler(encoder=ShapeEncoder, looks=LOOKS)


def test_lift_by_hand() -> None:
    # Four of four likes, base rate 1/2, two pseudo-likes: rate 5/6, lift (5/6 - 1/2) / (1/2) = 2/3.
    presence = np.ones((4, 1), np.float32)
    base = np.array([0.5], np.float32)
    found, sure = lift(presence, np.ones(4, np.float32), base, np.sqrt(base * (1 - base)))
    np.testing.assert_allclose(found, [2 / 3], rtol=1e-6)
    # z = (1 - 1/2) / (1/2 / sqrt 4) = 2; confidence (1 - exp(-1/2)) · 4 / 5.5.
    np.testing.assert_allclose(sure, [(1 - np.exp(-0.5)) * 4 / 5.5], rtol=1e-6)


def test_reads_look_and_theme_with_evidence() -> None:
    liked = pick(GALLERY, look="line", group="sky")[:10]
    profile = profiler()(history(liked), edits=(), gallery=GALLERY)
    look = profile["black line art"]
    assert look.kind == "look"
    assert look.weight > 0.5
    assert set(look.evidence) <= {item.item_id for item in liked}
    assert profile["sky"].kind == "subject"
    assert profile["sky"].weight > 0.5
    assert "toy" not in profile


def test_reads_colours_from_pixels_alone() -> None:
    gallery = MemoryGallery(ShapeEncoder())
    for item in GALLERY.held.values():
        gallery.add(GALLERY.image(item), source=item.source)
    liked = pick(gallery, look="flat", colour="pink")
    profile = profiler()(history(liked), edits=(), gallery=gallery)
    assert profile.concepts[0].kind == "colour"
    assert profile["pink"].weight > 0.5
    assert "blue" not in profile


def test_what_all_of_a_slate_show_is_not_disliked() -> None:
    liked = history(pick(GALLERY, subject="ball", look="flat")[:4]).interactions
    kites = pick(GALLERY, subject="kite", look="flat")
    shown = [
        Interaction(item=item, event=event, timestamp=100.0)
        for item, event in zip(kites, ("pass", "pass", "pass", "choose"), strict=False)
    ]
    apart = [replace(act, timestamp=100.0 + at) for at, act in enumerate(shown)]

    def kite(acts: list[Interaction]) -> float:
        seen = History(user="ana", interactions=(*liked, *acts))
        found = profiler()(seen, edits=(), gallery=GALLERY).concepts
        return next((one.weight for one in found if one.name == "kite"), 0.0)

    assert kite(shown) >= 0
    assert kite(apart) < 0  # three that were shown beside none speak against


def test_dislikes_speak_against() -> None:
    seen = history(pick(GALLERY, look="line")[:8], pick(GALLERY, look="flat", colour="red"))
    profile = profiler()(seen, edits=(), gallery=GALLERY)
    assert profile["flat colour"].weight < -0.3
    assert profile["red"].weight < -0.3
    assert profile["black line art"].weight > 0.3


def test_one_like_is_no_certainty_and_ten_are() -> None:
    liked = pick(GALLERY, look="line", group="sky")
    one = profiler()(history(liked[:1]), edits=(), gallery=GALLERY)
    ten = profiler()(history(liked[:10]), edits=(), gallery=GALLERY)
    assert all(concept.confidence < 0.5 for concept in one.concepts)
    assert ten["sky"].confidence > 0.6


def test_few_and_distinct() -> None:
    gallery = MemoryGallery(ShapeEncoder())
    for item in GALLERY.held.values():
        tags = (*item.tags, *(f"{tag} thing" for tag in item.tags), "shape")
        gallery.add(GALLERY.image(item), tags=tags, style=item.style, source=item.source)
    liked = pick(gallery, group="sky")[:20]
    profile = profiler()(history(liked), edits=(), gallery=gallery)
    names = [concept.name for concept in profile.concepts]
    assert "sky" in names
    assert "sky thing" not in names
    assert "shape" not in names
    assert len(names) <= 24


def test_hand_made_edits_win_and_zero_forgets() -> None:
    liked = pick(GALLERY, look="line", group="sky")[:10]
    edits = (
        Edit(concept="sky", weight=-1.0, source="set"),
        Edit(concept="pastel", weight=1.0, source="said"),
        Edit(concept="pastel", weight=0.5, source="said"),
        Edit(concept="black line art", weight=0.0, source="said"),
        Edit(concept="skulls", weight=-1.0, source="said"),
    )
    profile = profiler()(history(liked), edits=edits, gallery=GALLERY)
    assert (profile["sky"].weight, profile["sky"].source) == (-1.0, "set")
    assert (profile["pastel"].weight, profile["pastel"].kind) == (0.5, "colour")
    assert profile["skulls"].confidence == 1.0
    assert "black line art" not in profile


def test_notes_count() -> None:
    liked = pick(GALLERY, look="flat", colour="blue")[:3]

    def noted(note: str) -> float:
        events = tuple(
            Interaction(item=item, event="like", timestamp=float(at), note=note)
            for at, item in enumerate(liked)
        )
        profile = profiler()(History(user="a", interactions=events), edits=(), gallery=GALLERY)
        return profile["blue"].weight

    assert noted("the colours!") > noted("")


def test_the_same_twice_and_nothing_for_nobody() -> None:
    seen = history(pick(GALLERY, group="toy")[:7], pick(GALLERY, group="plant")[:3])
    assert profiler()(seen, edits=(), gallery=GALLERY) == profiler()(
        seen, edits=(), gallery=GALLERY
    )
    assert profiler()(History(user="bo"), edits=(), gallery=GALLERY).concepts == ()
    empty = MemoryGallery(ShapeEncoder())
    assert profiler()(History(user="bo"), edits=(), gallery=empty).concepts == ()


def test_style_words_know_drawn_looks_by_their_bare_name(tmp_path: Path) -> None:
    table = tmp_path / "styles.json"
    table.write_text(json.dumps({"noto": "shaded cartoon", "drawn_neon": "glowing neon"}))
    assert style_words(table)["neon"] == "glowing neon"
    table.write_text("{")
    with pytest.raises(ModelError, match="install Bespoke again"):
        style_words(table)
