"""What is here and what is missing: versions, devices, models, space, drivers."""

from __future__ import annotations

import os
import platform
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio import Studio

LIBRARIES = (
    "torch",
    "diffusers",
    "transformers",
    "open_clip_torch",
    "peft",
    "Pillow",
    "SQLAlchemy",
    "alembic",
    "fsspec",
    "safetensors",
    "numpy",
    "typer",
    "rich",
)
ENOUGH_BYTES = 1 << 30
NAMED = 3
"""Missing pictures that are named one by one."""


def examine(home: Path) -> dict[str, Any]:
    """Every check: ``what``, ``ok``, ``found``, ``fix``; ``ok`` where all that is needed is there.

    ``needed`` false: Bespoke works without it. Nothing is changed, no home is made.
    """
    checks = [
        python(),
        *libraries(),
        device(),
        *models(home),
        space(home),
        *store(home),
        postgres(),
    ]
    return {
        "ok": all(one["ok"] or not one["needed"] for one in checks),
        "version": installed("bespoke-studio") or "",
        "home": str(home),
        "checks": checks,
    }


def check(what: str, ok: bool, found: str, fix: str = "", *, needed: bool = True) -> dict[str, Any]:
    """One line of the report."""
    return {"what": what, "ok": ok, "found": found, "fix": "" if ok else fix, "needed": needed}


def installed(package: str) -> str | None:
    """The version of a distribution, or None."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def python() -> dict[str, Any]:
    """Python's version."""
    found = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return check("python", sys.version_info >= (3, 11), found, "install Python 3.11 or later")


def libraries() -> list[dict[str, Any]]:
    """The versions of what Bespoke stands on."""
    return [
        check(
            name, (found := installed(name)) is not None, found or "missing", f"pip install {name}"
        )
        for name in LIBRARIES
    ]


def device() -> dict[str, Any]:
    """What the models run on."""
    cores = os.cpu_count() or 1
    if find_spec("torch") is None:
        return check("device", False, "unknown: torch is missing", "pip install torch")
    import torch

    if torch.cuda.is_available():
        names = ", ".join(torch.cuda.get_device_name(at) for at in range(torch.cuda.device_count()))
        return check("device", True, f"cuda: {names}; {cores} CPU cores")
    return check(
        "device", True, f"cpu: {cores} cores (no CUDA device; the bundled model needs none)"
    )


def models(home: Path) -> list[dict[str, Any]]:
    """The backbone and the encoder that the home uses."""
    from app.home import settings
    from generators.models import describe
    from studio.errors import BespokeError

    found: list[dict[str, Any]] = []
    try:
        config = settings(home)
    except BespokeError as error:
        return [check("settings", False, str(error), "correct studio.toml in the home")]
    for spec in dict.fromkeys(filter(None, ("bundled", config.backbone, config.editor))):
        try:
            model = describe(spec)
            found.append(
                check(f"backbone {spec}", True, f"{model.family}, {model.bytes / 2**20:.1f} MiB")
            )
        except BespokeError as error:
            fix = "bespoke models add bundled, or add the model" if spec != "bundled" else REINSTALL
            found.append(check(f"backbone {spec}", False, str(error), fix))
    if config.encoder == "bundled":
        import preference

        folder = Path(preference.__file__).parent / "bundled" / "encoder"
        weights = sorted(folder.glob("*.safetensors"))
        there = f"{sum(one.stat().st_size for one in weights) / 2**20:.1f} MiB"
        found.append(
            check("encoder bundled", bool(weights), there if weights else "missing", REINSTALL)
        )
    else:
        found.append(check(f"encoder {config.encoder}", True, "loaded when first used"))
    return found


REINSTALL = "reinstall bespoke-studio: its bundled models are incomplete"


def space(home: Path) -> dict[str, Any]:
    """Room on the disk that holds the home."""
    folder = home.absolute()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    found = f"{free / 2**30:.1f} GiB free, {'writable' if writable else 'not writable'}"
    return check(
        "disk",
        free >= ENOUGH_BYTES and writable,
        found,
        "free some space, or set BESPOKE_HOME to a folder on a larger disk",
    )


def store(home: Path) -> list[dict[str, Any]]:
    """The home: its database, and whether its pictures are there."""
    from studio.errors import BespokeError

    if not home.exists():
        return [check("home", True, f"{home}: not made yet")]
    from studio import Studio

    try:
        with Studio.open(home) as studio:
            items, people = len(studio.catalog), len(studio.users())
            found = f"{home}: {_many(items, 'item')}, {_many(people, 'person', 'people')}"
            return [check("home", True, found), pictures(studio)]
    except BespokeError as error:
        fix = "see the line above; --home DIR uses another home"
        return [check("home", False, str(error), fix)]


def _many(count: int, one: str, more: str = "") -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def pictures(studio: Studio) -> dict[str, Any]:
    """Whether the picture of every item of the catalogue and of people is stored."""
    from studio.lost import missing

    gone = missing(studio.store, studio.blobs, owners=("", *studio.users()))
    if not gone:
        return check("pictures", True, "none is missing")
    named = ", ".join(f"{item.item_id} {item.title}" for item in gone[:NAMED])
    more = f" and {len(gone) - NAMED:,} more" if len(gone) > NAMED else ""
    return check(
        "pictures",
        False,
        f"{_many(len(gone), 'picture')} missing: {named}{more}; slates pass over them",
        "restore the blobs from a backup, or add the files again",
        needed=False,
    )


def postgres() -> dict[str, Any]:
    """The driver that a ``store = "postgresql://…"`` needs."""
    found = installed("psycopg")
    return check(
        "postgresql driver",
        found is not None,
        found or "missing",
        "pip install 'bespoke-studio[postgres]' (only for store = \"postgresql://…\")",
        needed=False,
    )
