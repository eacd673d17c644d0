"""Where every irregularity of a drawing comes from."""

from __future__ import annotations

from random import Random


def chance(*words: object) -> Random:
    """A random source that the words alone determine, on every machine and in every run."""
    return Random(" ".join(str(word) for word in words))  # noqa: S311 - drawings are no secret
