"""A judge: what a picture shows, told by a network that takes no part in making or choosing.

It learns from four in five of all pictures, those included that generators never see, since it must
know the things it judges; the fifth is its examination, the ceiling of every figure it gives.
Legend: N pictures, R references, D embedding width, K answers, V width of the perceptual vector.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from ranking.judges.art import SIDE as LARGE
from ranking.judges.art import Art, on_white
from ranking.judges.network import SIDE, Network, perceptual
from ranking.judges.styles import StyleRule, fitted
from ranking.judges.training import Course, Lessons, small, taught
from ranking.judges.traits import TraitNetwork, answers_of, taught_traits
from studio.errors import ModelError
from studio.progress import OnProgress, silent

if TYPE_CHECKING:
    Numbers = npt.NDArray[np.float32]

EXAMINED = 0.2
"""Share of the pictures that the judge does not learn from."""
TRAITS = 0.35
"""Share of the time in which traits are learned."""
RULE = ("mean_F", "spread_F", "weights_FK", "bias_K")
WEIGHTS, LABELS = "judge.safetensors", "judge.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What the judge says of N pictures."""

    unit_ND: Numbers = field(repr=False)
    """Embeddings, by which things are told."""
    chances: Mapping[str, Numbers]
    """By question (style, and every trait), (N, K) probabilities of its answers."""
    vectors_NV: Numbers = field(repr=False)
    """Perceptual vectors; their squared distance is how different two pictures look."""


@dataclass(slots=True, kw_only=True, eq=False)
class Judge:
    """Trained networks and the pictures that the first compares with."""

    network: Network
    styles: StyleRule
    traits: TraitNetwork | None
    """None where the art told of none."""
    heads: Mapping[str, tuple[str, ...]]
    """By trait, its answers."""
    references_RD: Numbers = field(repr=False)
    """Embeddings of what it learned from."""
    things_R: tuple[str, ...]
    """The concept of each reference."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Its own accuracy at its examination."""

    def __call__(self, images: Sequence[Image.Image]) -> Reading:
        """Read pictures of any size; transparent pixels count as white."""
        chances = {"style": self.styles(images)}
        if self.traits is not None:
            chances |= self.traits.chances(seen(images, LARGE))
        return replace(self.reading(seen(images)), chances=chances)

    @property
    def answers(self) -> dict[str, tuple[str, ...]]:
        """By question, its answers."""
        return {"style": self.styles.names, **self.heads}

    @torch.inference_mode()
    def reading(self, picture_N3HW: Tensor) -> Reading:
        """What is drawn on pictures of ``SIDE`` pixels in −1…1; nothing of style and traits."""
        units, vectors = [], []
        for part in torch.split(picture_N3HW, 128):
            maps = self.network.stages.maps(part.contiguous(memory_format=torch.channels_last))
            units.append(self.network.embedded(maps[-1]))
            vectors.append(perceptual(maps))
        return Reading(
            unit_ND=torch.cat(units).numpy(), chances={}, vectors_NV=torch.cat(vectors).numpy()
        )

    def likeness(self, reading: Reading, things: Sequence[str]) -> Numbers:
        """(N, T) cosine of each picture and the nearest reference of each thing, −1 for none."""
        place = {thing: at for at, thing in enumerate(things)}
        kept = np.array([place.get(thing, -1) for thing in self.things_R])
        found = np.full((len(things), len(reading.unit_ND)), -1.0, np.float32)
        cosine_RN = self.references_RD[kept >= 0] @ reading.unit_ND.T
        np.maximum.at(found, kept[kept >= 0], cosine_RN)
        return found.T

    def chance_of(self, reading: Reading, head: str, among: Sequence[str]) -> Numbers:
        """(N, K) probabilities of some answers, the others left out of account; 0: not learned."""
        place = {name: at for at, name in enumerate(self.answers[head])}
        given = reading.chances[head]
        part = np.zeros((len(given), len(among)), np.float32)
        for at, name in enumerate(among):
            if name in place:
                part[:, at] = given[:, place[name]]
        share: Numbers = part / np.maximum(part.sum(1, keepdims=True), 1e-12)
        return share


def seen(images: Sequence[Image.Image], side: int = SIDE) -> Tensor:
    """N×3×side×side in −1…1: pictures on white, made small by area averaging."""
    rows = []
    for image in images:
        rgb = Image.new("RGB", image.size, "white")
        rgba = image.convert("RGBA")
        rgb.paste(rgba, mask=rgba.getchannel("A"))
        rows.append(np.asarray(rgb.resize((side, side), Image.Resampling.BOX)))
    if not rows:
        return torch.zeros(0, 3, side, side)
    values = np.stack(rows).astype(np.float32) / 127.5 - 1
    return torch.from_numpy(values.transpose(0, 3, 1, 2).copy())


