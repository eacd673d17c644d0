"""The server: pages and API on one port, a worker's process beside. ``bespoke web`` runs it."""

from __future__ import annotations

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app import serving as now
from app.access import Access, decide
from app.jobs import Queue
from app.jobs.workshop import Workshop
from app.keys import ApiKeys
from app.serving import Serving, serving
from studio import Studio
from studio.errors import ConfigError
from studio.store.audit import Audit

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import BaseRoute
    from starlette.types import ASGIApp

__all__ = ["Serving", "assemble", "run", "serve", "serving"]

LOGGED_S = 180 * 24 * 3600.0
"""How long the audit log goes back."""
PAGES = Path(__file__).parent / "web" / "main.py"
GRACE_S = 5
"""Seconds that requests under way get when the server stops."""


def open_serving(studio: Studio, *, host: str) -> Serving:
    """What is served of a home; ConfigError where a network could reach it unproven."""
    settings = studio.config.web
    keys = ApiKeys(store=studio.store)
    access: Access = decide(settings, host=host, has_keys=keys.any_valid())
    return Serving(
        studio=studio,
        queue=Queue(studio, quota=settings.quota),
        access=access,
        keys=keys,
    )


def assemble(served: Serving, *, host: str, port: int, pages: bool = True) -> ASGIApp:
    """The ASGI application: API under ``/v1``, pages on the rest, the gate before both.

    ``pages`` off: the API alone, and no Streamlit in the process.
    """
    from starlette.middleware import Middleware
    from starlette.routing import Mount, Route

    from app.api.application import application
    from app.gate import Gate

    settings = served.settings
    routes: list[BaseRoute] = [Mount("/v1", application(served))]
    note = Audit(store=served.studio.store).note
    given: dict[str, Any] = {"access": served.access, "host": host, "hosts": settings.hosts}
    gate = Middleware(Gate, note=note, **given)

    if not pages:
        from starlette.applications import Starlette

        return Starlette(routes=routes, middleware=[gate])
    from app.web.signing import signed_in

    gate = Middleware(Gate, note=note, signed_in=signed_in, **given)
    routes = [*routes, Route("/create", _home)]
    return _with_pages(served, host=host, port=port, routes=routes, middleware=[gate])


def _home(request: Request) -> Response:
    """The page Create is the first one, and has its address."""
    from starlette.responses import RedirectResponse

    query = request.url.query
    return RedirectResponse(f"./?{query}" if query else "./")


@contextmanager
def working(served: Serving) -> Iterator[Workshop]:
    """A worker works, and the pages find what is served, for the length of the block.

    The worker opens while the block prepares what it serves; ``opened`` waits for it.
    """
    workshop = Workshop(served.queue, on_departure=lambda: _forget(served.studio))
    workshop.start()
    now.begin(served)
    try:
        Audit(store=served.studio.store).prune(before=time.time() - LOGGED_S)
        yield workshop
    finally:
        now.end()
        workshop.stop()


def _forget(studio: Studio) -> None:
    """Let go of what was kept of people's pictures: one of them was deleted, here or elsewhere."""
    from app.web import pictures

    pictures.forget()
    studio.gallery.let_go()


def _with_pages(served: Serving, *, host: str, port: int, **parts: Any) -> ASGIApp:
    import streamlit as st
    from streamlit import config

    from app.web import whole

    whole.begin()
    settings = served.settings
    options: dict[str, Any] = {
        "server.port": port,
        "server.address": host,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.runOnSave": False,
        "server.maxUploadSize": settings.upload_mib,
        "server.enableXsrfProtection": True,
        "browser.gatherUsageStats": False,
        "browser.serverAddress": host,
        "browser.serverPort": port,
        # Else a click whose run has not begun is dropped when another one comes.
        "runner.fastReruns": False,
        # A full collection after each run walks all that torch has loaded: 0.3 s of every click.
        "runner.postScriptGC": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "logger.level": "warning",
    }
    config._main_script_path = str(PAGES)  # st.App would do so, too late for these options
    for name, value in options.items():
        config.set_option(name, value)
    secrets = None
    if settings.oidc is not None:
        secrets = {"auth": settings.oidc.model_dump(exclude={"claim"})}
    return st.App(PAGES, secrets=secrets, **parts)


def serve(
    home: Path,
    *,
    host: str,
    port: int,
    pages: bool = True,
    on_ready: Callable[[str], object] = lambda address: None,
) -> None:
    """Open the home and serve it until the process is told to stop."""
    with _bound(host, port) as bound, Studio.open(home) as studio:
        served = open_serving(studio, host=host)
        with working(served) as workshop:
            app = assemble(served, host=host, port=port, pages=pages)
            workshop.opened()
            from app.web import warming

            if pages:
                warming.begin(studio)
            run(app, host=host, bound=bound, on_ready=on_ready)
            warming.end()


@contextmanager
def _ending_by_hand() -> Iterator[None]:
    """uvicorn hands a signal on once it has shut down; here that ends the block, not the process.

    The worker is yet to put its job back.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(number, lambda _number, _frame: None) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    """A socket on that port, before anything is loaded; ConfigError where the port is taken."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named by number, else asyncio leaves Nagle on: 40 ms an answer.
    with socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((host.strip("[]"), port))
        except OSError as error:
            raise ConfigError(
                f"cannot listen on {host}:{port} ({error.strerror}); give another --port"
            ) from error
        yield bound


def run(
    app: ASGIApp, *, host: str, bound: socket.socket, on_ready: Callable[[str], object]
) -> None:
    """Serve an application on a socket; ConfigError where it does not start."""
    import asyncio

    import uvicorn

    logging.getLogger("uvicorn.error").setLevel(logging.WARNING)
    settings = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the gate must see who really connects
        http="h11",  # bounds headers and wants one Host, which httptools does not
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
        ws_max_size=2**26,
        lifespan="on",
    )

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                real = bound.getsockname()[1]
                name = f"[{host}]" if ":" in host else host
                on_ready(f"http://{name}:{real}")

    server = Server(settings)
    with _ending_by_hand(), asyncio.Runner(loop_factory=settings.get_loop_factory()) as runner:
        runner.run(server.serve(sockets=[bound]))
    if not server.started:
        raise ConfigError("the server did not start; set BESPOKE_TRACEBACK=1 to see why")
