"""Reading interactions: sequence files, and plain CSVs with a table of items beside them.

A folder holds data sets by name, in either form:

- ``NAME.user_sequence.txt`` (a line a person: id, then item ids, oldest first) with
  ``NAME.item_keywords.txt`` (a line an item: id, then words, ``|`` between them);
- ``NAME.interactions.csv`` (user, item, and optionally timestamp and event) with
  ``NAME.items.csv`` (item, and optionally text and image); without ``NAME.`` it is called
  after its folder.

An item counts once a person, at its first time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from ranking.sequences.interactions import Catalogue, Histories, Sequences
from studio.errors import BadTable, InputError, UnknownName
from studio.history import EVENT_WEIGHTS
from studio.intake import is_file, is_folder, shown, shown_path
from studio.tables import plain, read_csv, seconds

SEQUENCES = ".user_sequence.txt"
KEYWORDS = ".item_keywords.txt"
INTERACTIONS = "interactions.csv"
ITEMS = "items.csv"
LISTED = 3
"""Bad rows named in a message."""
ELSEWHERE = ("add", "buy", "click", "listen", "play", "purchase", "rate", "read", "review", "save")
"""Events of other systems that say somebody took to an item."""
EVENTS = {**dict.fromkeys(ELSEWHERE, 1.0), **EVENT_WEIGHTS}


def datasets(folder: Path) -> tuple[str, ...]:
    """Names of the data sets in a folder, sorted; InputError where it is none."""
    if not is_folder(folder):
        raise InputError(f"no folder {shown_path(folder)}; give one that holds interactions")
    found = {path.name.removesuffix(SEQUENCES) for path in folder.glob(f"*{SEQUENCES}")}
    found |= {
        path.name.removesuffix(INTERACTIONS).rstrip(".") or folder.resolve().name
        for path in folder.glob(f"*{INTERACTIONS}")
    }
    return tuple(sorted(found))


def read(folder: Path, name: str = "") -> Sequences:
    """The data set called ``name``, the first by name where none is given.

    UnknownName where the folder does not hold it, BadTable naming the first bad lines.
    """
    known = datasets(folder)
    if not known:
        raise InputError(
            f"{shown_path(folder)} holds no interactions; put NAME{SEQUENCES} or "
            f"NAME.{INTERACTIONS} there"
        )
    name = name or known[0]
    if name not in known:
        raise UnknownName(f"no data set {shown(name)!r} there; there is {', '.join(known)}")
    if is_file(folder / f"{name}{SEQUENCES}"):
        return read_sequences(folder / f"{name}{SEQUENCES}", folder / f"{name}{KEYWORDS}")
    before = f"{name}." if is_file(folder / f"{name}.{INTERACTIONS}") else ""
    items = folder / f"{before}{ITEMS}"
    return read_interactions(
        folder / f"{before}{INTERACTIONS}", items if is_file(items) else None, name=name
    )


def read_sequences(sequences: Path, keywords: Path) -> Sequences:
    """A data set in two text files; BadTable naming lines that repeat, are short or unknown."""
    words, bad = {}, []
    for number, line in _lines(keywords):
        item, *found = line.split("|")
        item = item.strip()
        if not item or item in words:
            bad.append(f"line {number} ({'repeats ' + shown(item) if item else 'no item'})")
        words[item] = tuple(word.strip() for word in found if word.strip())
    _refuse(keywords, bad)
    histories: dict[str, list[str]] = {}
    for number, line in _lines(sequences):
        person, *items = line.split()
        unknown = [item for item in items if item not in words]
        if person in histories:
            bad.append(f"line {number} (repeats {shown(person)})")
        elif not items:
            bad.append(f"line {number} ({shown(person)} has no items)")
        elif unknown:
            bad.append(f"line {number} (item {shown(unknown[0])} is not in {keywords.name})")
        histories[person] = items
    _refuse(sequences, bad)
    catalogue = Catalogue(items=tuple(words), words=tuple(words.values()))
    return _together(sequences.name.removesuffix(SEQUENCES), histories, catalogue)


def read_interactions(interactions: Path, items: Path | None, *, name: str) -> Sequences:
    """A data set in CSVs; BadTable naming the first bad lines.

    A person's events are ordered by time, then as they stand. Events that say somebody did not
    like an item (``EVENTS`` below 0) are left out. Without a table the items are those seen.
    """
    catalogue = None if items is None else _items(items)
    known = set(catalogue.items) if catalogue else None
    rows: list[tuple[str, str, float]] = []
    bad = []
    for number, row in enumerate(read_csv(interactions, need=()), start=2):
        try:
            person, item = _field(row, "user", "user_id"), _field(row, "item", "item_id")
            when = seconds(row.get("timestamp") or row.get("time")) or 0.0
            weight = _weight(row.get("event"))
            if known is not None and item not in known:
                raise ValueError(f"item {shown(item)} is not in the table of items")
        except ValueError as error:
            bad.append(f"line {number} ({error})")
            continue
        if weight > 0:
            rows.append((person, item, when))
    _refuse(interactions, bad)
    histories: dict[str, list[str]] = {}
    for person, item, _ in sorted(rows, key=lambda row: row[2]):
        histories.setdefault(person, []).append(item)
    people = dict.fromkeys(person for person, _, _ in rows)
    if catalogue is None:
        catalogue = Catalogue(items=tuple(dict.fromkeys(item for _, item, _ in rows)))
    return _together(name, {person: histories[person] for person in people}, catalogue)


def _items(path: Path) -> Catalogue:
    words, images = {}, []
    bad = []
    for number, row in enumerate(read_csv(path, need=()), start=2):
        try:
            item = _field(row, "item", "item_id")
        except ValueError as error:
            bad.append(f"line {number} ({error})")
            continue
        if item in words:
            bad.append(f"line {number} (repeats {shown(item)})")
        image = (row.get("image") or row.get("image_path") or row.get("file") or "").strip()
        if image and ("\0" in image or not is_file(path.parent / image)):
            bad.append(f"line {number} (no picture {shown(image)})")
        text = plain(row.get("text") or row.get("title") or row.get("caption"))
        words[item] = tuple(text.lower().split())
        images.append(str(path.parent / image) if image else "")
    _refuse(path, bad)
    return Catalogue(items=tuple(words), words=tuple(words.values()), images=tuple(images))


def _together(name: str, histories: Mapping[str, Iterable[str]], catalogue: Catalogue) -> Sequences:
    number = {item: place for place, item in enumerate(catalogue.items)}
    if not histories or not number:
        raise InputError(f"{shown(name)} holds no interactions; give people and items")
    return Sequences(
        name=name,
        people=tuple(histories),
        histories=Histories.of(
            [number[item] for item in dict.fromkeys(items)] for items in histories.values()
        ),
        catalogue=catalogue,
    )


def _field(row: Mapping[str, str], *names: str) -> str:
    for name in names:
        if row.get(name, "").strip():
            return plain(row[name])
    raise ValueError(f"no {names[0]}")


def _weight(event: str | None) -> float:
    name = plain(event).lower() or "like"
    if name not in EVENTS:
        raise ValueError(f"event {shown(name)} is none of {', '.join(sorted(EVENTS))}")
    return EVENTS[name]


def _lines(path: Path) -> list[tuple[int, str]]:
    """Lines that are not blank, with their numbers from 1."""
    if not is_file(path):
        raise BadTable(f"no file {shown_path(path)}; put it beside the other one")
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise BadTable(f"{shown(path.name)} is not UTF-8: {error}; save it as UTF-8") from error
    return [(number, line) for number, line in enumerate(lines, start=1) if line.strip()]


def _refuse(path: Path, bad: list[str]) -> None:
    if bad:
        more = f" and {len(bad) - LISTED} more" if len(bad) > LISTED else ""
        raise BadTable(f"{shown(path.name)}: {', '.join(bad[:LISTED])}{more}; correct the rows")
