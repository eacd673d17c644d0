"""The contact sheet of the measure: the first of each kind as they came, and its worst failures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from app.sheet import Section, Strip, Tile, contact_sheet

if TYPE_CHECKING:
    from PIL.Image import Image

    from app.measures.copies import Suspicion
    from app.measures.findings import Finding
    from ranking.judges.art import Art

FIRST = 6
"""Pictures a kind that are shown as they came."""
WORST = 4
SIDE = 98
NAMES = {
    "known": "Known thing, known look, by words",
    "pictures": "Known thing by words, look by pictures",
    "pair_test": "Known thing and look never seen together",
    "colour": "Colour asked",
    "two_things": "Two things (drawn world)",
    "restyle": "Restyled by words: source, edit, truth",
    "restyle_pictures": "Restyled by pictures: source, edit, truth",
    "concept_test": "Never seen, restyled by words: source, edit, truth",
    "concept_test_pictures": "Never seen, restyled by pictures: source, edit, truth",
    "recolour": "Recoloured: source, edit",
    "accessory": "Something put on: source, edit, truth",
    "mood": "Other mood: source, edit, truth",
}
SHOWN = ("subject_top5", "style", "colour", "accessory", "mood", "nearer")


def sheet(
    found: Mapping[int, Sequence[Finding]],
    art: Art,
    *,
    report: Mapping[str, Any],
    suspicions: Mapping[int, Sequence[Suspicion]],
) -> Image:
    """One sheet: a card a kind, in it each number of steps, then the worst of the most steps."""
    sections = []
    most = max(found)
    for kind, heading in NAMES.items():
        own = {steps: [f for f in all_ if f.task.kind == kind] for steps, all_ in found.items()}
        if not own[most]:
            continue
        strips = [
            Strip(label=f"{steps} steps", tiles=tiles(findings[:FIRST], art), side=SIDE)
            for steps, findings in own.items()
        ]
        worst = sorted(own[most], key=lambda finding: finding.sureness)[:WORST]
        strips.append(Strip(label=f"Worst at {most} steps", tiles=tiles(worst, art), side=SIDE))
        sections.append(Section(heading=heading, strips=tuple(strips)))
    copies = [one for one in suspicions.get(most, ()) if one.copy]
    if copies:
        sections.append(_copies(sorted(copies, key=lambda one: one.own)[:FIRST], art))
    return contact_sheet(f"Generation by {report['backbone']}", words(report), sections)


def words(report: Mapping[str, Any]) -> str:
    """What stands beneath the title."""
    judge = report["judge"]
    parts = [f"{report['prompts']} prompts and {report['edits']} edits, seed {report['seed']}."]
    parts += [
        f"At {steps} steps: subject {percent(one['subject_top5'])}, style {percent(one['style'])}, "
        f"restyled style {percent(one['restyle_style'])}, subject "
        f"{percent(one['restyle_subject'])}."
        for steps, one in report["steps"].items()
    ]
    parts.append(
        f"The judge's own on real art: subject {percent(judge['subject_top5'])}, "
        f"style {percent(judge['style'])}. Beneath a picture stands what was right (+), wrong (-)."
    )
    return " ".join(parts)


def percent(value: float | None) -> str:
    """A share in words."""
    return "not asked" if value is None else f"{value:.0%}"


def tiles(findings: Sequence[Finding], art: Art) -> tuple[Tile, ...]:
    """A finding's pictures: source and truth beside an edit."""
    made: list[Tile] = []
    for finding in findings:
        task = finding.task
        if task.source is not None:
            made.append(Tile(image=art.picture(task.source), note="source"))
        made.append(Tile(image=finding.picture, title=verdict(finding), note=task.text))
        if task.source is not None and task.truth is not None:
            made.append(Tile(image=art.picture(task.truth), note="truth"))
    return tuple(made)


def verdict(finding: Finding) -> str:
    """``+thing -style``, and so on."""
    short = {"subject_top5": "thing", "accessory": "worn"}
    return " ".join(
        f"{'+' if finding.values[name] else '-'}{short.get(name, name)}"
        for name in SHOWN
        if name in finding.values
    )


def _copies(copies: Sequence[Suspicion], art: Art) -> Section:
    made: list[Tile] = []
    for one in copies:
        note = "the copy check names it" if one.named else "not named"
        made.append(Tile(image=one.finding.picture, title=note, note=one.finding.task.text))
        made.append(Tile(image=art.picture(one.nearest), note="training picture"))
    return Section(
        heading="Nearer to a training picture than a held-out one is",
        strips=(Strip(label="Nearest first", tiles=tuple(made), side=SIDE),),
    )
