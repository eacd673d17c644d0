"""Configuration: ``studio.toml`` in the home, validated, unknown keys refused."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.errors import ConfigError


class Section(BaseModel):
    """A table of settings: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PartNames(Section):
    """Which registered part plays each role."""

    encoder: str = "open_clip"
    commander: str = "phrases"
    profiler: str = "concepts"
    taste: str = "interests"
    instructor: str = "prior"
    scout: str = "gallery"
    generators: dict[str, str] = Field(
        default_factory=lambda: {"retrieve": "retrieve", "edit": "edit", "create": "create"}
    )
    checks: tuple[str, ...] = ("format", "quality", "prompt", "copy")
    ranker: str = "taste"


class StudioConfig(Section):
    """``studio.toml``."""

    store: str = "sqlite"
    """``sqlite`` (``studio.db`` in the home) or an SQLAlchemy URL (``postgresql://…``)."""
    blobs: str = "blobs"
    """A folder, relative to the home, or an fsspec URL."""
    backbone: str = "bundled"
    """``bundled``, a local folder in diffusers format, or a hub id."""
    encoder: str = "bundled"
    """``bundled``, a local folder, or an open_clip name (``ViT-B-32/laion2b_s34b_b79k``)."""
    device: str = "auto"
    """``auto``, ``cpu``, ``cuda``, ``cuda:1`` …"""
    threads: int = Field(default=0, ge=0)
    """CPU threads for torch; 0: as many as there are cores."""
    parts: PartNames = PartNames()
    options: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """One table a part, ``[options.<group>.<name>]`` flattened as ``"<group>.<name>"``."""


S = TypeVar("S", bound=BaseModel)


def validated(model: type[S], values: Mapping[str, Any], *, where: str) -> S:
    """``values`` as ``model``; ConfigError naming the first bad key and what it wants."""
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in (where, *first["loc"]))
        raise ConfigError(f"{key}: {first['msg']}; correct it or remove the line") from error


def load_config(path: Path) -> StudioConfig:
    """The configuration at ``path``; defaults where there is no file."""
    if not path.exists():
        return StudioConfig()
    try:
        with path.open("rb") as file:
            values = tomllib.load(file)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path.name} is not valid TOML: {error}; correct it") from error
    options = values.get("options", {})
    if isinstance(options, dict):
        values["options"] = {
            f"{group}.{name}": table
            for group, tables in options.items()
            if isinstance(tables, dict)
            for name, table in tables.items()
        }
    return validated(StudioConfig, values, where=path.name)
