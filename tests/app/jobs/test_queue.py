"""The queue without a worker: what is put in, who is next, and who may see what."""

from __future__ import annotations

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from app.jobs import Job, Queue
from studio import Studio
from studio.errors import BadText, InputError, QuotaExceeded, UnknownName

PEOPLE = ("ana", "ben", "cleo")


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with Studio.open(tmp_path / "home") as opened:
        for name in PEOPLE:
            opened.user(name)
        yield opened


@pytest.fixture
def queue(studio: Studio) -> Queue:
    return Queue(studio)


def begun(queue: Queue) -> str:
    """The job that is next, begun and ended."""
    row = queue.jobs.claim()
    assert row is not None
    assert queue.jobs.finish(row.job_id, state="done", result={"slate_id": "s1"})
    return row.job_id


def png(side: int = 8) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_job_comes_back_as_it_was_asked(queue: Queue) -> None:
    job = queue.generate("ana", "  a  happy cat ", kind="poster", size=2, personalization=0.5)
    assert job.job_id.startswith("j")
    assert (job.state, job.is_over, job.slate_id, job.fraction) == ("queued", False, "", 0.0)
    assert job.arguments["instruction"] == "a happy cat"
    assert job.arguments["seed"] >= 0
    assert queue.get("ana", job.job_id) == job
    assert queue.list("ana") == queue.waiting("ana") == queue.unfinished("ana") == [job]