def top(scores_NK: Numbers, right_N: Sequence[int], count: int) -> npt.NDArray[np.bool_]:
    """(N,) True where fewer than ``count`` answers score above the right one."""
    own = scores_NK[np.arange(len(scores_NK)), np.asarray(right_N, np.int64)]
    return np.asarray((scores_NK > own[:, None]).sum(1) < count)


def lessons_of(art: Art, *, seed: int = 0) -> Lessons:
    """Lessons and examination: a fifth of the pictures, drawn by ``seed``, is not learned from.

    The network of things has no heads: traits are learned apart (``ranking.judges.traits``).
    """
    learned = np.random.default_rng((seed, len(art))).random(len(art)) >= EXAMINED
    things = {name: at for at, name in enumerate(sorted(set(art.concepts)))}
    return Lessons(
        rgba_NHW4=small(art.rgba_NHW4),
        things=np.array([things[concept] for concept in art.concepts], np.int64),
        labels={},
        answers={},
        learned=learned,
    )


def pixels_of(rgba_NHW4: npt.NDArray[np.uint8]) -> Tensor:
    """N×3×H×W in −1…1: the pictures on white."""
    return torch.from_numpy(on_white(rgba_NHW4).transpose(0, 3, 1, 2).copy()) * 2 - 1


def trained(
    art: Art,
    course: Course,
    *,
    seed: int = 0,
    device: str = "cpu",
    on_progress: OnProgress = silent,
    **options: Any,
) -> Judge:
    """A judge of this art, examined; ``options`` are those of ``training.taught``.

    Traits take ``TRAITS`` of the course's time, and as many steps where it counts steps.
    """
    lessons = lessons_of(art, seed=seed)
    traits = None
    if art.traits:
        own, course = _parted(course)
        traits = taught_traits(
            art, lessons.learned, own, device=device, on_progress=on_progress
        ).cpu()
    network = taught(lessons, course, device=device, on_progress=on_progress, **options).cpu()
    rows = np.flatnonzero(lessons.learned)
    judge = Judge(
        network=network,
        styles=fitted(art.picture, rows.tolist(), art.styles, seed=seed),
        traits=traits,
        heads=answers_of(art),
        references_RD=np.zeros((0, 0), np.float32),
        things_R=(),
    )
    judge.references_RD = judge.reading(pixels_of(lessons.rgba_NHW4[rows])).unit_ND
    judge.things_R = tuple(art.concepts[row] for row in rows)
    judge.figures = {**examined(judge, art, lessons), "steps": course.step, "seed": seed}
    return judge


def _parted(course: Course) -> tuple[Course, Course]:
    """The course of the traits, kept beside the other's checkpoint; and what is left."""
    beside = course.kept and course.kept.with_name(f"traits-{course.kept.name}")
    if course.minutes is None:
        return replace(course, kept=beside), course
    own = replace(course, minutes=TRAITS * course.minutes, kept=beside)
    return own, replace(course, minutes=(1 - TRAITS) * course.minutes)


def examined(judge: Judge, art: Art, lessons: Lessons) -> dict[str, Any]:
    """Accuracy on the pictures not learned from, by kind of art; a kind has styles of its own.

    Things are told among all of their kind (``drawn`` ones apart from real ones), as in use.
    """
    rows = np.flatnonzero(~lessons.learned)
    reading = judge([art.picture(int(row)) for row in rows])
    found: dict[str, Any] = {}
    for kind in sorted({kind_of(style) for style in art.styles}):
        own = [at for at, row in enumerate(rows) if kind_of(art.styles[row]) == kind]
        things = things_of(art, kind)
        looks = styles_of(art, kind)
        right = [things.index(art.concepts[rows[at]]) for at in own]
        scores = judge.likeness(reading, things)[own]
        style = judge.chance_of(reading, "style", looks)[own]
        said = [looks.index(art.styles[rows[at]]) for at in own]
        five, one = top(scores, right, 5), top(scores, right, 1)
        splits = np.array([art.splits[rows[at]] for at in own])
        by_style = np.array([art.styles[rows[at]] for at in own])
        found[kind] = {
            "pictures": len(own),
            "things": len(things),
            "subject_top5": share(five),
            "subject_top1": share(one),
            "style": share(top(style, said, 1)),
            "by_split": {name: share(five[splits == name]) for name in sorted(set(splits))},
            "by_style": {name: share(five[by_style == name]) for name in looks},
        }
    for name in art.traits:
        own = [at for at, row in enumerate(rows) if art.traits[name][row]]
        truth = [judge.answers[name].index(art.traits[name][rows[at]]) for at in own]
        told = top(reading.chances[name][own], truth, 1)
        found[name] = share(told)
        if name == "accessory":
            found["both"] = _both(judge, art, rows, reading, dict(zip(own, told, strict=True)))
    return found


