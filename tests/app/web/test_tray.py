"""The rows of the tray: each job once, whatever ends between two looks."""

from __future__ import annotations

from app.jobs import Job
from app.web.components.tray import SHOWN, placed


def job(job_id: str, state: str = "queued") -> Job:
    return Job(job_id=job_id, user="ana", kind="generate", state=state)


def ids(rows: list[Job]) -> list[str]:
    return [row.job_id for row in rows]


def test_what_ended_keeps_its_place_and_open_ones_follow_the_queue() -> None:
    rows = placed(["a", "b", "c"], [job("c"), job("a"), job("d")], ended=[job("b", "done")])
    assert ids(rows) == ["c", "b", "a", "d"]


def test_a_job_that_ends_between_two_looks_has_one_row() -> None:
    rows = placed(["a"], [job("a", "running"), job("b")], ended=[job("a", "done")])
    assert [(row.job_id, row.state) for row in rows] == [("a", "done"), ("b", "queued")]


def test_rows_that_stood_twice_heal() -> None:
    rows = placed(["a", "a", "b"], [job("b")], ended=[job("a", "done")])
    assert ids(rows) == ["a", "b"]


def test_few_that_ended_are_kept() -> None:
    over = [job(f"j{at}", "done") for at in range(SHOWN + 3)]
    assert ids(placed([one.job_id for one in over], [], ended=over)) == ids(over[3:])