@pytest.mark.parametrize(
    "wrong",
    [
        {"instruction": " "},
        {"kind": "mug"},
        {"size": 17},
        {"seed": -1},
        {"routes": ("teleport",)},
        {"personalization": 3.0},
        {"priority": 101},
        {"references": (b"no picture",)},
        {"key": "x" * 300},
    ],
)
def test_what_cannot_be_made_is_refused_at_once(queue: Queue, wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        queue.generate("ana", **({"instruction": "a cat"} | wrong))  # type: ignore[arg-type]
    assert queue.list("ana") == []


def test_nobody_is_made_by_a_typo(queue: Queue) -> None:
    with pytest.raises(UnknownName):
        queue.generate("anna", "a cat")
    with pytest.raises(BadText):
        queue.generate("../x", "a cat")


def test_other_people_s_jobs_are_not_there(queue: Queue) -> None:
    job = queue.generate("ana", "a cat")
    acts = (
        queue.get,
        queue.cancel,
        queue.pause,
        queue.resume,
        queue.ahead,
        queue.preview,
        lambda user, job_id: queue.prioritize(user, job_id, priority=1),
        lambda user, job_id: queue.reorder(user, [job_id]),
    )
    for act in acts:
        with pytest.raises(UnknownName) as others:
            act("ben", job.job_id)
        with pytest.raises(UnknownName) as unknown:
            act("ben", "j0000000000000000")
        assert str(others.value) == str(unknown.value)
    assert queue.list("ben") == []
    assert queue.get("ana", job.job_id) == job


def test_people_take_turns(queue: Queue) -> None:
    theirs: dict[str, str] = {}
    for name, count in (("ana", 6), ("ben", 3), ("cleo", 1)):
        for _ in range(count):
            theirs[queue.generate(name, "a cat").job_id] = name
    order = [theirs[begun(queue)] for _ in range(10)]
    assert order == ["ana", "ben", "cleo", "ana", "ben", "ana", "ben", "ana", "ana", "ana"]
    assert queue.jobs.claim() is None


def test_shares_are_even_while_all_wait(queue: Queue) -> None:
    for name, count in (("ana", 40), ("ben", 20), ("cleo", 20)):
        for _ in range(count):
            queue.generate(name, "a cat")
    served: Counter[str] = Counter()
    for _ in range(45):
        row = queue.jobs.claim()
        assert row is not None
        served[row.user] += 1
        queue.jobs.finish(row.job_id, state="done")
    assert max(served.values()) - min(served.values()) <= 1


LENGTHS_S = {"ana": 0.5, "ben": 2.0, "cleo": 6.0}


def served(queue: Queue, *, until_s: float) -> Counter[str]:
    """Worker seconds a person while jobs are carried out, each as long as its person's are."""
    had: Counter[str] = Counter()
    while had.total() < until_s:
        row = queue.jobs.claim()
        assert row is not None
        spent = LENGTHS_S[row.user]
        had[row.user] += spent  # type: ignore[assignment]
        queue.jobs.finish(row.job_id, state="done", spent_s=spent)
    return had


def fill(queue: Queue, *people: str, count: int = 90) -> None:
    for name in people:
        for _ in range(count):
            queue.generate(name, "a cat")


def test_whoever_asks_for_more_gets_no_more_time(queue: Queue) -> None:
    """Of any two who wait neither is ahead by more than two of the longest jobs, at any time."""
    fill(queue, *PEOPLE)
    had: Counter[str] = Counter(dict.fromkeys(PEOPLE, 0))
    for _ in range(20):
        had += served(queue, until_s=6.0)
        assert max(had.values()) - min(had.values()) <= 2 * max(LENGTHS_S.values())
    mean = had.total() / len(had)
    assert all(abs(one - mean) <= 0.1 * mean for one in had.values())


def test_who_was_away_has_saved_nothing_up(queue: Queue) -> None:
    fill(queue, "ana")
    served(queue, until_s=10.0)
    fill(queue, "ben")
    assert served(queue, until_s=20.0)["ben"] == pytest.approx(10.0, abs=2.5)
    fill(queue, "cleo")
    had = served(queue, until_s=60.0)
    assert had["cleo"] == pytest.approx(20.0, abs=8.0)


def test_time_of_a_job_that_was_put_back_counts(queue: Queue) -> None:
    fill(queue, "ana", "ben", count=20)
    row = queue.jobs.claim()
    assert row is not None
    queue.jobs.finish(row.job_id, state="queued", spent_s=9.0)
    following = [queue.jobs.claim() for _ in range(4)]
    for one in following:
        assert one is not None
        assert one.user == "ben"
        queue.jobs.finish(one.job_id, state="done", spent_s=2.0)


def test_ahead_knows_of_the_time_people_had(queue: Queue) -> None:
    fill(queue, "ana", count=6)
    for _ in range(3):
        row = queue.jobs.claim()
        assert row is not None
        queue.jobs.finish(row.job_id, state="done", spent_s=1.0)
    fill(queue, "ben", count=5)
    jobs = [job for name in ("ana", "ben") for job in queue.waiting(name)]
    said = {job.job_id: queue.ahead(job.user, job.job_id) for job in jobs}
    order = []
    while (row := queue.jobs.claim()) is not None:
        order.append(row.job_id)
        queue.jobs.finish(row.job_id, state="done", spent_s=1.0)
    assert said == {job_id: place for place, job_id in enumerate(order)}


def test_ahead_knows_of_the_job_that_runs(queue: Queue) -> None:
    for name in ("ben", "ana", "ana", "ana", "ben"):
        fill(queue, name, count=1)
    served = queue.jobs.claim()
    assert served is not None
    queue.jobs.finish(served.job_id, state="done", spent_s=1.0)
    running = queue.jobs.claim()
    assert running is not None
    assert (served.user, running.user) == ("ben", "ana")
    standing = [*queue.standing("ana"), *queue.standing("ben")]
    said = {job.job_id: ahead for job, ahead in standing if job.state == "queued"}
    queue.jobs.finish(running.job_id, state="done", spent_s=1.0)
    order = []
    while (row := queue.jobs.claim()) is not None:
        order.append(row.job_id)
        queue.jobs.finish(row.job_id, state="done", spent_s=1.0)
    assert said == {job_id: place for place, job_id in enumerate(order)}


def test_a_paused_job_keeps_its_place(queue: Queue) -> None:
    ids = [queue.generate("ana", "a cat").job_id for _ in range(3)]
    queue.pause("ana", ids[1])
    standing = queue.standing("ana")
    assert [job.job_id for job, _ in standing] == ids
    assert [(job.state, ahead) for job, ahead in standing] == [
        ("queued", 0),
        ("paused", 0),
        ("queued", 1),
    ]


def test_priority_and_order_are_one_s_own(queue: Queue) -> None:
    first, second, third = (queue.generate("ana", "a cat").job_id for _ in range(3))
    other = queue.generate("ben", "a dog").job_id
    queue.prioritize("ana", third, priority=5)
    assert [job.job_id for job in queue.waiting("ana")] == [third, first, second]
    assert [job.job_id for job in queue.reorder("ana", [second, first])] == [third, second, first]
    assert [begun(queue) for _ in range(4)] == [third, other, second, first]


def test_ahead_is_what_then_happens(queue: Queue) -> None:
    jobs = [
        queue.generate(name, "a cat")
        for name, count in (("ana", 3), ("ben", 1), ("cleo", 2))
        for _ in range(count)
    ]
    said = {job.job_id: queue.ahead(job.user, job.job_id) for job in jobs}
    order = [begun(queue) for _ in jobs]
    assert said == {job_id: place for place, job_id in enumerate(order)}
    assert queue.ahead("ana", jobs[0].job_id) == 0


def test_a_key_that_comes_again_is_the_same_job(queue: Queue) -> None:
    job = queue.generate("ana", "a cat", key="k1")
    assert queue.generate("ana", "a cat", key="k1") == job
    assert queue.generate("ben", "a cat", key="k1").job_id != job.job_id
    with pytest.raises(InputError, match="another request"):
        queue.generate("ana", "a dog", key="k1")
    begun(queue)
    assert queue.generate("ana", "a cat", key="k1").state == "done"


def test_a_person_has_a_quota(studio: Studio) -> None:
    queue = Queue(studio, quota=2)
    first = queue.generate("ana", "a cat")
    queue.generate("ana", "a cat")
    with pytest.raises(QuotaExceeded):
        queue.generate("ana", "a cat")
    queue.generate("ben", "a cat")
    queue.cancel("ana", first.job_id)
    queue.generate("ana", "a cat")


def test_waiting_jobs_are_cancelled_paused_and_resumed(queue: Queue) -> None:
    gone, kept, last = (queue.generate("ana", "a cat") for _ in range(3))
    assert queue.cancel("ana", gone.job_id).state == "cancelled"
    assert queue.pause("ana", kept.job_id).state == "paused"
    assert begun(queue) == last.job_id
    assert queue.jobs.claim() is None
    assert queue.resume("ana", kept.job_id).state == "queued"
    assert begun(queue) == kept.job_id
    assert queue.cancel("ana", kept.job_id).state == "done"
    with pytest.raises(InputError, match="no longer waits"):
        queue.reorder("ana", [kept.job_id])


def test_a_running_job_is_asked(queue: Queue) -> None:
    job = queue.generate("ana", "a cat")
    row = queue.jobs.claim()
    assert row is not None
    assert queue.cancel("ana", job.job_id).wanted == "cancel"
    assert queue.jobs.tell(job.job_id, stage="create", done=1, total=4) == "cancel"
    assert queue.get("ana", job.job_id).fraction == 0.25
    assert queue.jobs.finish(job.job_id, state="cancelled")
    assert not queue.jobs.finish(job.job_id, state="done")  # a job ends once
    assert queue.get("ana", job.job_id).state == "cancelled"


def test_a_held_queue_begins_nothing_also_elsewhere(queue: Queue, studio: Studio) -> None:
    queue.generate("ana", "a cat")
    queue.hold()
    with Studio.open(studio.home) as other:
        assert Queue(other).is_held
    assert queue.jobs.claim() is None
    queue.release()
    assert queue.jobs.claim() is not None


def test_pages_walk_every_job_once(queue: Queue) -> None:
    jobs = {queue.generate("ana", "a cat").job_id for _ in range(7)}
    seen: list[Job] = []
    while page := queue.list("ana", before=seen[-1] if seen else None, limit=3):
        seen += page
    assert {job.job_id for job in seen} == jobs
    assert len(seen) == 7
    assert [job.created for job in seen] == sorted((job.created for job in seen), reverse=True)


def test_pictures_wait_with_their_job_and_go_with_their_person(
    queue: Queue, studio: Studio
) -> None:
    job = queue.generate("ana", "a cat", references=[png()], mask=png())
    (reference,) = job.arguments["references"]
    assert studio.store.unused([reference]) == []
    assert studio.blobs.get(reference) == png()
    studio.user("ana").delete()
    assert not studio.blobs.has(reference)
    with pytest.raises(UnknownName):
        queue.get("ana", job.job_id)
    assert queue.jobs.claim() is None


def test_ended_jobs_are_forgotten_in_time(queue: Queue) -> None:
    queue.generate("ana", "a cat")
    begun(queue)
    kept = queue.generate("ana", "a cat")
    assert queue.jobs.prune(before=queue.list("ana")[-1].ended + 1) == 1
    assert queue.list("ana") == [kept]


def test_previews_are_read_whole_and_dropped(queue: Queue) -> None:
    job = queue.generate("ana", "a cat")
    assert queue.preview("ana", job.job_id) is None
    for index in range(3):
        queue.previews.write(job.job_id, index, b"png%d" % index)
    assert queue.preview("ana", job.job_id) == b"png2"
    assert queue.previews.read(job.job_id, 1) == b"png1"
    queue.previews.drop(job.job_id)
    assert queue.preview("ana", job.job_id) is None


def test_an_export_holds_the_jobs_and_their_pictures(
    queue: Queue, studio: Studio, tmp_path: Path
) -> None:
    job = queue.generate("ana", "a cat", references=[png()])
    with zipfile.ZipFile(studio.user("ana").export(tmp_path / "ana.zip")) as archive:
        (exported,) = json.loads(archive.read("user.json"))["jobs"]
        assert exported["job_id"] == job.job_id
        assert exported["task"]["instruction"] == "a cat"
        (reference,) = job.arguments["references"]
        assert archive.read(f"references/{reference[:16]}.png") == png()
