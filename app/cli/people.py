"""``bespoke user`` and ``bespoke profile``: people, their data and their taste."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.cli.terminal import Terminal
    from studio.profile import Profile

commands = typer.Typer()

User = Annotated[str, typer.Argument(metavar="USER", help="The person.")]


@commands.command()
def add(context: typer.Context, user: User) -> None:
    """Add a person."""
    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        there = user in studio.users()
        studio.user(user)
    terminal.say(
        {"user": user, "created": not there},
        f"{user}: was there already" if there else f"{user}: added",
    )


@commands.command("list")
def list_users(context: typer.Context) -> None:
    """List the people."""
    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        users = studio.users()
    nobody = "nobody yet; bespoke user add NAME adds a person"
    terminal.say({"users": users}, "\n".join(users) or nobody)


@commands.command()
def export(
    context: typer.Context,
    user: User,
    file: Annotated[Path, typer.Argument(metavar="FILE.zip", help="Where to write it.")],
) -> None:
    """Write all that is kept of a person to a zip."""
    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        studio.existing_user(user).export(file)
    terminal.say({"user": user, "file": str(file)}, f"{user}: all that is kept is in {file}")


@commands.command()
def delete(context: typer.Context, user: User) -> None:
    """Delete a person and all that is kept of them; it cannot be undone."""
    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        studio.existing_user(user).delete()
    terminal.say({"user": user, "deleted": True}, f"{user}: deleted, with all that was kept")


def profile(
    context: typer.Context,
    user: User,
    act: Annotated[
        str, typer.Argument(metavar="ACT", help="say TEXT, set CONCEPT WEIGHT, or undo.")
    ] = "",
    words: Annotated[list[str] | None, typer.Argument(metavar="WORDS", hidden=True)] = None,
) -> None:
    """Show a taste in words, or change it: say "more pastel", set skulls -1, undo."""
    from studio.errors import InputError

    terminal: Terminal = context.obj
    rest = words or []
    with terminal.studio() as studio:
        person = studio.existing_user(user)
        if act == "say" and rest:
            person.say(" ".join(rest))
        elif act == "set" and len(rest) == 2:
            person.set(rest[0], weight(rest[1]))
        elif act == "undo" and not rest:
            person.undo()
        elif act or rest:
            typed = " ".join([act, *rest])
            raise InputError(
                f'profile {user} {typed!r} is not understood; use: say "TEXT", '
                "set CONCEPT WEIGHT, or undo"
            )
        shown = person.profile
    show_profile(terminal, shown)


def weight(text: str) -> float:
    """A concept weight; InputError outside [-1, 1]."""
    from studio.errors import InputError

    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not -1 <= value <= 1:
        raise InputError(f"weight {text!r} must be a number from -1 (never) to 1 (always)")
    return value


def show_profile(terminal: Terminal, shown: Profile) -> None:
    """The concepts of a taste, strongest first."""
    from app.cli.terminal import table

    concepts: list[dict[str, Any]] = [
        {
            "name": concept.name,
            "weight": round(float(concept.weight), 4),
            "confidence": round(float(concept.confidence), 4),
            "kind": concept.kind,
            "source": concept.source,
            "evidence": list(concept.evidence),
        }
        for concept in shown.concepts
    ]
    rows = [
        [
            one["name"],
            f"{one['weight']:+.2f}",
            f"{one['confidence']:.2f}",
            one["kind"],
            one["source"],
            " ".join(one["evidence"][:3]) + (" …" if len(one["evidence"]) > 3 else ""),
        ]
        for one in concepts
    ]
    columns = ["concept", "weight#", "sure#", "kind", "source", "evidence"]
    nothing = (
        f"{shown.user}: nothing stands out yet, a few more likes will tell; "
        f"bespoke history add {shown.user} PICTURE…"
    )
    terminal.answer(
        {"user": shown.user, "concepts": concepts},
        lambda: [table(columns, rows, title=f"The taste of {shown.user}") if rows else nothing],
    )
