"""Lineage: a digest of the code that made something, so that a kept result is never out of date."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def code_digest(function: Callable[..., Any]) -> str:
    """sha256 of the module of ``function`` and of all it imports from the same top package.

    Comments, layout and docstrings do not count.
    """
    root = function.__module__.partition(".")[0]
    seen: dict[str, str] = {}
    _follow(function.__module__, root, seen)
    return hashlib.sha256(repr(sorted(seen.items())).encode()).hexdigest()


def _follow(name: str, root: str, seen: dict[str, str]) -> None:
    file = _file_of(name)
    if name in seen or file is None:
        return
    tree = ast.parse(file.read_bytes())
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [one for one in body if not _is_words(one)]  # type: ignore[attr-defined]
    seen[name] = hashlib.sha256(ast.dump(tree).encode()).hexdigest()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            wanted = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            # A name may be a module of its own or something in one.
            wanted = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        for one in wanted:
            if one.partition(".")[0] == root:
                _follow(one, root, seen)


def _file_of(name: str) -> Path | None:
    """The source file of a module, None where ``name`` is none."""
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", None):
        return Path(str(loaded.__file__))
    try:
        found = find_spec(name)
    except ModuleNotFoundError:
        return None
    return Path(found.origin) if found and found.origin and found.has_location else None


def _is_words(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )
