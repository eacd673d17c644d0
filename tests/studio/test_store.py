"""What a store promises, in SQLite and, where a server is found, in PostgreSQL."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, select, text

from studio.content import Item
from studio.errors import (
    BadText,
    ConfigError,
    InputError,
    QuotaExceeded,
    StoreError,
    UnknownName,
)
from studio.feedback import Feedback
from studio.history import Interaction
from studio.profile import Edit
from studio.store import (
    AdapterRow,
    AuditRow,
    CandidateRow,
    JobRow,
    KeyRow,
    SlateRow,
    Store,
)
from studio.store import tables as schema
from studio.store.audit import Audit, Replies
from studio.store.jobs import Jobs
from studio.store.keys import Keys
from studio.store.opening import locate

POSTGRES = os.environ.get("BESPOKE_TEST_POSTGRES", "")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'studio.db'}"
        return
    if not POSTGRES:
        if os.environ.get("CI") == "true":
            pytest.fail("BESPOKE_TEST_POSTGRES is not set; .ci/run starts a server and sets it")
        pytest.skip("no PostgreSQL server: set BESPOKE_TEST_POSTGRES to postgresql://…")
    name = f"bespoke_test_{secrets.token_hex(6)}"
    admin = create_engine(locate(POSTGRES), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield locate(POSTGRES).set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store that knows ana and bob."""
    with Store.open(url) as opened:
        opened.add_user("ana")
        opened.add_user("bob")
        yield opened


def item(number: int, **fields: str) -> Item:
    return Item(item_id=f"i{number:016x}", blob=f"{number:064x}", **fields)


def event(of: Item, when: float, kind: str = "like") -> Interaction:
    return Interaction(item=of, event=kind, timestamp=when, note="the colours")


def edit(concept: str, turn: str) -> Edit:
    return Edit(concept=concept, weight=0.5, source="said", words="ümlaut 🌵", turn=turn)


def slate(number: int, user: str = "ana", *, created: float = 1.0) -> SlateRow:
    key = f"s{number:016x}"
    return SlateRow(
        slate_id=key,
        user=user,
        created=created,
        request={"instruction": "a happy cat", "seed": 2**63 - 1},
        guidance=f"{number + 900:064x}",
        document={"z": 1, "a": [1.5, None, "ü"]},
        candidates=tuple(
            CandidateRow(
                candidate_id=f"c{index:016x}",
                slate_id=key,
                user=user,
                route="create",
                rank=index % 3,
                seed=2**63 - 1 - index,
                blob=f"{number * 10 + index + 500:064x}",
                score=0.25,
                provenance={"route": "create", "batch": [[1, ""]]},
            )
            for index in (1, 2, 3)
        ),
        blobs=(f"{number + 700:064x}",),
    )


def test_people(store: Store) -> None:
    assert store.add_user("Zoë")
    assert not store.add_user("ana")
    assert store.users() == ["Zoë", "ana", "bob"]
    assert store.has_user("bob")
    assert not store.has_user("bo")
    with pytest.raises(UnknownName, match="did you mean ana"):
        store.history("anna")


@pytest.mark.parametrize("verb", ["history", "edits", "feedback", "slates", "adapters"])
def test_a_typo_makes_no_person(store: Store, verb: str) -> None:
    with pytest.raises(UnknownName):
        getattr(store, verb)("anna")
    assert store.users() == ["ana", "bob"]


def test_items_come_back_as_they_went_in(store: Store) -> None:
    full = Item(
        item_id="ifull",
        blob="f" * 64,
        caption="a cat 🐈",
        tags=("cat", "grün"),
        style="noto",
        license="Apache-2.0",
        kind="poster",
        owner="ana",
        source="cat.png",
        width=128,
        height=64,
    )
    plain = item(1)
    assert store.add_items([full, plain, plain]) == [True, True, False]
    assert store.add_items([item(1, caption="another"), item(2)]) == [False, True]
    assert store.items(["ifull", plain.item_id, "ifull"], owner="ana") == [full, plain, full]
    assert store.items([]) == []


