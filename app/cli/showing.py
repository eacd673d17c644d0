"""``bespoke demo``, ``bespoke inspect`` and ``bespoke doctor``: what there is to see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.cli.terminal import Terminal


def demo(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where everything is written.")] = Path(
        "demo"
    ),
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same pictures.")] = 7,
) -> None:
    """Show it: people of opposite tastes ask for the same, and each gets their own."""
    from app.demo import run

    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        document = run(out, seed=seed, on_progress=progress)
    terminal.answer(document, lambda: show_demo(document))


def show_demo(document: dict[str, Any]) -> list[RenderableType]:
    """The slates of the demo as a table."""
    from app.cli.terminal import table

    rows = [
        [person["name"], person["taste"], slate["instruction"], routes(slate), slate["folder"]]
        for person in document["people"]
        for slate in person["slates"]
    ]
    columns = ["person", "likes", "asked for", "got", "folder"]
    last = f"{document['catalog']} drawings, {document['seconds']:.0f} s; see {document['sheet']}"
    return [table(columns, rows), last]


def routes(slate: dict[str, Any]) -> str:
    """The routes of a slate, counted."""
    names = [item["route"] for item in slate["items"]]
    return ", ".join(f"{names.count(name)} {name}" for name in dict.fromkeys(names))


def inspect(
    context: typer.Context,
    image: Annotated[Path, typer.Argument(metavar="IMAGE", help="A picture file.")],
) -> None:
    """Say how a picture was made, by what it carries."""
    from app.cli.terminal import table
    from ranking.provenance import inspect as read

    terminal: Terminal = context.obj
    found = read(image)
    made = found.get("bespoke")
    rows = [[key, value] for key, value in found.items() if key != "bespoke"]
    rows += [
        [key, value if isinstance(value, str | int | float) else json.dumps(value)]
        for key, value in (made or {}).items()
    ]
    nothing = [] if made else ["it carries no word of how it was made"]
    terminal.answer(found, lambda: [table(["", ""], rows), *nothing])


def doctor(context: typer.Context) -> None:
    """Check versions, devices, models and space; say what is missing and how to get it."""
    from app.cli.terminal import table
    from app.doctor import examine

    terminal: Terminal = context.obj
    found = examine(terminal.home)
    rows = [
        ["✓" if one["ok"] else "✗" if one["needed"] else "–", one["what"], one["found"]]
        for one in found["checks"]
    ]
    todo = [one["fix"] for one in found["checks"] if not one["ok"]]
    terminal.answer(
        found,
        lambda: [
            table(["", "what", "found"], rows),
            *(f"→ {fix}" for fix in todo or ["nothing is missing"]),
        ],
    )
    if not found["ok"]:
        raise typer.Exit(1)
