"""Options of a learner: a frozen dataclass of its own, filled from a table that a caller gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar

from studio.errors import ConfigError

Options = TypeVar("Options")


def chosen(kind: type[Options], options: Mapping[str, Any]) -> Options:
    """``kind`` with the options given.

    Options are numbers or names; ConfigError for one that ``kind`` does not have, and for a value
    of another type than its default's.
    """
    known = {field.name: field.default for field in fields(kind)}  # type: ignore[arg-type]
    unknown = sorted(set(options) - set(known))
    if unknown:
        raise ConfigError(f"no option {unknown[0]!r} here; there is {', '.join(known) or 'none'}")
    return kind(**{name: _typed(name, value, known[name]) for name, value in options.items()})


def _typed(name: str, value: object, default: object) -> object:
    """The value as the default's type. A default of None: a number that need not be given."""
    if isinstance(default, tuple):
        several = (value,) if isinstance(value, str) else value
        if isinstance(several, list | tuple) and all(isinstance(one, str) for one in several):
            return tuple(several)
        raise ConfigError(f"option {name!r} takes names with commas between, not {value!r}")
    if isinstance(default, str):
        if isinstance(value, str):
            return value
        raise ConfigError(f"option {name!r} takes a name, not {value!r}")
    if default is None and value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ConfigError(f"option {name!r} takes a number, not {value!r}")
    if isinstance(default, int):
        if value != int(value):
            raise ConfigError(f"option {name!r} takes a whole number, not {value!r}")
        return int(value)
    return float(value)
