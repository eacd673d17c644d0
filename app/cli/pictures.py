"""``bespoke generate`` and ``bespoke feedback``: the main job, and the loop closed."""

from __future__ import annotations

import json
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

    from app.cli.terminal import Terminal
    from studio import Studio, User


def generate(
    context: typer.Context,
    *,
    user: Annotated[str, typer.Argument(metavar="USER", help="The person.")],
    instruction: Annotated[
        str, typer.Argument(metavar="INSTRUCTION", help='What is asked, such as "a happy cat".')
    ],
    new: Annotated[bool, typer.Option("--new", help="Make the person if unknown.")] = False,
    kind: Annotated[str, typer.Option(help="sticker or poster.")] = "sticker",
    size: Annotated[int, typer.Option("-n", help="How many, 1 to 16.")] = 4,
    reference: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A picture to go by; repeatable.")
    ] = None,
    mask: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="White where the first reference may be repainted."),
    ] = None,
    route: Annotated[
        list[str] | None,
        typer.Option(metavar="ROUTE", help="retrieve, edit or create; repeatable; all of them."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Same seed, same slate.")] = None,
    personalization: Annotated[
        float, typer.Option(help="0 (the twin) to 2; how much the taste counts.")
    ] = 1.0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where to write it; out/<slate> by default."),
    ] = None,
) -> None:
    """Make a slate that suits a person."""
    from studio.request import ROUTES

    require_writable(out if out is not None else Path("out"))
    terminal: Terminal = context.obj
    with terminal.studio() as studio, terminal.progress() as progress:
        person = terminal.newcomer if new else known
        with person(studio, user) as asking:
            slate = asking.personalize(
                instruction,
                kind=kind,
                size=size,
                seed=seed,
                references=list(reference or ()),
                mask=mask,
                routes=tuple(route) if route else ROUTES,
                personalization=personalization,
                on_progress=progress,
            )
        written = slate.save(out if out is not None else Path("out") / slate.slate_id)
    document: dict[str, Any] = json.loads(written.read_text(encoding="utf-8"))
    terminal.answer(document, lambda: show_slate(document, written.parent))


def require_writable(folder: Path) -> None:
    """InputError where ``folder`` cannot be made or written; nothing is left behind."""
    from studio.errors import InputError
    from studio.intake import shown_path

    place = folder
    try:
        while not place.exists():
            place = place.parent
        if place.is_dir():
            with tempfile.TemporaryFile(dir=place):
                return
    except OSError:
        pass  # said below, for both reasons
    raise InputError(f"{shown_path(folder)} cannot be written; name another folder with --out")


def known(studio: Studio, user: str) -> AbstractContextManager[User]:
    """The person, who must be there: a typo makes nobody."""
    return nullcontext(studio.existing_user(user))


def show_slate(document: dict[str, Any], folder: Path) -> list[RenderableType]:
    """A slate as a table, with what was said to the generators and what was rejected."""
    from app.cli.terminal import table

    request, guidance = document["request"], document["guidance"]
    rows = [
        [item["rank"], item["route"], f"{item['score']:.2f}", item["reason"], item["file"]]
        for item in document["items"]
    ]
    title = f"“{request['instruction']}” for {document['user']}, seed {request['seed']}"
    parts: list[RenderableType] = [
        table(["#", "route", "score#", "why", "file"], rows, title=title)
    ]
    for name, text in (("prompt", guidance["prompt"]), ("routes", guidance["route_reason"])):
        if text:
            parts.append(f"{name}: {text}")
    for gone in document["rejected"]:
        why = "; ".join(f"{check}: {reason}" for check, reason in gone["failed"].items())
        parts.append(f"rejected: {gone['candidate_id']} ({gone['route']}): {why}")
    parts += [f"passed over: {line}" for line in document["passed_over"]]
    took = document["timings"]["total_s"]
    return [*parts, f"{len(rows)} in {folder}, {took:.1f} s; slate {document['slate_id']}"]


def feedback(
    context: typer.Context,
    *,
    user: Annotated[str, typer.Argument(metavar="USER", help="The person.")],
    slate: Annotated[str, typer.Option(metavar="ID", help="The slate chosen from.")] = "",
    choose: Annotated[str, typer.Option(metavar="CID", help="The candidate taken.")] = "",
    like: Annotated[
        list[str] | None, typer.Option(metavar="CID", help="Liked; repeatable.")
    ] = None,
    dislike: Annotated[
        list[str] | None, typer.Option(metavar="CID", help="Disliked; repeatable.")
    ] = None,
    prefer: Annotated[str, typer.Option(metavar="CID", help="Better than --over.")] = "",
    over: Annotated[str, typer.Option(metavar="CID", help="The worse one.")] = "",
) -> None:
    """Say what was good and what was not; it changes this person's next slate."""
    from studio.errors import InputError

    if bool(prefer) != bool(over):
        raise InputError("--prefer and --over go together: --prefer BETTER --over WORSE")
    torn = set(like or ()) & set(dislike or ())
    if torn:
        raise InputError(f"{min(torn)} is both liked and disliked; say one of them")
    acts = [("choose", choose, slate)] if choose else []
    acts += [("like", one, slate) for one in like or ()]
    acts += [("dislike", one, slate) for one in dislike or ()]
    acts += [("prefer", prefer, over)] if prefer else []
    if prefer and prefer == over:
        raise InputError("--prefer and --over name the same picture; give two")
    if not acts:
        raise InputError("nothing was said; use --choose, --like, --dislike or --prefer … --over …")
    terminal: Terminal = context.obj
    with terminal.studio() as studio:
        person = studio.existing_user(user)
        # Every id is looked up before the first act is stored: all of the acts, or none.
        for shown in {subject for _, subject, _ in acts} | ({over} if over else set()):
            require(studio, shown, user=user)
        for verb, subject, other in acts:
            if verb == "choose":
                person.choose(subject, slate_id=other)
            elif verb == "like":
                person.like(subject, slate_id=other)
            elif verb == "dislike":
                person.dislike(subject, slate_id=other)
            else:
                person.prefer(subject, over=other)
        total = len(person.history)
    recorded = [
        {"verb": verb, "subject": subject, "beside": other} for verb, subject, other in acts
    ]
    terminal.say(
        {"user": user, "recorded": recorded, "total": total},
        f"{user}: {len(acts)} recorded; the history holds {total}",
    )


def require(studio: Studio, shown: str, *, user: str) -> None:
    """InputError where ``shown`` is no id of a candidate or item; UnknownName where not theirs."""
    from studio import intake
    from studio.errors import UnknownName

    if intake.ITEM_ID.fullmatch(shown):
        studio.store.items([shown], owner=user)
    else:
        intake.check_id(shown, intake.CANDIDATE_ID, "a candidate")
        if not studio.store.candidate(shown, user=user).blob:
            raise UnknownName(
                f"candidate {shown} failed a check and was not shown; name one of the slate's items"
            )
