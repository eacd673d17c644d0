"""The arrows and the weight of importing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAY_IMPORT = {
    "studio": set(),
    "preference": {"studio"},
    "generators": {"studio"},
    "ranking": {"studio"},
    "app": {"studio", "preference", "generators", "ranking"},
}
HEAVY = ("torch", "diffusers", "transformers", "open_clip", "streamlit")


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("package", sorted(MAY_IMPORT))
def test_arrows_point_one_way(package: str) -> None:
    allowed = MAY_IMPORT[package] | {package}
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / package).rglob("*.py")
        for name in imported(path) & set(MAY_IMPORT)
        if name not in allowed
    }
    assert not wrong


def test_studio_names_no_heavy_library() -> None:
    wrong = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in (ROOT / "studio").rglob("*.py")
        for name in imported(path) & set(HEAVY)
    }
    assert not wrong


@pytest.mark.parametrize("module", ["studio", "studio.session", "app.cli"])
def test_importing_pulls_in_no_heavy_library(module: str) -> None:
    code = f"import sys, {module}; print([n for n in {HEAVY!r} if n in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("library", "places"),
    [
        ("diffusers", ("generators/",)),
        ("open_clip", ("preference/encoders.py",)),
        ("sqlalchemy", ("studio/store/",)),
        ("imagehash", ("ranking/checks/",)),
        ("resvg_py", ("generators/drawn/raster.py",)),
        ("dbos", ("app/jobs/durable.py",)),
        ("fastapi", ("app/api/",)),
    ],
)
def test_a_foreign_library_has_one_place(library: str, places: tuple[str, ...]) -> None:
    users = {
        str(path.relative_to(ROOT))
        for package in MAY_IMPORT
        for path in (ROOT / package).rglob("*.py")
        if library in imported(path)
    }
    assert users
    assert all(user.startswith(places) for user in users)


def test_one_file_loads_pipelines() -> None:
    loaders = {
        str(path.relative_to(ROOT))
        for package in MAY_IMPORT
        for path in (ROOT / package).rglob("*.py")
        if ".from_pretrained(" in path.read_text()
    }
    assert loaders == {"generators/loading.py"}
