"""The worker's process: ``python -m app.jobs HOME``. A server starts one, see ``workshop``.

Told on stdin, line by line: nothing says that there may be work, ``stop`` asks to end; when stdin
ends the server is gone. Tells on stdout, once: whether it works, as one JSON document.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import time
from pathlib import Path
from threading import Thread
from typing import IO

from app.jobs.queue import Queue
from app.jobs.worker import Worker
from studio import Studio
from studio.errors import BespokeError, StoreLocked

NICE = 3
"""Pages go before drawing: a step of a picture may wait, a click may not."""
LOCKED_S = 5.0
"""How long the worker of a server that was just killed may still hold the home."""
AGAIN_S = 0.1


def main(home: Path) -> None:
    """Work on a home until told to stop."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the server, which says stop
    os.nice(NICE)
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints is not ours to tell
    try:
        with Studio.open(home) as studio:
            worker = Worker(Queue(studio))
            _start(worker)
            _tell(answer, {"works": True})
            Thread(target=_read, args=(studio,), name="reading", daemon=True).start()
            _heed(worker)
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


def _read(studio: Studio) -> None:
    """The models, before somebody waits for them."""
    parts = studio.parts
    _ = (parts.encoder, parts.profiler, parts.taste, parts.instructor)
    for route in parts.config.parts.generators:
        parts.generator(route)


def _heed(worker: Worker) -> None:
    for line in sys.stdin:
        if line.strip() == "stop":
            break
        worker.queue.bell.set()
    else:
        os._exit(1)  # the server was killed: the next one takes up what is under way
    worker.stop()
    if worker.is_busy:
        # A model that loads heeds nobody; the next server takes its job up.
        logging.shutdown()
        os._exit(0)


def _tell(answer: IO[str], document: dict[str, object]) -> None:
    print(json.dumps(document), file=answer, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
