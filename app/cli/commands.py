"""The commands by name. Only typer is imported here; each command imports what it needs."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli import (
    catalog,
    history,
    jobs,
    judging,
    loop,
    models,
    people,
    pictures,
    ranker,
    showing,
    web,
)

EVERYWHERE = "--home DIR and --json work on every command."

commands = typer.Typer(
    help="A studio for generative personalization: stickers and posters made to suit a person.",
    epilog=EVERYWHERE,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def version(wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        from importlib.metadata import version as installed

        print(f"bespoke {installed('bespoke-studio')}")
        raise typer.Exit


@commands.callback()
def every_command(
    home: Annotated[
        str,
        typer.Option(
            metavar="DIR",
            help="Where everything is kept; BESPOKE_HOME, else ~/.bespoke.",
            show_default=False,
        ),
    ] = "",
    as_json: Annotated[
        bool, typer.Option("--json", help="Answer with one JSON document on stdout.")
    ] = False,
    wanted: Annotated[
        bool,
        typer.Option("--version", callback=version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """A studio for generative personalization: stickers and posters made to suit a person."""
    # ``app.cli.global_options`` has already taken --home and --json out, wherever they stood.


def add(parent: typer.Typer, group: typer.Typer, name: str, words: str) -> None:
    """A group of commands under ``parent``."""
    parent.add_typer(group, name=name, help=words, epilog=EVERYWHERE)


commands.command(epilog=EVERYWHERE)(showing.demo)
judging.commands.command("ranker")(loop.measure)
commands.command(epilog=EVERYWHERE)(pictures.generate)
commands.command(epilog=EVERYWHERE)(pictures.feedback)
add(commands, catalog.commands, "catalog", "The items that can be retrieved and edited.")
add(commands, history.commands, "history", "What a person liked, disliked or saw.")
commands.command(
    epilog=EVERYWHERE,
    # A weight may be negative (``set skulls -1``), and what is said may begin with a dash.
    context_settings={"ignore_unknown_options": True},
)(people.profile)
add(commands, people.commands, "user", "People and their data.")
add(commands, judging.commands, "eval", "The measures.")
add(commands, models.commands, "models", "Backbones and what each supports.")
add(commands, ranker.commands, "ranker", "The ranker that learns from this home's own log.")
commands.command(epilog=EVERYWHERE)(showing.inspect)
commands.command(epilog=EVERYWHERE)(showing.doctor)
commands.command(epilog=EVERYWHERE)(web.web)
add(commands, jobs.commands, "jobs", "Queued work.")
add(commands, web.commands, "keys", "Who may use the HTTP API, and for whom.")
