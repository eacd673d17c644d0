"""``bespoke history``: what a person liked, disliked or saw."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from app.cli.terminal import Terminal

commands = typer.Typer()

User = Annotated[str, typer.Argument(metavar="USER", help="The person; made if absent.")]


@commands.command()
def add(
    context: typer.Context,
    user: User,
    things: Annotated[
        list[str], typer.Argument(metavar="PATH_OR_ITEM...", help="Pictures or item ids.")
    ],
    event: Annotated[str, typer.Option(help="like, dislike, view, share or skip.")] = "like",
    note: Annotated[str, typer.Option(help="Why, in words.")] = "",
) -> None:
    """Add what happened: one event for every picture or item."""
    from studio.tables import HistoryRow

    terminal: Terminal = context.obj
    rows = [HistoryRow(subject=thing, event=event, note=note) for thing in things]
    with terminal.studio() as studio, terminal.newcomer(studio, user) as person:
        person.add_history(rows)
        total = len(person.history)
    terminal.say(
        {"user": user, "added": len(things), "event": event, "total": total},
        f"{user}: {len(things)} × {event}; the history holds {total}",
    )


@commands.command("import")
def import_file(
    context: typer.Context,
    user: User,
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="CSV or JSONL: item or file, event, timestamp, note."),
    ],
) -> None:
    """Add the rows of a file; all of them, or none where one is bad."""
    terminal: Terminal = context.obj
    with terminal.studio() as studio, terminal.newcomer(studio, user) as person:
        added = person.import_history(file)
        total = len(person.history)
    terminal.say(
        {"user": user, "added": added, "total": total},
        f"{user}: {added} rows added; the history holds {total}",
    )
