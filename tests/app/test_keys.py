"""``bespoke keys``, ``bespoke jobs``, and what ``bespoke web`` refuses before it listens."""

from __future__ import annotations

import socket

import pytest

from app.jobs import Queue
from app.keys import ApiKeys
from studio import Studio
from tests.app.conftest import Run


def test_keys_are_made_listed_and_revoked(run: Run, home: object) -> None:
    run("user", "add", "ana")
    made = run("keys", "add", "laptop", "--user", "ana", "--json").document
    assert made["key"].startswith("bsp_")
    assert made["users"] == ["ana"]
    (listed,) = run("keys", "list", "--json").document["keys"]
    assert "key" not in listed
    assert listed["key_id"] == made["key_id"]
    with Studio.open(str(home)) as studio:
        keys = ApiKeys(store=studio.store)
        found = keys.find(made["key"])
        assert found is not None
        assert found.users == ("ana",)
        assert run("keys", "revoke", made["key_id"], "--json").document["revoked"]
        assert keys.find(made["key"]) is None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("keys", "add", "x"), "for everybody"),
        (("keys", "add", "x", "--user", "zoe"), "zoe"),
        (("keys", "add", "x", "--user", "ana", "--everybody"), "say which"),
        (("keys", "revoke", "k0"), "keys list"),
        (("web", "--host", "0.0.0.0"), "keys add"),
        (("web", "--port", "70000"), "--port"),
    ],
)
def test_wrong_usage_is_one_line(run: Run, words: tuple[str, ...], says: str) -> None:
    run("user", "add", "ana")
    ran = run(*words)
    assert ran.code == 2
    assert says in ran.line


def test_a_taken_port_is_one_line(run: Run) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ran = run("web", "--api-only", "--port", str(taken.getsockname()[1]))
    assert ran.code == 2
    assert "--port" in ran.line


def test_jobs_are_seen_and_held(run: Run, home: object) -> None:
    run("user", "add", "ana")
    assert run("jobs", "list", "ana", "--json").document == {
        "user": "ana",
        "held": False,
        "jobs": [],
    }
    assert run("jobs", "hold", "--json").document == {"held": True}
    with Studio.open(str(home)) as studio:
        job = Queue(studio).generate("ana", "a cat")
        assert Queue(studio).is_held
    assert job.job_id in run("jobs", "list", "ana").out
    assert run("jobs", "cancel", "ana", job.job_id, "--json").document["status"] == "cancelled"
    assert run("jobs", "cancel", "ana", "j0").code == 2
    assert run("jobs", "release", "--json").document == {"held": False}
