"""The command line in this process, pictures that are wrong, and what a home holds."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.cli import main


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """What a command line did."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)

    @property
    def line(self) -> str:
        """The one line on stderr."""
        lines = self.err.splitlines()
        assert len(lines) == 1, self.err
        return lines[0]


Run = Callable[..., Ran]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("BESPOKE_HOME", str(folder))
    monkeypatch.delenv("BESPOKE_TRACEBACK", raising=False)
    return folder


@pytest.fixture
def run(home: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def ran(*words: str | os.PathLike[str]) -> Ran:
        capsys.readouterr()
        code = main([str(word) for word in words])
        out, err = capsys.readouterr()
        return Ran(code=code, out=out, err=err)

    return ran


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "good.png"
    Image.radial_gradient("L").convert("RGB").resize((64, 64)).save(path)
    return path


Contents = tuple[list[str], list[str]]


def contents(home: Path) -> Contents:
    """Every row of the database and every blob."""
    with sqlite3.connect(home / "studio.db") as database:
        rows = list(database.iterdump())
    database.close()
    blobs = sorted(str(path.relative_to(home)) for path in (home / "blobs").rglob("*"))
    return rows, blobs


def png(width: int, height: int, pixels: bytes = b"") -> bytes:
    """A greyscale PNG whose header says what it likes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(name + data))
        return struct.pack(">I", len(data)) + name + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def bad_pictures(folder: Path) -> dict[str, Path]:
    """One file of each kind of wrong."""
    folder.mkdir(exist_ok=True)
    whole = folder / "whole.png"
    Image.effect_noise((64, 64), 60).save(whole)
    jpeg = folder / "whole.jpg"
    Image.effect_noise((64, 64), 60).save(jpeg)
    data = {
        "empty": b"",
        "truncated": whole.read_bytes()[:1500],
        "bomb": png(65_000, 65_000, bytes(65_001)),
        "mislabelled": jpeg.read_bytes(),
        "text": b"this is no picture",
    }
    paths = {name: folder / f"{name}.png" for name in data}
    for name, path in paths.items():
        path.write_bytes(data[name])
    return paths
