"""``bespoke eval ranker``: the studio's loop played with simulated people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.cli.terminal import Terminal


def measure(
    context: typer.Context,
    *,
    people: Annotated[int, typer.Option(min=20, help="Simulated people, of each seed.")] = 400,
    pictures: Annotated[int, typer.Option(min=120, help="Pictures of the world.")] = 1600,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Captioned sticker art with splits.csv; else drawn here."),
    ] = None,
    asks: Annotated[
        int, typer.Option(min=1, help="Requests of everybody before each training.")
    ] = 4,
    rounds: Annotated[int, typer.Option(min=0, max=10, help="Rounds of alignment.")] = 3,
    seeds: Annotated[int, typer.Option(min=1, max=20, help="Worlds, people and trainings.")] = 3,
    attacks: Annotated[bool, typer.Option(help="Measure poisoning, too.")] = True,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same figures.")] = 0,
) -> None:
    """Does the ranker that learns from the log serve people better than the first one?"""
    from app.measures.loop.measure import Plan, run

    terminal: Terminal = context.obj
    plan = Plan(
        people=people,
        pictures=pictures,
        data=data,
        cache=terminal.home.expanduser() / "indexes" / "judges",
        asks=asks,
        rounds=rounds,
        seeds=seeds,
        poisoned=attacks,
        seed=seed,
    )
    with terminal.progress() as progress:
        report = run(plan, on_progress=progress)
    terminal.answer(report, lambda: show(report))


def show(report: dict[str, Any]) -> list[RenderableType]:
    """The report as tables."""
    from app.cli.terminal import table

    def row(name: str, found: dict[str, Any], key: str) -> list[str]:
        low, high = found["ci"]
        return [name, f"{found[key]:.4f}", f"{low:.4f} to {high:.4f}"]

    regrets = [row(name, found, "value") for name, found in report["regret"].items()]
    ahead = [row(name, found, "gap") for name, found in report["ahead"].items()]
    offline = [
        [name, f"{found['held']:.0%}", f"{found['mean_error']:.4f}"]
        for name, found in report["off_policy"].items()
        if isinstance(found, dict)
    ]
    about = f"{report['people']} simulated people, {report['seeds']} seeds, {report['data']}"
    shown: list[RenderableType] = [
        table(["ranker", "regret#", "95 %#"], regrets, title=f"Slate regret: {about}"),
        table(["less regret", "by#", "95 %#"], ahead),
        table(
            ["estimator", "holds the truth#", "mean error#"],
            offline,
            title=f"Off-policy estimates, {report['off_policy']['cases']} policies and logs",
        ),
    ]
    if report["poisoning"]:
        rows = [
            [
                name,
                f"{found['exposure']:.3f}",
                f"{found['regret']:.4f}",
                f"{found['doubted_fakes']} of {found['fakes']}" if "fakes" in found else "",
                f"{found['doubted_real']:.1%}" if "fakes" in found else "",
            ]
            for name, found in report["poisoning"].items()
        ]
        columns = ["attack", "pushed picture shown#", "regret#", "fakes doubted#", "real doubted#"]
        shown.append(table(columns, rows))
    return shown
