"""kill -9 of the server, again and again, while jobs are queued: each ends once, none is lost."""

from __future__ import annotations

import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from app.jobs import Queue
from studio import Studio
from tests.app.api.conftest import server_on
from tests.app.jobs.conftest import PEOPLE, wait

KILLS = 10
JOBS = 20
ONE_ENDS_S = 240
"""From a server's start to the end of its first job, or from one job's end to the next one's, on a
machine that does much else: all libraries are imported, all models read."""


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_jobs_outlive_the_server(furnished: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(furnished, tmp_path / "home"))
    chance = random.Random(4)
    with Studio.open(home) as studio:
        queue = Queue(studio)
        jobs = [
            queue.generate(PEOPLE[at % 3], "a happy cat", seed=at, size=2) for at in range(JOBS)
        ]

        def over() -> int:
            return sum(queue.get(job.user, job.job_id).is_over for job in jobs)

        for kill in range(KILLS):
            with server_on(home, "--api-only") as server:
                before = over()
                if kill % 3 == 1:  # else while it still starts or loads
                    wait(lambda before=before: over() > before, within_s=ONE_ENDS_S)
                time.sleep(chance.random())
                server.process.send_signal(signal.SIGKILL)
                server.process.wait()
        assert over() < JOBS, "killed too late to tell"
        with server_on(home, "--api-only"):
            while (before := over()) < JOBS:  # it may take long, but something must come of it
                wait(lambda before=before: over() > before, within_s=ONE_ENDS_S)
        ended = [queue.get(job.user, job.job_id) for job in jobs]
        assert [job.state for job in ended] == ["done"] * JOBS
        assert len({job.slate_id for job in ended}) == JOBS
        kept = {row.slate_id for name in PEOPLE for row in studio.store.slates(name)}
        assert kept == {job.slate_id for job in ended}
        assert queue.jobs.running() == []
        assert max(job.attempts for job in ended) == 1  # taken up again, not begun anew


@pytest.mark.slow
def test_a_server_told_to_end_leaves_its_job_to_the_next(furnished: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(furnished, tmp_path / "home"))
    with Studio.open(home) as studio:
        queue = Queue(studio)
        job = queue.generate("ana", "a happy cat", size=16, routes=("create",))
        with server_on(home, "--api-only") as server:
            wait(lambda: queue.get("ana", job.job_id).state == "running", within_s=120)
            server.process.send_signal(signal.SIGTERM)
            assert server.process.wait(60) == 0
        left = queue.get("ana", job.job_id)
        # Running: it was loading models, which cannot be interrupted; the next server takes it up.
        assert left.state in {"queued", "done", "running"}
