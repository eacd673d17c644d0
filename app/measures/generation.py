"""``eval generation``: what the generator and the editor make, judged by who made nothing.

Creations and edits come from fixed lists (``prompts.toml``, ``tasks``), each made at every number
of steps with the same seeds. The judge is trained here on first use and kept.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
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

DRAWINGS = 2500
"""Drawings that a judge learns the drawn world from, beside real art."""
TURNED = 240
"""Pictures the colour rule's ceiling is measured on."""
WHOLE = 5000
"""Prompts of the whole measure; with fewer it is a sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured."""

    judges: Path
    """Folder that keeps trained judges and packed pictures."""
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
    sheet: Path | None = None
    seed: int = 0


def run(plan: Plan, *, on_progress: OnProgress = silent) -> dict[str, Any]:
    """The report.

    InputError where the plan asks for nothing or ``data`` is no such folder; ModelError where
    backbone, encoder or judge do not load.
    """
    from app.measures.findings import Bench
    from app.measures.making import Workshop, peak_mb
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
    art, learned = arts(plan, edits)
    judge, ceilings = judged(plan, art, learned, on_progress=on_progress)
    tasks = tasks_of(plan, art, edits)
    shop = Workshop(backbone=backbone, encoder=encoder, art=art)
    bench = Bench(judge=judge, art=art, encoder=encoder)
    found, suspicions = measured(plan, shop, bench, tasks, on_progress=on_progress)
    report = reported(plan, found, suspicions, ceilings, seed=plan.seed)
    report |= {
        "edits": edits,
        "judge": {**ceilings, "examination": dict(judge.figures)},
        "seconds_per_8": seconds,
        "peak_mb": memory,
        "backbone": plan.backbone,
        "revision": backbone.revision,
        "edits_by": "revision" if backbone.supports.revision else "image to image",
        "cannot": shop.cannot,
        "seconds": round(time.perf_counter() - began, 1),
    }
    if plan.sheet is not None:
        from app.measures.sheets import sheet

        plan.sheet.parent.mkdir(parents=True, exist_ok=True)
        sheet(found, art, report=report, suspicions=suspicions).save(plan.sheet)
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


def arts(plan: Plan, edits: int) -> tuple[Art, Art]:
    """The art that tasks are made of, edit drawings last; and the art that the judge learns."""
    from app.measures.tasks import drawing_pairs
    from app.measures.wording import wording
    from app.measures.world import drawings, drawn, drawn_grid
    from ranking.judges.art import ASIDE, art_of

    cache = plan.judges / "art"
    own = drawn_grid(cache=cache) if plan.data is None else art_of(plan.data, cache=cache)
    counts = wording().counts("edit", edits)
    pairs = [
        drawing
        for kind in ("accessory", "mood")
        for drawing in drawing_pairs(kind, counts[kind], seed=plan.seed)
    ]
    learned = own.joined(drawn(drawings(plan.drawings), cache=cache))
    return (own.joined(drawn(pairs, split=ASIDE)) if pairs else own), learned


def tasks_of(plan: Plan, art: Art, edits: int) -> list[Task]:
    """The fixed lists: ``prompts`` creations, then the edits."""
    from app.measures.colours import colour_word
    from app.measures.tasks import Makers, creations
    from app.measures.tasks import edits as edits_of
    from app.measures.wording import wording
    from ranking.judges.art import ASIDE

    words = wording()
    makers = Makers(
        art=art,
        wording=words,
        seed=plan.seed,
        colour_of=lambda row: colour_word(art.picture(row)),
    )
    counts = words.counts("edit", edits)
    aside = iter(art.rows(ASIDE)[::2])
    pairs = {kind: [next(aside) for _ in range(counts[kind])] for kind in ("accessory", "mood")}
    made = creations(makers, words.counts("create", plan.prompts))
    return made + edits_of(makers, counts, pairs)


def judged(
    plan: Plan, art: Art, learned: Art, *, on_progress: OnProgress
) -> tuple[Judge, dict[str, float | None]]:
    """The judge, opened or trained and kept; its ceilings by name."""
    from app.measures.colours import HUES, ceiling
    from app.measures.report import ceilings_of
    from ranking.judges.judge import kept, kind_of, lessons_of, opened, trained
    from ranking.judges.training import Course

    lessons = lessons_of(learned)
    folder = plan.judges / lessons.digest[:12]
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

    able = shop.able(tasks)
    found = {
        steps: list(bench.findings(shop.made(able, steps, on_progress))) for steps in plan.steps
    }
    if not bench.art.rows("pair_test"):
        return found, {}
    memory = Memory(judge=bench.judge, art=bench.art, encoder=bench.encoder)
    return found, {
        steps: memory.suspicions([one for one in own if one.task.source is None])
        for steps, own in found.items()
    }


def reported(
    plan: Plan,
    found: dict[int, list[Finding]],
    suspicions: dict[int, list[Suspicion]],
    ceilings: dict[str, float | None],
    *,
    seed: int,
) -> dict[str, Any]:
    """The figures of every number of steps; ``copies`` is the most of them."""
    from app.measures.report import figures

    steps = {
        str(number): figures(own, ceilings, suspicions=suspicions.get(number, ()), seed=seed)
        for number, own in found.items()
    }
    copies = [one["copies"] for one in steps.values() if one["copies"] is not None]
    return {
        "prompts": plan.prompts,
        "sample": plan.prompts < WHOLE,
        "seed": plan.seed,
        "steps": steps,
        "copies": max(copies) if copies else None,
    }
