"""``eval ranking``: recommenders that rank a whole catalogue, judged by what was held out.

Lists of every recommender and seed are kept by a digest of all they depend on (data, options,
code), so a run that was stopped, or is repeated, goes on from there.
"""

from __future__ import annotations

import hashlib
import json
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
    learners = chosen(plan)
    sequences = data_of(plan)
    parts = split(sequences, plan.protocol)  # type: ignore[arg-type]
    stick = appraisal.yardstick(parts.test, parts.material)
    models: dict[str, Any] = {}
    persons = {}
    for name, learn in learners.items():
        lists, timing = lists_of(plan, name, learn, parts, on_progress=on_progress)
        models[name] = appraisal.appraised(lists, stick) | timing
        persons[name] = appraisal.each_person(appraisal.by_seed(lists, stick))
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


def chosen(plan: Plan) -> dict[str, Learner]:
    """The learners of the plan by name, ours first; UnknownName for one that is not installed."""
    from ranking import recommenders

    known = recommenders.names()
    for name in (*plan.models, *plan.options):
        if name not in known:
            raise UnknownName(f"no recommender {shown(name)}; there is {', '.join(known)}")
    names = plan.models or sorted(known, key=lambda name: (name != OURS, name))
    if not names:
        raise ConfigError("no recommender is installed; install bespoke-studio again")
    return {name: recommenders.learner(name) for name in names}


def data_of(plan: Plan) -> Sequences:
    """The data set of the plan."""
    from ranking.sequences.reading import read
    from ranking.sequences.simulated import simulated

    if plan.data is not None:
        return read(plan.data, plan.dataset)
    if plan.dataset not in ("", "simulated"):
        raise InputError(f"where is {shown(plan.dataset)}? give its folder with --data DIR")
    return simulated()


def lists_of(
    plan: Plan, name: str, learn: Learner, parts: Split, *, on_progress: OnProgress
) -> tuple[list[Numbers], dict[str, Any]]:
    """Ranked lists of every seed, and of the first how long it took and what it chose."""
    from ranking.recommenders import is_seeded

    seeds: Sequence[int] = range(plan.seeds) if is_seeded(learn) else range(1)
    options = dict(plan.options.get(name, {}))
    if plan.minutes is not None and is_seeded(learn):
        options["minutes"] = plan.minutes
    lists: list[Numbers] = []
    timing: dict[str, Any] = {}
    for seed in seeds:
        folder = plan.kept / digest_of(name, learn, parts, options, seed)
        made, taken = kept_lists(folder)
        if made is None:
            made, taken = ranked(
                name,
                learn,
                parts,
                options=options,
                seed=seed,
                folder=folder,
                on_progress=on_progress,
            )
        on_progress(Step(stage=name, done=seed + 1, total=len(seeds)))
        lists.append(made)
        timing = timing or taken
    return lists, timing


def ranked(
    name: str,
    learn: Learner,
    parts: Split,
    *,
    options: Mapping[str, Any],
    seed: int,
    folder: Path,
    on_progress: OnProgress,
) -> tuple[Numbers, dict[str, Any]]:
    """Learn, rank, keep. A kill in between leaves checkpoints, and lists only once complete."""
    import numpy as np

    from ranking.recommenders import ByScores, checked

    folder.mkdir(parents=True, exist_ok=True)
    began = time.perf_counter()
    recommend = learn(
        parts.material, options=options, seed=seed, keep=folder, on_progress=on_progress
    )
    fitted = time.perf_counter()
    made = checked(
        recommend(parts.test.histories, size=LENGTH),
        parts.test.histories,
        items=parts.material.items,
        name=name,
    )
    timing: dict[str, Any] = {
        "fit_s": round(fitted - began, 1),
        "rank_ms_per_person": round(
            1000 * (time.perf_counter() - fitted) / max(1, len(parts.test)), 3
        ),
        "settings": dict(recommend.settings) if isinstance(recommend, ByScores) else {},
    }
    (folder / "fit.json").write_text(json.dumps(timing), encoding="utf-8")
    partial = folder / "lists.part.npy"
    np.save(partial, made)
    partial.replace(folder / "lists.npy")
    for spent in folder.glob("*.pt"):
        spent.unlink()
    return made, timing


def kept_lists(folder: Path) -> tuple[Any, dict[str, Any]]:
    """What an earlier run kept; None where there is nothing."""
    import numpy as np

    if not (folder / "lists.npy").is_file():
        return None, {}
    timing = json.loads((folder / "fit.json").read_text(encoding="utf-8"))
    return np.load(folder / "lists.npy", allow_pickle=False), timing


def digest_of(
    name: str, learn: Learner, parts: Split, options: Mapping[str, Any], seed: int
) -> str:
    """Name of the folder of one run: recommender, and a digest of all that its lists depend on."""
    from ranking.lineage import code_digest

    told = (
        parts.material.digest,
        parts.test.histories.digest,
        json.dumps(options, sort_keys=True),
        seed,
        LENGTH,
        code_digest(learn),
    )
    return f"{name}-{hashlib.sha256(repr(told).encode()).hexdigest()[:24]}"
