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


@commands.command()
def generation(
    context: typer.Context,
    *,
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Captioned sticker art with splits.csv; else the drawn world."
        ),
    ] = None,
    prompts: Annotated[
        int, typer.Option(min=1, help="How many prompts; 60 is a quick look.")
    ] = 5000,
    edits: Annotated[
        int | None, typer.Option(min=0, help="How many edits; as many as prompts if not given.")
    ] = None,
    steps: Annotated[
        list[int] | None,
        typer.Option(min=1, max=1000, help="Denoising steps; repeatable. 4 and 20 if not given."),
    ] = None,
    backbone: Annotated[
        str, typer.Option(metavar="SPEC", help="bundled, a folder or a hub id.")
    ] = "bundled",
    judges: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where trained judges are kept; else in the home."),
    ] = None,
    judge_minutes: Annotated[
        float, typer.Option(min=0.01, help="Training time of a judge that is not there yet.")
    ] = 15.0,
    sheet: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A contact sheet, failures shown too.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same prompts.")] = 0,
) -> None:
    """Does the generator draw what is asked? Fixed prompts and edits, judged by who made none."""
    from app.measures.generation import Plan, run

    terminal: Terminal = context.obj
    plan = Plan(
        judges=judges or terminal.home.expanduser() / "indexes" / "judges",
        data=data,
        prompts=prompts,
        edits=edits,
        steps=tuple(sorted(set(steps or [4, 20]))),
        backbone=backbone,
        judge_minutes=judge_minutes,
        sheet=sheet,
        seed=seed,
    )
    with terminal.progress() as progress:
        report = run(plan, on_progress=progress)
    terminal.answer(report, lambda: show_generation(report))


def show_generation(report: dict[str, Any]) -> list[RenderableType]:
    """The report as a table: each figure at each number of steps, with its interval."""
    from app.cli.terminal import table

    steps = report["steps"]
    rows: list[list[object]] = []
    for name in next(iter(steps.values())):
        values = [one[name] for one in steps.values()]
        if isinstance(values[0], dict) or all(value is None for value in values):
            continue
        row: list[object] = [name.replace("_", " ")]
        for one in steps.values():
            low, high = one["ci"].get(name, (None, None))
            row += [
                "" if one[name] is None else f"{one[name]:.3f}",
                "" if low is None else f"{low:.2f} to {high:.2f}",
            ]
        ratio = next(reversed(steps.values()))["of_judge"].get(name)
        rows.append([*row, "" if ratio is None else f"{ratio:.0%}"])
    columns = ["measure"]
    for number in steps:
        columns += [f"{number} steps#", "95 %"]
    title = f"{report['prompts']} prompts, {report['edits']} edits by {report['backbone']}"
    judge = ", ".join(
        f"{name.replace('_', ' ')} {value:.2f}"
        for name, value in report["judge"].items()
        if isinstance(value, float)
    )
    speed = ", ".join(f"{took:.2f} s at {n} steps" for n, took in report["seconds_per_8"].items())
    lines: list[RenderableType] = [
        table([*columns, "of the judge's own#"], rows, title=title),
        f"the judge's own accuracy: {judge}",
        f"8 stickers: {speed or 'not measured'}; peak memory {report['peak_mb']} MB",
    ]
    lines += [f"cannot: {name}: {why}" for name, why in report["cannot"].items()]
    if report["sample"]:
        lines.append("a sample: the whole measure is --prompts 5000; mind the intervals")
    return lines


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
