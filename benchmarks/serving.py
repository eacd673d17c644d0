"""Serving: twenty people at once on loopback, on the bundled models; prints a table.

    python -m benchmarks.serving [--people 20] [--seconds 300] [--looks S] [--home DIR]

Each person has a page open and a program. The program keeps two requests for pictures in the queue
(every other person asks for two pictures at once, the rest for one) and waits until they are there
(``Prefer: wait``), or, with ``--looks``, looks at them every so many seconds;
the page goes from screen to screen and says what it likes, over the websocket that a browser would
use. A page's time is from the click to the last element. Shares are those of the worker's time,
read off the jobs that ended while everybody had work waiting.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil

from app.jobs import Queue
from benchmarks.visitor import Visitor
from studio import Studio

SCREENS = ("", "taste", "gallery", "rate")
THINKS_S = 5.0
"""Between two clicks of a person, in the mean."""
WARM = 20
"""Jobs after which memory is measured first."""
WAITS_S = 10
"""A program's wait for a job; then it asks again."""
DEPTH = 2
"""Requests of a person that are under way."""
SETTINGS = '\n[web]\nrequests_per_minute = 1000000\nstarter = "first"\n'


@dataclass(slots=True, kw_only=True, eq=False)
class Tally:
    """What the people measured together."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def timed(self, name: str, call: Callable[[], httpx.Response]) -> dict[str, Any]:
        """The answer as JSON; its time noted."""
        start = time.perf_counter()
        answer = call()
        took = time.perf_counter() - start
        answer.raise_for_status()
        self.note(name, took)
        document: dict[str, Any] = answer.json()
        return document

    def note(self, name: str, took: float) -> None:
        """One more time of that name, in seconds."""
        with self.lock:
            self.seconds.setdefault(name, []).append(took)


def live(
    user: str, url: str, tally: Tally, stop: threading.Event, *, pictures: int, looks_s: float
) -> None:
    """One person: ask, wait until it is done, look at the taste, steer it now and then.

    `looks_s`: seconds between two looks at a job; 0: the server says when it is over.
    """
    wait = {} if looks_s else {"Prefer": f"wait={WAITS_S}"}
    with httpx.Client(base_url=url, timeout=600, headers={"Prefer": "respond-async"}) as http:
        ask = {"prompt": "a happy cat", "user": user, "n": pictures}
        steer = {"user": user, "act": "set", "concept": "blue", "weight": 0.5}
        jobs: list[str] = []
        while not stop.is_set():
            while len(jobs) < DEPTH:
                made = tally.timed("ask", lambda: http.post("/images/generations", json=ask))
                jobs.append(made["id"])
            path = f"/jobs/{jobs[0]}"
            name = "look" if looks_s else "wait"
            job = tally.timed(name, lambda path=path: http.get(path, headers=wait))  # type: ignore[misc]
            if job["status"] in {"queued", "running"}:
                stop.wait(looks_s)
                continue
            jobs.pop(0)
            with tally.lock:
                tally.done[user] += 1
            tally.timed("taste", lambda: http.get("/profile", params={"user": user}))
            tally.timed("steer", lambda: http.post("/profile", json=steer))


def look_around(user: str, url: str, tally: Tally, stop: threading.Event) -> None:
    """One person at a page: four screens in turn, a choice between two on each round, some
    thought between."""
    random = Random(user)  # noqa: S311 - people think for different times, the same ones each run
    stop.wait(random.uniform(0, THINKS_S))
    with Visitor(url, person=user) as visitor:
        while not stop.is_set():
            for screen in SCREENS:
                took = visitor.go(screen)
                tally.note(f"page {screen or 'create'}", took)
                if stop.wait(random.uniform(0.5, 1.5) * THINKS_S):
                    return
            tally.note("click prefer", visitor.click("rate-left"))
            if stop.wait(random.uniform(0.5, 1.5) * THINKS_S):
                return


def furnished(home: Path, people: list[str]) -> None:
    """A home with the starter catalogue and people who like a few of its pictures."""
    from app.starter import fill

    home.mkdir(parents=True, exist_ok=True)
    (home / "studio.toml").write_text(SETTINGS)
    with Studio.open(home) as studio:
        fill(studio)
        items = studio.catalog.list(limit=len(people) * 3)
        for place, name in enumerate(people):
            for item in items[place % 10 * 3 : place % 10 * 3 + 3]:
                studio.user(name).like(item.item_id)


def resident(process: psutil.Process) -> int:
    """Bytes of the server and its worker."""
    family = [process, *process.children(recursive=True)]
    return sum(int(one.memory_info().rss) for one in family)


def shares(home: Path, people: list[str]) -> dict[str, tuple[int, float]]:
    """Jobs that ended and the worker's seconds they took, a person."""
    with Studio.open(home) as studio:
        jobs = Queue(studio).jobs
        rows = {name: jobs.page(name, states=("done", "failed"), limit=10_000) for name in people}
    return {
        name: (len(ended), sum(row.charged_to - row.charged_from for row in ended))
        for name, ended in rows.items()
    }


