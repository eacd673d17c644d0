"""``eval generation``: what the generator and the editor make, judged by who made nothing.

Creations and edits come from fixed lists (``prompts.toml``, ``tasks``), each made at every number
of steps with the same seeds. The judge is trained here on first use and kept; what is found is kept
in shards, so a run that was stopped goes on where it was.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import InputError
from studio.progress import OnProgress, Step, silent

if TYPE_CHECKING:
    from app.measures.copies import Suspicion
    from app.measures.findings import Bench, Finding
    from app.measures.making import Workshop
    from app.measures.tasks import Task
    from generators.backbone import Backbone
    from ranking.judges.art import Art
    from ranking.judges.judge import Judge
    from studio.protocols import Encoder

DRAWINGS = 2500
"""Drawings that a judge learns the drawn world from, beside real art."""
TURNED = 240
"""Pictures the colour rule's ceiling is measured on."""
WHOLE = 5000
"""Prompts of the whole measure; with fewer it is a sample."""
TWINS = 6
"""Prompts that are drawn twice for the twin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured."""

    judges: Path
    """Folder that keeps trained judges and packed pictures."""
    shards: Path
    """Folder that keeps what was found, for a measure that was stopped to go on."""
    data: Path | None = None
    """Captioned sticker art with ``splits.csv``; None: the drawn world."""
    prompts: int = WHOLE
    edits: int | None = None
    """None: as many as prompts."""
    steps: tuple[int, ...] = (4, 20)
    backbone: str = "bundled"
    encoder: str = "bundled"
    judge_minutes: float = 15.0
    judge_steps: int | None = None
    """Train the judge for so many steps instead."""
    drawings: int = DRAWINGS
    sheets: Path | None = None
    """Folder for contact sheets and the report."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """The pictures that a measure works on."""

    art: Art
    """The data's art, then every drawn thing in every look, then the drawings to be edited."""
    grid: range
    """Rows of the drawn things."""
    pairs: int
    """Row of the first drawing to be edited; its target follows it."""
    learned: Art
    """What the judge learns, and is examined on."""


def run(plan: Plan, *, on_progress: OnProgress = silent) -> dict[str, Any]:
    """The report.

    InputError where the plan asks for nothing or ``data`` is no such folder; ModelError where
    backbone, encoder or judge do not load; StoreError where a shard is broken.
    """
    from app.measures.findings import Bench
    from app.measures.making import Workshop, peak_mb
    from app.measures.must import judged_by, weights
    from generators.backbone import load_backbone
    from preference.encoders import load

    edits = plan.prompts if plan.edits is None else plan.edits
    if plan.prompts < 1 or edits < 0 or not plan.steps or min(plan.steps) < 1:
        raise InputError("nothing to measure; ask for 1 prompt and 1 step or more")
    began = time.perf_counter()
    if plan.data is not None and not (plan.data / "splits.csv").is_file():
        raise InputError(f"{plan.data} holds no splits.csv; give the folder of captioned art")
    backbone, encoder = load_backbone(plan.backbone), load(plan.encoder)
    seconds = timed(backbone, plan.steps, on_progress=on_progress)
    memory = round(peak_mb())  # before judges and art are loaded
    stock = stocked(plan, edits)
    judge, ceilings = judged(plan, stock, on_progress=on_progress)
    shop = Workshop(backbone=backbone, encoder=encoder, art=stock.art)
    bench = Bench(judge=judge, art=stock.art, encoder=encoder)
    tasks = shop.able(tasks_of(plan, stock, encoder, edits))
    found, suspicions = measured(plan, shop, bench, tasks, on_progress=on_progress)
    report = reported(plan, found, suspicions, ceilings)
    report |= {
        "edits": edits,
        "judge": {**ceilings, "examination": dict(judge.figures)},
        "twin": twin(plan, shop, tasks),
        "not_in_catalogue": sum(
            task.kind.endswith("_grounded") and task.source is None for task in tasks
        ),
        "seconds_per_8": seconds,
        "peak_mb": memory,
        "weights": weights(),
        "backbone": plan.backbone,
        "revision": backbone.revision,
        "edits_by": "revision" if backbone.supports.revision else "image to image",
        "cannot": shop.cannot,
        "seconds": round(time.perf_counter() - began, 1),
    }
    report["must"] = judged_by(report)
    if plan.sheets is not None:
        from app.measures.sheets import written

        written(plan.sheets, found, stock.art, report=report, suspicions=suspicions)
    return report


def timed(backbone: Backbone, steps: Sequence[int], *, on_progress: OnProgress) -> dict[str, float]:
    """Seconds for eight stickers by number of steps; nothing where it makes none from words."""
    from app.measures.making import seconds_per_batch

    found: dict[str, float] = {}
    if backbone.family.sources:
        return found
    for number, count in enumerate(steps, start=1):
        found[str(count)] = round(seconds_per_batch(backbone, count, clock=time.perf_counter), 3)
        on_progress(Step(stage="speed", done=number, total=len(steps)))
    return found


def twin(plan: Plan, shop: Workshop, tasks: Sequence[Task]) -> dict[str, float | None]:
    """By number of steps, the share of ``TWINS`` prompts whose picture at history scale 0 is that
    without history, bit by bit."""
    from app.measures.making import twins

    led = [task for task in tasks if task.shown and task.source is None][:TWINS]
    return {str(steps): twins(shop, led, steps) for steps in plan.steps}


