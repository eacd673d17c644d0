"""The contact sheets of the measure: of each section the first as they came, and the worst."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.sheet import Section, Strip, Tile, contact_sheet

if TYPE_CHECKING:
    from PIL.Image import Image

    from app.measures.copies import Suspicion
    from app.measures.findings import Finding
    from ranking.judges.art import Art

FIRST = 9
"""Pictures of a section that are shown as they came."""
WORST = 6
SHOWN_COPIES = 8
SIDE = 98
SECTIONS: dict[str, tuple[str, tuple[str, ...]]] = {
    "known": ("Known thing in a known look, from noise", ("known",)),
    "known_grounded": ("Known thing, from the nearest in the catalogue", ("known_grounded",)),
    "pictures": ("Known thing by words, look by pictures, from noise", ("pictures",)),
    "pair_test": ("Thing and look never seen together, from noise", ("pair_test",)),
    "pair_test_grounded": (
        "Thing and look never seen together, from the catalogue",
        ("pair_test_grounded",),
    ),
    "colour": ("A colour asked, from noise", ("colour",)),
    "colour_grounded": ("A colour asked, from the catalogue", ("colour_grounded",)),
    "two_things": ("Two things, from noise", ("two_things",)),
    "two_things_grounded": ("Two things, from a drawn catalogue", ("two_things_grounded",)),
    "restyle": ("Known things restyled", ("restyle", "restyle_pictures")),
    "concept_test": (
        "Things never seen, restyled",
        ("concept_test", "concept_test_pictures"),
    ),
    "recolour": ("Recoloured", ("recolour",)),
    "drawn_restyle": ("Drawings restyled", ("drawn_restyle",)),
    "accessory": ("Something put on a drawing", ("accessory",)),
    "mood": ("A drawing in another mood", ("mood",)),
}
"""File to its heading and the kinds that it shows."""
SHOWN = ("subject_top5", "style", "colour", "accessory", "mood", "nearer")


def written(
    folder: Path,
    found: Mapping[int, Sequence[Finding]],
    art: Art,
    *,
    report: Mapping[str, Any],
    suspicions: Mapping[int, Sequence[Suspicion]],
) -> None:
    """A sheet a section, ``report.md`` and ``report.json``; what is not asked has no sheet.

    A section that shows pictures of the data beside what was made of them is called
    ``<section>.data.webp``: their licence says who may be shown it.
    """
    from app.measures.must import markdown

    folder.mkdir(parents=True, exist_ok=True)
    said = words(report)
    for name, (heading, kinds) in SECTIONS.items():
        own = {steps: [f for f in all_ if f.task.kind in kinds] for steps, all_ in found.items()}
        if not any(own.values()):
            continue
        cards = [_card(steps, findings, art) for steps, findings in own.items()]
        foreign = any(_foreign(one, art) for findings in own.values() for one in findings)
        _saved(contact_sheet(heading, said, cards), folder, name, foreign=foreign)
    copies = {
        steps: sorted((one for one in all_ if one.copy), key=lambda one: one.own)[:SHOWN_COPIES]
        for steps, all_ in suspicions.items()
    }
    if any(copies.values()):
        cards = [_copies(f"{steps} steps", own, art) for steps, own in copies.items()]
        heading = "Nearer to a training picture than a held-out one is"
        _saved(contact_sheet(heading, said, cards), folder, "copies", foreign=True)
    (folder / "report.md").write_text(markdown(report), encoding="utf-8")
    text = json.dumps(report, indent=1, ensure_ascii=False)
    (folder / "report.json").write_text(text + "\n", encoding="utf-8")


def _saved(sheet: Image, folder: Path, name: str, *, foreign: bool) -> None:
    sheet.save(folder / f"{name}{'.data' if foreign else ''}.webp", "WEBP", quality=75)


def _foreign(finding: Finding, art: Art) -> bool:
    """Whether a tile shows a picture of the data."""
    from ranking.judges.judge import kind_of

    source = finding.task.source
    return source is not None and kind_of(art.styles[source]) == "real"


def _card(steps: int, findings: Sequence[Finding], art: Art) -> Section:
    """What came first and what came out worst, at one number of steps."""
    worst = sorted(findings[FIRST:], key=_success)[:WORST]
    return Section(
        heading=f"{steps} steps",
        strips=(
            Strip(label="As they came", tiles=tiles(findings[:FIRST], art), side=SIDE),
            Strip(label="The worst of the others", tiles=tiles(worst, art), side=SIDE),
        ),
    )


def _success(finding: Finding) -> tuple[float, float]:
    """What was right, then how sure the judge is of the thing."""
    return sum(finding.values.get(name, 0.0) for name in SHOWN), finding.sureness


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


def _copies(label: str, copies: Sequence[Suspicion], art: Art) -> Section:
    made: list[Tile] = []
    for one in copies:
        note = "the copy check names it" if one.named else "not named"
        made.append(Tile(image=one.finding.picture, title=note, note=one.finding.task.text))
        made.append(Tile(image=art.picture(one.nearest), note="training picture"))
    return Section(
        heading=label, strips=(Strip(label="Nearest first", tiles=tuple(made), side=SIDE),)
    )
