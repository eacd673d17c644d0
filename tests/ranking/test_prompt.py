"""Prompt: nearer to what was asked than to unrelated words."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ranking.checks.prompt import (
    PromptCheck,
    PromptOptions,
    brief,
    deviations,
    graded,
    standings,
    vouched,
    weighed,
)
from studio import testing
from studio.candidate import Candidate
from studio.errors import ModelError
from studio.fidelity import Finding
from studio.guidance import Guidance
from tests.ranking.world import COLOURS, ENCODER, Shelf, candidate, guidance, history, sticker

OPTIONS = PromptOptions(floor=0.5, contrast_floor=1.0, fewest=6)


def shelf() -> Shelf:
    made = Shelf()
    for colour in COLOURS:
        for shape in ("disc", "bar"):
            made.put(f"{colour} {shape}", sticker(colour, shape))
    return made


def scores(asked: Guidance, gallery: Shelf) -> dict[str, Finding]:
    found = PromptCheck(OPTIONS, encoder=lambda: ENCODER)(
        [candidate(sticker(colour), name=colour) for colour in COLOURS],
        guidance=asked,
        history=history(),
        gallery=gallery,
    )
    return dict(zip(COLOURS, found, strict=True))


@pytest.mark.parametrize("gallery", [shelf(), Shelf()])
def test_what_was_asked_scores_highest(gallery: Shelf) -> None:
    for colour in COLOURS:
        found = scores(guidance(f"a {colour} thing"), gallery)
        assert max(found, key=lambda name: found[name].score) == colour
        assert found[colour].passed
        assert found[colour].reason == f"shows “a {colour} thing”"


def test_something_else_fails_in_words() -> None:
    found = scores(guidance("a green thing"), shelf())
    assert not found["red"].passed
    assert found["red"].reason == "does not look like “a green thing”"


def test_a_reference_counts_as_asked() -> None:
    target_D = ENCODER.images([sticker("blue")])[0]
    found = scores(guidance("it", target_D=target_D), shelf())
    assert max(found, key=lambda name: found[name].score) == "blue"


def test_captions_vouch_for_what_was_retrieved() -> None:
    gallery = shelf()
    source = gallery.put("a sleepy dog", sticker("red"))
    shown = replace(candidate(sticker("red")), route="retrieve", source_item=source.item_id)

    def said(one: Candidate, words: str) -> float | None:
        return vouched(one, words, gallery=gallery, owner="")

    assert said(shown, "sleepy dogs") == 1
    gallery.put("a dog asleep", sticker("blue"))
    thing, mood = said(shown, "a happy dog"), said(shown, "a sleepy cat")
    assert thing is not None
    assert mood is not None
    assert 0 < mood < 0.5 < thing < 1
    assert said(shown, "a cat") == 0
    assert said(replace(shown, route="edit"), "sleepy dogs") == pytest.approx(0.75)
    assert said(replace(shown, route="create", source_item=""), "sleepy dogs") is None
    assert (weighed(0.8, None), weighed(0.8, 1.0)) == (0.8, 1.0)
    assert weighed(0.8, 0.5) == pytest.approx(0.8)
    assert weighed(0.8, 0.75) == pytest.approx(0.9)
    assert weighed(0.8, 0.25) == pytest.approx(0.64)
    assert weighed(0.8, 0.0) < 0.5 < weighed(0.9, 0.0)
    check = PromptCheck(OPTIONS, encoder=lambda: ENCODER)
    told, _ = check(
        [shown, replace(shown, route="create", source_item="")],
        guidance=guidance("a sleepy dog"),
        history=history(),
        gallery=gallery,
    )
    assert told.passed


def test_standings_by_hand() -> None:
    vectors_ND = np.array([[1.0, 0.0], [0.0, 1.0], [0.6, 0.8]], np.float32)
    found = standings(
        vectors_ND,
        target_D=np.array([1.0, 0.0], np.float32),
        mean_D=np.array([0.2, 0.5], np.float32),
        best=0.7,
    )
    assert found == pytest.approx([(1 - 0.2) / 0.5, -0.2 / 0.5, (0.6 - 0.2) / 0.5])


def test_deviations_by_hand() -> None:
    vectors_ND = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
    contrasts_JD = np.array([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]], np.float32)
    target_D = np.array([1.0, 0.0], np.float32)
    first, second = deviations(vectors_ND, target_D=target_D, contrasts_JD=contrasts_JD)
    assert first == pytest.approx(1 / np.sqrt(2 / 3))  # contrasts 1, -1, 0: mean 0, deviation √⅔
    assert second == pytest.approx(0)


def test_graded_by_hand() -> None:
    assert graded(0.3, floor=0.3, slope=9) == 0.5
    assert graded(1.3, floor=0.3, slope=np.log(3)) == pytest.approx(0.75)
    assert 0 < graded(-1e9, floor=0, slope=1) < graded(1e9, floor=0, slope=1) <= 1


def test_small_catalogue_is_no_measure() -> None:
    few = Shelf()
    few.put("red disc", sticker("red"))
    assert scores(guidance("a red thing"), few) == scores(guidance("a red thing"), Shelf())
    assert scores(guidance("a red thing"), shelf()) != scores(guidance("a red thing"), Shelf())


def test_brief_cuts_at_a_space() -> None:
    assert brief("a  happy\ncat") == "a happy cat"
    assert brief("a very long wish", longest=8) == "a very …"


def test_candidate_without_embedding_is_refused() -> None:
    bare = replace(candidate(sticker()), embedding_D=None)
    with pytest.raises(ModelError):
        PromptCheck(OPTIONS, encoder=lambda: ENCODER)(
            [bare], guidance=guidance(), history=history(), gallery=Shelf()
        )


def test_contract() -> None:
    testing.check_check(
        PromptCheck(OPTIONS, encoder=lambda: ENCODER),
        candidates=[candidate(sticker("red")), candidate(sticker("green"))],
        guidance=guidance(),
        history=history(),
        gallery=shelf(),
    )
