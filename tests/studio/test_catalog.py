"""Adding to the catalogue: all or nothing, also of what is only kept for speed."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from studio import Studio
from studio.catalog import CHUNK
from studio.errors import BadImage

pytestmark = pytest.mark.slow


def test_a_bad_picture_after_many_good_ones_leaves_nothing(tmp_path: Path) -> None:
    art = tmp_path / "art"
    art.mkdir()
    for at in range(CHUNK + 1):
        Image.new("RGB", (4, 4), (at, 0, 0)).save(art / f"{at:04d}.png")
    (art / "zz.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with Studio.open(tmp_path / "home") as studio:
        with pytest.raises(BadImage, match=r"zz\.png"):
            studio.catalog.add(art)
        assert list((studio.home / "blobs").rglob("?" * 64)) == []
        assert list((studio.home / "indexes").rglob("*.npz")) == []
        (art / "zz.png").unlink()
        assert studio.catalog.add(art).added == CHUNK + 1
        assert list((studio.home / "indexes").rglob("*.npz"))
