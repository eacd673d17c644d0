"""The workshop: the worker in a process of its own, so that drawing never holds up a page."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import app
from studio import errors

if TYPE_CHECKING:
    from app.jobs.queue import Queue

log = logging.getLogger(__name__)
ENDS_S = 20.0
"""How long a worker that was told to stop may take."""
AGAIN_S, LONGEST_S = 1.0, 30.0
"""Before a worker that died is started again: twice as long each time that it does not start."""
STOP = "stop"
RENEWED = 75
"""The code of a worker that ended since somebody was deleted (75: try again, in sysexits.h)."""


class Workshop:
    """One worker's process (``app.jobs.__main__``): started, told of work, started again, ended.

    It lives as long as this process: it ends when the pipe to it does. ``on_departure``: called
    when the worker was renewed since somebody was deleted.
    """

    def __init__(self, queue: Queue, *, on_departure: Callable[[], None] = lambda: None) -> None:
        self.queue = queue
        self.on_departure = on_departure
        self._process: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()

    def start(self) -> None:
        """Begin; ``opened`` says when it works."""
        self._process = self._begin()

    def opened(self) -> None:
        """Wait until it works; StoreLocked where another one works on this home, and the like."""
        assert self._process is not None
        self._answered(self._process)
        for task in (self._keep, self._pass_on):
            threading.Thread(target=task, name="workshop", daemon=True).start()

    def stop(self) -> None:
        """Have it put its job back and end; one that does not is killed, and loses nothing."""
        self._stopping.set()
        self.queue.bell.set()
        with self._lock:
            process = self._process
        if process is None:
            return
        self._say(process, STOP)
        try:
            process.wait(ENDS_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    @property
    def pid(self) -> int:
        """Of the worker's process; 0 where none runs."""
        return 0 if self._process is None else self._process.pid

    def _begin(self) -> subprocess.Popen[str]:
        root = str(Path(app.__file__).resolve().parent.parent)
        paths = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH", ""))))
        # -P: a folder named app where the server was started is not ours.
        return subprocess.Popen(  # noqa: S603 - this Python, this package
            [sys.executable, "-P", "-m", "app.jobs", str(self.queue.studio.home)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,  # Ctrl-C is for the server, which says stop
            env={**os.environ, "PYTHONPATH": paths},
        )

    def _answered(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        try:
            told = json.loads(process.stdout.readline())
        except ValueError:  # it died before it could say anything
            told = {"message": "the worker did not start; what it said stands above, if anything"}
        if not told.get("works"):
            kind = getattr(errors, str(told.get("error")), errors.BespokeError)
            raise kind(told["message"])

    def _keep(self) -> None:
        """Start it again where it dies: a job may need more memory than there is."""
        wait_s = AGAIN_S
        while not self._stopping.is_set():
            assert self._process is not None
            code = self._process.wait()
            if code == RENEWED:
                self.on_departure()
            elif self._stopping.wait(wait_s):
                return
            else:
                log.error("the worker ended with %s and is started again", code)
            wait_s = AGAIN_S if self._started_again() else min(2 * wait_s, LONGEST_S)

    def _started_again(self) -> bool:
        try:
            with self._lock:
                if self._stopping.is_set():
                    return False
                process = self._process = self._begin()
            self._answered(process)
        except (errors.BespokeError, OSError) as error:  # OSError: no room for another process
            log.error("the worker does not start: %s", error)
            return False
        return True

    def _pass_on(self) -> None:
        bell = self.queue.bell
        while not self._stopping.is_set():
            bell.wait()
            bell.clear()
            if self._process is not None:
                self._say(self._process, "")

    @staticmethod
    def _say(process: subprocess.Popen[str], word: str) -> None:
        assert process.stdin is not None
        with suppress(OSError, ValueError):  # it has died: another one looks at the queue itself
            process.stdin.write(f"{word}\n")
            process.stdin.flush()
