"""Recent: made once, the oldest let go."""

from __future__ import annotations

from studio.recent import Recent


def test_the_latest_are_kept() -> None:
    made: list[str] = []
    recent: Recent[str, str] = Recent(2)

    def ask(key: str) -> str:
        def make() -> str:
            made.append(key)
            return key.upper()

        return recent(key, make)

    assert [ask(key) for key in "abab"] == list("ABAB")
    assert made == ["a", "b"]
    ask("a")
    ask("c")  # b was asked for longest ago
    assert [ask(key) for key in "ac"] == ["A", "C"]
    assert made == ["a", "b", "c"]
    ask("b")
    assert made == ["a", "b", "c", "b"]


def test_what_is_forgotten_is_made_again() -> None:
    recent: Recent[str, object] = Recent(4)
    first = recent("a", object)
    assert recent("a", object) is first
    recent.forget("a")
    recent.forget("never there")
    assert recent("a", object) is not first
