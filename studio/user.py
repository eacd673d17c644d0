"""A person: history, profile, slates and feedback. Obtained as ``studio.user(name)``."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from studio import archive, intake, loop, records, subjects
from studio.candidate import Candidate
from studio.content import Item, Picture
from studio.errors import BlobLost, InputError
from studio.feedback import Feedback
from studio.guidance import Guidance, unpack
from studio.history import EVENT_WEIGHTS, History, Interaction
from studio.profile import Edit, Profile
from studio.progress import IsCancelled, OnProgress, never, silent
from studio.request import ROUTES, Request
from studio.slate import Slate
from studio.tables import HistoryRow, history_rows

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio.session import Studio
    from studio.subjects import Subject


T = TypeVar("T")
TICK_S = 1e-3
LEFT_BEHIND_S = 3600.0
"""A blob without a row and older than this belongs to no act that is still under way."""


class User:
    """One person of a studio. Nothing here touches another person's data."""

    def __init__(self, studio: Studio, name: str) -> None:
        self.studio = studio
        self.name = name

    # -- what is known ------------------------------------------------------------------------

    @property
    def history(self) -> History:
        """Every interaction, oldest first."""
        return self.studio.store.history(self.name)

    @property
    def profile(self) -> Profile:
        """The readable taste: what was learned, and what was said or set by hand."""
        edits, gallery = self.studio.store.edits(self.name), self.studio.gallery
        return self._read(
            lambda history: self.studio.parts.profiler(history, edits=edits, gallery=gallery)
        )

    def _read(self, act: Callable[[History], T]) -> T:
        """``act`` on the history; again without what is lost, where a picture does not read."""
        gallery = self.studio.gallery
        while True:
            try:
                return act(gallery.whole(self.history))
            except BlobLost as error:
                gallery.pass_over(error, owner=self.name)

    # -- history and feedback -------------------------------------------------------------------

    def like(self, subject: Subject, *, note: str = "", slate_id: str = "") -> None:
        """Like a picture file, an item or a candidate."""
        self._learn("like", subject, words=note, slate_id=slate_id)

    def dislike(self, subject: Subject, *, note: str = "", slate_id: str = "") -> None:
        """Dislike a picture file, an item or a candidate."""
        self._learn("dislike", subject, words=note, slate_id=slate_id)

    def prefer(self, chosen: Subject, *, over: Subject, slate_id: str = "") -> None:
        """Prefer one over another: a chosen/rejected pair."""
        self._learn("prefer", chosen, over=over, slate_id=slate_id)

    def choose(self, subject: Subject, *, slate_id: str = "") -> None:
        """Choose a candidate of a slate; those shown beside it count a little against."""
        self._learn("choose", subject, slate_id=slate_id)

    def say(self, words: str) -> tuple[Edit, ...]:
        """Steer the profile in words ("more pastel, never skulls"); returns what was understood."""
        words = intake.check_words(words, what="sentence")
        return self._learn("say", words=words)

    def set(self, concept: str, weight: float) -> Edit:
        """Set the weight of one concept, in [-1, 1]; 0 forgets it."""
        if not -1 <= weight <= 1:
            raise InputError(f"weight {weight} is out of range; use -1 (never) to 1 (always)")
        name = intake.check_words(concept, what="concept", longest=60).lower()
        edit = Edit(concept=name, weight=weight, source="set", turn=_turn(name))
        self.studio.store.add_edits(self.name, [edit])
        return edit

    def undo(self) -> tuple[Edit, ...]:
        """Take the newest ``say`` or ``set`` back; returns what it had changed."""
        return self.studio.store.undo_edits(self.name)

    def add_history(self, rows: Sequence[HistoryRow], *, is_cancelled: IsCancelled = never) -> int:
        """Add events, all or none; returns how many."""
        events: list[Interaction] = []
        fresh: dict[str, Item] = {}
        data: dict[str, bytes] = {}
        now = self._now()
        for row in rows:
            if row.event not in EVENT_WEIGHTS:
                raise InputError(
                    f"event {intake.shown(row.event)!r} is unknown; use {', '.join(EVENT_WEIGHTS)}"
                )
            item, encoded = subjects.resolve(self.studio, self.name, row.subject)
            if encoded is not None:
                data[item.blob] = encoded
                fresh[item.item_id] = item
            note = intake.check_words(row.note, what="note") if row.note.strip() else ""
            moment = now if row.timestamp is None else row.timestamp
            events.append(Interaction(item=item, event=row.event, timestamp=moment, note=note))
        with self._stored(data.values()):
            self.studio.store.record(self.name, items=list(fresh.values()), interactions=events)
        return len(events)

    def import_history(self, path: str | Path) -> int:
        """Add the events of a CSV or JSONL file, all or none; returns how many."""
        return self.add_history(history_rows(Path(path)))

    def _learn(
        self,
        verb: str,
        subject: Subject = "",
        *,
        over: Subject = "",
        slate_id: str = "",
        words: str = "",
    ) -> tuple[Edit, ...]:
        store = self.studio.store
        if words:
            words = intake.check_words(words, what="note")
        known: dict[str, Item] = {}
        data: list[bytes] = []

        def take(one: Subject) -> str:
            item, encoded = subjects.resolve(self.studio, self.name, one)
            if encoded is not None:
                data.append(encoded)
            known[item.item_id] = item
            return item.item_id

        beside = (
            subjects.shown_beside(self.studio.store, self.name, subject, slate_id)
            if verb == "choose"
            else []
        )
        feedback = Feedback(
            user=self.name,
            verb=verb,
            subject=take(subject) if verb != "say" else "",
            over=take(over) if verb == "prefer" else "",
            slate_id=slate_id,
            words=words,
            timestamp=self._now(),
        )
        if feedback.over and feedback.over == feedback.subject:
            raise InputError("a picture cannot be preferred over itself; give two")
        others = [take(other) for other in beside]
        interactions, edits = loop.learn(
            feedback,
            item_of=known.__getitem__,
            beside=[other for other in others if other != feedback.subject],
            profile=self.profile if verb == "say" else Profile(user=self.name),
            commander=lambda: self.studio.parts.commander,
        )
        with self._stored(data):
            store.learn(
                feedback, interactions=interactions, items=list(known.values()), edits=list(edits)
            )
        return edits

    def _now(self) -> float:
        """The time, after all that the history holds: a clock set back turns nothing around."""
        newest = self.studio.store.history(self.name, limit=1).interactions
        return max([time.time(), *(event.timestamp + TICK_S for event in newest)])

    @contextmanager
    def _stored(self, pictures: Iterable[bytes]) -> Iterator[None]:
        """Pictures stored for the block that names them; those that were new go where it fails."""
        blobs = self.studio.blobs
        fresh: list[str] = []
        try:
            for encoded in pictures:
                is_new = not blobs.has(hashlib.sha256(encoded).hexdigest())
                fresh += [blobs.put(encoded)] if is_new else []
            yield
        except BaseException:
            for blob in fresh:
                blobs.drop(blob)
            raise

    # -- the main job -------------------------------------------------------------------------

    def personalize(
        self,
        instruction: str,
        *,
        kind: str = "sticker",
        size: int = 4,
        seed: int | None = None,
        references: Sequence[str | Path | bytes | Image] | None = (),
        mask: str | Path | bytes | Image | None = None,
        routes: Sequence[str] = ROUTES,
        personalization: float = 1.0,
        on_progress: OnProgress | None = None,
        is_cancelled: IsCancelled | None = None,
    ) -> Slate:
        """Make a slate for this person and log it.

        The same seed in the same store gives the same slate, byte for byte on one machine.
        InputError for bad input, NothingPassed where every candidate failed a check, Cancelled
        where ``is_cancelled()`` said so; then nothing is stored.
        """
        request = intake.check_request(
            Request(
                user=self.name,
                instruction=intake.check_words(instruction),
                kind=kind,
                size=size,
                seed=records.fresh_seed() if seed is None else seed,
                references=tuple(intake.take_picture(one) for one in references or ()),
                mask=intake.take_picture(mask) if mask is not None else None,
                routes=tuple(routes),
                personalization=float(personalization),
            )
        )
        slate = self._slate(request, on_progress or silent, is_cancelled or never)
        started = time.perf_counter()
        records.keep_slate(self.studio.store, self.studio.blobs, slate)
        stored_s = time.perf_counter() - started
        timings = dict(slate.timings)
        timings["store_s"] = stored_s
        timings["total_s"] = timings["total_s"] + stored_s
        return replace(slate, timings=timings)

    def _slate(self, request: Request, on_progress: OnProgress, is_cancelled: IsCancelled) -> Slate:
        gallery = self.studio.gallery
        slate = self._read(
            lambda history: loop.personalize(
                request,
                history=history,
                profile=self.profile,
                parts=self.studio.parts,
                gallery=gallery,
                on_progress=on_progress,
                is_cancelled=is_cancelled,
            )
        )
        twin = replace(request, personalization=0.0)
        return replace(
            slate,
            passed_over=gallery.passed_over(self.name),
            make_twin=lambda: self._slate(twin, silent, never),
        )

    def remake(self, candidate_id: str) -> Candidate:
        """A candidate of this person's slates made again from its provenance."""
        intake.check_id(candidate_id, intake.CANDIDATE_ID, "a candidate")
        row = self.studio.store.candidate(candidate_id, user=self.name)
        provenance = records.read_provenance(row.provenance)
        guidance = self._guidance(provenance.guidance)
        return loop.remake(
            provenance,
            guidance=guidance,
            owner=self.name,
            parts=self.studio.parts,
            gallery=self.studio.gallery,
        )

    def _guidance(self, digest: str) -> Guidance:
        def picture(sha256: str) -> Picture:
            return Picture(sha256=sha256, image=intake.decode(self.studio.blobs.get(sha256)))

        return unpack(self.studio.blobs.get(digest.removeprefix("sha256:")), picture=picture)

    def slate(self, slate_id: str) -> Mapping[str, Any]:
        """The logged document of one of this person's slates (``slate.json``)."""
        intake.check_id(slate_id, intake.SLATE_ID, "a slate")
        return self.studio.store.slate(slate_id, user=self.name).document

    # -- their data -----------------------------------------------------------------------------

    @property
    def adapters(self) -> tuple[Mapping[str, Any], ...]:
        """Personal weights, oldest first."""
        return archive.adapter_documents(self.studio.store.adapters(self.name))

    def export(self, path: str | Path) -> Path:
        """Everything that is stored of this person, as one zip."""
        return archive.export_user(self.studio, self, Path(path))

    def delete(self) -> None:
        """Remove the person and every picture that only they had.

        With them goes what nobody names and an act cut short left behind, an hour ago or more.
        """
        store = self.studio.store
        gone = store.delete_user(self.name)
        left = store.unused(self.studio.blobs.digests())
        gone += self.studio.blobs.settled(left, age_s=LEFT_BEHIND_S)
        for blob in gone:
            self.studio.blobs.drop(blob)
        self.studio.gallery.forget(gone)


def _turn(words: str) -> str:
    return hashlib.sha256(f"{time.time_ns()}\x1f{words}".encode()).hexdigest()[:16]
