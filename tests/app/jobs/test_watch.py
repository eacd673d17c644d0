"""Who waits for a job hears of its end, and no later than asked."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest

from app.jobs.watch import JobWatch
from studio.errors import StoreError


class Board:
    """Jobs that are over when taken off it; counts how often it was looked at."""

    def __init__(self, *going: str) -> None:
        self.going = set(going)
        self.looks = 0
        self.error: Exception | None = None

    def unfinished(self, job_ids: Sequence[str]) -> set[str]:
        self.looks += 1
        if self.error is not None:
            raise self.error
        return self.going.intersection(job_ids)


def test_all_who_wait_hear_of_it_after_one_look() -> None:
    board = Board("one", "two")

    async def lived() -> None:
        watch = JobWatch(board)  # type: ignore[arg-type]
        waits = [asyncio.create_task(watch.over(job, seconds=30)) for job in ("one",) * 50]
        other = asyncio.create_task(watch.over("two", seconds=0.5))
        await asyncio.sleep(0.2)
        assert not any(wait.done() for wait in waits)
        board.going.discard("one")
        await asyncio.gather(*waits)
        assert not other.done()
        began = time.monotonic()
        await other
        assert time.monotonic() - began < 5
        assert not watch._waiting

    asyncio.run(lived())
    assert board.looks < 20


def test_what_is_over_or_unknown_is_not_waited_for() -> None:
    async def lived() -> None:
        watch = JobWatch(Board())  # type: ignore[arg-type]
        began = time.monotonic()
        await watch.over("gone", seconds=30)
        await watch.over("gone", seconds=0)
        assert time.monotonic() - began < 5

    asyncio.run(lived())


def test_a_store_that_fails_is_told_and_looked_at_again() -> None:
    board = Board("one")

    async def lived() -> None:
        watch = JobWatch(board)  # type: ignore[arg-type]
        board.error = StoreError("locked")
        with pytest.raises(StoreError, match="locked"):
            await watch.over("one", seconds=30)
        began = time.monotonic()
        late = asyncio.create_task(watch.over("one", seconds=30))
        board.error = None
        board.going.clear()
        await late
        assert time.monotonic() - began < 5

    asyncio.run(lived())


def test_one_who_goes_away_leaves_the_others_waiting() -> None:
    board = Board("one")

    async def lived() -> None:
        watch = JobWatch(board)  # type: ignore[arg-type]
        gone, stays = (asyncio.create_task(watch.over("one", seconds=30)) for _ in range(2))
        await asyncio.sleep(0.15)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        board.going.clear()
        await stays

    asyncio.run(lived())


def test_one_loop_after_another() -> None:
    board = Board("one")
    watch = JobWatch(board)  # type: ignore[arg-type]
    asyncio.run(watch.over("one", seconds=0.05))
    board.going.clear()
    asyncio.run(watch.over("one", seconds=5))
