"""Durable: the one place that knows DBOS. Imported by a worker that starts, by nobody else.

A workflow is told a job's id and nothing more, and is deleted once it has ended: what a person
asked for is kept in the studio's own store alone, and goes with the person.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from dbos import DBOS, DBOSConfig, SetWorkflowID

from studio.errors import ModelError

if TYPE_CHECKING:
    from app.jobs.worker import Worker
    from studio.store import JobRow

log = logging.getLogger(__name__)
DATABASE_NAME = "queue.db"
RECOVERIES = 50
"""Crashes after which a job is given up: it may be what crashes the server."""
TRIES = 5
"""How often a step is tried where the database is locked."""

_served: list[Worker] = []
"""The worker of this process: DBOS is one a process, so its workflows find the worker here."""


def launch(worker: Worker) -> None:
    """Start DBOS on the worker's home; workflows that a crash cut short begin again at once."""
    studio = worker.studio
    own = studio.config.store == "sqlite"
    config = DBOSConfig(
        name="bespoke",
        system_database_url=(
            f"sqlite:///{studio.home / DATABASE_NAME}" if own else studio.config.store
        ),
        application_version="1",  # else an upgrade would leave what was begun before it behind
        executor_id="worker",
        log_level="CRITICAL",
        max_executor_threads=4,
        enable_otlp=False,
    )
    _served[:] = [worker]
    DBOS(config=config)
    logging.getLogger("dbos").setLevel(logging.CRITICAL)
    DBOS.launch()
    running = {job.job_id for job in worker.queue.jobs.running()}
    for workflow in DBOS.list_workflows():
        if workflow.workflow_id.partition("-")[0] not in running:
            DBOS.delete_workflow(workflow.workflow_id)  # a crash came between its end and this


def shut_down() -> None:
    """Let go of DBOS and its database."""
    DBOS.destroy(workflow_completion_timeout_sec=0)
    _served.clear()


@DBOS.step(retries_allowed=True, interval_seconds=0.5, max_attempts=TRIES)
def carry_out(job_id: str) -> None:
    """The whole job; idempotent, so a step cut short is simply done again."""
    _served[0].carry_out(job_id)


@DBOS.workflow(max_recovery_attempts=RECOVERIES)
def see_job_through(job_id: str) -> None:
    """One attempt at one job."""
    carry_out(job_id)


def see_through(job: JobRow) -> None:
    """Wait until a claimed job has ended: its workflow is begun, or taken up after a crash."""
    workflow_id = f"{job.job_id}-{job.attempts}"
    worker = _served[0]
    try:
        if DBOS.get_workflow_status(workflow_id) is None:
            with SetWorkflowID(workflow_id):
                DBOS.start_workflow(see_job_through, job.job_id).get_result()
        else:
            DBOS.retrieve_workflow(workflow_id).get_result()
    except Exception as error:  # the last door: the job ends with what went wrong
        if worker.is_stopping:
            return  # DBOS was shut down first; the next server goes on with the job
        log.exception("job %s failed", job.job_id)
        worker.fail(job.job_id, error)
    else:
        left = ModelError("the server stopped too often while making this; try something smaller")
        worker.fail(job.job_id, left)  # changes nothing where the job has ended, as it should have
    DBOS.delete_workflow(workflow_id)
