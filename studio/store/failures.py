"""Failures: what a database or a disk says, in the words of the error tree."""

from __future__ import annotations

import errno
import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from studio.errors import BadText, StoreCorrupt, StoreError, StoreFull, StoreLocked

LOCKED = "{place} is in use by another process; wait for it to finish or stop it, then try again"
_CORRUPT = (
    "{place} is damaged or not a Bespoke database ({why}); "
    "restore it from a backup, or move it away to start anew"
)
_FULL = "no space left for {place} ({why}); free some disk space and try again"
_READONLY = (
    "{place} cannot be opened or written ({why}); check that its folder exists and is writable"
)

_SQLITE: dict[int, tuple[type[StoreError], str]] = {
    sqlite3.SQLITE_BUSY: (StoreLocked, LOCKED),
    sqlite3.SQLITE_LOCKED: (StoreLocked, LOCKED),
    sqlite3.SQLITE_PROTOCOL: (StoreLocked, LOCKED),
    sqlite3.SQLITE_CORRUPT: (StoreCorrupt, _CORRUPT),
    sqlite3.SQLITE_NOTADB: (StoreCorrupt, _CORRUPT),
    sqlite3.SQLITE_FORMAT: (StoreCorrupt, _CORRUPT),
    sqlite3.SQLITE_ERROR: (StoreCorrupt, _CORRUPT),  # a table or column that is not there
    sqlite3.SQLITE_FULL: (StoreFull, _FULL),
    sqlite3.SQLITE_IOERR: (StoreFull, _FULL),
    sqlite3.SQLITE_READONLY: (StoreFull, _READONLY),
    sqlite3.SQLITE_CANTOPEN: (StoreFull, _READONLY),
    sqlite3.SQLITE_PERM: (StoreFull, _READONLY),
    sqlite3.SQLITE_AUTH: (StoreFull, _READONLY),
}
_SHORT_READ = sqlite3.SQLITE_IOERR | (2 << 8)

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRES: dict[str, tuple[type[StoreError], str]] = {
    "55P03": (StoreLocked, LOCKED),
    "40P01": (StoreLocked, LOCKED),
    "40001": (StoreLocked, LOCKED),
    "53300": (StoreLocked, LOCKED),
    "53100": (StoreFull, _FULL),
    "53200": (StoreFull, _FULL),
    "25006": (StoreFull, _READONLY),
    "42501": (StoreFull, _READONLY),
    "XX001": (StoreCorrupt, _CORRUPT),
    "XX002": (StoreCorrupt, _CORRUPT),
    "42P01": (StoreCorrupt, _CORRUPT),
    "42703": (StoreCorrupt, _CORRUPT),
}

_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_NOT_WRITABLE = frozenset({errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.EISDIR})


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _sqlite(error: sqlite3.Error, *, place: str) -> StoreError:
    code = getattr(error, "sqlite_errorcode", None)
    why = _first_line(error)
    if code is None or code == _SHORT_READ:  # no code: text that is not UTF-8
        return StoreCorrupt(_CORRUPT.format(place=place, why=why))
    kind, message = _SQLITE.get(code & 0xFF, (StoreError, "{place} failed ({why}); try again"))
    return kind(message.format(place=place, why=why))


def _server(error: BaseException, *, place: str) -> StoreError:
    state = getattr(error, "sqlstate", None)
    why = _first_line(error)
    if state in _POSTGRES:
        kind, message = _POSTGRES[state]
        return kind(message.format(place=place, why=why))
    if state is None or state.startswith(("08", "28", "3D", "57P")):
        return StoreError(
            f"cannot use {place} ({why}); check that the server runs and that the store address, "
            "user and password in studio.toml are right"
        )
    return StoreError(f"{place} refused a statement ({why}); check what was stored")


@contextmanager
def database_errors(place: str) -> Iterator[None]:
    """Turn what SQLAlchemy raises into the error tree; ``place`` names the database, no password.

    Raises StoreLocked, StoreCorrupt, StoreFull, BadText for half a character or a zero byte, or
    StoreError for the rest, each with one line.
    """
    try:
        yield
    except PoolTimeout as error:
        raise StoreLocked(LOCKED.format(place=place)) from error
    except IntegrityError as error:
        raise StoreError(
            f"{place} changed while this was being stored ({_first_line(error.orig or error)}); "
            "try again"
        ) from error
    except (DataError, UnicodeEncodeError) as error:
        why = _first_line(getattr(error, "orig", None) or error)
        raise BadText(f"{place} cannot hold this text ({why}); remove what is no letter") from error
    except json.JSONDecodeError as error:  # a stored document, read back
        raise StoreCorrupt(_CORRUPT.format(place=place, why=_first_line(error))) from error
    except sqlite3.Error as error:
        raise _sqlite(error, place=place) from error
    except DBAPIError as error:
        cause = error.orig if error.orig is not None else error
        if isinstance(cause, sqlite3.Error):
            raise _sqlite(cause, place=place) from error
        raise _server(cause, place=place) from error


@contextmanager
def disk_errors(place: str) -> Iterator[None]:
    """Turn an OSError into StoreFull (no space, not writable) or StoreError, with one line."""
    try:
        yield
    except OSError as error:
        why = error.strerror or _first_line(error)
        if error.errno in _NO_SPACE:
            raise StoreFull(_FULL.format(place=place, why=why)) from error
        if error.errno in _NOT_WRITABLE:
            raise StoreFull(_READONLY.format(place=place, why=why)) from error
        raise StoreError(f"{place} cannot be reached ({why}); check the address or disk") from error
