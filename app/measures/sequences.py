"""``eval ranking``: recommenders that rank a whole catalogue, judged by what was held out.

Lists of every recommender and seed are kept by a digest of all they depend on (data, options,
code), so a run that was stopped, or is repeated, goes on from there.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.errors import ConfigError, InputError, UnknownName
from studio.intake import shown
from studio.progress import OnProgress, Step, silent

if TYPE_CHECKING:
    from ranking.recommenders import Learner
    from ranking.sequences.interactions import Numbers, Sequences
    from ranking.sequences.splits import Split

OURS = "bespoke"
LENGTH = 50
"""Items of every list that is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured."""

    kept: Path
    """Folder that keeps lists and checkpoints."""
    data: Path | None = None
    """Folder of interactions; None: simulated people."""
    dataset: str = ""
    """A data set of the folder; "": its first by name."""
    protocol: str = "leave-last"
    models: tuple[str, ...] = ()
    """Names of recommenders; (): all that are installed."""
    seeds: int = 1
    """Runs of those that depend on a seed: 0 to ``seeds`` - 1."""
    minutes: float | None = None
    """Bound on the training of each run of those that train."""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Options by recommender."""
    ablate: tuple[str, ...] = ()
    """What is taken away from ours, one after another; ``("all",)``: whatever can be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row of the report."""

    label: str
    name: str
    """The recommender."""
    learn: Learner
    options: Mapping[str, Any]


