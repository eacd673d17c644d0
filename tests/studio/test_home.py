"""A home is one folder, whatever its name, and an emptied database is noticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio import Studio
from studio.errors import InputError, StoreCorrupt


@pytest.mark.parametrize("name", ["plain", "what?x", "p%20q", "a::b", "ä ö", "x#y"])
def test_everything_stays_in_the_home(tmp_path: Path, name: str) -> None:
    with Studio.open(tmp_path / name) as studio:
        studio.user("ana")
        studio.blobs.put(b"something")
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "studio.db").is_file()
    assert list((tmp_path / name / "blobs").rglob("*"))
    with Studio.open(tmp_path / name) as again:
        assert again.users() == ["ana"]


def test_an_emptied_database_is_not_taken_for_a_new_one(tmp_path: Path) -> None:
    with Studio.open(tmp_path / "home") as studio:
        studio.blobs.put(b"something")
    (tmp_path / "home" / "studio.db").write_bytes(b"")
    with pytest.raises(StoreCorrupt, match="backup"):
        Studio.open(tmp_path / "home")


def test_a_file_is_no_home(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError):
        Studio.open(tmp_path / "file")
    with pytest.raises(InputError, match="no home"):
        Studio.open(tmp_path / "absent", create=False)