def stocked(plan: Plan, edits: int) -> Stock:
    """The art, the drawn things and the drawings to be edited."""
    from app.measures.tasks import PAIRED, drawing_pairs
    from app.measures.wording import wording
    from app.measures.world import drawn, drawn_grid, lessons
    from ranking.judges.art import ASIDE, art_of

    cache = plan.judges / "art"
    grid = drawn_grid(cache=cache)
    own = grid if plan.data is None else art_of(plan.data, cache=cache)
    counts = wording().counts("edit", edits)
    pairs = [
        drawing for kind in PAIRED for drawing in drawing_pairs(kind, counts[kind], seed=plan.seed)
    ]
    art, first = own, 0
    if plan.data is not None:
        first = len(own)
        art = own.joined(replace(grid, splits=(ASIDE,) * len(grid)))
    return Stock(
        art=art.joined(drawn(pairs, split=ASIDE)) if pairs else art,
        grid=range(first, first + len(grid)),
        pairs=len(art),
        learned=lessons(own, plan.drawings, cache=cache),
    )


def tasks_of(plan: Plan, stock: Stock, encoder: Encoder, edits: int) -> list[Task]:
    """The fixed lists: ``prompts`` creations, then the edits."""
    from app.measures.catalogue import Catalogue
    from app.measures.colours import colour_word
    from app.measures.tasks import PAIRED, Makers, creations
    from app.measures.tasks import edits as edits_of
    from app.measures.wording import wording
    from ranking.judges.judge import kind_of

    words, art = wording(), stock.art
    catalogues = {
        kind_of(art.styles[rows[0]]): Catalogue(art=art, encoder=encoder, rows=rows)
        for rows in (stock.grid, art.rows("train"))
    }
    makers = Makers(
        art=art,
        wording=words,
        seed=plan.seed,
        colour_of=lambda row: colour_word(art.picture(row)),
        nearest=lambda thing, style: catalogues[kind_of(style)].nearest(thing, style),
    )
    counts = words.counts("edit", edits)
    sources = iter(range(stock.pairs, len(art), 2))
    pairs = {kind: [next(sources) for _ in range(counts[kind])] for kind in PAIRED}
    made = creations(makers, words.counts("create", plan.prompts))
    return made + edits_of(makers, counts, pairs)


def judged(
    plan: Plan, stock: Stock, *, on_progress: OnProgress
) -> tuple[Judge, dict[str, float | None]]:
    """The judge, opened or trained and kept; its ceilings by name."""
    from app.measures.colours import HUES, ceiling
    from app.measures.report import ceilings_of
    from ranking.judges.judge import kept, kind_of, lessons_of, opened, trained
    from ranking.judges.training import Course

    art, learned = stock.art, stock.learned
    folder = plan.judges / lessons_of(learned).digest[:12]
    judge = opened(folder)
    if judge is None:
        minutes = None if plan.judge_steps else plan.judge_minutes
        checkpoint = folder / "checkpoint.pt"
        course = Course(minutes=minutes, steps=plan.judge_steps, kept=checkpoint)
        kept(trained(learned, course, on_progress=on_progress), folder)
        checkpoint.unlink(missing_ok=True)
        judge = opened(folder)  # rounded as it is kept: a second run gives the same figures
    assert judge is not None
    rows = art.rows("train")[:: max(1, len(art.rows("train")) // TURNED)]
    colour = ceiling(art, rows, tuple(HUES))
    kind = kind_of(art.styles[0])
    return judge, ceilings_of(judge.figures, kind=kind, colour=colour)


def measured(
    plan: Plan,
    shop: Workshop,
    bench: Bench,
    tasks: Sequence[Task],
    *,
    on_progress: OnProgress,
) -> tuple[dict[int, list[Finding]], dict[int, list[Suspicion]]]:
    """Findings and suspicions by number of steps."""
    from app.measures.copies import Memory
    from app.measures.shards import Shards

    shards = Shards(folder=plan.shards / rests_on(shop, bench))
    found = {
        steps: list(
            shards.findings(
                tasks,
                steps,
                lambda part, told, steps=steps: bench.findings(  # type: ignore[misc]
                    shop.made(part, steps, on_made=told)
                ),
                on_progress=on_progress,
            )
        )
        for steps in plan.steps
    }
    if not bench.art.rows("pair_test"):
        return found, {}
    memory = Memory(judge=bench.judge, art=bench.art, encoder=bench.encoder)
    return found, {steps: memory.suspicions(own) for steps, own in found.items()}


def rests_on(shop: Workshop, bench: Bench) -> str:
    """A short digest of all that findings depend on but the tasks."""
    from app.measures.shards import code_digest

    judge, art = bench.judge, bench.art
    parts = (
        shop.backbone.revision,
        shop.encoder.digest,
        hashlib.sha256(judge.references_RD.tobytes()).hexdigest(),
        hashlib.sha256(repr((art.captions, art.styles, art.concepts)).encode()).hexdigest(),
        code_digest(),
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def reported(
    plan: Plan,
    found: dict[int, list[Finding]],
    suspicions: dict[int, list[Suspicion]],
    ceilings: dict[str, float | None],
) -> dict[str, Any]:
    """The figures of every number of steps; ``copies`` is the most of them."""
    from app.measures.report import figures

    steps = {
        str(number): figures(own, ceilings, suspicions=suspicions.get(number, ()), seed=plan.seed)
        for number, own in found.items()
    }
    copies = [
        one[name]
        for one in steps.values()
        for name in ("copies", "copies_grounded")
        if one[name] is not None
    ]
    return {
        "prompts": plan.prompts,
        "sample": plan.prompts < WHOLE,
        "seed": plan.seed,
        "steps": steps,
        "copies": max(copies) if copies else None,
    }
