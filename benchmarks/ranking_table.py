"""The tables of docs/ranking.md, made from reports of ``bespoke eval ranking --json``.

    python -m benchmarks.ranking_table FOLDER                           # prints them
    python -m benchmarks.ranking_table FOLDER --into docs/ranking.md    # puts them into the page

FOLDER holds one report a file (``*.json``). Where two reports tell of the same recommender, data
set and protocol, the one of more seeds counts, then the newer. What no report tells is "not run".
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from ranking.decoder.ablation import ABLATIONS
from ranking.decoder.ranker import PARTS
from studio.errors import InputError

OURS = "bespoke"
SETS = ("Beauty", "Toys", "Sports")
PROTOCOLS = ("leave-last", "order-free")
MODELS = (
    "popularity",
    "item-knn",
    "recency-knn",
    "ease",
    "sasrec-ce",
    "bert4rec",
    "hstu",
    OURS,
)
ANCHORS: Mapping[str, tuple[str, str, str]] = {
    "best of the data's README": (".0925/.0576", ".1026/.0686", ".0596/.0325"),
    "published: TIGER": (".0648/.0384", ".0712/.0432", ".0400/.0225"),
    "published reproduction: SASRec-CE": (".0851/.0421", ".0922/.0448", ".0495/.0248"),
    "published reproduction: OneRec-SFT": (".0925/.0501", ".0946/.0541", ".0596/.0325"),
}
"""Leave-last R@10/N@10 that come with the files (not measured here)."""
MARKS = ("<!-- figures -->", "<!-- /figures -->")
NOT_RUN = "not run"
Figures = dict[tuple[str, str, str], dict[str, Any]]


def gathered(reports: Iterable[Mapping[str, Any]]) -> Figures:
    """Figures of each (data set, protocol, row), the later report first asked last.

    Ours with a part taken away by ``--option`` is a row of its own, named as ``--ablate`` names it.
    """
    found: Figures = {}
    for report in reports:
        ours = row_of(OURS, report["models"].get(OURS, {}))
        for model, figures in report["models"].items():
            place = (report["dataset"], report["protocol"], row_of(model, figures))
            if place in found and found[place]["seeds"] > figures["seeds"]:
                continue
            before = found.get(place, {})
            ahead = report["ahead"].get(model)
            # How far a part of ours is ahead does not take the place of how far the whole is.
            if ours != OURS and before.get("by") == OURS:
                ahead, by = before["ahead"], OURS
            else:
                by = ours
            found[place] = {**figures, "ahead": ahead, "by": by}
    return found


def row_of(model: str, figures: Mapping[str, Any]) -> str:
    """The recommender's name; for ours without one of its parts, what it is without."""
    heard = figures.get("settings", {}).get("parts")
    if model == OURS and heard is not None and sorted(heard) != sorted(PARTS):
        for label, less in ABLATIONS.items():
            if set(less) == {"parts"} and sorted(less["parts"]) == sorted(heard):
                return f"{OURS} {label}"
        return f"{OURS} of {', '.join(heard)}"
    return model


def short(value: float) -> str:
    """Four places, without the 0 before the point."""
    return f"{value:.4f}".replace("0.", ".", 1)


def cell(figures: Mapping[str, Any] | None) -> str:
    """R@10/N@10, the interval of R@10 over people, cold R@10, and the seeds where several."""
    if figures is None:
        return NOT_RUN
    low, high = figures["ci"]["recall@10"]
    words = f"{short(figures['recall@10'])}/{short(figures['ndcg@10'])} "
    words += f"({short(low)} to {short(high)})"
    if "recall@10" in figures["cold"]:
        words += f", cold {short(figures['cold']['recall@10'])}"
    if figures["seeds"] > 1:
        words += f", {figures['seeds']} seeds ± {short(figures['spread']['recall@10'])}"
    return words


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def found_table(found: Figures, protocol: str, models: Sequence[str]) -> str:
    """A row a recommender, a column a data set."""
    rows = [
        [f"`{model}`", *(cell(found.get((name, protocol, model))) for name in SETS)]
        for model in models
    ]
    if protocol == "leave-last" and OURS in models:
        rows += [[label, *values] for label, values in ANCHORS.items()]
    return table(["", *SETS], rows)


def ahead_table(found: Figures) -> str:
    """How far ours is ahead of each other recommender with the same people."""
    rows = []
    for protocol in PROTOCOLS:
        for model in MODELS:
            cells = []
            for name in SETS:
                gaps = found.get((name, protocol, model), {}).get("ahead")
                if not gaps:
                    cells.append(NOT_RUN)
                    continue
                told = [
                    f"{gaps[key]['gap']:+.4f} ({gaps[key]['ci'][0]:+.4f} to "
                    f"{gaps[key]['ci'][1]:+.4f})"
                    for key in ("recall@10", "ndcg@10")
                ]
                less = found[name, protocol, model]["by"].removeprefix(OURS)
                cells.append(f"{' / '.join(told)}{less and f' ({less.strip()})'}")
            if model != OURS:
                rows.append([f"`{model}`, {protocol}", *cells])
    return table(["", *SETS], rows)


def other_table(found: Figures, name: str) -> str:
    """What the lists are like besides finding, on one data set."""
    keys = ("coverage", "gini", "novelty", "diversity", "miscalibration", "popularity_bias")
    rows = []
    for protocol in PROTOCOLS:
        for model in MODELS:
            figures = found.get((name, protocol, model))
            if figures is not None:
                values = [figures[f"{key}@10"] for key in keys]
                cells = ["" if value is None else f"{value:.2f}" for value in values]
                rows.append([f"`{model}`, {protocol}", *cells])
    return table(["", *(key.replace("_", " ") for key in keys)], rows)


def written(found: Figures) -> str:
    """All tables, as the page has them."""
    parts = []
    for protocol in PROTOCOLS:
        parts.append(
            f"Test, *{protocol}*, R@10/N@10 (95 % interval of R@10 over people; cold: R@10 where "
            "the item was seen at most twice):"
        )
        parts.append(found_table(found, protocol, MODELS))
    parts.append(
        f"How far `{OURS}` is ahead of each for the same people, R@10 / N@10 (95 % intervals):"
    )
    parts.append(ahead_table(found))
    for protocol in PROTOCOLS:
        variants = sorted(
            {model for _, own, model in found if own == protocol and model.startswith(f"{OURS} ")}
        )
        if variants:
            parts.append(f"Ablation, *{protocol}*:")
            parts.append(found_table(found, protocol, [*variants]))
    parts.append(f"What the lists are like, at 10 ({SETS[0]}):")
    parts.append(other_table(found, SETS[0]))
    return "\n\n".join(parts)


def main(
    folder: Annotated[Path, typer.Argument(help="Where the reports are.")],
    *,
    into: Annotated[Path | None, typer.Option(help="A page with the two marks.")] = None,
) -> None:
    """Print the tables, or put them into a page between its marks."""
    files = sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)
    if not files:
        raise InputError(f"no report in {folder}; save `bespoke eval ranking --json` there")
    text = written(gathered(json.loads(file.read_text("utf-8")) for file in files))
    if into is None:
        print(text)
        return
    page = into.read_text("utf-8")
    before, mark, rest = page.partition(MARKS[0])
    _, end, after = rest.partition(MARKS[1])
    if not (mark and end):
        raise InputError(f"{into} lacks the marks {' and '.join(MARKS)}; put them in")
    into.write_text(f"{before}{mark}\n{text}\n\n{end}{after}", "utf-8")


if __name__ == "__main__":
    typer.run(main)
