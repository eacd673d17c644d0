"""The home's settings file, read and changed without opening the store."""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studio.config import StudioConfig

FILE = "studio.toml"


def settings(home: Path) -> StudioConfig:
    """The home's configuration; the defaults where there is none yet."""
    from studio.config import load_config

    return load_config(home / FILE)


def use_backbone(home: Path, spec: str) -> str:
    """Write ``backbone = spec`` into the home's ``studio.toml``; returns what was written.

    A local folder is written as its absolute path. Every other line stays as it was; the file is
    replaced in one move, and only where the outcome is a valid configuration.
    """
    from studio.config import load_config

    folder = Path(spec).expanduser()
    name = str(folder.resolve()) if folder.is_dir() else spec
    home.mkdir(parents=True, exist_ok=True)
    path = home / FILE
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    handle, draft = tempfile.mkstemp(prefix=".studio-", suffix=".toml", dir=home)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(with_backbone(text, name))
        load_config(Path(draft))
        os.replace(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return name


def with_backbone(text: str, name: str) -> str:
    """The TOML with its top-level ``backbone`` set to ``name``.

    JSON's quoting of a string is TOML's, but for characters beyond the first plane.
    """
    line = f"backbone = {json.dumps(name, ensure_ascii=False)}"
    head, bracket, tables = text.partition("\n[") if not text.startswith("[") else ("", "", text)
    pattern = re.compile(r"^backbone\s*=.*$", re.MULTILINE)
    found = pattern.search(head)
    head = pattern.sub(lambda _: line, head) if found else f"{line}\n{head}"
    return head + bracket + tables
