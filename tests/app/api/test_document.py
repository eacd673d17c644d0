"""Every endpoint of the OpenAPI document under generated requests: no failure of the server's."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.schemas import APIOperation

from app.jobs import Queue
from studio import Studio
from tests.app.api.conftest import Server, server_on

pytestmark = pytest.mark.slow
CASES = 200
"""Requests an endpoint."""
MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


@pytest.fixture(scope="module")
def held(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose queue is held: asking is what is tested here, not drawing."""
    home = tmp_path_factory.mktemp("held") / "home"
    shutil.copytree(furnished, home)
    with (home / "studio.toml").open("a") as file:
        file.write("\n[web]\nrequests_per_minute = 1000000\nquota = 1000000\n")
    with Studio.open(home) as studio:
        Queue(studio).hold()
    with server_on(home, "--api-only") as running:
        yield running


def asked(held: Server, operation: APIOperation[Any, Any, Any, Any]) -> Counter[int]:
    """Generated requests of one operation, valid and not; how often each status was answered."""
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in MODES)))
    def ask(case: Case) -> None:
        if case.method == "POST" and "/images/" in case.path:
            case.headers["Prefer"] = "respond-async"  # the queue is held
        answer = case.call(base_url=f"{held.url}/v1")
        statuses[answer.status_code] += 1
        assert answer.status_code < 500, answer.text
        path = urlsplit(answer.request.url or "").path
        reaches_us = path.startswith("/v1/") and "%0A" not in path  # a path may leave by ..
        if answer.status_code >= 400 and reaches_us:
            assert set(answer.json()["error"]) == {"message", "type", "param", "code"}

    ask()
    return statuses


def test_no_request_makes_the_server_fail(held: Server) -> None:
    schema = schemathesis.openapi.from_url(f"{held.url}/v1/openapi.json")
    seen = {
        (found.ok().method, found.ok().path): asked(held, found.ok())
        for found in schema.get_all_operations()
    }
    assert len(seen) >= 12
    assert sum(sum(statuses.values()) for statuses in seen.values()) >= 2000, seen
    assert any(statuses[200] for statuses in seen.values())
    assert seen["post", "/images/generations"][202] > 0, seen  # what is valid is let in
    assert held.process.poll() is None
