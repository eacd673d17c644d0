"""The worker's process beside the server's: killed, renewed, in want of disk, told to stop."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from app.jobs import Job, Queue
from studio import Studio
from tests.app.api.conftest import Server, server_on
from tests.app.jobs.conftest import wait

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
SOON_S = 120.0


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "home"))


@pytest.fixture
def queue(home: Path) -> Iterator[Queue]:
    with Studio.open(home) as studio:
        yield Queue(studio)


def worker_of(server: Server) -> psutil.Process:
    """The worker's process, once there is one."""
    found: list[psutil.Process] = []

    def is_there() -> bool:
        children = psutil.Process(server.process.pid).children()
        found[:] = [one for one in children if "app.jobs" in " ".join(one.cmdline())]
        return bool(found)

    wait(is_there, within_s=SOON_S)
    return found[0]


def is_running(queue: Queue, job: Job) -> bool:
    return queue.get(job.user, job.job_id).state == "running"


def is_over(queue: Queue, job: Job) -> bool:
    return queue.get(job.user, job.job_id).is_over


def test_a_worker_that_is_killed_is_started_again(home: Path, queue: Queue) -> None:
    jobs = [queue.generate("ana", "a happy cat", seed=seed, size=8) for seed in range(2)]
    with server_on(home, "--api-only") as server:
        for _ in range(2):
            wait(lambda: any(is_running(queue, job) for job in jobs), within_s=SOON_S)
            worker = worker_of(server)
            worker.kill()
            with server.http() as http:  # the server does not care
                assert http.get("/models").status_code == 200
            wait(lambda worker=worker: worker_of(server).pid != worker.pid, within_s=SOON_S)
        wait(lambda: all(is_over(queue, job) for job in jobs), within_s=SOON_S)
    ended = [queue.get("ana", job.job_id) for job in jobs]
    assert [(job.state, job.attempts) for job in ended] == [("done", 1)] * 2
    assert len(queue.studio.store.slates("ana")) == 2


def test_no_worker_outlives_its_server(home: Path, queue: Queue) -> None:
    with server_on(home, "--api-only") as server:
        worker = worker_of(server)
        server.process.send_signal(signal.SIGKILL)
        server.process.wait()
        worker.wait(20)
    job = queue.generate("ana", "a happy cat", size=1)
    with server_on(home, "--api-only") as server:  # both killed at once
        worker = worker_of(server)
        worker.kill()
        server.process.kill()
    with server_on(home, "--api-only"):
        wait(lambda: is_over(queue, job), within_s=SOON_S)
    assert queue.get("ana", job.job_id).state == "done"


def test_a_deleted_person_s_pictures_leave_with_the_worker(home: Path, queue: Queue) -> None:
    """What it read for them is in its memory: it ends, and another one goes on."""
    job = queue.generate("ben", "a happy dog", size=1)
    with server_on(home, "--api-only") as server:
        wait(lambda: is_over(queue, job), within_s=SOON_S)
        worker = worker_of(server)
        under_way = queue.generate("ana", "a happy cat", size=8)
        wait(lambda: is_running(queue, under_way), within_s=SOON_S)
        queue.studio.user("ben").delete()
        worker.wait(SOON_S)
        assert queue.get("ana", under_way.job_id).state == "done"
        after = queue.generate("cleo", "a happy fox", size=1)
        wait(lambda: is_over(queue, after), within_s=SOON_S)
        assert worker_of(server).pid != worker.pid
    assert [queue.get(job.user, job.job_id).attempts for job in (under_way, after)] == [1, 1]


def test_a_full_disk_stops_nothing_for_good(home: Path, queue: Queue) -> None:
    with server_on(home, "--api-only") as server:
        worker = worker_of(server)
        first = queue.generate("ana", "a happy cat", size=1)
        wait(lambda: is_over(queue, first), within_s=SOON_S)
        kept = resource.prlimit(worker.pid, resource.RLIMIT_FSIZE)
        job = queue.generate("ana", "a happy cat", size=8)
        wait(lambda: is_running(queue, job), within_s=SOON_S)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, (1, kept[1]))  # no byte more
        time.sleep(5)
        resource.prlimit(worker.pid, resource.RLIMIT_FSIZE, kept)
        wait(lambda: is_over(queue, job), within_s=SOON_S)
        after = queue.generate("ben", "a happy dog", size=1)
        wait(lambda: is_over(queue, after), within_s=SOON_S)
    assert queue.get("ben", after.job_id).state == "done"


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", "--home", str(home), "web", "--api-only", *words],
        check=False,
        capture_output=True,
        text=True,
        timeout=SOON_S,
    )


def test_a_second_server_on_a_home_says_so(home: Path, queue: Queue) -> None:
    with server_on(home, "--api-only") as server:
        second = run(home, "--port", "0")
        assert (second.returncode, second.stdout) == (1, "")
        assert "another server works on this home" in second.stderr
        assert second.stderr.count("\n") == 1
        job = queue.generate("ana", "a happy cat", size=1)
        wait(lambda: is_over(queue, job), within_s=SOON_S)
        assert worker_of(server).is_running()


def test_a_port_that_is_taken_is_named_at_once(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = run(home, "--port", str(other.getsockname()[1]))
    assert (told.returncode, told.stdout) == (2, "")
    assert "give another --port" in told.stderr
    assert told.stderr.count("\n") == 1


@pytest.mark.parametrize("after_s", [0.3, 1.5, None], ids=["importing", "starting", "serving"])
def test_ctrl_c_ends_both_without_a_word(home: Path, after_s: float | None) -> None:
    """As a terminal sends it: to every process that was started from it."""
    command = [sys.executable, "-m", "app.cli", "--home", str(home), "web", "--port", "0"]
    server = subprocess.Popen(
        [*command, "--api-only"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )
    assert server.stdout is not None
    if after_s is None:
        assert "Bespoke is at" in server.stdout.readline()
    else:
        time.sleep(after_s)
    children = psutil.Process(server.pid).children()
    os.killpg(server.pid, signal.SIGINT)
    _, told = server.communicate(timeout=SOON_S)
    assert server.returncode in (0, 130)
    assert "Traceback" not in told
    psutil.wait_procs(children, timeout=30)
    assert not any(one.is_running() for one in children)
