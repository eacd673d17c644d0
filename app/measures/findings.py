"""What the judges say of each picture made. A finding is 1 (right), 0 (wrong) or a number."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from app.measures.colours import colour_word

if TYPE_CHECKING:
    import numpy.typing as npt
    from PIL.Image import Image

    from app.measures.making import Made
    from app.measures.tasks import Task
    from ranking.judges.art import Art
    from ranking.judges.judge import Judge, Reading
    from studio.protocols import Encoder

CHUNK = 32
"""Pictures judged at once, and kept in a shard."""
COMPARED = frozenset({"known", "again", "pair_test", "pair_test_grounded"})
"""Kinds whose perceptual vectors are kept: diversity and copies are taken over them."""
ON_SHEET = 128
"""Pixels a side of a picture that is kept for the sheet."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Finding:
    """One picture, judged."""

    task: Task
    values: dict[str, float]
    """Measure to 1, 0 or a number; what was not asked of it is absent."""
    vector_V: npt.NDArray[np.float16] = field(repr=False)
    """Perceptual vector of the picture as it lay; empty where the kind is not ``COMPARED``."""
    sureness: float
    """Cosine with the thing wanted: the least of a kind are its worst failures."""
    webp: bytes = field(repr=False)
    """The sticker, small, encoded."""

    @property
    def picture(self) -> Image:
        """The sticker, ``ON_SHEET`` pixels a side."""
        from PIL import Image

        return Image.open(io.BytesIO(self.webp)).convert("RGBA")


class Seen(NamedTuple):
    """What pictures are compared by."""

    vector_V: npt.NDArray[np.float32]
    """Perceptual vector, by the judge."""
    unit_D: npt.NDArray[np.float32]
    """The encoder's embedding."""


@dataclass(slots=True, kw_only=True, eq=False)
class Bench:
    """The judges and what they compare with."""

    judge: Judge
    art: Art
    encoder: Encoder
    _seen: dict[int, Seen] = field(default_factory=dict)
    _groups: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict)

    def group(self, style: str) -> tuple[list[str], list[str]]:
        """Things and styles of the kind of art that a style is of, as the judge knows them."""
        from ranking.judges.judge import kind_of

        kind = kind_of(style)
        if kind not in self._groups:
            drawn = kind == "drawn"
            things = {t for t in self.judge.things_R if t.startswith("drawn_") == drawn}
            styles = [s for s in self.judge.answers["style"] if kind_of(s) == kind]
            self._groups[kind] = (sorted(things), styles)
        return self._groups[kind]

    def compared(self, rows: Iterable[int]) -> dict[int, Seen]:
        """Pictures of the art by row, as judge and encoder see them."""
        missing = sorted(set(rows) - self._seen.keys())
        self._seen |= zip(
            missing, self._look([self.art.picture(row) for row in missing]), strict=True
        )
        return self._seen

    def _look(self, images: Sequence[Image]) -> list[Seen]:
        """Each picture's perceptual vector and embedding."""
        from ranking.judges.judge import seen

        vectors_NV = self.judge.reading(seen(images)).vectors_NV if images else ()
        return [Seen(*own) for own in zip(vectors_NV, self.encoder.images(images), strict=True)]

    def findings(self, made: Iterable[Made]) -> Iterator[Finding]:
        """Judge pictures as they come."""
        pending: list[Made] = []
        for one in made:
            pending.append(one)
            if len(pending) == CHUNK:
                yield from self._judged(pending)
                pending = []
        if pending:
            yield from self._judged(pending)

    def _judged(self, made: Sequence[Made]) -> Iterator[Finding]:
        stickers = self.judge([one.sticker for one in made])
        raw = self._look([one.raw for one in made])
        known = self.compared(
            row
            for one in made
            if one.task.truth is not None
            for row in (one.task.truth, one.task.source)
            if row is not None
        )
        for at, one in enumerate(made):
            task = one.task
            things, styles = self.group(task.style)
            part = _row(stickers, at)
            likeness = self.judge.likeness(part, things)[0]
            wanted = likeness[things.index(task.thing)] if task.thing in things else -1.0
            values: dict[str, float] = {}
            if task.thing in things:
                better = int((likeness > wanted).sum())
                values["subject_top5"], values["subject_top1"] = better < 5, better < 1
            if task.style in styles:
                chance = self.judge.chance_of(part, "style", styles)[0]
                values["style"] = styles[int(chance.argmax())] == task.style
            values |= self._asked(task, one, part, values)
            if task.source is not None:
                values |= self._edited(task, one, raw[at], known)
            vector_V = raw[at].vector_V if task.kind in COMPARED else np.zeros(0)
            yield Finding(
                task=task,
                values={name: float(value) for name, value in values.items()},
                vector_V=vector_V.astype(np.float16),
                sureness=float(wanted),
                webp=webp_of(one.sticker),
            )

    def _asked(
        self, task: Task, one: Made, part: Reading, values: dict[str, float]
    ) -> dict[str, float]:
        """Colour, accessory, mood and both things, where they were asked for."""
        found: dict[str, float] = {}
        if task.colour:
            found["colour"] = colour_word(one.sticker) == task.colour
        for trait in ("accessory", "mood"):
            wanted = getattr(task, trait)
            if wanted:
                names = self.judge.answers[trait]
                found[trait] = names[int(part.chances[trait][0].argmax())] == wanted
        if "accessory" in found and "subject_top5" in values:
            found["both"] = bool(found["accessory"]) and bool(values["subject_top5"])
        return found

    def _edited(
        self, task: Task, one: Made, own: Seen, known: Mapping[int, Seen]
    ) -> dict[str, float]:
        """Kept of the source, and whether it came nearer to the true picture than the source is."""
        from ranking.judges.likeness import luma, ssim

        assert task.source is not None
        source = luma(self.art.picture(task.source))
        edit = luma(one.raw)
        found: dict[str, float] = {"kept_ssim": ssim(edit, source)}
        if task.truth is None:
            return found
        truth = luma(self.art.picture(task.truth))
        true, before = known[task.truth], known[task.source]
        found["nearer_perceptual"] = _gap(own, true) < _gap(before, true)
        found["nearer_encoder"] = float(own.unit_D @ true.unit_D) > float(
            before.unit_D @ true.unit_D
        )
        found["true_ssim"] = ssim(truth, source)
        found["nearer_ssim"] = ssim(edit, truth) > found["true_ssim"]
        found["nearer"] = found["nearer_ssim"] and found["nearer_encoder"]
        return found


def webp_of(sticker: Image) -> bytes:
    """A sticker at ``ON_SHEET`` pixels as WebP: some 3 KB."""
    file = io.BytesIO()
    sticker.resize((ON_SHEET, ON_SHEET)).save(file, "WEBP", quality=85)
    return file.getvalue()


def _gap(one: Seen, other: Seen) -> float:
    """Squared perceptual distance."""
    return float(((one.vector_V - other.vector_V) ** 2).sum())


def _row(reading: Reading, at: int) -> Reading:
    """One picture's part of a reading."""
    from ranking.judges.judge import Reading

    return Reading(
        unit_ND=reading.unit_ND[at : at + 1],
        chances={name: own[at : at + 1] for name, own in reading.chances.items()},
        vectors_NV=reading.vectors_NV[at : at + 1],
    )
