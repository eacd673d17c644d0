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
from itertools import pairwise
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
PARTS = 4
"""Parts of the run that are told apart at the end: what grows with time shows here."""
SETTINGS = '\n[web]\nrequests_per_minute = 1000000\nstarter = "first"\n'


@dataclass(slots=True, kw_only=True, eq=False)
class Tally:
    """What the people measured together."""

    seconds: dict[str, list[float]] = field(default_factory=dict)
    pages: list[float] = field(default_factory=list)
    """The times at pages, as they came."""
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
            if " " in name:
                self.pages.append(took)

    def requests(self) -> int:
        """How many times are noted."""
        with self.lock:
            return sum(len(times) for times in self.seconds.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Where the run stood when one of its parts ended."""

    seconds: float
    requests: int
    pages: int
    server: int
    worker: int
    """Bytes in memory."""


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


def resident(process: psutil.Process) -> tuple[int, int]:
    """Bytes in memory: the server's and its worker's."""
    worker = sum(one.memory_info().rss for one in process.children(recursive=True))
    return process.memory_info().rss, worker


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
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert serving.stdout is not None
    addresses = json.loads(serving.stdout.readline())
    process = psutil.Process(serving.pid)
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
    parts: list[Part] = []
    while (took := time.perf_counter() - start) < seconds or len(parts) < PARTS:
        if took >= seconds * (len(parts) + 1) / PARTS:
            server, worker = resident(process)
            parts.append(
                Part(
                    seconds=took,
                    requests=tally.requests(),
                    pages=len(tally.pages),
                    server=server,
                    worker=worker,
                )
            )
        time.sleep(0.2)
        if not warm and sum(tally.done.values()) >= WARM:
            warm = sum(resident(process))
    stop.set()
    had = shares(home, people)
    for thread in threads:
        thread.join()
    serving.terminate()
    serving.wait()
    report(tally, had, parts, warm=warm)


def report(
    tally: Tally, had: Mapping[str, tuple[int, float]], parts: list[Part], *, warm: int
) -> None:
    """The tables."""
    took, end = parts[-1].seconds, parts[-1].server + parts[-1].worker
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
    for name, times_s in [*sorted(tally.seconds.items()), ("all at pages", tally.pages)]:
        if times_s:
            half, most, all_of_them = (1000 * quantile(times_s, at) for at in (0.5, 0.95, 1.0))
            print(f"{name:14}{len(times_s):8}{half:10.0f}{most:10.0f}{all_of_them:10.0f}")
    names = ("requests", "pages p50", "pages p95", "server MiB", "worker MiB")
    print(f"{'until s':14}{names[0]:>8}", *(f"{name:>11}" for name in names[1:]), sep="")
    for before, part in pairwise(
        [Part(seconds=0, requests=0, pages=0, server=0, worker=0), *parts]
    ):
        times_s = tally.pages[before.pages : part.pages] or [0.0]
        half, most = 1000 * quantile(times_s, 0.5), 1000 * quantile(times_s, 0.95)
        print(
            f"{part.seconds:<14.0f}{part.requests:8}{half:11.0f}{most:11.0f}"
            f"{part.server >> 20:11}{part.worker >> 20:11}"
        )


def quantile(values: list[float], at: float) -> float:
    """The value below which the share `at` of them lies; the largest at 1."""
    ranked = sorted(values)
    return ranked[min(int(len(ranked) * at), len(ranked) - 1)]


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
