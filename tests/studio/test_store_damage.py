"""What a SQLite home says when it is locked, damaged, full or killed, and what is left of it."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from studio.content import Item
from studio.errors import StoreCorrupt, StoreError, StoreFull, StoreLocked
from studio.feedback import Feedback
from studio.store import Store
from studio.store.failures import database_errors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A home with ana and 300 items, closed."""
    path = tmp_path / "studio.db"
    with Store.open(f"sqlite:///{path}") as store:
        store.add_user("ana")
        store.add_items([Item(item_id=f"i{n:04}", blob="0" * 64) for n in range(300)])
    return path


@pytest.fixture
def lock(path: Path) -> Iterator[sqlite3.Connection]:
    """Another connection that holds the write lock."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield other


def test_a_locked_home_can_be_read_and_says_who_writes(
    path: Path, lock: sqlite3.Connection
) -> None:
    with Store.open(f"sqlite:///{path}", busy_s=0.05) as store:
        assert store.users() == ["ana"]
        with pytest.raises(StoreLocked, match=r"studio\.db is in use by another process") as caught:
            store.add_user("bob")
        assert "\n" not in str(caught.value)
        lock.execute("ROLLBACK")
        assert store.add_user("bob")


def test_a_home_held_alone(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLocked):
            Store.open(f"sqlite:///{path}", busy_s=0.05)


def test_a_new_home_waits_for_the_one_that_makes_it(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    connect = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    with closing(connect) as other:
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        with pytest.raises(StoreLocked):
            Store.open(f"sqlite:///{path}", busy_s=0.3)
        assert time.monotonic() - started >= 0.3
        threading.Timer(0.2, other.execute, ["ROLLBACK"]).start()
        with Store.open(f"sqlite:///{path}", busy_s=30) as store:
            assert store.users() == []


def test_many_processes_may_make_one_home(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'studio.db'}"
    command = "import sys; from studio.store import Store; Store.open(sys.argv[1]).add_user('ana')"
    openers = [
        subprocess.Popen([sys.executable, "-c", command, url], stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    for opener in openers:
        _, errors = opener.communicate(timeout=150)
        assert opener.returncode == 0, errors.decode()
    with Store.open(url) as store:
        assert store.users() == ["ana"]


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_bytes(b"this is no database at all, but it is long enough to be one " * 100)
    before = path.read_bytes()
    with pytest.raises(StoreCorrupt, match=r"damaged.*restore it from a backup") as caught:
        Store.open(f"sqlite:///{path}")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == before


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_a_truncated_database(path: Path, kept: float) -> None:
    os.truncate(path, int(path.stat().st_size * kept))
    with pytest.raises(StoreCorrupt), Store.open(f"sqlite:///{path}") as store:
        store.page_items()


def test_a_page_of_noise(path: Path) -> None:
    noise = random.Random(1).randbytes(4096)
    content = bytearray(path.read_bytes())
    for start in range(4096 * 8, len(content), 4096):
        content[start : start + 4096] = noise
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt), Store.open(f"sqlite:///{path}") as store:
        store.page_items()


def test_a_document_that_cannot_be_read(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE items SET tags = '[\"cat' WHERE item_id = 'i0007'")
        other.commit()
    with Store.open(f"sqlite:///{path}") as store, pytest.raises(StoreCorrupt, match="damaged"):
        store.items(["i0007"])


def test_a_table_that_is_gone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("DROP TABLE interactions")
    with (
        Store.open(f"sqlite:///{path}") as store,
        pytest.raises(StoreCorrupt, match="no such table"),
    ):
        store.history("ana")


def test_a_database_of_another_program(tmp_path: Path) -> None:
    path = tmp_path / "studio.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    with pytest.raises(StoreCorrupt, match="bookmarks"):
        Store.open(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as other:
        tables = other.execute("SELECT name FROM sqlite_master").fetchall()
    assert tables == [("bookmarks",)]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(StoreFull, match="check that its folder exists and is writable"):
        Store.open(f"sqlite:///{tmp_path / 'none' / 'studio.db'}")


def test_a_file_that_cannot_be_written(path: Path) -> None:
    with Store.open(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.users() == ["ana"]
        with pytest.raises(StoreFull, match="writable"):
            store.add_user("bob")


FILL = """
import resource, sys
from pathlib import Path
from studio.content import Item
from studio.errors import StoreFull
from studio.store import Store

