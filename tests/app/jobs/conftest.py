"""A home with a catalogue of a few drawings and three people, whose jobs take a moment each."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.jobs import Job, Queue
from app.jobs.worker import Worker
from studio import Studio
from tests.app.drawings import PEOPLE, furnish


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("furnished"))


@pytest.fixture
def studio(furnished: Path, tmp_path: Path) -> Iterator[Studio]:
    shutil.copytree(furnished, tmp_path / "home")
    with Studio.open(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def queue(studio: Studio) -> Queue:
    return Queue(studio)


@pytest.fixture
def worker(queue: Queue) -> Iterator[Worker]:
    one = Worker(queue)
    one.start()
    yield one
    one.stop()


def wait(of: Callable[[], bool], *, within_s: float = 60.0) -> None:
    """Until ``of()`` is true; fails after ``within_s``."""
    until = time.monotonic() + within_s
    while not of():
        assert time.monotonic() < until, "waited too long"
        time.sleep(0.02)


def ended(queue: Queue, job: Job) -> Job:
    """The job once it is over."""
    wait(lambda: queue.get(job.user, job.job_id).is_over)
    return queue.get(job.user, job.job_id)


__all__ = ["PEOPLE", "ended", "wait"]