def options_of(words: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Options by recommender, of words like ``bespoke.epochs=4`` or ``bespoke.parts=items,digits``.

    A value is a number where it reads as one, several names where it has commas, else a name.
    InputError for a word of another form.
    """
    found: dict[str, dict[str, Any]] = {}
    for word in words:
        left, equals, value = word.partition("=")
        model, dot, name = left.strip().rpartition(".")
        if not (equals and dot and model and name and value.strip()):
            raise InputError(f"{shown(word)} is no option; write MODEL.NAME=VALUE")
        found.setdefault(model, {})[name] = _value(value.strip())
    return found


def _value(text: str) -> int | float | str | list[str]:
    if "," in text:
        return [one.strip() for one in text.split(",") if one.strip()]
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def run(plan: Plan, *, on_progress: OnProgress = silent) -> dict[str, Any]:
    """The report: the figures of every recommender, and how far ours is ahead of each other.

    InputError where the plan or the data are wrong.
    """
    from ranking import appraisal
    from ranking.sequences.splits import PROTOCOLS, split

    if plan.seeds < 1 or (plan.minutes is not None and plan.minutes <= 0):
        raise InputError("give 1 seed or more, and minutes above 0")
    if plan.protocol not in PROTOCOLS:
        raise InputError(f"no protocol {shown(plan.protocol)}; use {' or '.join(PROTOCOLS)}")
    began = time.perf_counter()
    entries = chosen(plan)
    sequences = data_of(plan)
    parts = split(sequences, plan.protocol)  # type: ignore[arg-type]
    stick = appraisal.yardstick(parts.test, parts.material)
    models: dict[str, Any] = {}
    persons = {}
    for entry in entries:
        lists, timing = lists_of(plan, entry, parts, on_progress=on_progress)
        models[entry.label] = appraisal.appraised(lists, stick) | timing
        persons[entry.label] = appraisal.each_person(appraisal.by_seed(lists, stick))
    spent(plan, entries, parts)
    return {
        "dataset": sequences.name,
        "protocol": plan.protocol,
        "simulated": plan.data is None,
        "people": len(sequences.people),
        "asked": len(parts.test),
        "items": len(sequences.catalogue),
        "interactions": len(sequences.histories.items_E),
        "models": models,
        "ahead": {
            name: appraisal.ahead(persons[OURS], persons[name])
            for name in persons
            if OURS in persons and name != OURS
        },
        "seconds": round(time.perf_counter() - began, 1),
    }


def chosen(plan: Plan) -> list[Entry]:
    """What is measured, ours first; UnknownName for a recommender that is not installed."""
    from ranking import recommenders

    known = recommenders.names()
    for name in (*plan.models, *plan.options):
        if name not in known:
            raise UnknownName(f"no recommender {shown(name)}; there is {', '.join(known)}")
    names = plan.models or sorted(known, key=lambda name: (name != OURS, name))
    if not names:
        raise ConfigError("no recommender is installed; install bespoke-studio again")
    entries = []
    for name in names:
        learn = recommenders.learner(name)
        options = dict(plan.options.get(name, {}))
        if plan.minutes is not None and recommenders.is_seeded(learn):
            options["minutes"] = plan.minutes
        entries.append(Entry(label=name, name=name, learn=learn, options=options))
        if name == OURS:
            entries += [
                Entry(label=f"{name} {label}", name=name, learn=learn, options=options | dict(less))
                for label, less in taken_away(plan.ablate).items()
            ]
    if plan.ablate and OURS not in names:
        raise InputError(f"only {OURS} is taken apart; name it among the models")
    return entries


def taken_away(wanted: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """Options of ours by what is taken away; UnknownName for what cannot be."""
    from ranking.decoder.ablation import ABLATIONS

    if "all" in wanted:
        return ABLATIONS
    for name in wanted:
        if name not in ABLATIONS:
            raise UnknownName(
                f"no variant {shown(name)}; there is all, or one of {', '.join(ABLATIONS)}"
            )
    return {name: ABLATIONS[name] for name in wanted}


def data_of(plan: Plan) -> Sequences:
    """The data set of the plan."""
    from ranking.sequences.reading import read
    from ranking.sequences.simulated import simulated

    if plan.data is not None:
        return read(plan.data, plan.dataset)
    if plan.dataset not in ("", "simulated"):
        raise InputError(f"where is {shown(plan.dataset)}? give its folder with --data DIR")
    return simulated()


def seeds_of(plan: Plan, entry: Entry) -> range:
    """Seeds of the runs of one row: one run stands for all where no seed matters."""
    from ranking.recommenders import is_seeded

    return range(plan.seeds if is_seeded(entry.learn) else 1)


def lists_of(
    plan: Plan, entry: Entry, parts: Split, *, on_progress: OnProgress
) -> tuple[list[Numbers], dict[str, Any]]:
    """Ranked lists of every seed, and of the first how long it took and what it chose."""
    seeds = seeds_of(plan, entry)
    lists: list[Numbers] = []
    timing: dict[str, Any] = {}
    for seed in seeds:
        folder = plan.kept / digest_of(entry, parts, seed)
        made, taken = kept_lists(folder)
        if made is None:
            made, taken = ranked(
                entry,
                parts,
                seed=seed,
                folder=folder,
                learning=plan.kept / learning_of(entry, parts, seed),
                on_progress=on_progress,
            )
        on_progress(Step(stage=entry.label, done=seed + 1, total=len(seeds)))
        lists.append(made)
        timing = timing or taken
    return lists, timing


def ranked(
    entry: Entry, parts: Split, *, seed: int, folder: Path, learning: Path, on_progress: OnProgress
) -> tuple[Numbers, dict[str, Any]]:
    """Learn, rank, keep. A kill in between leaves checkpoints, and lists only once complete."""
    import numpy as np

    from ranking.recommenders import checked

    folder.mkdir(parents=True, exist_ok=True)
    learning.mkdir(exist_ok=True)
    began = time.perf_counter()
    recommend = entry.learn(
        parts.material, options=entry.options, seed=seed, keep=learning, on_progress=on_progress
    )
    fitted = time.perf_counter()
    made = checked(
        recommend(parts.test.histories, size=LENGTH),
        parts.test.histories,
        items=parts.material.items,
        name=entry.name,
    )
    timing: dict[str, Any] = {
        "fit_s": round(fitted - began, 1),
        "rank_ms_per_person": round(
            1000 * (time.perf_counter() - fitted) / max(1, len(parts.test)), 3
        ),
        "settings": dict(getattr(recommend, "settings", {})),
    }
    (folder / "fit.json").write_text(json.dumps(timing), encoding="utf-8")
    partial = folder / "lists.part.npy"
    np.save(partial, made)
    partial.replace(folder / "lists.npy")
    return made, timing


def spent(plan: Plan, entries: Sequence[Entry], parts: Split) -> None:
    """Remove the checkpoints of runs whose lists are all there."""
    for entry in entries:
        for seed in seeds_of(plan, entry):
            shutil.rmtree(plan.kept / learning_of(entry, parts, seed), ignore_errors=True)


def kept_lists(folder: Path) -> tuple[Any, dict[str, Any]]:
    """What an earlier run kept; None where there is nothing."""
    import numpy as np

    if not (folder / "lists.npy").is_file():
        return None, {}
    timing = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
    return np.load(folder / "lists.npy", allow_pickle=False), timing


def digest_of(entry: Entry, parts: Split, seed: int) -> str:
    """Name of the folder of one run: recommender, and a digest of all that its lists depend on."""
    told = (
        parts.test.histories.digest,
        json.dumps(entry.options, sort_keys=True),
        LENGTH,
        learning_of(entry, parts, seed),
    )
    return f"{entry.name}-{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}"


def learning_of(entry: Entry, parts: Split, seed: int) -> str:
    """Name of the folder of checkpoints, which runs with other options share."""
    from ranking.lineage import code_digest

    told = (parts.material.digest, seed, code_digest(entry.learn))
    return f"{entry.name}-learning-{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}"