def test_a_private_item_is_seen_by_its_owner_only(store: Store) -> None:
    private = item(1, owner="ana")
    store.add_items([private, item(2)])
    for other in ("", "bob"):
        with pytest.raises(UnknownName, match="no item"):
            store.items([private.item_id], owner=other)
    with pytest.raises(UnknownName):
        store.add_interactions("bob", [event(private, 1.0)])
    with pytest.raises(StoreError, match="somebody else"):
        store.add_items([item(3), item(1, owner="bob")])
    assert [one.item_id for one in store.page_items()] == [item(2).item_id]
    assert store.page_items(owner="bob") == []
    assert (store.count_items(), store.count_items(owner="ana")) == (1, 1)


def test_an_item_needs_a_known_owner(store: Store) -> None:
    with pytest.raises(UnknownName):
        store.add_items([item(1), item(2, owner="nobody")])
    assert store.count_items() == 0


def test_pages_walk_every_item_once(store: Store) -> None:
    added = [item(number) for number in range(25)]
    store.add_items(list(reversed(added)))
    seen: list[Item] = []
    while page := store.page_items(after=seen[-1].item_id if seen else "", limit=10):
        seen += page
    assert seen == added


def test_the_revision_follows_the_set(store: Store) -> None:
    seen = {store.items_revision()}
    store.add_items([item(1)])
    seen.add(store.items_revision())
    store.add_items([item(1)])
    assert store.items_revision() in seen
    store.add_items([item(2, owner="ana")])
    assert store.items_revision() in seen
    mine = store.items_revision(owner="ana")
    store.delete_user("ana")
    store.add_user("ana")
    store.add_items([item(3, owner="ana")])
    assert store.items_revision(owner="ana") != mine


def test_history_is_in_order(store: Store) -> None:
    store.add_items([item(1), item(2)])
    first, second = event(item(1), 5.0), event(item(2), 5.0, "dislike")
    store.add_interactions("ana", [first, second])
    earlier = event(item(2), 1.0, "view")
    store.add_interactions("ana", [earlier])
    assert store.history("ana").interactions == (earlier, first, second)
    assert store.history("ana", limit=2).interactions == (first, second)
    assert len(store.history("bob")) == 0


def test_interactions_are_stored_all_or_none(store: Store) -> None:
    store.add_items([item(1)])
    with pytest.raises(UnknownName):
        store.add_interactions("ana", [event(item(1), 1.0), event(item(9), 2.0)])
    assert len(store.history("ana")) == 0


def test_undo_takes_back_a_turn(store: Store) -> None:
    turns = [edit("pastel", "1"), edit("skull", "1"), edit("neon", "2"), edit("pastel", "1")]
    for one in turns:
        store.add_edits("ana", [one])
    store.add_edits("bob", [edit("red", "1")])
    assert store.edits("ana") == tuple(turns)
    assert store.undo_edits("ana") == (turns[3],)
    assert store.undo_edits("ana") == (turns[2],)
    assert store.undo_edits("ana") == tuple(turns[:2])
    assert store.undo_edits("ana") == ()
    assert len(store.edits("bob")) == 1
    store.add_edits("ana", [edit("a", ""), edit("b", "")])
    assert store.undo_edits("ana") == (edit("b", ""),)


def test_slates_come_back_as_they_went_in(store: Store) -> None:
    one = slate(1)
    store.add_slate(one)
    store.add_slate(one)
    assert store.slate(one.slate_id, user="ana") == one
    assert list(store.slate(one.slate_id, user="ana").document) == ["z", "a"]
    assert [row.rank for row in one.offers] == [1, 2]
    assert [row.rank for row in one.rejected] == [0]
    with pytest.raises(UnknownName):
        store.slate(one.slate_id, user="bob")
    with pytest.raises(UnknownName):
        store.candidate(one.candidates[0].candidate_id, user="bob")


def test_a_candidate_is_read_from_its_newest_slate(store: Store) -> None:
    older, newer = slate(1, created=1.0), slate(2, created=2.0)
    store.add_slate(newer)
    store.add_slate(older)
    assert store.candidate("c" + f"{1:016x}", user="ana") == newer.candidates[0]


