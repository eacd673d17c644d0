"""Tables from outside: caption lists of a catalogue, rows of a history. Checked before use."""

from __future__ import annotations

import csv
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from studio.errors import BadTable, InputError
from studio.history import EVENT_WEIGHTS
from studio.intake import SUFFIXES, is_control, is_file, is_folder, shown, shown_path

LISTED = 3  # bad rows named in a message
LONGEST_FIELD = 4_000  # characters


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRow:
    """A picture file to add to the catalogue."""

    path: Path
    caption: str = ""
    tags: tuple[str, ...] = ()
    style: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """An event to add to a history."""

    subject: str
    """Item id, or path of a picture."""
    event: str
    timestamp: float | None = None
    """Seconds since the epoch, UTC; None: now."""
    note: str = ""


def plain(text: str | None) -> str:
    """A table field as one line: NFC, control characters and white space folded."""
    cleaned = "".join(" " if is_control(char) else char for char in text or "")
    return " ".join(unicodedata.normalize("NFC", cleaned).split())[:LONGEST_FIELD]


def read_csv(path: Path, *, need: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a UTF-8 CSV with a header; BadTable where it is not one or lacks ``need``."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            missing = [name for name in need if name not in (reader.fieldnames or ())]
            if missing:
                raise BadTable(
                    f"{shown(path.name)} has no column {', '.join(missing)}; "
                    f"its first line must name the columns {', '.join(need)}"
                )
            return [{key: value or "" for key, value in row.items() if key} for row in reader]
    except (UnicodeDecodeError, csv.Error) as error:
        raise BadTable(f"{shown(path.name)} is not a UTF-8 CSV: {error}; save it as one") from error
    except OSError as error:
        raise BadTable(f"cannot read {shown_path(path)} ({error.strerror})") from error


def import_rows(
    path: Path, *, captions: Path | None, style: str, license: str
) -> Iterator[ImportRow]:
    """What one path of ``catalog add`` stands for: an image, a folder or a CSV.

    A folder is walked; each folder's ``captions.csv`` describes its pictures, and a subfolder that
    has one names their style. BadTable or InputError where a path or a listed file is missing.
    """
    if is_folder(path):
        yield from _folder_rows(path, captions=captions, style=style, license=license)
    elif path.suffix.lower() == ".csv" and is_file(path):
        yield from _csv_rows(path, style=style, license=license)
    elif is_file(path):
        known = _by_name(captions, style=style, license=license) if captions else {}
        bare = ImportRow(path=path, caption=_words(path), style=style, license=license)
        yield known.get(path.resolve(), bare)
    else:
        raise InputError(f"no file or folder {shown_path(path)}; give a picture, a folder or a CSV")


def _by_name(table: Path, *, style: str, license: str) -> dict[Path, ImportRow]:
    return {row.path.resolve(): row for row in _csv_rows(table, style=style, license=license)}


def _folder_rows(
    folder: Path,
    *,
    captions: Path | None,
    style: str,
    license: str,
    above: frozenset[Path] = frozenset(),
) -> Iterator[ImportRow]:
    real = folder.resolve()
    if real in above:
        return  # a link back to a folder that it stands in
    own = folder / "captions.csv"
    table = captions or (own if is_file(own) else None)
    if not style and above and table:
        style = plain(folder.name)
    known = _by_name(table, style=style, license=license) if table else {}
    yield from known.values()
    for path in sorted(folder.iterdir()):
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _folder_rows(
                path, captions=None, style=style, license=license, above=above | {real}
            )
        elif is_file(path) and path.suffix.lower() in SUFFIXES and path.resolve() not in known:
            yield ImportRow(path=path, caption=_words(path), style=style, license=license)


def _csv_rows(table: Path, *, style: str, license: str) -> list[ImportRow]:
    rows: list[ImportRow] = []
    bad: list[str] = []
    for number, row in enumerate(read_csv(table, need=("file", "caption")), start=2):
        name = row["file"].strip()
        path = table.parent / name
        if not name or "\0" in name or not is_file(path):
            bad.append(f"line {number} ({shown(name) or 'no file'})")
            continue
        tags = (*row.get("tags", "").split("|"), row.get("group", ""), row.get("subgroup", ""))
        rows.append(
            ImportRow(
                path=path,
                caption=plain(row["caption"]),
                tags=tuple(dict.fromkeys(tag for tag in map(plain, tags) if tag)),
                style=style or plain(row.get("style")),
                license=license or plain(row.get("license")),
            )
        )
    if bad:
        more = f" and {len(bad) - LISTED} more" if len(bad) > LISTED else ""
        raise BadTable(
            f"{shown(table.name)} lists files that are not there: "
            f"{', '.join(bad[:LISTED])}{more}; correct the rows or add the files"
        )
    return rows


def _words(path: Path) -> str:
    return plain(path.stem.replace("_", " ").replace("-", " "))


def history_rows(path: Path) -> list[HistoryRow]:
    """Rows of ``history import``: CSV or JSONL with item or file, event, timestamp, note.

    ``timestamp`` is seconds since the epoch or ISO 8601 (UTC where it names no zone). BadTable
    naming the first bad rows.
    """
    if not is_file(path):
        raise BadTable(f"no file {shown_path(path)}; give a CSV or JSONL file")
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        raw = list(_json_lines(path))
    else:
        raw = list(enumerate(read_csv(path, need=("event",)), start=2))
    rows: list[HistoryRow] = []
    bad: list[str] = []
    for number, row in raw:
        try:
            rows.append(_history_row(row, folder=path.parent))
        except ValueError as error:
            bad.append(f"line {number}: {error}")
    if bad:
        more = f" (and {len(bad) - LISTED} more)" if len(bad) > LISTED else ""
        raise BadTable(f"{shown(path.name)}: {'; '.join(bad[:LISTED])}{more}; correct the rows")
    return rows


def _json_lines(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BadTable(f"{shown(path.name)} is not UTF-8: {error}; save it as UTF-8") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BadTable(f"{shown(path.name)} line {number} is not JSON; correct it") from error
        if not isinstance(row, dict):
            raise BadTable(f"{shown(path.name)} line {number} is not a JSON object")
        yield number, row


def _history_row(row: Mapping[str, object], *, folder: Path) -> HistoryRow:
    event = plain(str(row.get("event") or "like"))
    if event not in EVENT_WEIGHTS:
        raise ValueError(f"event {shown(event)!r} is none of {', '.join(EVENT_WEIGHTS)}")
    item = plain(str(row.get("item") or row.get("item_id") or ""))
    name = str(row.get("file") or "").strip()
    if not item and not name:
        raise ValueError("neither item nor file is given")
    return HistoryRow(
        subject=item or str(folder / name),
        event=event,
        timestamp=seconds(row.get("timestamp")),
        note=plain(str(row.get("note") or "")),
    )


def seconds(value: object) -> float | None:
    """Seconds since the epoch out of a number or ISO 8601; ValueError for anything else."""
    if value is None or value == "":
        return None
    try:
        seconds = float(str(value))
    except ValueError:
        try:
            moment = datetime.fromisoformat(str(value))
        except ValueError:
            raise ValueError(
                f"timestamp {shown(str(value))!r} is neither seconds nor ISO 8601"
            ) from None
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    if not 0 <= seconds < 1e11:
        raise ValueError(f"timestamp {shown(str(value))!r} is out of range")
    return seconds
