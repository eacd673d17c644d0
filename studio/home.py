"""The home: a folder with ``studio.db``, ``blobs/``, ``indexes/`` and ``studio.toml``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from studio.errors import InputError, StoreCorrupt, StoreFull

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


def store_address(folder: Path, config: StudioConfig) -> str | Path:
    """The database of a home: the path of its file, or an SQLAlchemy URL.

    StoreCorrupt where the file is empty though the home holds pictures.
    """
    if config.store != "sqlite":
        return config.store
    path = folder / DATABASE_NAME
    blobs = folder / "blobs"
    if path.is_file() and not path.stat().st_size and blobs.is_dir() and any(blobs.iterdir()):
        raise StoreCorrupt(
            f"{DATABASE_NAME} is empty though the home holds pictures; restore it from a backup, "
            "or remove it to begin anew"
        )
    return path


def blob_url(folder: Path, config: StudioConfig) -> str:
    """Where a home's blobs are: a path, or an fsspec URL."""
    if "://" in config.blobs:
        return config.blobs
    return str(folder / config.blobs)
