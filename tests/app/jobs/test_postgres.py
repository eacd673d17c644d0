"""The queue where store and workflows are in PostgreSQL."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from app.jobs import Queue
from app.jobs.worker import Worker
from studio import Studio
from studio.errors import StoreLocked
from studio.store.opening import locate
from tests.app.drawings import PEOPLE, draw, settle
from tests.app.jobs.conftest import ended

POSTGRES = os.environ.get("BESPOKE_TEST_POSTGRES", "")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.skipif(
        not POSTGRES and os.environ.get("CI") != "true",
        reason="no PostgreSQL server: set BESPOKE_TEST_POSTGRES to postgresql://…",
    ),
]


@pytest.fixture
def url() -> Iterator[str]:
    """The address of an empty database."""
    name = f"bespoke_test_{secrets.token_hex(6)}"
    admin = create_engine(locate(POSTGRES), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield POSTGRES.rsplit("/", 1)[0] + f"/{name}"
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


def test_jobs_end_and_nothing_of_them_stays_with_dbos(
    furnished: Path, tmp_path: Path, url: str
) -> None:
    home = Path(shutil.copytree(furnished, tmp_path / "home"))
    settings = (home / "studio.toml").read_text()
    (home / "studio.toml").write_text(f'store = "{url}"\n{settings}')
    other = Path(shutil.copytree(home, tmp_path / "other"))  # on another machine, say
    with Studio.open(home) as studio:
        settle(studio, draw(tmp_path / "art"))
        queue = Queue(studio)
        jobs = [queue.generate(name, "a happy cat", size=1) for name in PEOPLE]
        worker = Worker(queue)
        worker.start()
        with Studio.open(other) as second, pytest.raises(StoreLocked, match="this database"):
            Worker(Queue(second)).start()
        states = [ended(queue, job).state for job in jobs]
        worker.stop()
    assert states == ["done"] * len(PEOPLE)
    engine = create_engine(locate(url))
    assert "workflow_status" in inspect(engine).get_table_names(schema="dbos")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM dbos.workflow_status")) <= 1
    engine.dispose()
