"""The Prefer header (RFC 7240): whether and how long a client waits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header

LONGEST_S = 60
"""Seconds; a proxy between closes what is silent for longer."""
_WAIT = re.compile(r"(?:^|[,;\s])wait\s*=\s*\"?(\d{1,6})\"?(?=$|[,;\s])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preference:
    """What the client would like."""

    is_async: bool
    """``respond-async``: a job will do for an answer."""
    wait_s: int
    """Seconds that it waits, at most ``LONGEST_S``; 0 where it says nothing."""

    @property
    def applied(self) -> dict[str, str]:
        """The header that says so."""
        parts = ["respond-async"] if self.is_async else []
        parts += [f"wait={self.wait_s}"] if self.wait_s else []
        return {"Preference-Applied": ", ".join(parts)} if parts else {}


def preference_of(
    prefer: Annotated[
        str | None,
        Header(
            description="`respond-async`: answer with the job; `wait=N`: after up to N seconds, "
            f"at most {LONGEST_S}, as soon as the job is over."
        ),
    ] = None,
) -> Preference:
    """What the header says; what it says of other things is not for us."""
    told = (prefer or "").lower()
    found = _WAIT.search(told)
    return Preference(
        is_async="respond-async" in told,
        wait_s=min(LONGEST_S, int(found[1])) if found else 0,
    )


Prefers = Annotated[Preference, Depends(preference_of)]
