"""Feedback: what a person says of what was shown."""

from __future__ import annotations

from dataclasses import dataclass

VERBS = ("like", "dislike", "choose", "prefer", "say")


@dataclass(frozen=True, slots=True, kw_only=True)
class Feedback:
    """One act of feedback. ``studio.loop.learn`` turns it into interactions and edits."""

    user: str
    verb: str
    """One of ``VERBS``."""
    subject: str = ""
    """Item or candidate id; for ``say`` empty."""
    over: str = ""
    """``prefer``: the id of the rejected one."""
    slate_id: str = ""
    words: str = ""
    """A note, or what was said."""
    timestamp: float = 0.0
    """Seconds since the epoch, UTC."""
