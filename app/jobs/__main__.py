"""The worker's process: ``python -m app.jobs HOME``. A server starts one, see ``workshop``.

Told on stdin, line by line: nothing says that there may be work, ``stop`` asks to end; when stdin
ends the server is gone. Tells on stdout, once: whether it works, as one JSON document. It ends by
itself, with the code ``RENEWED``, after somebody was deleted: what it read for them goes with it.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO

from app.jobs.growth import see_it_grow
from app.jobs.queue import Queue
from app.jobs.worker import Worker
from app.jobs.workshop import RENEWED, STOP
from studio import Studio
from studio.errors import BespokeError, StoreLocked

log = logging.getLogger(__name__)
NICE = 3
"""Pages go before drawing: a step of a picture may wait, a click may not."""
LOCKED_S = 5.0
"""How long the worker of a server that was just killed may still hold the home."""
AGAIN_S = 0.1
DEPARTED, GONE = "departed", "gone"
"""What is heard from the worker, and where the server was killed."""


def main(home: Path) -> None:
    """Work on a home until told to stop."""
    os.nice(NICE)
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is not ours to tell
    try:
        with Studio.open(home) as studio:
            heard: SimpleQueue[str] = SimpleQueue()
            worker = Worker(Queue(studio), on_departure=lambda: heard.put(DEPARTED))
            _start(worker)
            _tell(answer, {"works": True})
            Thread(target=_prepare, args=(worker,), name="preparing", daemon=True).start()
            Thread(target=_listen, args=(heard,), name="listening", daemon=True).start()
            code = _heed(worker, heard)
        sys.exit(code)
    except BespokeError as error:
        _tell(answer, {"error": type(error).__name__, "message": str(error)})
        sys.exit(1)


def _start(worker: Worker) -> None:
    """StoreLocked where another worker keeps the home for longer than it takes to die."""
    until = time.monotonic() + LOCKED_S
    while True:
        try:
            worker.start()
        except StoreLocked:
            if time.monotonic() > until:
                raise
            time.sleep(AGAIN_S)
        else:
            return


def _prepare(worker: Worker) -> None:
    """The models, before somebody waits for them; then what a new home has to show."""
    parts = worker.studio.parts
    try:
        _ = (parts.encoder, parts.profiler, parts.taste, parts.instructor)
        for route in parts.config.parts.generators:
            parts.generator(route)
    except BespokeError as error:
        log.error("%s", error)  # the job that needs it says so too
        return
    see_it_grow(worker)


def _listen(heard: SimpleQueue[str]) -> None:
    for line in sys.stdin:
        heard.put(line.strip())
    heard.put(GONE)


def _heed(worker: Worker, heard: SimpleQueue[str]) -> int:
    """Pass words on until one of them ends the worker; the code to end with."""
    while (word := heard.get()) not in {STOP, DEPARTED}:
        if word == GONE:
            os._exit(1)  # the next server takes up what is under way
        worker.queue.bell.set()
    worker.stop()
    if worker.is_busy:
        # A model that loads heeds nobody; the next server takes its job up.
        logging.shutdown()
        os._exit(0)
    return RENEWED if word == DEPARTED else 0


def _tell(answer: IO[str], document: dict[str, object]) -> None:
    try:
        print(json.dumps(document), file=answer, flush=True)
    except BrokenPipeError:
        os._exit(1)  # the server was killed meanwhile


if __name__ == "__main__":
    main(Path(sys.argv[1]))
