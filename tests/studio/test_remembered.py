"""Answers that are kept until somebody commits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from studio.content import Item
from studio.store.opening import locate, make_engine
from studio.store.remembered import Remembered
from studio.store.store import Store


def item(number: int) -> Item:
    return Item(
        item_id=f"i{number:016x}",
        blob=f"{number:064x}",
        caption="cat",
        tags=(),
        style="line",
        license="ours",
        kind="sticker",
        owner="",
        source="",
        width=8,
        height=8,
    )


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[tuple[Store, Store]]:
    """Two openings of one database, as two processes have them."""
    with Store.open(tmp_path / "studio.db") as one, Store.open(tmp_path / "studio.db") as other:
        yield one, other


def test_a_commit_of_another_opening_is_seen_at_once(stores: tuple[Store, Store]) -> None:
    one, other = stores
    seen = [one.items_revision()]
    for number in range(3):
        other.add_items([item(number)])
        seen.append(one.items_revision())
    assert len(set(seen)) == 4


def test_ones_own_commit_is_seen_at_once(stores: tuple[Store, Store]) -> None:
    one, _ = stores
    before = one.items_revision()
    one.add_items([item(1)])
    assert one.items_revision() != before


def test_asked_once_between_commits(tmp_path: Path) -> None:
    asked: list[int] = []

    def ask() -> str:
        asked.append(1)
        return str(len(asked))

    with Store.open(tmp_path / "studio.db") as store:
        engine = make_engine(locate(tmp_path / "studio.db"), busy_s=1)
        remembered = Remembered(engine)
        assert [remembered("a", ask), remembered("a", ask), remembered("b", ask)] == ["1", "1", "2"]
        store.add_items([item(1)])
        assert remembered("a", ask) == "3"
        remembered.close()
        assert remembered("a", ask) == "4"
        remembered.close()
        engine.dispose()


def test_other_threads_may_ask(stores: tuple[Store, Store]) -> None:
    one, other = stores
    seen: list[str] = []
    one.items_revision()
    for number in range(3):
        other.add_items([item(number)])
        thread = Thread(target=lambda: seen.append(one.items_revision()))
        thread.start()
        thread.join()
    assert len(set(seen)) == 3
