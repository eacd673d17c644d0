"""Options of a learner: a frozen dataclass of its own, filled from a table that a caller gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from studio.errors import ConfigError

Options = TypeVar("Options")


def chosen(kind: type[Options], options: Mapping[str, Any]) -> Options:
    """``kind`` with the options given; ConfigError for one that it does not have."""
    known = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise ConfigError(f"no option {unknown[0]!r} here; there is {', '.join(known) or 'none'}")
    return kind(**options)
