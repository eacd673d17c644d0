"""Serving: twenty people at once on loopback, on the bundled models; prints a table.

    python -m benchmarks.serving [--people 20] [--jobs 200] [--home DIR]

Each person has a page open and a program: the program asks for pictures over HTTP and looks until
they are there; the page goes from screen to screen and says what it likes, over the websocket that
a browser would use. A page's time is from the click to the last element.
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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import httpx
import psutil

from benchmarks.visitor import Visitor
from studio import Studio

SCREENS = ("", "taste", "gallery", "rate")
THINKS_S = 5.0
"""Between two clicks of a person, in the mean."""
WARM = 20
"""Jobs after which memory is measured first."""
SETTINGS = "\n[web]\nrequests_per_minute = 1000000\n"


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


def live(user: str, url: str, tally: Tally, stop: threading.Event, most: int) -> None:
    """One person: ask, look until it is done, look at the taste, steer it now and then."""
    with httpx.Client(base_url=url, timeout=600, headers={"Prefer": "respond-async"}) as http:
        ask = {"prompt": "a happy cat", "user": user, "n": 1}
        steer = {"user": user, "act": "set", "concept": "blue", "weight": 0.5}
        while not stop.is_set():
            job = tally.timed("ask", lambda: http.post("/images/generations", json=ask))
            while job["status"] in {"queued", "running"} and not stop.is_set():
                time.sleep(0.5)
                path = f"/jobs/{job['id']}"
                job = tally.timed("look", lambda path=path: http.get(path))  # type: ignore[misc]
            with tally.lock:
                tally.done[user] += 1
                if sum(tally.done.values()) >= most:
                    stop.set()
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


def measure(home: Path, people: list[str], jobs: int) -> None:
    """Serve, live, and print."""
    command = [sys.executable, "-m", "app.cli", "--home", str(home), "web", "--json", "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    addresses = json.loads(server.stdout.readline())
    process = psutil.Process(server.pid)
    tally, stop = Tally(), threading.Event()
    threads = [
        threading.Thread(target=live, args=(name, addresses["api"], tally, stop, jobs))
        for name in people
    ] + [
        threading.Thread(target=look_around, args=(name, addresses["url"], tally, stop))
        for name in people
    ]
    start = time.perf_counter()
    for thread in threads:
        thread.start()
    warm = 0
    while not stop.wait(0.2):
        if not warm and sum(tally.done.values()) >= WARM:
            warm = resident(process)
    end = resident(process)
    took = time.perf_counter() - start
    for thread in threads:
        thread.join()
    server.terminate()
    server.wait()
    report(tally, people, took=took, warm=warm, end=end)


def report(tally: Tally, people: list[str], *, took: float, warm: int, end: int) -> None:
    """The table."""
    shares = [tally.done[name] for name in people]
    count = sum(len(times) for times in tally.seconds.values())
    print(f"{len(people)} people, {sum(shares)} jobs and {count} requests in {took:.0f} s")
    print(f"jobs a person: {min(shares)} to {max(shares)}")
    print(f"memory: {warm >> 20} MiB after {WARM} jobs, {end >> 20} MiB at the end", end=" ")
    print(f"({100 * (end - warm) / max(1, warm):+.1f} %)")
    print(f"{'request':14}{'count':>8}{'p50 ms':>10}{'p95 ms':>10}{'most ms':>10}")
    pages = [took for name, times in tally.seconds.items() if " " in name for took in times]
    for name, times in [*sorted(tally.seconds.items()), ("all at pages", pages)]:
        ranked = sorted(times)
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
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--home", type=Path, help="an empty folder; a temporary one by default")
    chosen = parser.parse_args()
    people = [f"person-{at:02}" for at in range(chosen.people)]
    with tempfile.TemporaryDirectory() as temporary:
        home = chosen.home or Path(temporary) / "home"
        furnished(home, people)
        measure(home, people, chosen.jobs)


if __name__ == "__main__":
    main()