def measure(home: Path, people: list[str], seconds: float, *, looks_s: float) -> None:
    """Serve, live, and print."""
    command = [sys.executable, "-m", "app.cli", "--home", str(home), "web", "--json", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    addresses = json.loads(server.stdout.readline())
    process = psutil.Process(server.pid)
    tally, stop = Tally(), threading.Event()
    threads = [
        threading.Thread(
            target=live,
            args=(name, addresses["api"], tally, stop),
            kwargs={"pictures": 1 + place % 2, "looks_s": looks_s},
        )
        for place, name in enumerate(people)
    ] + [
        threading.Thread(target=look_around, args=(name, addresses["url"], tally, stop))
        for name in people
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    warm = 0
    while time.perf_counter() - start < seconds:
        time.sleep(0.2)
        if not warm and sum(tally.done.values()) >= WARM:
            warm = resident(process)
    stop.set()
    had = shares(home, people)
    took, end = time.perf_counter() - start, resident(process)
    for thread in threads:
        thread.join()
    server.terminate()
    server.wait()
    report(tally, had, took=took, warm=warm, end=end)


def report(
    tally: Tally, had: Mapping[str, tuple[int, float]], *, took: float, warm: int, end: int
) -> None:
    """The table."""
    jobs = [ended for ended, _ in had.values()]
    times = [spent for _, spent in had.values()]
    mean = sum(times) / len(times)
    farthest = max(abs(spent - mean) for spent in times) / max(mean, 1e-9)
    count = sum(len(took) for took in tally.seconds.values())
    print(f"{len(had)} people, {sum(jobs)} jobs and {count} requests in {took:.0f} s")
    print(f"jobs a person: {min(jobs)} to {max(jobs)} (every other one asks for twice as much)")
    print(
        f"worker's seconds a person: {min(times):.1f} to {max(times):.1f}, mean {mean:.1f};",
        end=" ",
    )
    print(f"farthest from the mean {100 * farthest:.1f} %")
    print(f"memory: {warm >> 20} MiB after {WARM} jobs, {end >> 20} MiB at the end", end=" ")
    print(f"({100 * (end - warm) / max(1, warm):+.1f} %)")
    print(f"{'request':14}{'count':>8}{'p50 ms':>10}{'p95 ms':>10}{'most ms':>10}")
    pages = [took for name, times in tally.seconds.items() if " " in name for took in times]
    for name, all_times in [*sorted(tally.seconds.items()), ("all at pages", pages)]:
        ranked = sorted(all_times)
        if not ranked:
            continue
        half, most = ranked[len(ranked) // 2], ranked[int(len(ranked) * 0.95)]
        print(
            f"{name:14}{len(ranked):8}{half * 1000:10.0f}{most * 1000:10.0f}"
            f"{ranked[-1] * 1000:10.0f}"
        )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=300.0)
    parser.add_argument(
        "--looks", type=float, default=0.0, help="seconds between looks at a job; 0: wait for it"
    )
    parser.add_argument("--home", type=Path, help="an empty folder; a temporary one by default")
    chosen = parser.parse_args()
    people = [f"person-{at:02}" for at in range(chosen.people)]
    with tempfile.TemporaryDirectory() as temporary:
        home = chosen.home or Path(temporary) / "home"
        furnished(home, people)
        measure(home, people, chosen.seconds, looks_s=chosen.looks)


if __name__ == "__main__":
    main()
