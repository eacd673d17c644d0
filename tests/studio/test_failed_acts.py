"""An act that fails leaves nothing behind, not even the picture that came with it."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest
from PIL import Image

from studio import Studio
from studio.errors import InputError, StoreLocked
from studio.store import Store


def blobs(home: Path) -> list[str]:
    return sorted(path.name for path in (home / "blobs").rglob("*") if path.is_file())


def test_a_like_that_cannot_be_stored(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "mine.png")
    with Studio.open(tmp_path / "home") as studio:
        ana = studio.user("ana")
        studio.store.close()
        studio.store = Store.open(tmp_path / "home" / "studio.db", busy_s=0.1)
        other = sqlite3.connect(tmp_path / "home" / "studio.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreLocked):
            ana.like(tmp_path / "mine.png")
        other.execute("ROLLBACK")
        other.close()
        assert blobs(tmp_path / "home") == []
        ana.like(tmp_path / "mine.png")
        with pytest.raises(InputError, match="over itself"):
            ana.prefer(tmp_path / "mine.png", over=tmp_path / "mine.png")
        assert len(blobs(tmp_path / "home")) == 1
        assert len(ana.history) == 1


def test_what_a_kill_left_behind_goes_with_the_next_deletion(tmp_path: Path) -> None:
    with Studio.open(tmp_path / "home") as studio:
        Image.new("RGB", (8, 8), "red").save(tmp_path / "kept.png")
        studio.user("ben").like(tmp_path / "kept.png")
        old, young = studio.blobs.put(b"cut short long ago"), studio.blobs.put(b"under way")
        for blob in blobs(tmp_path / "home"):
            if blob != young:
                os.utime(tmp_path / "home" / "blobs" / blob[:2] / blob, (1, 1))
        studio.user("ana").delete()
        assert not studio.blobs.has(old)
        assert studio.blobs.has(young)
        assert studio.blobs.has(studio.user("ben").history.interactions[0].item.blob)
