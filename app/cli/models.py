"""``bespoke models``: backbones and what each supports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.cli.terminal import Terminal

commands = typer.Typer()


@commands.command("list")
def list_models(context: typer.Context) -> None:
    """List the backbones on this machine, and the one this home uses (*)."""
    from app.cli.terminal import table
    from app.home import settings
    from generators.models import available

    terminal: Terminal = context.obj
    used = settings(terminal.home).backbone
    models = [
        {**described(spec), "used": spec == used} for spec in dict.fromkeys([*available(), used])
    ]
    rows = [
        ["*" if one["used"] else "", one["name"], one["family"], one["license"], can(one)]
        for one in models
    ]
    terminal.answer(
        {"models": models},
        lambda: [table(["", "model", "family", "licence", "supports"], rows)],
    )


@commands.command()
def info(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="bundled, a local folder or a hub id.")],
) -> None:
    """Say what a backbone is and what it supports."""
    from app.cli.terminal import table

    terminal: Terminal = context.obj
    found = described(name)
    rows = [[key, can(found) if key == "supports" else value] for key, value in found.items()]
    terminal.answer(found, lambda: [table(["", ""], rows)])


@commands.command()
def add(
    context: typer.Context,
    spec: Annotated[
        str, typer.Argument(metavar="PATH_OR_ID", help="bundled, a local folder or a hub id.")
    ],
) -> None:
    """Make a backbone the one this home uses; a hub id is fetched first."""
    from app.home import use_backbone

    terminal: Terminal = context.obj
    found = described(spec, fetch=True)
    used = use_backbone(terminal.home, spec)
    terminal.say(
        {"model": {**found, "name": used, "used": True}, "home": str(terminal.home)},
        f"{used} ({found['family']}) is used from now on; bespoke models add bundled goes back",
    )


def described(spec: str, *, fetch: bool = False) -> dict[str, Any]:
    """A backbone as JSON; UnknownName where what was named is not there or unfit."""
    from dataclasses import asdict

    from generators import models
    from studio.errors import ModelError, UnknownName

    try:
        return asdict(models.add(spec) if fetch else models.describe(spec))
    except ModelError as error:
        raise UnknownName(str(error)) from error


def can(model: dict[str, Any]) -> str:
    """What a model supports, in words."""
    supports: dict[str, bool] = model["supports"]
    return ", ".join(name.replace("_", " ") for name, yes in supports.items() if yes) or "nothing"
