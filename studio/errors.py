"""The error tree. Every message is one line: what was wrong, then what to do.

BespokeError                 exit code 1
├── InputError               exit code 2: the caller can mend it
│   ├── UnknownName          a user, item, slate, candidate, model or concept that is not there
│   ├── BadImage             a picture that cannot be read, or is too large
│   ├── BadText              an instruction, caption or note that cannot be used
│   ├── BadTable             a CSV, JSONL or Parquet file with bad rows
│   ├── ConfigError          studio.toml or an option
│   ├── AccessDenied         who asks is not known, or not let in
│   └── QuotaExceeded        more at once than one person may have
├── NothingPassed            exit code 3: every candidate failed a check
├── Cancelled                the caller asked to stop
├── PluginError              a part that is not installed or does not load
├── ModelError               weights that are missing, broken or unfit
└── StoreError               the home
    ├── StoreLocked          another process holds the database
    ├── StoreCorrupt         the database or a blob is damaged
    │   └── BlobLost         a stored picture is missing or damaged
    └── StoreFull            no space left, or not writable
"""


class BespokeError(Exception):
    """Root of every error that Bespoke raises on purpose."""

    exit_code = 1


class InputError(BespokeError):
    """Bad input; nothing was changed."""

    exit_code = 2


class UnknownName(InputError):
    """A name that stands for nothing here."""


class BadImage(InputError):
    """A picture that cannot be read safely."""


class BadText(InputError):
    """Words that cannot be used."""


class BadTable(InputError):
    """A table with bad rows; the message names the first ones by number."""


class ConfigError(InputError):
    """A setting that is unknown or out of range."""


class AccessDenied(InputError):
    """Who asks is not known, or may not do this."""


class QuotaExceeded(InputError):
    """More work at once than one person may have."""


class NothingPassed(BespokeError):
    """Every candidate failed a check.

    ``rejected`` holds one line a candidate: its route and the reasons.
    """

    exit_code = 3

    def __init__(self, message: str, rejected: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.rejected = rejected


class Cancelled(BespokeError):
    """The caller asked to stop; nothing was stored."""


class PluginError(BespokeError):
    """A part that is not installed or does not load."""


class ModelError(BespokeError):
    """Weights that are missing, broken or unfit for what was asked."""


class StoreError(BespokeError):
    """The home cannot be read or written."""


class StoreLocked(StoreError):
    """Another process holds the database."""


class StoreCorrupt(StoreError):
    """The database or a blob is damaged."""


class BlobLost(StoreCorrupt):
    """Stored bytes that are missing, or no longer what they were; ``blob`` is their sha256."""

    def __init__(self, message: str, blob: str) -> None:
        super().__init__(message)
        self.blob = blob


class StoreFull(StoreError):
    """No space is left, or the home is not writable."""
