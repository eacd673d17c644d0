"""Terminal: where a command's answer and its progress go."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from studio import Studio, User
    from studio.progress import OnProgress, Step

SECONDS_BETWEEN_LINES = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """The home that was asked for, and how to answer."""

    home: Path
    as_json: bool = False

    def studio(self) -> Studio:
        """The studio of the home, made if absent."""
        from studio import Studio

        return Studio.open(self.home)

    @contextmanager
    def newcomer(self, studio: Studio, name: str) -> Iterator[User]:
        """The person, made if absent, and gone again where the block fails."""
        there = name in studio.users()
        person = studio.user(name)
        try:
            yield person
        except BaseException:
            if not there:
                person.delete()
            raise

    def answer(
        self, document: Mapping[str, Any], show: Callable[[], Iterable[RenderableType]]
    ) -> None:
        """One JSON document, or for a person what ``show`` gives, on stdout."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False, allow_nan=False))
            return
        from rich.console import Console

        console = Console(width=None if sys.stdout.isatty() else 120, highlight=False)
        for part in show():
            # Captured, then printed: rich would end the process itself where the pipe is closed.
            with console.capture() as printed:
                console.print(part, markup=False, soft_wrap=isinstance(part, str))
            sys.stdout.write(printed.get())

    def say(self, document: Mapping[str, Any], line: str) -> None:
        """One JSON document, or one line for a person."""
        self.answer(document, lambda: [line])

    @contextmanager
    def progress(self) -> Iterator[OnProgress]:
        """A callback for steps: a bar on a terminal; else a plain line now and then."""
        if not sys.stderr.isatty():
            yield plain_progress()
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeRemainingColumn as Remaining

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
            tasks: dict[str, Any] = {}

            def show(step: Step) -> None:
                if step.stage not in tasks:
                    tasks[step.stage] = bars.add_task(step.stage, total=step.total)
                bars.update(tasks[step.stage], completed=step.done, total=step.total)

            yield show


def plain_progress() -> OnProgress:
    """A callback that prints a step to stderr when five seconds have passed since the last, and the
    end of a stage of which something was printed."""
    last, open_stage = time.monotonic(), ""

    def show(step: Step) -> None:
        nonlocal last, open_stage
        now, ended = time.monotonic(), step.done == step.total
        if now - last >= SECONDS_BETWEEN_LINES or (ended and step.stage == open_stage):
            last, open_stage = now, "" if ended else step.stage
            print(step, file=sys.stderr, flush=True)

    return show


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> Table:
    """A plain table; columns whose name ends in ``#`` are numbers, set to the right."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=title or None, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    for column in columns:
        name = column.rstrip("#")
        made.add_column(name, justify="right" if column.endswith("#") else "left", overflow="fold")
    for row in rows:
        made.add_row(*(Text(printable("" if cell is None else str(cell))) for cell in row))
    return made


def printable(text: str) -> str:
    """``text`` without what a terminal would obey."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)
