"""``bespoke catalog``: the items that can be retrieved and edited."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from app.cli.terminal import Terminal
    from studio.content import Item

commands = typer.Typer()


@commands.command()
def add(
    context: typer.Context,
    *,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="PATH...",
            help="An image, a folder (with its captions.csv, if any) or a CSV with file and "
            "caption columns.",
        ),
    ],
    captions: Annotated[
        Path | None, typer.Option(metavar="CSV", help="Captions by file name.")
    ] = None,
    style: Annotated[str, typer.Option(help="Name of the look, where the rows name none.")] = "",
    licence: Annotated[str, typer.Option("--license", help="Licence of the pictures.")] = "",
    kind: Annotated[str, typer.Option(help="sticker or poster.")] = "sticker",
) -> None:
    """Add pictures; adding one twice adds one item."""
    terminal: Terminal = context.obj
    with terminal.studio() as studio, terminal.progress() as progress:
        added = studio.catalog.add(
            list(paths),
            captions=captions,
            style=style,
            license=licence,
            kind=kind,
            on_progress=progress,
        )
        total = len(studio.catalog)
    terminal.say(
        {
            "added": added.added,
            "existing": added.existing,
            "items": list(added.items),
            "total": total,
        },
        f"added {added.added}, already there {added.existing}; the catalogue holds {total}",
    )


@commands.command("list")
def list_items(
    context: typer.Context,
    *,
    after: Annotated[str, typer.Option(metavar="ITEM", help="Start after this item.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 100,
) -> None:
    """List the items, a page at a time."""
    from app.cli.terminal import table

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        items = studio.catalog.list(after=after, limit=limit)
        total = len(studio.catalog)
    following = items[-1].item_id if len(items) == limit else None
    rows = [[item.item_id, item.style, item.kind, item.caption] for item in items]
    terminal.answer(
        {"items": [described(item) for item in items], "total": total, "next": following},
        lambda: [
            table(["item", "style", "kind", "caption"], rows),
            f"{len(items)} of {total}" + (f"; next page: --after {following}" if following else ""),
        ],
    )


@commands.command()
def search(
    context: typer.Context,
    *,
    text: Annotated[str, typer.Argument(help="What to look for, in words.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many.")] = 12,
) -> None:
    """Find the items nearest to some words."""
    from app.cli.terminal import table

    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        found = studio.catalog.search(text, k=k)
    rows = [[item.item_id, f"{score:.3f}", item.style, item.caption] for item, score in found]
    items = [{**described(item), "score": round(float(score), 6)} for item, score in found]
    terminal.answer(
        {"query": text, "items": items},
        lambda: [table(["item", "relevance#", "style", "caption"], rows)],
    )


def described(item: Item) -> dict[str, Any]:
    """An item as JSON."""
    return {
        "item_id": item.item_id,
        "caption": item.caption,
        "tags": list(item.tags),
        "style": item.style,
        "license": item.license,
        "kind": item.kind,
        "source": item.source,
        "width": item.width,
        "height": item.height,
    }
