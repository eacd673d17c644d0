"""``eval personalization``: simulated people ask, and a judge that chose nothing compares.

Each person likes pictures of one look and one group of subjects and asks for something else. The
slate and its twin are judged by plain statistics of colour and edge (``ranking.looks``), never by
the encoder that chose them.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.sheet import Section, Strip, Tile, contact_sheet
from studio.errors import InputError, NothingPassed
from studio.progress import OnProgress, Step, silent
from studio.request import ROUTES, derive_seed
from studio.tables import HistoryRow

if TYPE_CHECKING:
    from PIL.Image import Image

    from preference.simulate import Person
    from ranking.evaluation import Outcome
    from ranking.looks import Scale
    from studio import Studio
    from studio.content import Item
    from studio.slate import Slate

DEFAULT_STYLES = ("fluent_line", "noto")
OWN = 10  # pictures that stand for a person's own look
SCALED = 300  # pictures a style that the judge takes its scale from
ON_SHEET = 12  # people
START = 1_767_225_600.0  # seconds since the epoch: fixed, so that a run is repeatable


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What is to be measured."""

    people: int = 200
    data: Path | None = None
    """Folders of pictures, one a style; None: the drawn world."""
    styles: tuple[str, ...] = ()
    ladder: tuple[int, ...] = (10,)
    """Likes a person, a rung each."""
    size: int = 4
    sheet: Path | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One person at one rung: what they got."""

    person: Person
    likes: int
    slate: Slate
    twin: Slate


def run(plan: Plan, *, on_progress: OnProgress = silent) -> dict[str, Any]:
    """The report, in a home that is gone afterwards.

    InputError where ``data`` has not two styles, or too few pictures for such people.
    """
    from preference.simulate import people
    from ranking.evaluation import personalization_report
    from studio import Studio

    clock = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="bespoke-eval-") as folder:
        sources = styles_of(plan, Path(folder) / "art")
        with Studio.open(Path(folder) / "home") as studio:
            for style, source in sources.items():
                studio.catalog.add(source, style=style, on_progress=on_progress)
            items = list(every_item(studio))
            crowd = people(items, count=plan.people, likes=max(OWN, *plan.ladder), seed=plan.seed)
            scale = judge_scale(studio, items)
            outcomes: list[Outcome] = []
            sections: list[Section] = []
            shown: Counter[str] = Counter()
            full = empty = 0
            for turn in turns(studio, crowd, plan, on_progress=on_progress):
                if turn is None:
                    empty += 1
                    continue
                outcomes.append(outcome_of(studio, turn))
                routes = [offer.route for offer in turn.slate]
                shown.update(routes)
                full += set(routes) == set(ROUTES)
                if turn.likes == max(plan.ladder) and len(sections) < ON_SHEET:
                    sections.append(section(studio, turn))
            report = personalization_report(outcomes, scale=scale, seed=plan.seed)
    if plan.sheet is not None:
        write_sheet(plan, report, sections)
    return {
        **report,
        "likes": list(plan.ladder),
        "styles": list(sources),
        "items": len(items),
        "seed": plan.seed,
        "routes": {name: round(shown[name] / max(1, shown.total()), 4) for name in ROUTES},
        "all_routes": round(full / max(1, len(outcomes)), 4),
        "nothing_passed": empty,
        "seconds": round(time.perf_counter() - clock, 1),
    }


def styles_of(plan: Plan, drawn: Path) -> dict[str, Path]:
    """Folder by style: those asked for, of ``data``; without ``data``, two looks drawn here."""
    if plan.data is None:
        return draw_world(drawn, plan.styles or ("line", "soft"))
    if not plan.data.is_dir():
        raise InputError(f"no folder {plan.data}; --data takes a folder with one folder a style")
    there = sorted(path.name for path in plan.data.iterdir() if path.is_dir())
    names = plan.styles or tuple(name for name in DEFAULT_STYLES if name in there) or there[:2]
    absent = [name for name in names if name not in there]
    if absent or len(set(names)) < 2:
        raise InputError(
            f"{plan.data.name} has the styles {', '.join(there) or 'none'}; "
            "two or more are needed: --style A --style B"
        )
    return {name: plan.data / name for name in names}


def draw_world(folder: Path, looks: Sequence[str]) -> dict[str, Path]:
    """Every subject in each look, drawn by our own code."""
    from app.demo import write_art
    from generators.drawn import LOOKS, MOODS, PALETTES, SUBJECTS, Drawing

    unknown = [look for look in looks if look not in LOOKS]
    if unknown or len(set(looks)) < 2:
        raise InputError(f"the drawn looks are {', '.join(LOOKS)}; name two or more with --style")
    folder.mkdir(parents=True)
    palettes, moods = list(PALETTES), list(MOODS)
    for look in looks:
        drawings = [
            Drawing(
                subject=subject,
                look=look,
                palette=palettes[derive_seed(look, subject, "palette") % len(palettes)],
                mood=moods[derive_seed(look, subject, "mood") % len(moods)],
                seed=number,
            )
            for number, subject in enumerate(SUBJECTS)
        ]
        write_art(drawings, folder / look)
    return {look: folder / look for look in looks}


def every_item(studio: Studio) -> Iterator[Item]:
    """The whole catalogue, by id."""
    after = ""
    while page := studio.catalog.list(after=after, limit=1000):
        yield from page
        after = page[-1].item_id


def judge_scale(studio: Studio, items: Sequence[Item]) -> Scale:
    """The judge's scale, from the first pictures (by id, so by digest) of each style."""
    from ranking.evaluation import catalogue_scale

    seen: Counter[str] = Counter()
    taken: list[Item] = []
    for item in items:
        seen[item.style] += 1
        if seen[item.style] <= SCALED:
            taken.append(item)
    return catalogue_scale(
        (studio.gallery.image(item) for item in taken), [item.style for item in taken]
    )


