"""Words of people stay words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.inert import plain


@pytest.mark.parametrize(
    "attack",
    [
        "![x](http://evil.example/p.png)",
        "[click](javascript:alert(1))",
        "<script>alert(1)</script>",
        ":red[hot] :material/home: $x^2$",
        "# heading",
        "- list",
        "`code`",
    ],
)
def test_signs_of_markdown_are_escaped(attack: str) -> None:
    shown = plain(attack)
    for at, char in enumerate(shown):
        if char in "`*_[]()#<>$:!":
            assert shown[at - 1] == "\\", shown


def test_bare_addresses_are_broken() -> None:
    assert "://" not in plain("http://evil.example").replace("\\", "")
    assert "www." not in plain("www.evil.example").replace("\\", "")
    assert "a@b" not in plain("a@b.example").replace("\\", "")


def test_long_words_are_cut() -> None:
    assert plain("abcdef", longest=4) == "abc…"
    assert plain("a\n b") == "a b"


@given(st.text(max_size=60))
def test_what_is_read_is_what_was_written(text: str) -> None:
    """Taking the escapes off again gives the words, white space folded."""
    shown = plain(text).replace("\u2060", "")
    read, escaped = "", False
    for char in shown:
        if char == "\\" and not escaped:
            escaped = True
            continue
        read, escaped = read + char, False
    assert read == " ".join(text.replace("\u2060", "").split())
