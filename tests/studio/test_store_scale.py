"""The store with 100,000 rows: every page is found by an index, and nothing reads the whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from studio.content import Item
from studio.history import Interaction
from studio.store import Store

MANY = 100_000


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with 100,000 catalogue items, and 20,000 events each of five people."""
    path = tmp_path_factory.mktemp("large") / "studio.db"
    items = [Item(item_id=f"i{n:016x}", blob=f"{n:064x}", caption="a cat") for n in range(MANY)]
    with Store.open(f"sqlite:///{path}") as store:
        assert all(store.add_items(items))
        for person in range(5):
            store.add_user(f"user{person}")
            rows = [
                Interaction(item=item, event="like", timestamp=float(when))
                for when, item in enumerate(items[person * 20_000 : (person + 1) * 20_000])
            ]
            store.add_interactions(f"user{person}", rows)
    return path


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{path}") as opened:
        yield opened


def test_pages_cover_the_catalogue(store: Store) -> None:
    after, seen = "", 0
    while page := store.page_items(after=after, limit=20_000):
        assert page[0].item_id > after
        after, seen = page[-1].item_id, seen + len(page)
    assert seen == store.count_items() == MANY


def test_the_newest_events(store: Store) -> None:
    newest = store.history("user3", limit=50).interactions
    assert [row.timestamp for row in newest] == [float(when) for when in range(19_950, 20_000)]


def test_ten_thousand_by_id(store: Store) -> None:
    ids = [f"i{n:016x}" for n in range(MANY - 1, -1, -10)]
    assert [item.item_id for item in store.items(ids)] == ids


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM items WHERE owner IS NULL AND item_id > 'i5' ORDER BY item_id LIMIT 9",
        "SELECT count(*), max(row_id) FROM items WHERE owner = 'ana'",
        "SELECT * FROM items WHERE item_id IN ('i1', 'i2') AND (owner IS NULL OR owner = 'ana')",
        "SELECT * FROM interactions JOIN items USING (item_id) WHERE interactions.user = 'ana' "
        "ORDER BY timestamp DESC, interactions.row_id DESC LIMIT 50",
        "SELECT * FROM edits WHERE user = 'ana' ORDER BY row_id DESC LIMIT 1",
        "SELECT * FROM feedback WHERE user = 'ana' ORDER BY timestamp, row_id",
        "SELECT * FROM slates WHERE user = 'ana' AND (created, slate_id) < (5.0, 's') "
        "ORDER BY created DESC, slate_id DESC LIMIT 9",
        "SELECT * FROM candidates WHERE user = 'ana' AND candidate_id = 'c1'",
        "SELECT blob FROM items WHERE blob IN ('1', '2')",
        "SELECT blob FROM candidates WHERE blob IN ('1', '2')",
        "SELECT guidance FROM slates WHERE guidance IN ('1', '2')",
        "SELECT * FROM jobs WHERE user = 'ana' ORDER BY created DESC, row_id DESC LIMIT 9",
    ],
)
def test_an_index_answers(path: Path, query: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        plan = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert plan
    assert all(step.startswith("SEARCH") for step in plan), plan
