"""``bespoke ranker``: the generative ranker of a home, learned from its own log."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.cli.terminal import Terminal

commands = typer.Typer()


@commands.command()
def train(
    context: typer.Context,
    *,
    rounds: Annotated[
        int, typer.Option(min=0, max=10, help="Rounds of alignment with the reward model.")
    ] = 1,
    epochs: Annotated[float, typer.Option(min=0.1, max=100, help="Passes over the log.")] = 3.0,
    seed: Annotated[int, typer.Option(min=0, help="Same log, same seed: same ranker.")] = 0,
) -> None:
    """Learn a ranker from what the people of this home did, and use it from now on.

    The version before stays. Run it again where it was stopped: it goes on.
    """
    from app.ranker import train as learn

    terminal: Terminal = context.obj
    with terminal.studio() as studio, terminal.progress() as progress:
        made = learn(studio, rounds=rounds, epochs=epochs, seed=seed, on_progress=progress)
    terminal.say(
        made,
        f"version {made['version']} of the ranker, from {made['figures']['people']} people and "
        f"{made['figures']['slates']} slates in {made['seconds']:.0f} s; in use from now on "
        "(bespoke ranker rollback goes back)",
    )


@commands.command("list")
def list_versions(context: typer.Context) -> None:
    """List the versions that were learned, and the one in use (*)."""
    from app.cli.terminal import table
    from app.ranker import listed

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        found = listed(studio)
    rows = [
        [
            "*" if one["used"] else "",
            one["version"],
            time.strftime("%Y-%m-%d %H:%M", time.gmtime(one["created"])),
            one["figures"]["people"],
            one["figures"]["slates"],
            one["gone"] or "",
        ]
        for one in found["versions"]
    ]
    nothing = "no version yet: the first ranker orders the slates; bespoke ranker train learns one"
    lines: list[Any] = [
        table(["", "version#", "learned (UTC)", "people#", "slates#", "gone since#"], rows)
        if rows
        else nothing
    ]
    if found["train_again"]:
        lines.append(
            "the version in use learned from people who are gone; "
            "bespoke ranker train makes one without them"
        )
    terminal.answer(found, lambda: lines)


@commands.command()
def use(
    context: typer.Context,
    version: Annotated[
        int, typer.Argument(min=0, metavar="VERSION", help="0 is the first ranker.")
    ],
) -> None:
    """Use another version; 0 is the ranker that learns nothing from others."""
    from ranking.studio_ranker import versions

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        versions.use(versions.place(studio.home), version)
    answer(terminal, version)


@commands.command()
def rollback(context: typer.Context) -> None:
    """Go back to the version before the one in use."""
    from ranking.studio_ranker import versions

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        version = versions.rolled_back(versions.place(studio.home))
    answer(terminal, version)


def answer(terminal: Terminal, version: int) -> None:
    """Say which version is in use."""
    name = f"version {version} of the ranker" if version else "the first ranker"
    terminal.say({"version": version}, f"{name} is used from now on")
