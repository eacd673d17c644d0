"""A running server in a process of its own, on a small furnished home, and clients for it."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from openai import OpenAI
from PIL import Image

from app.keys import ApiKeys
from studio import Studio
from tests.app.drawings import furnish

STARTED_S = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One ``bespoke web --api-only`` that runs."""

    home: Path
    url: str
    process: subprocess.Popen[str]

    def client(self, key: str = "none", **more: object) -> OpenAI:
        return OpenAI(base_url=f"{self.url}/v1", api_key=key, max_retries=0, **more)  # type: ignore[arg-type]

    def http(self, key: str = "", **headers: str) -> httpx.Client:
        own = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=f"{self.url}/v1", headers=own | headers, timeout=120)


@contextmanager
def server_on(home: Path, *words: str) -> Iterator[Server]:
    """The server while the block runs; its own words on stderr come with a failure."""
    command = [sys.executable, "-m", "app.cli", "--home", str(home), "web", "--json", "--port", "0"]
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(
            [*command, *words],
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"},
        )
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            if not line.strip() or process.poll() is not None:
                told.seek(0)
                pytest.fail(f"the server did not start: {told.read()}")
            yield Server(home=home, url=json.loads(line)["url"], process=process)
        finally:
            process.terminate()
            process.wait(timeout=60)
            process.stdout.close()


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return furnish(tmp_path_factory.mktemp("furnished"))


@pytest.fixture(scope="session")
def server(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """On loopback, open, with no limit of requests to speak of."""
    home = tmp_path_factory.mktemp("open") / "home"
    shutil.copytree(furnished, home)
    with (home / "studio.toml").open("a") as file:
        file.write("\n[web]\nrequests_per_minute = 1000000\n")
    with server_on(home, "--api-only") as running:
        yield running


@pytest.fixture(scope="session")
def keys(server: Server) -> dict[str, str]:
    """One key a person, one for two, one for everybody."""
    with Studio.open(server.home) as studio:
        made = ApiKeys(store=studio.store)
        return {
            "ana": made.add("ana's", users=["ana"])[1],
            "ben": made.add("ben's", users=["ben"])[1],
            "both": made.add("a team's", users=["ana", "ben"])[1],
            "all": made.add("the house's", everybody=True)[1],
        }


Reader = Callable[[str], bytes]


def png(colour: Sequence[int] | str = "red", *, side: int = 32, mode: str = "RGB") -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, (side, side), colour).save(buffer, "PNG")  # type: ignore[arg-type]
    return buffer.getvalue()


def half_mask(side: int = 32) -> bytes:
    """Opaque on the right, transparent on the left: edit the left."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, side // 2, side))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def personal(**fields: object) -> dict[str, str]:
    return {"personalization": json.dumps(fields)}
