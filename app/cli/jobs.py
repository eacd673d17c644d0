"""``bespoke jobs``: queued work, seen and steered from a terminal, also while a server runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.cli.terminal import Terminal

commands = typer.Typer()

User = Annotated[str, typer.Argument(metavar="USER", help="The person.")]
JobId = Annotated[str, typer.Argument(metavar="JOB_ID", help="As `jobs list` shows it.")]


@commands.command("list")
def list_jobs(
    context: typer.Context,
    user: User,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many, newest first.")] = 20,
) -> None:
    """List a person's jobs, newest first."""
    from app.cli.terminal import table
    from app.jobs import Queue
    from app.jobs.job import document_of

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        queue = Queue(studio)
        jobs = queue.list(user, limit=limit)
        held = queue.is_held
    rows = [
        [
            job.job_id,
            job.state + (f" ({job.wanted} asked)" if job.wanted else ""),
            f"{job.stage} {job.done}/{job.total}" if job.state == "running" else "",
            time.strftime("%Y-%m-%d %H:%M", time.gmtime(job.created)),
            job.slate_id or job.error,
        ]
        for job in jobs
    ]
    title = "The queue is held; bespoke jobs release goes on" if held else ""
    nothing = f"{user}: no jobs; the web studio and the HTTP API make them"
    terminal.answer(
        {"user": user, "held": held, "jobs": [document_of(job) for job in jobs]},
        lambda: (
            [table(["job", "state", "at", "asked (UTC)", ""], rows, title=title)]
            if rows
            else [nothing]
        ),
    )


@commands.command()
def cancel(context: typer.Context, user: User, job_id: JobId) -> None:
    """End a waiting job; a running one stops at its next step."""
    from app.jobs import Queue
    from app.jobs.job import document_of

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        job = Queue(studio).cancel(user, job_id)
    terminal.say(document_of(job), f"{job.job_id}: {job.wanted or job.state}")


@commands.command()
def hold(context: typer.Context) -> None:
    """Begin no more jobs of anybody; what runs goes on to its end."""
    from app.jobs import Queue

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        Queue(studio).hold()
    terminal.say({"held": True}, "held; bespoke jobs release goes on")


@commands.command()
def release(context: typer.Context) -> None:
    """Begin jobs again."""
    from app.jobs import Queue

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        Queue(studio).release()
    terminal.say({"held": False}, "jobs are begun again")
