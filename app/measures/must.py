"""What the bundled models must show, line by line, beside what they do show.

The lines and limits are those that were set for the models; a share "of the judge's own" is a
figure over the judge's accuracy on held-out real art.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

POINTS = 0.05
"""How far fewer steps may lie below more on any figure."""
FASTER = 4.0
"""How many times faster they must be."""
SECONDS = {"4": 1.5, "20": 5.0}
"""Most seconds for eight stickers, by number of steps."""
MEMORY_MB, WEIGHTS_MIB, FILE_MIB = 1500, 32.0, 15.0
MIB = 2**20


class Line(NamedTuple):
    """One thing that must be shown."""

    words: str
    figure: str
    limit: float
    of_judge: bool = False
    """The figure over the judge's own."""
    most: bool = False
    """The limit is the most, and not the least."""


LINES = (
    Line("known thing, from noise: subject", "subject_top5", 0.85, True),
    Line("known thing, from noise: style", "style", 0.95, True),
    Line("known thing, from the catalogue: subject", "grounded_subject_top5", 0.85, True),
    Line("known thing, from the catalogue: style", "grounded_style", 0.95, True),
    Line("never seen together, from noise: subject", "pair_test_top5", 0.7, True),
    Line("never seen together, from noise: style", "pair_test_style", 0.7, True),
    Line("never seen together, from the catalogue: subject", "pair_test_grounded_top5", 0.7, True),
    Line("never seen together, from the catalogue: style", "pair_test_grounded_style", 0.7, True),
    Line("restyled: style", "restyle_style", 0.95, True),
    Line("restyled: subject", "restyle_subject", 0.9, True),
    Line("restyled: nearer to the true picture", "restyle_nearer", 0.9),
    Line("things never seen, restyled: style", "concept_test_style", 0.8, True),
    Line("things never seen, restyled: subject", "concept_test_subject", 0.8, True),
    Line("things never seen: nearer to the true picture", "concept_test_nearer", 0.9),
    Line("colour asked, from noise", "colour", 0.8),
    Line("colour asked, from the catalogue", "colour_grounded", 0.8),
    Line("two things, from noise", "two_things", 0.6),
    Line("two things, from the catalogue", "two_things_grounded", 0.6),
    Line("copies, from noise", "copies", 0.1, most=True),
    Line("copies, from the catalogue", "copies_grounded", 0.1, most=True),
    Line("copies that the copy check names", "copies_named", 1.0),
)


def judged_by(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each line with its limit, what was found by number of steps, and whether that is met.

    ``found`` and ``met`` are None where it was not measured.
    """
    steps = report["steps"]
    rows = []
    for line in LINES:
        found = {
            number: (own["of_judge"] if line.of_judge else own).get(line.figure)
            for number, own in steps.items()
        }
        words = f"{line.words}, of the judge's own" if line.of_judge else line.words
        rows.append(_row(words, found, line.limit, most=line.most))
    rows.append(_row("twin: the same bytes at history scale 0", report["twin"], 1.0))
    rows += _between(report)
    for number, limit in SECONDS.items():
        if number in report["seconds_per_8"]:
            took = {number: report["seconds_per_8"][number]}
            rows.append(_row(f"8 stickers at {number} steps, s", took, limit, most=True))
    heavy = report["weights"]
    rows.append(_row("peak memory, MB", {"all": report["peak_mb"]}, MEMORY_MB, most=True))
    rows.append(_row("weights, MiB", {"all": heavy["mib"]}, WEIGHTS_MIB, most=True))
    rows.append(_row("largest file, MiB", {"all": heavy["largest_mib"]}, FILE_MIB, most=True))
    return rows


def _row(
    words: str, found: Mapping[str, float | None], limit: float, *, most: bool = False
) -> dict[str, Any]:
    return {
        "what": words,
        "limit": limit,
        "most": most,
        "found": dict(found),
        "met": {
            number: None if value is None else (value <= limit if most else value >= limit)
            for number, value in found.items()
        },
    }


def _between(report: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """How far the fewest steps lie below the most, and how much faster they are."""
    steps, took = report["steps"], report["seconds_per_8"]
    few, many = min(steps, key=int), max(steps, key=int)
    if few == many:
        return
    behind = gaps(steps[few], steps[many])
    if behind:
        worst = max(behind, key=lambda name: behind[name])
        words = f"most that {few} steps lie behind {many} ({worst.replace('_', ' ')})"
        yield _row(words, {few: round(behind[worst], 4)}, POINTS, most=True)
    if few in took and many in took:
        faster = {few: round(took[many] / took[few], 2)}
        yield _row(f"times faster than {many} steps", faster, FASTER)


def gaps(few: Mapping[str, Any], many: Mapping[str, Any]) -> dict[str, float]:
    """By figure of ``LINES``, how far ``few`` lies behind ``many``; below 0 where it is ahead."""
    found = {}
    for line in LINES:
        one, other = few.get(line.figure), many.get(line.figure)
        if one is not None and other is not None:
            found[line.figure] = (one - other) if line.most else (other - one)
    return found


def weights() -> dict[str, float]:
    """MiB of all bundled weights, and of the largest file."""
    root = Path(__file__).parents[2]
    sizes = [
        path.stat().st_size
        for package in ("generators", "preference", "ranking")
        for path in (root / package / "bundled").rglob("*.safetensors")
    ]
    return {"mib": round(sum(sizes) / MIB, 2), "largest_mib": round(max(sizes) / MIB, 2)}


def markdown(report: Mapping[str, Any]) -> str:
    """The report in words: what must be shown, every figure with its interval, the judge."""
    numbers = list(report["steps"])
    head = " | ".join(f"{number} steps | 95 %" for number in numbers)
    lines = [
        f"# Generation by {report['backbone']}",
        "",
        f"{report['prompts']} prompts and {report['edits']} edits, seed {report['seed']}, "
        f"revision {report['revision'][:19]}.",
        "",
        "| must show | limit | found |",
        "|---|---|---|",
    ]
    for row in report["must"]:
        sign = "≤" if row["most"] else "≥"
        found = "; ".join(_said(number, row) for number in row["found"])
        lines.append(f"| {row['what']} | {sign} {row['limit']:g} | {found} |")
    lines += ["", f"| figure | {head} | pictures | the judge's own |"]
    lines.append("|---" * (2 * len(numbers) + 3) + "|")
    first = report["steps"][numbers[0]]
    for name, count in first["pictures"].items():
        if count:
            lines.append(
                f"| {name.replace('_', ' ')} | {_figures(report, name)} | {count} | "
                f"{_ceiling(report, name)} |"
            )
    return "\n".join([*lines, ""])


def _said(number: str, row: Mapping[str, Any]) -> str:
    value = row["found"][number]
    prefix = "" if number == "all" else f"{number} steps: "
    if value is None:
        return f"{prefix}not measured"
    return f"{prefix}{value:.2f} ({'met' if row['met'][number] else 'missed'})"


def _figures(report: Mapping[str, Any], name: str) -> str:
    cells = []
    for own in report["steps"].values():
        low, high = own["ci"].get(name, (None, None))
        value = own[name]
        cells += ["" if value is None else f"{value:.3f}"]
        cells += ["" if low is None else f"{low:.2f} to {high:.2f}"]
    return " | ".join(cells)


def _ceiling(report: Mapping[str, Any], name: str) -> str:
    from app.measures.report import FIGURES

    value = report["judge"].get(FIGURES[name][2]) if name in FIGURES else None
    return "" if value is None else f"{value:.3f}"
