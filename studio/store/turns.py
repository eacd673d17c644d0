"""Turns: everybody who waits gets the same share of the worker's time.

By start-time fair queueing (Goyal, Vin and Cheng, SIGCOMM 1996): every person has an
account of worker seconds. A job is begun at its person's account, or at the clock (where the job
begun last started) where that is more; when it ends, the account stands where the job did plus the
seconds it took. Of the people who wait the one with the least is next. So between any two who both
have work waiting, the seconds they got never differ by more than their two longest jobs, whatever
they ask for; and whoever was away has saved nothing up.
"""

from __future__ import annotations

import math
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from studio.store import tables

_JOB = tables.jobs
LATEST = 50
"""Jobs that say how long a job takes."""
TIE = 1e-6
"""Jobs; a smaller difference is none."""


def people_waiting() -> Select[Any]:
    """Who waits, with how many jobs and where their next one begins; who is next comes first.

    At the same second, as in a new home, the one who was served longest ago.
    """
    waiting = (
        select(
            _JOB.c.user,
            func.count().label("waiting"),
            func.min(_JOB.c.row_id).label("first"),
        )
        .where(_JOB.c.state == "queued")
        .group_by(_JOB.c.user)
        .subquery()
    )
    mine = _JOB.c.user == waiting.c.user
    served = select(func.max(_JOB.c.started)).where(mine).scalar_subquery()
    account = select(func.max(_JOB.c.charged_to)).where(mine).scalar_subquery()
    clock = select(func.max(_JOB.c.charged_from)).scalar_subquery()
    begins = case((account > clock, account), else_=clock).label("begins")
    return select(waiting.c.user, waiting.c.waiting, begins).order_by(
        begins, func.coalesce(served, 0.0), waiting.c.first
    )


def mean_length() -> Select[Any]:
    """Mean seconds of the jobs that ended last; NULL where none did."""
    spent = (_JOB.c.charged_to - _JOB.c.charged_from).label("spent")
    took = _JOB.c.charged_to > _JOB.c.charged_from
    latest = select(spent).where(took).order_by(_JOB.c.charged_from.desc()).limit(LATEST)
    return select(func.avg(latest.subquery().c.spent))


def ahead(connection: Connection, user: str, count: int) -> list[int]:
    """How many jobs of anybody are begun before each of the person's first ``count`` queued ones.

    A job that runs counts as if it had taken what jobs take. All 0 where the person's last one was
    begun since they were counted.
    """
    if not count:
        return []
    length_s = connection.scalar(mean_length()) or 1.0
    served = set(connection.scalars(select(_JOB.c.user).where(_JOB.c.state == "running")))
    people = [
        (row.begins + length_s * (row.user in served), row.user, row.waiting)
        for row in connection.execute(people_waiting())
    ]
    people.sort(key=lambda one: (one[0], one[1] in served))
    turn = next((place for place, one in enumerate(people) if one[1] == user), None)
    if turn is None:
        return [0] * count
    return [
        at
        + sum(
            before(
                at,
                waiting=waiting,
                behind=(people[turn][0] - begins) / length_s,
                is_first=place < turn,
            )
            for place, (begins, _, waiting) in enumerate(people)
            if place != turn
        )
        for at in range(count)
    ]


def before(at: int, *, waiting: int, behind: float, is_first: bool) -> int:
    """How many of somebody's ``waiting`` jobs are begun before one's own job number ``at``, from 0.

    ``behind``: by how many jobs one's own next job begins later than theirs; ``is_first``: whether
    they are next where that is nothing. At other ties goes first whoever had more to begin with,
    since the other one has just been served.
    """
    whole = round(behind)
    if abs(behind - whole) < TIE:
        wins = is_first if whole == 0 else whole < 0
        return max(0, min(waiting, at + whole + wins))
    return max(0, min(waiting, at + math.ceil(behind)))
