"""Findings kept in parts, so that a measure that was stopped goes on where it was.

A shard holds what was found of ``CHUNK`` tasks at one number of steps, as JSON. Its name says what
it rests on: backbone, encoder, judge, art, tasks and the code that makes and judges. Findings are
read back from shards always, so a run in one go and one in parts give the same figures.
"""

from __future__ import annotations

import base64
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from app.measures.findings import CHUNK, Finding
from studio.errors import StoreError
from studio.progress import OnProgress, Step

if TYPE_CHECKING:
    from app.measures.tasks import Task

CODE = (
    "app/measures/colours.py",
    "app/measures/findings.py",
    "app/measures/making.py",
    "generators/adapters",
    "generators/backbone.py",
    "generators/calls.py",
    "generators/create.py",
    "generators/finish",
    "generators/guidance_stop.py",
    "generators/models.py",
    "generators/remake.py",
    "generators/terms.py",
    "preference/palette.py",
    "ranking/judges",
    "ranking/looks.py",
)
"""What a finding depends on besides weights and art, from the root of the code."""


def code_digest() -> str:
    """sha256 over the sources of ``CODE``."""
    root = Path(__file__).parents[2]
    total = hashlib.sha256()
    for name in CODE:
        own = root / name
        for path in sorted(own.rglob("*.py")) if own.is_dir() else [own]:
            total.update(path.read_bytes())
    return total.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shards:
    """The shards of one backbone, encoder, judge and art."""

    folder: Path

    def findings(
        self,
        tasks: Sequence[Task],
        steps: int,
        judged: Callable[[Sequence[Task], Callable[[int], object]], Iterable[Finding]],
        *,
        on_progress: OnProgress,
    ) -> Iterator[Finding]:
        """Findings of all tasks, in order, once all that are not kept yet are made and kept.

        ``judged`` makes and judges some, and tells how many it made so far. Each process makes
        shards in an order of its own, so that several share the work. StoreError where a shard is
        broken.
        """
        parts = [tasks[start : start + CHUNK] for start in range(0, len(tasks), CHUNK)]
        paths = [self.folder / f"{steps}-{_digest(part)}.json" for part in parts]
        missing = [at for at, path in enumerate(paths) if not path.is_file()]
        np.random.default_rng().shuffle(missing)
        done = len(tasks) - sum(len(parts[at]) for at in missing)

        def told(made: int) -> None:
            stage = f"pictures at {steps} steps"
            on_progress(Step(stage=stage, done=done + made, total=len(tasks)))

        told(0)
        for at in missing:
            if not paths[at].is_file():
                _write(paths[at], list(judged(parts[at], told)))
            done += len(parts[at])
            told(0)
        for path, part in zip(paths, parts, strict=True):
            yield from _read(path, part)


def _digest(tasks: Sequence[Task]) -> str:
    return hashlib.sha256("\n".join(map(repr, tasks)).encode()).hexdigest()[:16]


def _write(path: Path, findings: Sequence[Finding]) -> None:
    """All of it or nothing, also after a kill or where two write the same."""
    rows = [
        {
            "values": one.values,
            "sureness": one.sureness,
            "vector": _text(one.vector_V.tobytes()),
            "picture": _text(one.webp),
        }
        for one in findings
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", dir=path.parent, suffix=".part", delete=False
    ) as partial:
        json.dump(rows, partial)
    Path(partial.name).replace(path)


def _read(path: Path, tasks: Sequence[Task]) -> Iterator[Finding]:
    try:
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        for task, row in zip(tasks, rows, strict=True):
            yield Finding(
                task=task,
                values=row["values"],
                sureness=row["sureness"],
                vector_V=np.frombuffer(base64.b64decode(row["vector"]), np.float16),
                webp=base64.b64decode(row["picture"]),
            )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{path} is broken; delete it to have it made again") from error


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
