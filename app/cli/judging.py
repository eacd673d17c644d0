"""``bespoke eval``: the measures."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.cli.terminal import Terminal

commands = typer.Typer()


@commands.callback()
def measures() -> None:
    """The measures."""


@commands.command()
def personalization(
    context: typer.Context,
    *,
    people: Annotated[int, typer.Option(min=2, help="How many simulated people.")] = 200,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folders of pictures, one a style; else drawn here."),
    ] = None,
    style: Annotated[
        list[str] | None,
        typer.Option(metavar="FOLDER", help="Two or more styles of --data; repeatable."),
    ] = None,
    likes: Annotated[
        list[int] | None, typer.Option(min=0, max=50, help="Likes a person; repeatable.")
    ] = None,
    size: Annotated[int, typer.Option("-n", min=1, max=16, help="Slate length.")] = 4,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A contact sheet of the first people.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same figures.")] = 0,
) -> None:
    """Do slates suit their person? People with likes of one look ask for something new."""
    from app.evaluate import Plan, run

    terminal: Terminal = context.obj
    plan = Plan(
        people=people,
        data=data,
        styles=tuple(style or ()),
        ladder=tuple(sorted(set(likes or [10]))),
        size=size,
        sheet=sheet,
        seed=seed,
    )
    with terminal.progress() as progress:
        report = run(plan, on_progress=progress)
    terminal.answer(report, lambda: show(report))


def show(report: dict[str, Any]) -> list[RenderableType]:
    """The report as a table."""
    from app.cli.terminal import table

    rows: list[list[object]] = []
    for likes, rung in report["ladder"].items():
        rows.append([f"win rate over the twin, {likes} likes", *figures(rung, "win_rate")])
    rows.append(["slate nearer to the own look", *figures(report["nearer_own_look"], "share")])
    for name in ("lift", "specificity", "user_retrieval_at_1", "prompt_loss", "copy_rate"):
        found = report.get(name)
        if isinstance(found, dict):
            rows.append([name.replace("_", " "), *figures(found, "value")])
        elif found is not None:
            rows.append([name.replace("_", " "), f"{found:.3f}", ""])
    routes = ", ".join(f"{share:.0%} {name}" for name, share in report["routes"].items())
    return [
        table(["measure", "value#", "95 %"], rows, title=f"{report['people']} simulated people"),
        f"styles {', '.join(report['styles'])}; shown: {routes}; all routes in "
        f"{report['all_routes']:.0%} of slates; nothing passed for {report['nothing_passed']}; "
        f"{report['seconds']:.0f} s",
    ]


def figures(found: dict[str, Any], key: str) -> list[str]:
    """A value and its interval."""
    low, high = found.get("ci", (None, None))
    return [f"{found[key]:.3f}", "" if low is None else f"{low:.3f} to {high:.3f}"]