def turns(
    studio: Studio, crowd: Sequence[Person], plan: Plan, *, on_progress: OnProgress
) -> Iterator[Turn | None]:
    """Each person at each rung; None where nothing passed the checks."""
    total = len(crowd) * len(plan.ladder)
    for number, person in enumerate(crowd):
        for rung, likes in enumerate(plan.ladder):
            user = studio.user(f"{person.name}-{likes}")
            user.add_history(
                [
                    HistoryRow(subject=item.item_id, event="like", timestamp=START + 60.0 * at)
                    for at, item in enumerate(person.likes[:likes])
                ]
            )
            try:
                slate = user.personalize(person.instruction, size=plan.size, seed=person.seed)
                yield Turn(person=person, likes=likes, slate=slate, twin=slate.twin())
            except NothingPassed:
                yield None
            done = number * len(plan.ladder) + rung + 1
            on_progress(Step(stage="people", done=done, total=total))


def outcome_of(studio: Studio, turn: Turn) -> Outcome:
    """A turn as the judge sees it, beside what an ideal slate would be."""
    from ranking.checks.fingerprint import fingerprint
    from ranking.evaluation import outcome

    own = pictures(studio, turn.person.likes[:OWN])
    best = studio.gallery.search(
        turn.slate.guidance.target_D,
        k=len(turn.slate),
        words=turn.person.instruction,
        style=turn.person.style,
    )
    known = [fingerprint(image) for image in pictures(studio, turn.person.likes[: turn.likes])]
    return outcome(
        person=turn.person.name,
        likes=turn.likes,
        own=own,
        slate=[offer.image for offer in turn.slate],
        twin=[offer.image for offer in turn.twin],
        best=pictures(studio, [item for item, _ in best]),
        slate_prompt=prompt_scores(turn.slate),
        twin_prompt=prompt_scores(turn.twin),
        copies=sum(is_copy(offer.image, known) for offer in turn.slate),
    )


def pictures(studio: Studio, items: Sequence[Item]) -> list[Image]:
    """The pictures of some items."""
    return [studio.gallery.image(item) for item in items]


def prompt_scores(slate: Slate) -> list[float]:
    """How well each picture fits the instruction, in [0, 1]."""
    return [offer.fidelity["prompt"].score for offer in slate]


def is_copy(image: Image, known: Sequence[Any]) -> bool:
    """Whether a picture is a near-duplicate of one of those fingerprints."""
    from ranking.checks.copy import CopyOptions, picture_distance
    from ranking.checks.fingerprint import fingerprint

    own = fingerprint(image)
    return any(picture_distance(own, other, CopyOptions()) < 1 for other in known)


def section(studio: Studio, turn: Turn) -> Section:
    """A person's card on the sheet."""
    person = turn.person
    liked = person.likes[: turn.likes]
    return Section(
        heading=f"{person.name}: “{person.instruction}”",
        words=f"Likes {person.style}, {person.theme}. {sentence(turn.slate.guidance.route_reason)}",
        strips=(
            Strip(
                label="Liked",
                tiles=tuple(Tile(image=image) for image in pictures(studio, liked[:10])),
                side=54,
            ),
            Strip(label="Slate", tiles=tiles(turn.slate)),
            Strip(label="Twin", tiles=tiles(turn.twin)),
        ),
    )


def sentence(words: str) -> str:
    """Words with a capital first letter and a full stop."""
    return f"{words[:1].upper()}{words[1:]}." if words else ""


def tiles(slate: Slate) -> tuple[Tile, ...]:
    """A slate's pictures with route and score."""
    return tuple(
        Tile(image=offer.image, title=f"{offer.route} {offer.score:.2f}", note=offer.reason)
        for offer in slate
    )


def write_sheet(plan: Plan, report: dict[str, Any], sections: Sequence[Section]) -> None:
    """The contact sheet of the first people."""
    if plan.sheet is None or not sections:
        return
    share = report["nearer_own_look"]["share"]
    sheet = contact_sheet(
        "Personalization",
        f"The first {len(sections)} of {report['people']} simulated people, seed {plan.seed}. "
        f"The slate lies nearer to the own look than its twin for {share:.0%}.",
        sections,
    )
    plan.sheet.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(plan.sheet)
