"""Growth of the starter catalogue, in the worker's process, while nobody waits for a job."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from app.starter import grow
from studio.errors import BespokeError, Cancelled

if TYPE_CHECKING:
    from app.jobs.worker import Worker

log = logging.getLogger(__name__)
PAUSE_S = 0.5
"""Between two helpings, and before a look whether somebody still waits."""


def see_it_grow(worker: Worker) -> None:
    """Add helping after helping until all are there; gives way to jobs within one picture."""
    studio, jobs = worker.studio, worker.queue.jobs
    if studio.parts.config.web.starter == "first":
        return

    def is_wanted_elsewhere() -> bool:
        return worker.is_stopping or bool(jobs.running())

    while not worker.is_stopping:
        time.sleep(PAUSE_S)
        try:
            if is_wanted_elsewhere() or not len(studio.catalog):
                continue
            if not grow(studio, is_cancelled=is_wanted_elsewhere):
                return
        except Cancelled:
            continue
        except BespokeError as error:
            if not worker.is_stopping:
                log.warning("the starter catalogue stays as it is: %s", error)
            return
