"""Caption lists and histories from outside."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from PIL import Image

from studio.errors import BadTable, InputError
from studio.tables import history_rows, import_rows


def rows(path: Path, **options: str) -> list[tuple[str, str, str]]:
    found = import_rows(
        path, captions=None, style=options.get("style", ""), license=options.get("license", "")
    )
    return [(row.path.name, row.caption, row.style) for row in found]


def picture(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (4, 4)).save(path)
    return path


def test_a_picture_is_captioned_by_its_name(tmp_path: Path) -> None:
    assert rows(picture(tmp_path / "red_apple-pie.png")) == [
        ("red_apple-pie.png", "red apple pie", "")
    ]


def test_a_folder_uses_its_captions_and_keeps_the_rest(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    picture(tmp_path / "b.png")
    (tmp_path / "notes.txt").write_text("ignored")
    (tmp_path / "captions.csv").write_text("file,caption\na.png,An apple\n")
    assert rows(tmp_path) == [("a.png", "An apple", ""), ("b.png", "b", "")]


def test_subfolders_with_captions_are_styles(tmp_path: Path) -> None:
    picture(tmp_path / "noto" / "a.png")
    (tmp_path / "noto" / "captions.csv").write_text("file,caption,tags\na.png,apple,fruit|red\n")
    assert rows(tmp_path) == [("a.png", "apple", "noto")]
    assert rows(tmp_path, style="mine") == [("a.png", "apple", "mine")]


def test_missing_files_are_named(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("file,caption\n" + "".join(f"no{n}.png,x\n" for n in range(9)))
    with pytest.raises(BadTable, match=r"line 2 \(no0.png\).* and 6 more"):
        rows(table)


def test_bad_tables(tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("name,words\na,b\n")
    with pytest.raises(BadTable, match="no column file, caption"):
        rows(table)
    table.write_bytes(b"file,caption\n\xff\xfe,b\n")
    with pytest.raises(BadTable, match="UTF-8"):
        rows(table)
    with pytest.raises(InputError, match="no file or folder"):
        rows(tmp_path / "nothing")


def test_history_rows(tmp_path: Path) -> None:
    table = tmp_path / "history.csv"
    table.write_text(
        "file,item,event,timestamp,note\n"
        "cat.png,,like,2026-01-02T00:00:00Z,the colours\n"
        f",i{'0' * 16},skip,12.5,\n"
    )
    first, second = history_rows(table)
    assert (first.subject, first.event, first.note) == (
        str(tmp_path / "cat.png"),
        "like",
        "the colours",
    )
    assert first.timestamp == 1767312000
    assert (second.subject, second.event, second.timestamp) == ("i" + "0" * 16, "skip", 12.5)


def test_bad_history_rows_are_named(tmp_path: Path) -> None:
    lines = tmp_path / "h.jsonl"
    lines.write_text('{"item": "i1", "event": "adore"}\n\n{"event": "like"}\n')
    with pytest.raises(BadTable, match=r"line 1: event 'adore'.*line 3: neither item nor file"):
        history_rows(lines)
    lines.write_text("{nope")
    with pytest.raises(BadTable, match="line 1 is not JSON"):
        history_rows(lines)


def test_a_link_back_is_followed_once(tmp_path: Path) -> None:
    picture(tmp_path / "a.png")
    (tmp_path / "again").symlink_to(tmp_path)
    (tmp_path / "more").symlink_to(tmp_path)
    os.mkfifo(tmp_path / "pipe.png")
    assert rows(tmp_path) == [("a.png", "a", "")]


def test_json_lines_may_hold_other_line_ends_and_nonsense(tmp_path: Path) -> None:
    lines = tmp_path / "h.jsonl"
    lines.write_text('{"item": "i1", "event": "like", "note": "a\u2028b"}\n')
    assert history_rows(lines)[0].note == "a b"
    for nonsense in ("[" * 100_000, '{"timestamp": ' + "9" * 6000 + "}"):
        lines.write_text(nonsense)
        with pytest.raises(BadTable):
            history_rows(lines)
