"""The worker on a tiny real model: jobs end, stop on demand, and land once."""

from __future__ import annotations

import io
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.jobs import Queue
from app.jobs.work import landed_slate
from app.jobs.worker import Progress, Worker
from studio import Studio
from studio.errors import StoreLocked
from studio.progress import Step
from tests.app.jobs.conftest import PEOPLE, ended, wait

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(furnished, tmp_path_factory.mktemp("worker") / "home"))


@pytest.fixture(scope="module")
def queue(home: Path) -> Iterator[Queue]:
    """One studio, its models loaded once, for every test here."""
    with Studio.open(home) as studio:
        yield Queue(studio)


@pytest.fixture
def worker(queue: Queue) -> Iterator[Worker]:
    one = Worker(queue)
    one.start()
    yield one
    one.stop()


def test_a_job_ends_with_a_slate(queue: Queue, worker: Worker) -> None:
    jobs = [queue.generate(name, "a happy cat", size=2, seed=7) for name in PEOPLE]
    for job in jobs:
        done = ended(queue, job)
        assert (done.state, done.attempts, done.fraction) == ("done", 1, 1.0)
        document = queue.studio.user(job.user).slate(done.slate_id)
        assert document["request"]["seed"] == 7
        assert document["user"] == job.user


def test_references_and_mask_reach_the_loop(queue: Queue, worker: Worker) -> None:
    pictures = []
    for colour in ("red", "white"):
        buffer = io.BytesIO()
        Image.new("RGB", (16, 16), colour).save(buffer, "PNG")
        pictures.append(buffer.getvalue())
    job = queue.generate(
        "ana", "a blue cat", references=pictures[:1], mask=pictures[1], routes=("edit",), size=1
    )
    done = ended(queue, job)
    assert done.state == "done", done.error
    request = queue.studio.user("ana").slate(done.slate_id)["request"]
    assert (request["references"], request["mask"]) == (
        job.arguments["references"],
        job.arguments["mask"],
    )


def test_what_cannot_be_done_fails_with_its_reason(queue: Queue, worker: Worker) -> None:
    job = queue.generate("ana", "a cat", routes=("retrieve",))
    broken = queue._submit("ana", "knit", {}, digest="d", pictures=[], priority=0, key="")
    assert ended(queue, job).state == "done"
    failed = ended(queue, broken)
    assert (failed.state, failed.error_type) == ("failed", "InputError")
    assert "knit" in failed.error


def stopped_at_a_step(queue: Queue, act: str) -> str:
    """Submit a job of many steps and act on it once it draws."""
    job = queue.generate("ana", "a happy cat", size=16, routes=("create",))
    wait(lambda: queue.get("ana", job.job_id).state == "running")
    getattr(queue, act)("ana", job.job_id)
    return job.job_id


def test_a_running_job_is_cancelled_at_its_next_step(queue: Queue, worker: Worker) -> None:
    before = len(queue.studio.store.slates("ana"))
    job_id = stopped_at_a_step(queue, "cancel")
    done = ended(queue, queue.get("ana", job_id))
    assert (done.state, done.slate_id) == ("cancelled", "")
    assert len(queue.studio.store.slates("ana")) == before


def test_a_paused_job_begins_anew(queue: Queue, worker: Worker) -> None:
    job_id = stopped_at_a_step(queue, "pause")
    wait(lambda: queue.get("ana", job_id).state == "paused")
    queue.resume("ana", job_id)
    done = ended(queue, queue.get("ana", job_id))
    assert (done.state, done.attempts) == ("done", 2)


def test_a_server_that_stops_leaves_the_job_to_the_next(queue: Queue) -> None:
    worker = Worker(queue)
    worker.start()
    job = queue.generate("ana", "a happy cat", size=16, routes=("create",))
    wait(lambda: queue.get("ana", job.job_id).state == "running")
    worker.stop()
    assert queue.get("ana", job.job_id).state in {"queued", "done"}
    following = Worker(queue)
    following.start()
    assert ended(queue, job).state == "done"
    following.stop()


def test_one_worker_a_home(queue: Queue, worker: Worker) -> None:
    with Studio.open(queue.studio.home) as other, pytest.raises(StoreLocked, match="another"):
        Worker(Queue(other)).start()


def test_a_slate_that_landed_before_a_crash_is_not_made_again(queue: Queue) -> None:
    """As after kill -9 between slate and job, with something liked in the meantime."""
    queue.hold()
    job = queue.generate("ben", "a happy dog", size=1, seed=3)
    queue.release()
    row = queue.jobs.claim()
    assert row is not None
    slate = queue.studio.user("ben").personalize("a happy dog", size=1, seed=3)
    queue.studio.user("ben").dislike(queue.studio.catalog.list(limit=6)[5].item_id)
    assert landed_slate(queue.studio, row) == slate.slate_id
    before = len(queue.studio.store.slates("ben"))
    worker = Worker(queue)
    worker.start()
    assert ended(queue, job).slate_id == slate.slate_id
    worker.stop()
    assert len(queue.studio.store.slates("ben")) == before


def test_a_person_who_is_deleted_takes_the_job_along(queue: Queue, worker: Worker) -> None:
    queue.studio.user("dora")
    job = queue.generate("dora", "a happy cat", size=16, routes=("create",))
    wait(lambda: queue.get("dora", job.job_id).state == "running")
    queue.studio.user("dora").delete()
    wait(lambda: not queue.jobs.running())
    after = queue.generate("ana", "a cat", routes=("retrieve",))
    assert ended(queue, after).state == "done"
    assert "dora" not in queue.studio.users()


def test_previews_come_evenly(queue: Queue) -> None:
    queue.hold()
    job = queue.generate("ana", "a cat", looks=3)
    queue.release()
    row = queue.jobs.claim()
    assert row is not None
    watch = Progress(queue, row, threading.Event())
    looked: list[int] = []

    def at(step: int) -> Image.Image:
        looked.append(step)
        return Image.new("RGB", (4, 4), (step, 0, 0))

    for step in range(1, 21):
        watch.tell(Step(stage="create", done=step, total=20, look=lambda at_=step: at(at_)))
    assert looked == [5, 10, 15]
    assert queue.previews.read(job.job_id, 2) is not None
    queue.jobs.finish(job.job_id, state="cancelled")


def test_a_picture_is_the_same_with_and_without_looking(queue: Queue) -> None:
    """Previews read the latents and change nothing of what is made."""
    ana = queue.studio.user("ana")
    seen: list[Image.Image | None] = []

    def look(step: Step) -> None:
        if step.look is not None:
            seen.append(step.look())

    plain = ana.personalize("a fox", seed=5, size=2, routes=("create",))
    looked = ana.personalize("a fox", seed=5, size=2, routes=("create",), on_progress=look)
    assert any(isinstance(picture, Image.Image) for picture in seen)
    assert [one.image.tobytes() for one in plain] == [one.image.tobytes() for one in looked]
