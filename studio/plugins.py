"""The plugin door: parts by entry-point group and name; the built-in ones come through it too.

An entry point names a builder, ``build(parts, options) -> part``: ``parts`` gives it what it may
use (encoder, backbone, home …), ``options`` is its own table of ``studio.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from studio.errors import PluginError

if TYPE_CHECKING:
    from studio.parts import Parts

GROUPS = (
    "encoders",
    "commanders",
    "profilers",
    "tastes",
    "instructors",
    "scouts",
    "generators",
    "checks",
    "rankers",
)
Builder = Callable[["Parts", Mapping[str, Any]], Any]


def names(group: str) -> tuple[str, ...]:
    """Names registered under ``bespoke.<group>``, sorted."""
    return tuple(sorted({entry.name for entry in entry_points(group=f"bespoke.{group}")}))


def builder(group: str, name: str) -> Builder:
    """The builder registered as ``name``; PluginError where there is none or it does not import."""
    found = entry_points(group=f"bespoke.{group}", name=name)
    if not found:
        known = ", ".join(names(group)) or "none"
        raise PluginError(
            f"no part {name!r} in bespoke.{group} (installed: {known}); "
            "install its package or correct studio.toml"
        )
    entry = next(iter(found))
    try:
        loaded: Builder = entry.load()
    except (ImportError, AttributeError) as error:
        raise PluginError(
            f"part {name!r} of bespoke.{group} ({entry.value}) does not load: {error}; "
            "reinstall its package"
        ) from error
    return loaded
