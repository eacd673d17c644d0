"""``bespoke web`` and ``bespoke keys``: the server, and who may use its API."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.cli.terminal import Terminal
    from studio.store import KeyRow

commands = typer.Typer()


def web(
    context: typer.Context,
    *,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8501,
    host: Annotated[
        str, typer.Option(help="Where to listen; off loopback only with keys or sign-in.")
    ] = "127.0.0.1",
    api_only: Annotated[
        bool, typer.Option("--api-only", help="The HTTP API without the pages.")
    ] = False,
) -> None:
    """Serve the web studio, and the HTTP API under /v1, until stopped by Ctrl-C."""
    import json

    require_extra("fastapi", "uvicorn", "dbos", *([] if api_only else ["streamlit"]))
    from app.server import serve

    terminal: Terminal = context.obj

    def ready(address: str) -> None:
        if terminal.as_json:
            print(json.dumps({"url": address, "api": f"{address}/v1"}), flush=True)
        else:
            print(f"Bespoke is at {address} (API under {address}/v1); Ctrl-C stops it", flush=True)

    serve(terminal.home, host=host, port=port, pages=not api_only, on_ready=ready)


def require_extra(*libraries: str) -> None:
    """ConfigError where a library of the extra ``web`` is not installed."""
    from importlib.util import find_spec

    from studio.errors import ConfigError

    missing = [name for name in libraries if find_spec(name) is None]
    if missing:
        raise ConfigError(
            f"{missing[0]} is not installed; pip install 'bespoke-studio[web]' brings it"
        )


@commands.command()
def add(
    context: typer.Context,
    label: Annotated[str, typer.Argument(help="What it is for, in your words.")],
    user: Annotated[
        list[str] | None,
        typer.Option("--user", metavar="USER", help="Whom it may act for; repeatable."),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="It may act for everybody, and make people.")
    ] = False,
) -> None:
    """Make an API key; it is shown once."""
    from app.keys import ApiKeys

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        row, secret = ApiKeys(store=studio.store).add(label, users=user or (), everybody=everybody)
    terminal.say(
        {**document(row), "key": secret},
        f"{row.key_id}: {secret}\nKeep it; it is not shown again.",
    )


@commands.command("list")
def list_keys(context: typer.Context) -> None:
    """List the API keys and whom each may act for."""
    from app.cli.terminal import table
    from app.keys import ApiKeys

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        keys = ApiKeys(store=studio.store).list()
    rows = [
        [
            key.key_id,
            key.label,
            "everybody" if key.everybody else ", ".join(key.users),
            date(key.created),
            date(key.used),
            f"revoked {date(key.revoked)}" if key.revoked else "",
        ]
        for key in keys
    ]
    columns = ["key", "label", "acts for", "made", "used", ""]
    nothing = "no keys yet; bespoke keys add LABEL --user NAME makes one"
    terminal.answer(
        {"keys": [document(key) for key in keys]},
        lambda: [table(columns, rows) if rows else nothing],
    )


@commands.command()
def revoke(
    context: typer.Context,
    key_id: Annotated[str, typer.Argument(metavar="KEY_ID", help="As `keys list` shows it.")],
) -> None:
    """Let a key open nothing from now on."""
    from app.keys import ApiKeys

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        row = ApiKeys(store=studio.store).revoke(key_id)
    terminal.say(document(row), f"{row.key_id}: revoked")


def document(key: KeyRow) -> dict[str, Any]:
    """A key as JSON, without the key."""
    return {
        "key_id": key.key_id,
        "label": key.label,
        "users": list(key.users),
        "everybody": key.everybody,
        "created": key.created,
        "used": key.used or None,
        "revoked": key.revoked or None,
    }


def date(moment: float) -> str:
    """A day, UTC; empty for none."""
    return time.strftime("%Y-%m-%d", time.gmtime(moment)) if moment else ""
