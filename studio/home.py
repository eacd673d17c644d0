"""The home: a folder with ``studio.db``, ``blobs/``, ``indexes/`` and ``studio.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import InputError, StoreFull

if TYPE_CHECKING:
    from studio.config import StudioConfig

DATABASE_NAME = "studio.db"
CONFIG_NAME = "studio.toml"


def prepare(folder: Path, *, create: bool) -> Path:
    """The home's folder, made if absent; InputError or StoreFull where it cannot be one."""
    folder = folder.absolute()
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder.name} is a file; give a folder as home")
    if not folder.exists():
        if not create:
            raise InputError(f"no home at {folder}; make one with `bespoke user add NAME`")
        try:
            folder.mkdir(parents=True)
        except OSError as error:
            raise StoreFull(
                f"cannot make the home {folder} ({error.strerror}); choose another with --home"
            ) from error
    return folder


def store_url(folder: Path, config: StudioConfig) -> str:
    """The database of a home, as an SQLAlchemy URL."""
    if config.store == "sqlite":
        return f"sqlite:///{folder / DATABASE_NAME}"
    return config.store


def blob_url(folder: Path, config: StudioConfig) -> str:
    """Where a home's blobs are: a path, or an fsspec URL."""
    if "://" in config.blobs:
        return config.blobs
    return str(folder / config.blobs)
