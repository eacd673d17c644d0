"""The judges of ``bespoke eval generation``: trained here ahead of time, with a card.

Run: ``python -m recipes.judges --data DIR --out DIR --minutes 15``. The measure trains the same
judge by itself on first use; made here it lies where ``--judges DIR`` looks for it. It learns from
pictures that no generator sees (it must know the things it judges), so it is never bundled and
takes no part in training, guiding or choosing.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from app.measures.generation import DRAWINGS
from app.measures.world import drawn_grid, lessons
from ranking.judges.art import art_of
from ranking.judges.judge import examined, kept, lessons_of, opened, trained
from ranking.judges.training import Course
from recipes.cards import card, written
from recipes.training import options
from studio.progress import Step


def _card(figures: dict[str, Any]) -> str:
    return card(
        title="Judges of the measure",
        what="A small residual network at 64 px: an embedding that tells what is drawn by its "
        "nearest known picture; another at 128 px for accessory and mood, which learns from "
        "drawings alone; and a linear rule on plain "
        "statistics of colour and edge for style. It learns from four in "
        "five of **all** pictures, the test splits among them, drawn at random; the fifth is its "
        "examination. It judges generators and takes no part in making anything.",
        command="python -m recipes.judges --data DIR --out DIR --minutes M",
        figures=figures,
        limits=[
            "Fine detail (digits, faces of clocks) is lost at 64 px.",
            "Line art is told worst: it shares least with the other styles.",
            "A thing of which only one picture was learned is told badly in other styles.",
        ],
    )


def told() -> Any:
    """A callback that prints every hundredth of the training."""
    last = -1

    def show(step: Step) -> None:
        nonlocal last
        if step.done // 10 > last:
            last = step.done // 10
            print(f"{step.stage} {last} %", flush=True)

    return show


def main(arguments: list[str] | None = None) -> None:
    """Train, keep and examine."""
    parser = options(__doc__ or "")
    parser.set_defaults(drawn=DRAWINGS, minutes=15.0)
    given = parser.parse_args(arguments)
    cache = given.out / "art"
    own = art_of(given.data, cache=cache) if given.data else drawn_grid(cache=cache)
    art = lessons(own, given.drawn, cache=cache)
    asked = lessons_of(art, seed=given.seed)
    folder = given.out / asked.digest[:12]
    checkpoint = folder / "checkpoint.pt"
    if not given.evaluate:
        if not given.resume:
            checkpoint.unlink(missing_ok=True)
        course = Course(
            seed=given.seed,
            minutes=None if given.steps else given.minutes,
            steps=given.steps,
            kept=checkpoint,
        )
        kept(trained(art, course, seed=given.seed, device=given.device, on_progress=told()), folder)
    judge = opened(folder)
    if judge is None:
        raise SystemExit(f"no judge in {folder}; train one first")
    figures = dict(judge.figures)
    if given.evaluate:
        figures |= examined(judge, art, asked)
    print(json.dumps(figures))
    written(folder, _card(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