def test_slates_page_newest_first(store: Store) -> None:
    rows = [slate(number, created=float(number // 2)) for number in range(6)]
    for row in rows:
        store.add_slate(row)
    seen: list[SlateRow] = store.slates("ana", limit=3)
    last = seen[-1]
    seen += store.slates("ana", before=last.created, before_id=last.slate_id, limit=9)
    assert seen == rows[::-1]
    assert store.slates("bob") == []


def test_a_candidate_of_another_slate_is_refused(store: Store) -> None:
    mixed = SlateRow(
        slate_id="sx",
        user="ana",
        created=1.0,
        request={},
        guidance="0" * 64,
        document={},
        candidates=slate(1).candidates,
    )
    with pytest.raises(ValueError, match="another slate"):
        store.add_slate(mixed)
    assert store.slates("ana") == []


def test_learning_is_one_act(store: Store) -> None:
    act = Feedback(user="ana", verb="like", subject="c1", slate_id="s1", words="ü", timestamp=3.0)
    mine = item(1, owner="ana")
    store.learn(act, interactions=[event(mine, 3.0)], items=[mine], edits=[edit("red", "1")])
    assert store.feedback("ana") == [act]
    assert store.history("ana").interactions == (event(mine, 3.0),)
    assert len(store.edits("ana")) == 1
    with pytest.raises(UnknownName):
        store.learn(act, interactions=[event(item(7), 4.0)], items=[item(2, owner="ana")])
    assert len(store.feedback("ana")) == 1
    assert store.count_items(owner="ana") == 1
    store.add_feedback(act)
    assert len(store.feedback("ana")) == 2


def test_adapters_have_versions_and_one_is_active(store: Store) -> None:
    row = AdapterRow(user="ana", method="dpo", digest="a" * 64, revision="r", created=1.0)
    assert [store.add_adapter(row).version for _ in range(2)] == [1, 2]
    store.activate_adapter("ana", 1)
    store.activate_adapter("ana", 2)
    assert [row.active for row in store.adapters("ana")] == [False, True]
    with pytest.raises(UnknownName):
        store.activate_adapter("ana", 3)
    assert [row.active for row in store.adapters("ana")] == [False, True]
    store.activate_adapter("ana", None)
    assert not any(row.active for row in store.adapters("ana"))


def test_jobs(store: Store) -> None:
    jobs = Jobs(store=store)
    asked = JobRow(job_id="j1", user="ana", kind="train", created=1.0, task={"steps": 3})
    assert jobs.submit(asked, quota=1).task == {"steps": 3}
    with pytest.raises(QuotaExceeded):
        jobs.submit(JobRow(job_id="j2", user="ana", kind="train", created=1.0), quota=1)
    claimed = jobs.claim()
    assert claimed is not None
    assert (claimed.job_id, claimed.state, claimed.attempts) == ("j1", "running", 1)
    assert jobs.tell("j1", stage="fit", done=1, total=3) == ""
    running = jobs.get("j1", user="ana")
    assert (running.stage, running.done, running.total) == ("fit", 1, 3)
    assert running.updated > 1.0
    assert [row.job_id for row in jobs.page("ana", states=("running",))] == ["j1"]
    assert jobs.page("bob") == []
    assert jobs.wanted("j1") == ""
    jobs.cancel("j1", user="ana")
    assert jobs.wanted("j1") == "cancel"
    assert jobs.finish("j1", state="done", result={"slate_id": "s"})
    assert jobs.get("j1", user="ana").result == {"slate_id": "s"}
    with pytest.raises(UnknownName):
        jobs.get("j1", user="bob")
    with pytest.raises(StoreError):
        jobs.submit(JobRow(job_id="j1", user="bob", kind="train", created=1.0), quota=1)


def test_jobs_take_turns_in_both_databases(store: Store) -> None:
    jobs = Jobs(store=store)
    for number, user in enumerate(("ana", "ana", "bob", "ana")):
        row = JobRow(job_id=f"j{number}", user=user, kind="train", created=float(number))
        jobs.submit(row, quota=9)
    jobs.prioritize("j3", user="ana", priority=1)
    assert [(row.job_id, ahead) for row, ahead in jobs.standing("bob")] == [("j2", 1)]
    assert [(row.job_id, ahead) for row, ahead in jobs.standing("ana")] == [
        ("j3", 0),
        ("j0", 2),
        ("j1", 3),
    ]
    order = []
    while (row := jobs.claim()) is not None:
        order.append(row.job_id)
        jobs.finish(row.job_id, state="done")
    assert order == ["j3", "j2", "j0", "j1"]
    jobs.hold(True)
    assert jobs.is_held()
    jobs.hold(False)
    assert not jobs.is_held()
    assert [row.job_id for row in jobs.page("ana", before=(1.0, "j1"))] == ["j0"]
    assert jobs.prune(before=1e12) == 4


def test_keys_the_log_and_answers_given(store: Store) -> None:
    keys, audit, replies = Keys(store=store), Audit(store=store), Replies(store=store)
    row = KeyRow(key_id="k1", digest="d", label="x", users=("ana",), created=1.0)
    assert keys.add(row) == row
    assert keys.find("d") == row
    keys.touch(row)
    assert keys.list(user="ana")[0].used > 1.0
    assert keys.list(user="bob") == []
    with pytest.raises(UnknownName):
        keys.revoke("k1", user="bob")
    assert keys.any_valid()
    keys.revoke("k1")
    assert keys.find("d") is None
    assert not keys.any_valid()
    with pytest.raises(UnknownName):
        keys.add(KeyRow(key_id="k2", digest="e", label="x", users=("zoe",)))
    note = AuditRow(
        timestamp=1.0, actor="k1", user="ana", action="GET /", subject="", status=200, address=""
    )
    audit.note(note)
    assert audit.newest(user="ana") == [note]
    assert replies.reserve("ana", "once", digest="d")
    assert not replies.reserve("ana", "once", digest="d")
    replies.keep("ana", "once", {"b": 1, "a": 2})
    assert replies.known("ana", "once", digest="d") == {"b": 1, "a": 2}
    assert replies.known("bob", "once", digest="d") is None
    with pytest.raises(InputError):
        replies.known("ana", "once", digest="other")
    assert audit.prune(before=2e12) == 1
    assert replies.known("ana", "once", digest="d") is None


def everything_of(store: Store, user: str) -> None:
    own, number = item(sum(user.encode()), owner=user), len(store.users()) + sum(user.encode())
    act = Feedback(user=user, verb="like", subject=own.item_id, timestamp=1.0)
    events = [event(own, 1.0), event(item(1), 2.0)]
    store.learn(act, interactions=events, items=[own], edits=[edit("x", "1")])
    store.add_slate(slate(number, user))
    store.add_adapter(
        AdapterRow(user=user, method="dpo", digest=f"{number:064x}", revision="r", created=1.0)
    )
    job = JobRow(job_id=user, user=user, kind="train", created=1.0, blobs=(f"{number + 7:064x}",))
    Jobs(store=store).submit(job, quota=9)
    Keys(store=store).add(KeyRow(key_id=user, digest=user, label=user, users=(user,)))
    Replies(store=store).reserve(user, "once", digest="d")
    Audit(store=store).note(
        AuditRow(timestamp=1.0, actor="", user=user, action="", subject="", status=200, address="")
    )


def test_deleting_a_person_leaves_nothing_and_nobody_else_notices(store: Store, url: str) -> None:
    store.add_items([item(1)])
    everything_of(store, "ana")
    everything_of(store, "bob")
    shared = store.slates("bob")[0].candidates[0].blob
    store.add_items([Item(item_id="ishared", blob=shared, owner="ana")])
    before = (
        store.history("bob"),
        store.edits("bob"),
        store.slates("bob"),
        Jobs(store=store).page("bob"),
    )
    mine = store.slates("ana")[0]
    gone = store.delete_user("ana")
    assert shared not in gone
    assert {row.blob for row in mine.candidates} | {mine.guidance, *mine.blobs} < set(gone)
    # candidates, guidance, reference, adapter, own item, a job's picture
    assert len(gone) == 3 + 1 + 1 + 1 + 1 + 1
    after = (
        store.history("bob"),
        store.edits("bob"),
        store.slates("bob"),
        Jobs(store=store).page("bob"),
    )
    assert before == after
    engine = create_engine(locate(url))
    with engine.connect() as connection:
        for table in schema.metadata.sorted_tables:
            for row in connection.execute(select(table)):
                assert "ana" not in row, table.name
    engine.dispose()
    with pytest.raises(UnknownName):
        store.delete_user("ana")


def test_text_that_no_database_holds(store: Store) -> None:
    with pytest.raises(BadText):
        store.add_items([item(1, caption="half a character \ud800")])
    assert store.count_items() == 0


def test_the_migrations_make_the_tables(store: Store, url: str) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    engine = create_engine(locate(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"version_table": schema.REVISION_TABLE, "compare_type": True}
        )
        assert compare_metadata(context, schema.metadata) == []
        assert context.get_current_revision() == schema.HEAD
    engine.dispose()


def test_head_is_the_newest_migration_and_can_be_taken_back(url: str) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    import studio.store

    Store.open(url).close()
    config = Config()
    migrations = Path(studio.store.__file__).parent / "migrations"
    config.set_main_option("script_location", str(migrations))
    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD
    engine = create_engine(locate(url))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    assert inspect(engine).get_table_names() == [schema.REVISION_TABLE]
    engine.dispose()
    with Store.open(url) as store:
        assert store.users() == []


def test_a_newer_database_is_left_alone(url: str) -> None:
    Store.open(url).close()
    engine = create_engine(locate(url))
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {schema.REVISION_TABLE} SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match=r"newer Bespoke.*pip install -U"):
        Store.open(url)


def test_threads_share_a_store(store: Store) -> None:
    store.add_items([item(1)])

    def add(user: str) -> None:
        for number in range(20):
            store.add_interactions(user, [event(item(1), float(number))])
            store.history(user)

    with ThreadPoolExecutor(8) as pool:
        for _ in pool.map(add, ("ana", "bob") * 4):
            pass
    assert len(store.history("ana")) == len(store.history("bob")) == 80


def test_versions_and_turns_are_counted_once(store: Store) -> None:
    row = AdapterRow(user="ana", method="dpo", digest="a" * 64, revision="r", created=1.0)
    store.add_edits("ana", [edit("x", str(number)) for number in range(20)])
    with ThreadPoolExecutor(8) as pool:
        versions = [one.version for one in pool.map(store.add_adapter, [row] * 20)]
        undone = [turn[0].turn for turn in pool.map(store.undo_edits, ["ana"] * 20)]
    assert sorted(versions) == list(range(1, 21))
    assert sorted(undone, key=int) == [str(number) for number in range(20)]


def test_the_same_items_from_both_ends(store: Store) -> None:
    for start in (0, 2000, 4000):
        batch = [item(number) for number in range(start, start + 1500)]
        with ThreadPoolExecutor(2) as pool:
            added = list(pool.map(store.add_items, (batch, batch[::-1])))
        assert sum(map(sum, added)) == 1500


WRITER = """
import sys
from studio.content import Item
from studio.history import Interaction
from studio.store import Store

url, name = sys.argv[1:]
with Store.open(url, busy_s=30) as store:
    for number in range(50):
        item = Item(item_id=f"i{number}", blob="0" * 64)
        store.add_items([item])
        store.add_user("both")
        row = Interaction(item=item, event="like", timestamp=float(number), note=name)
        store.add_interactions("both", [row])
"""


def test_two_processes_write_at_once(url: str) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, name], stderr=subprocess.PIPE)
        for name in ("a", "b")
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=150)
        assert writer.returncode == 0, errors.decode()
    with Store.open(url) as store:
        notes = [row.note for row in store.history("both").interactions]
        assert (notes.count("a"), notes.count("b")) == (50, 50)
        assert store.count_items() == 50


@pytest.mark.parametrize("address", ["", "sqlite://", "sqlite:///:memory:", "mysql://h/d", "x y"])
def test_an_address_that_is_no_store(address: str) -> None:
    with pytest.raises(ConfigError):
        Store.open(address)


def test_a_server_that_is_not_there() -> None:
    with pytest.raises(StoreError, match="check that the server runs") as caught:
        Store.open("postgresql://ana:secret@127.0.0.1:1/none")
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)
