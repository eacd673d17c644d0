"""Serving: what one running server shares between its API, its pages and its worker."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.jobs.watch import JobWatch
from studio.errors import ConfigError

if TYPE_CHECKING:
    from app.access import Access
    from app.jobs import Queue
    from app.keys import ApiKeys
    from studio import Studio
    from studio.config import WebSettings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Serving:
    """One home, open for as long as the server runs."""

    studio: Studio
    queue: Queue
    access: Access
    keys: ApiKeys
    watch: JobWatch = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "watch", JobWatch(self.queue.jobs))

    @property
    def settings(self) -> WebSettings:
        """``[web]`` of ``studio.toml``."""
        return self.studio.config.web


_now: list[Serving] = []


def begin(serving: Serving) -> None:
    """Make this what ``serving()`` answers: Streamlit runs the pages and hands them nothing."""
    _now[:] = [serving]


def end() -> None:
    """Nothing is served any more."""
    _now.clear()


def serving() -> Serving:
    """What this process serves; ConfigError where no server runs in it."""
    if not _now:
        raise ConfigError("no server runs in this process; start one with `bespoke web`")
    return _now[0]
