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
        list[str] | None,
        typer.Option(metavar="N,N", help="Denoising steps; repeatable. 4,20 if not given."),
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
    sheets: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Contact sheets, failures too, and the report as text."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same prompts.")] = 0,
) -> None:
    """Does the generator draw what is asked? Fixed prompts and edits, judged by who made none.

    Stopped and run again, it goes on where it was.
    """
    from app.measures.generation import Plan, run

    terminal: Terminal = context.obj
    kept = terminal.home.expanduser() / "indexes"
    plan = Plan(
        judges=judges or kept / "judges",
        shards=kept / "generation",
        data=data,
        prompts=prompts,
        edits=edits,
        steps=numbers_of(steps or ["4,20"]),
        backbone=backbone,
        judge_minutes=judge_minutes,
        sheets=sheets,
        seed=seed,
    )
    with terminal.progress() as progress:
        report = run(plan, on_progress=progress)
    terminal.answer(report, lambda: show_generation(report))


@commands.command()
def ranking(
    context: typer.Context,
    *,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of interactions; else simulated people."),
    ] = None,
    dataset: Annotated[
        str, typer.Option(metavar="NAME", help="A data set of --data; else its first by name.")
    ] = "",
    protocol: Annotated[
        str, typer.Option(help="leave-last or order-free: what of each history is held out.")
    ] = "leave-last",
    models: Annotated[
        str, typer.Option(metavar="A,B", help="Recommenders to measure; else all installed.")
    ] = "",
    seeds: Annotated[int, typer.Option(min=1, max=20, help="Runs of those that train.")] = 1,
    minutes: Annotated[
        float | None, typer.Option(min=0.01, help="Bound on the training of each run.")
    ] = None,
    option: Annotated[
        list[str] | None,
        typer.Option(metavar="MODEL.NAME=VALUE", help="An option of a recommender; repeatable."),
    ] = None,
    ablate: Annotated[
        list[str] | None,
        typer.Option(metavar="VARIANT", help="Also ours less a part, or all; repeatable."),
    ] = None,
) -> None:
    """Does the ranker find what people took to next? The whole catalogue is ranked each time."""
    from app.measures.sequences import Plan, options_of, run

    terminal: Terminal = context.obj
    plan = Plan(
        kept=terminal.home.expanduser() / "indexes" / "ranking",
        data=data,
        dataset=dataset,
        protocol=protocol,
        models=tuple(name.strip() for name in models.split(",") if name.strip()),
        seeds=seeds,
        minutes=minutes,
        options=options_of(option or ()),
        ablate=tuple(ablate or ()),
    )
    with terminal.progress() as progress:
        report = run(plan, on_progress=progress)
    terminal.answer(report, lambda: show_ranking(report))


def numbers_of(given: list[str]) -> tuple[int, ...]:
    """``["4,20"]`` as numbers, sorted; InputError where one is none or not 1 to 1,000."""
    from studio.errors import InputError

    words = [word.strip() for one in given for word in one.split(",") if word.strip()]
    if not words or not all(word.isdecimal() and 1 <= int(word) <= 1000 for word in words):
        raise InputError(
            f"--steps takes numbers from 1 to 1000 such as 4,20, not {','.join(given)}"
        )
    return tuple(sorted({int(word) for word in words}))


def show_ranking(report: dict[str, Any]) -> list[RenderableType]:
    """The report as two tables, a row a recommender, best NDCG first: finds, and what else."""
    from app.cli.terminal import table

    finding = ("recall@10", "ndcg@10", "map@10", "recall@20")
    other = ("coverage", "gini", "novelty", "diversity", "miscalibration", "popularity_bias")
    finds: list[list[object]] = []
    likes: list[list[object]] = []
    for name, found in sorted(report["models"].items(), key=lambda pair: -pair[1]["ndcg@10"]):
        low, high = found["ci"]["recall@10"]
        cold = found["cold"].get("recall@10")
        figures = [f"{found[key]:.4f}" for key in finding]
        figures += [f"{low:.4f} to {high:.4f}", "" if cold is None else f"{cold:.4f}"]
        finds.append([name, *figures, found["seeds"], f"{found['fit_s']:.0f}"])
        values = [found[f"{key}@10"] for key in other]
        likes.append([name, *("" if value is None else f"{value:.3f}" for value in values)])
    first = ["", *(f"{key}#" for key in finding), "95 % of recall@10#", "cold items#"]
    about = (
        f"{report['dataset']}, {report['protocol']}: {report['asked']} people asked, "
        f"{report['items']} items ranked, {report['interactions']} interactions"
        f"{', simulated' if report['simulated'] else ''}; cold items: recall@10 of those seen "
        "at most twice"
    )
    return [
        table([*first, "seeds#", "fit s#"], finds),
        table(["at 10", *(f"{key.replace('_', ' ')}#" for key in other)], likes),
        about,
    ]


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
    met = [all(one["met"].values()) for one in report["must"] if None not in one["met"].values()]
    lines.append(
        f"of what must be shown, {sum(met)} of {len(met)} lines are met (--sheets: a table)"
    )
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
