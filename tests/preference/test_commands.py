from __future__ import annotations

import pytest

from preference.commands import PhraseCommander, parse
from studio.errors import BadText
from studio.profile import Concept, Profile

PROFILE = Profile(
    user="ana",
    concepts=(
        Concept(name="black line art", weight=0.8, confidence=0.9, kind="look"),
        Concept(name="pink", weight=0.6, confidence=0.9, kind="colour"),
    ),
)


@pytest.mark.parametrize(
    ("words", "changes"),
    [
        ("more pastel, never skulls", {"pastel": 0.5, "skull": -1.0}),
        ("less pink", {"pink": 0.1}),
        ("more pink", {"pink": 1.0}),
        ("no text please", {"text": -1.0}),
        ("I love line art", {"black line art": 1.0}),
        ("forget cats", {"cat": 0.0}),
        ("More pastel and blue!", {"pastel": 0.5, "blue": 0.5}),
        ("never skulls or blood and more cats", {"skull": -1.0, "blood": -1.0, "cat": 0.5}),
        ("blue instead of red", {"blue": 0.5, "red": -0.5}),
        ("I don't like dogs; I hate spiders", {"dog": -0.7, "spider": -1.0}),
        ("too dark", {"dark": -0.5}),
        ("not so dark please", {"dark": -0.5}),
        ("more black and white", {"mono": 0.5}),
        ("I’d like more flowers, but no people", {"flower": 0.5, "person": -1.0}),
        ("skulls are awful", {"skull": -0.7}),
        ("pastel", {"pastel": 0.5}),
        ("more teal, then less teal", {"teal": -0.5}),
        ("my favourite colour is green", {"green": 1.0}),
        ("no more cats, please!", {"cat": -1.0}),
    ],
)
def test_sentences(words: str, changes: dict[str, float]) -> None:
    assert dict(parse(words, profile=PROFILE)) == changes


@pytest.mark.parametrize(
    "words", ["", "What's the weather", "more", "please", "🙂🙂", "love it", "!!"]
)
def test_what_is_not_understood_is_said_with_examples(words: str) -> None:
    with pytest.raises(BadText, match="more pastel, never skulls"):
        PhraseCommander()(words, profile=PROFILE)


def test_edits_carry_the_words_and_share_a_turn() -> None:
    (edit,) = PhraseCommander()("less pink", profile=PROFILE)
    assert (edit.concept, edit.source, edit.words) == ("pink", "said", "less pink")
    first, second = PhraseCommander()("more pastel, never skulls", profile=PROFILE)
    assert first.turn == second.turn != edit.turn
    (later,) = PhraseCommander()("less pink", profile=Profile(user="ana"))
    assert later.turn != edit.turn


def test_weights_stay_in_range() -> None:
    for words in ("more pink, more pink, more pink", "less sad and gloomy things, too sad"):
        assert all(-1 <= weight <= 1 for _, weight in parse(words, profile=PROFILE))


def test_a_long_sentence_is_read_in_good_time() -> None:
    parse("more " * 2000 + "a" * 5000 + ", never skulls " * 200, profile=PROFILE)