with Store.open(sys.argv[1]) as store:
    revision = store.items_revision()
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, most))
    rows = [Item(item_id=f"n{n}", blob="0" * 64, caption="x" * 9000) for n in range(300)]
    try:
        store.add_items(rows)
    except StoreFull as error:
        print(error)
    assert store.items_revision() == revision
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    assert all(store.add_items(rows))
"""


def test_a_full_disk_changes_nothing(path: Path) -> None:
    command = [sys.executable, "-c", FILL, f"sqlite:///{path}"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("no space left for database studio.db")
    assert done.stdout.count("\n") == 1


def test_a_database_at_its_largest(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA max_page_count=1")
        with pytest.raises(StoreFull, match="no space left"), database_errors("database studio.db"):
            other.executemany("INSERT INTO users VALUES (?, 0)", [(f"u{n}",) for n in range(5000)])


def test_what_was_deleted_is_not_on_the_disk(path: Path) -> None:
    with Store.open(f"sqlite:///{path}") as store:
        said = Feedback(user="ana", verb="say", words="a most private remark")
        store.learn(said)
        assert b"private remark" in b"".join(file.read_bytes() for file in path.parent.iterdir())
        store.delete_user("ana")
        left = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert b"private remark" not in left


ACT = """
import itertools, sys
from studio.content import Item
from studio.feedback import Feedback
from studio.history import Interaction
from studio.profile import Edit
from studio.store import CandidateRow, SlateRow, Store

name = sys.argv[2]
with Store.open(sys.argv[1]) as store:
    store.add_user("ana")
    print("open", flush=True)
    for number in itertools.count():
        new = Item(item_id=f"i{name}-{number}", blob="0" * 64, owner="ana", caption="x" * 2000)
        row = Interaction(item=new, event="like", timestamp=float(number))
        edit = Edit(concept="c", weight=1.0, source="said", turn=name)
        act = Feedback(user="ana", verb="like", subject=new.item_id)
        store.learn(act, interactions=[row, row, row], items=[new], edits=[edit, edit])
        key = f"s{name}-{number}"
        shown = [
            CandidateRow(candidate_id=f"c{rank}", slate_id=key, user="ana", route="create",
                         rank=rank, seed=1, blob="1" * 64)
            for rank in (1, 2, 3, 4)
        ]
        store.add_slate(SlateRow(slate_id=key, user="ana", created=float(number), request={},
                                 guidance="2" * 64, document={}, candidates=tuple(shown)))
        print(number, flush=True)
"""


def test_a_killed_writer_leaves_whole_acts(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'studio.db'}"
    chance = random.Random(7)
    acknowledged = 0
    for turn in range(5):
        writer = subprocess.Popen(
            [sys.executable, "-c", ACT, url, str(turn)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "open\n"
        for _ in range(chance.randrange(1, 8)):
            acknowledged += bool(writer.stdout.readline())
        time.sleep(chance.uniform(0.0, 0.02))
        writer.send_signal(signal.SIGKILL)
        acknowledged += writer.stdout.read().count("\n")
        writer.wait()
        writer.stdout.close()
        with Store.open(url) as store:
            acts = len(store.feedback("ana"))
            assert acts >= acknowledged
            assert len(store.history("ana")) == 3 * acts
            assert len(store.edits("ana")) == 2 * acts
            assert store.count_items(owner="ana") == acts
            slates = store.slates("ana", limit=10_000)
            assert acts - turn - 1 <= len(slates) <= acts
            assert all(len(slate.offers) == 4 for slate in slates)
    assert acknowledged >= 5


def test_a_home_killed_while_it_is_made_opens(tmp_path: Path) -> None:
    from studio.store import tables

    command = """
import sys, time
from studio.store import Store
print("go", flush=True)
Store.open(sys.argv[1])
print("made", flush=True)
time.sleep(60)
"""
    chance = random.Random(3)
    for turn in range(6):
        url = f"sqlite:///{tmp_path / f'{turn}.db'}"
        maker = subprocess.Popen([sys.executable, "-c", command, url], stdout=subprocess.PIPE)
        assert maker.stdout is not None
        maker.stdout.readline()
        time.sleep(chance.uniform(0.0, 0.4))
        maker.kill()
        maker.wait()
        maker.stdout.close()
        with Store.open(url) as store:
            assert store.users() == []
        with closing(sqlite3.connect(tmp_path / f"{turn}.db")) as other:
            names = {row[0] for row in other.execute("SELECT name FROM sqlite_master")}
        assert set(tables.metadata.tables) <= names


def test_a_newer_home_is_not_touched(path: Path) -> None:
    from studio.store.tables import REVISION_TABLE

    with closing(sqlite3.connect(path)) as other:
        other.execute(f"UPDATE {REVISION_TABLE} SET version_num = '9999'")
        other.commit()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="newer"):
        Store.open(f"sqlite:///{path}")
    assert path.read_bytes() == before
