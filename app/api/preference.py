"""The Prefer header (RFC 7240): whether and how long a client waits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

LONGEST_S = 60
"""Seconds; a proxy between closes what is silent for longer."""
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What the client would like."""

    is_async: bool
    """``respond-async``: a job will do for an answer."""
    wait_s: int
    """Seconds that it waits, at most ``LONGEST_S``; 0 where it says nothing."""


def preference_of(
    prefer: Annotated[
        list[str] | None,
        Header(
            description="`respond-async`: answer with the job; `wait=N`: after up to N seconds, "
            f"at most {LONGEST_S}, as soon as the job is over."
        ),
    ] = None,
) -> Preference:
    """What the header says; what it says of other things is not for us."""
    told = _QUOTED.sub(_bare, ",".join(prefer or ()).lower())
    names = [one.partition(";")[0].strip() for one in told.split(",")]
    waits = [name.partition("=")[2].strip() for name in names if re.match(r"wait\s*=", name)]
    seconds = re.fullmatch("[0-9]{1,18}", waits[0]) if waits else None
    return Preference(
        is_async="respond-async" in names,
        wait_s=min(LONGEST_S, int(seconds.group())) if seconds else 0,
    )


def _bare(quoted: re.Match[str]) -> str:
    """A quoted number without its quotes; any other quoted text is not for us."""
    inner = quoted.group()[1:-1]
    return inner if inner.isdecimal() else ""


Prefers = Annotated[Preference, Depends(preference_of)]