def _both(
    judge: Judge, art: Art, rows: npt.NDArray[np.int64], reading: Reading, worn: Mapping[int, bool]
) -> float | None:
    """Share of drawings that wear something of which the thing is told, too."""
    own = [at for at in worn if art.traits["accessory"][rows[at]] != "none"]
    things = things_of(art, "drawn")
    if not own:
        return None
    right = [things.index(art.concepts[rows[at]]) for at in own]
    five = top(judge.likeness(reading, things)[own], right, 5)
    return share(five & np.array([worn[at] for at in own]))


def kind_of(style: str) -> str:
    """``drawn`` for a look of the drawn world, else ``real``."""
    return "drawn" if style.startswith("drawn_") else "real"


def things_of(art: Art, kind: str) -> list[str]:
    """The concepts of one kind of art, sorted."""
    return sorted({c for c, s in zip(art.concepts, art.styles, strict=True) if kind_of(s) == kind})


def styles_of(art: Art, kind: str) -> list[str]:
    """The styles of one kind of art, sorted."""
    return sorted({style for style in art.styles if kind_of(style) == kind})


def share(right: npt.NDArray[np.bool_]) -> float | None:
    """Share of True; None of nothing."""
    return round(float(np.mean(right)), 4) if len(right) else None


def kept(judge: Judge, folder: Path) -> None:
    """Write weights (half precision) and labels; a kill leaves either all of it or none."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    weights = dict(judge.network.state_dict())
    if judge.traits is not None:
        weights |= {f"traits.{name}": value for name, value in judge.traits.state_dict().items()}
    weights = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in weights.items()
    }
    if not all(bool(torch.isfinite(value).all()) for value in weights.values()):
        raise ModelError("the judge holds NaN or Inf; train it anew")
    weights["references"] = torch.from_numpy(judge.references_RD).half().contiguous()
    for name in RULE:
        weights[f"styles.{name}"] = torch.from_numpy(getattr(judge.styles, name)).contiguous()
    labels = {
        "heads": {name: list(own) for name, own in judge.heads.items()},
        "styles": list(judge.styles.names),
        "things": list(judge.things_R),
        "widths": judge.network.widths,
        "trait_widths": judge.traits.widths if judge.traits else [],
        "figures": judge.figures,
    }
    save_file(weights, folder / f"{WEIGHTS}.part")
    (folder / f"{LABELS}.part").write_text(json.dumps(labels, ensure_ascii=False))
    (folder / f"{WEIGHTS}.part").replace(folder / WEIGHTS)
    (folder / f"{LABELS}.part").replace(folder / LABELS)


def opened(folder: Path) -> Judge | None:
    """The judge that was kept there, None where none was; ModelError where it is broken."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not (folder / LABELS).is_file():
        return None
    try:
        labels = json.loads((folder / LABELS).read_text(encoding="utf-8"))
        weights = load_file(folder / WEIGHTS)
        heads = {name: tuple(own) for name, own in labels["heads"].items()}
        network = Network({}, widths=tuple(labels["widths"]))
        traits = None
        if labels["trait_widths"]:
            count = {name: len(own) for name, own in heads.items()}
            traits = TraitNetwork(count, widths=tuple(labels["trait_widths"]))
            traits.load_state_dict({k: weights.pop(f"traits.{k}") for k in traits.state_dict()})
            traits = traits.to(memory_format=torch.channels_last).eval()
        rule = {name: weights.pop(f"styles.{name}").numpy() for name in RULE}
        styles = StyleRule(names=tuple(labels["styles"]), **rule)
        references = weights.pop("references").float().numpy()
        network.load_state_dict({name: value.to(value.dtype) for name, value in weights.items()})
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"the judge in {folder} does not load; delete it to train anew") from error
    both = [network.state_dict(), traits.state_dict() if traits else {}]
    if not all(bool(torch.isfinite(value).all()) for one in both for value in one.values()):
        raise ModelError(f"the judge in {folder} holds NaN or Inf; delete it to train anew")
    return Judge(
        network=network.to(memory_format=torch.channels_last).eval(),
        styles=styles,
        traits=traits,
        heads=heads,
        references_RD=references,
        things_R=tuple(labels["things"]),
        figures=labels["figures"],
    )
