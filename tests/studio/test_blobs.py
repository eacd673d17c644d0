"""What blobs promise, in a folder and in another fsspec place."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from studio.errors import ConfigError, InputError, StoreCorrupt, StoreError, StoreFull
from studio.store import Blobs
from studio.store.failures import disk_errors

CAT = b"a cat"
CAT_SHA = hashlib.sha256(CAT).hexdigest()


@pytest.fixture(params=["folder", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Blobs]:
    """An empty place."""
    if request.param == "folder":
        yield Blobs(str(tmp_path / "blobs"))
        return
    place = Blobs(f"memory://{secrets.token_hex(8)}")
    yield place
    for digest in list(place.digests()):
        place.drop(digest)


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_bytes_come_back(blobs: Blobs) -> None:
    assert list(blobs.digests()) == []
    assert not blobs.has(CAT_SHA)
    assert blobs.put(CAT) == CAT_SHA
    assert blobs.put(CAT) == CAT_SHA
    empty = blobs.put(b"")
    assert blobs.get(CAT_SHA) == CAT
    assert blobs.get(empty) == b""
    assert blobs.has(CAT_SHA)
    assert list(blobs.digests()) == sorted([CAT_SHA, empty])
    blobs.drop(CAT_SHA)
    blobs.drop(CAT_SHA)
    assert not blobs.has(CAT_SHA)
    assert list(blobs.digests()) == [empty]


def test_many_at_once(blobs: Blobs) -> None:
    many = [b"%d" % (number % 150) for number in range(300)]
    digests = blobs.put_all(iter(many))
    assert digests == [hashlib.sha256(data).hexdigest() for data in many]
    assert len(list(blobs.digests())) == 150


def test_a_missing_blob(blobs: Blobs) -> None:
    with pytest.raises(StoreCorrupt, match=f"{CAT_SHA} is missing"):
        blobs.get(CAT_SHA)


@pytest.mark.parametrize(
    "name", ["", "../../etc/passwd", "A" * 64, CAT_SHA + "\n", CAT_SHA[:-1], f"../{CAT_SHA}"]
)
def test_a_name_that_is_no_digest(blobs: Blobs, name: str) -> None:
    for verb in (blobs.get, blobs.has, blobs.drop):
        with pytest.raises(InputError):
            verb(name)


def test_a_changed_blob_is_noticed_and_mended_by_putting_it_again(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    blobs.put(CAT)
    (file,) = files_of(tmp_path)
    file.write_bytes(b"a dog")
    with pytest.raises(StoreCorrupt, match="is damaged"):
        blobs.get(CAT_SHA)
    file.write_bytes(b"a c")
    with pytest.raises(StoreCorrupt, match="is damaged"):
        blobs.get(CAT_SHA)
    blobs.put(CAT)
    assert blobs.get(CAT_SHA) == CAT


def test_putting_again_writes_nothing(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    blobs.put(CAT)
    (file,) = files_of(tmp_path)
    before = file.stat().st_mtime_ns
    blobs.put(CAT)
    assert file.stat().st_mtime_ns == before
    assert files_of(tmp_path) == [file]


def test_threads_put_the_same_bytes(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    data = secrets.token_bytes(500_000)
    with ThreadPoolExecutor(8) as pool:
        digests = set(pool.map(blobs.put, [data] * 24))
    assert len(digests) == len(files_of(tmp_path)) == 1
    assert blobs.get(digests.pop()) == data


def test_other_files_are_no_blobs(tmp_path: Path) -> None:
    blobs = Blobs(str(tmp_path))
    blobs.put(CAT)
    (tmp_path / "readme.txt").write_text("mine")
    (tmp_path / CAT_SHA[:2] / ".abc.part").write_text("half")
    (tmp_path / "zz").write_text("not a folder")
    assert list(blobs.digests()) == [CAT_SHA]


FULL = """
import resource, sys
from studio.errors import StoreFull
from studio.store import Blobs

blobs = Blobs(sys.argv[1])
_, most = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, most))
try:
    blobs.put(b"x" * 90_000)
except StoreFull as error:
    print(error)
assert list(blobs.digests()) == []
blobs.put(b"x" * 40_000)
"""


def test_a_full_disk(tmp_path: Path) -> None:
    command = [sys.executable, "-c", FULL, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    assert "free some disk space" in done.stdout
    assert done.stdout.count("\n") == 1
    assert len(files_of(tmp_path)) == 1, "the half-written file was taken away"


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StoreFull, match="check that its folder exists and is writable"):
        Blobs(str(tmp_path / "file")).put(CAT)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        (errno.ENOSPC, StoreFull),
        (errno.EDQUOT, StoreFull),
        (errno.EROFS, StoreFull),
        (errno.EACCES, StoreFull),
        (errno.EIO, StoreError),
    ],
)
def test_what_a_disk_says(number: int, kind: type[StoreError]) -> None:
    with pytest.raises(StoreError) as caught, disk_errors("the blobs"):
        raise OSError(number, os.strerror(number), "/some/file")
    assert type(caught.value) is kind
    assert "\n" not in str(caught.value)


def test_an_address_nobody_knows() -> None:
    with pytest.raises(ConfigError, match="name a folder"):
        Blobs("nosuch://place")


WRITE = """
import sys
from studio.store import Blobs

blobs = Blobs(sys.argv[1])
number = 0
while True:
    print(blobs.put(b"%s %d" % (sys.argv[2].encode(), number) * 100_000), flush=True)
    number += 1
"""


def test_a_killed_writer_leaves_whole_blobs(tmp_path: Path) -> None:
    told = []
    for turn in range(3):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITE, str(tmp_path), str(turn)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert writer.stdout is not None
        told += [writer.stdout.readline().strip() for _ in range(3)]
        time.sleep(turn * 0.003)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
    blobs = Blobs(str(tmp_path))
    stored = list(blobs.digests())
    assert set(told) <= set(stored)
    for digest in stored:
        blobs.get(digest)
