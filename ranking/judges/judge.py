"""A judge: what a picture shows, told by a network that takes no part in making or choosing.

It learns from four in five of all pictures, those included that generators never see, since it must
know the things it judges; the fifth is its examination, the ceiling of every figure it gives.
Legend: N pictures, R references, D embedding width, K answers, V width of the perceptual vector.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from ranking.judges.art import Art, on_white
from ranking.judges.network import SIDE, Network, perceptual
from ranking.judges.styles import StyleRule, fitted
from ranking.judges.training import NOT_ASKED, Course, Lessons, small, taught
from studio.errors import ModelError
from studio.progress import OnProgress, silent

if TYPE_CHECKING:
    Numbers = npt.NDArray[np.float32]

EXAMINED = 0.2
"""Share of the pictures that the judge does not learn from."""
RULE = ("mean_F", "spread_F", "weights_FK", "bias_K")
WEIGHTS, LABELS = "judge.safetensors", "judge.json"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reading:
    """What the judge says of N pictures."""

    unit_ND: Numbers = field(repr=False)
    """Embeddings, by which things are told."""
    chances: Mapping[str, Numbers]
    """By question (style, and every head), (N, K) probabilities of its answers."""
    vectors_NV: Numbers = field(repr=False)
    """Perceptual vectors; their squared distance is how different two pictures look."""


@dataclass(slots=True, kw_only=True, eq=False)
class Judge:
    """A trained network and the pictures it compares with."""

    network: Network
    styles: StyleRule
    heads: Mapping[str, tuple[str, ...]]
    """By head of the network, its answers."""
    references_RD: Numbers = field(repr=False)
    """Embeddings of what it learned from."""
    things_R: tuple[str, ...]
    """The concept of each reference."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Its own accuracy at its examination."""

    def __call__(self, images: Sequence[Image.Image]) -> Reading:
        """Read pictures of any size; transparent pixels count as white."""
        return self.reading(seen(images), styles_NK=self.styles(images))

    @property
    def answers(self) -> dict[str, tuple[str, ...]]:
        """By question, its answers."""
        return {"style": self.styles.names, **self.heads}

    @torch.inference_mode()
    def reading(self, picture_N3HW: Tensor, *, styles_NK: Numbers | None = None) -> Reading:
        """Read pictures of ``SIDE`` pixels in −1…1; their style only where it is handed in."""
        units, vectors = [], []
        chances: dict[str, list[Tensor]] = {name: [] for name in self.heads}
        for part in torch.split(picture_N3HW, 128):
            given = part.contiguous(memory_format=torch.channels_last)
            maps = self.network.stages.maps(given)
            logits = self.network.answers(given)
            units.append(self.network.embedded(maps[-1]))
            vectors.append(perceptual(maps))
            for name, own in logits.items():
                chances[name].append(own.softmax(1))
        told = {name: torch.cat(parts).numpy() for name, parts in chances.items()}
        return Reading(
            unit_ND=torch.cat(units).numpy(),
            chances=told if styles_NK is None else {"style": styles_NK, **told},
            vectors_NV=torch.cat(vectors).numpy(),
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


def seen(images: Sequence[Image.Image]) -> Tensor:
    """N×3×SIDE×SIDE in −1…1: pictures on white, made small by area averaging."""
    rows = []
    for image in images:
        rgb = Image.new("RGB", image.size, "white")
        rgba = image.convert("RGBA")
        rgb.paste(rgba, mask=rgba.getchannel("A"))
        rows.append(np.asarray(rgb.resize((SIDE, SIDE), Image.Resampling.BOX)))
    if not rows:
        return torch.zeros(0, 3, SIDE, SIDE)
    values = np.stack(rows).astype(np.float32) / 127.5 - 1
    return torch.from_numpy(values.transpose(0, 3, 1, 2).copy())


def top(scores_NK: Numbers, right_N: Sequence[int], count: int) -> npt.NDArray[np.bool_]:
    """(N,) True where fewer than ``count`` answers score above the right one."""
    own = scores_NK[np.arange(len(scores_NK)), np.asarray(right_N, np.int64)]
    return np.asarray((scores_NK > own[:, None]).sum(1) < count)


def lessons_of(art: Art, *, seed: int = 0) -> Lessons:
    """Lessons and examination: a fifth of the pictures, drawn by ``seed``, is not learned from.

    Heads are the traits; a trait that is "" is not asked of.
    """
    learned = np.random.default_rng((seed, len(art))).random(len(art)) >= EXAMINED
    answers = {name: tuple(sorted({*own} - {""})) for name, own in art.traits.items()}
    labels = {
        name: np.array([answers[name].index(o) if o else NOT_ASKED for o in own], np.int64)
        for name, own in art.traits.items()
    }
    things = {name: at for at, name in enumerate(sorted(set(art.concepts)))}
    return Lessons(
        rgba_NHW4=small(art.rgba_NHW4),
        things=np.array([things[concept] for concept in art.concepts], np.int64),
        labels=labels,
        answers=answers,
        learned=learned,
    )


def pixels_of(rgba_NHW4: npt.NDArray[np.uint8]) -> Tensor:
    """N×3×H×W in −1…1: the pictures on white."""
    return torch.from_numpy(on_white(rgba_NHW4).transpose(0, 3, 1, 2).copy()) * 2 - 1


def trained(
    art: Art, course: Course, *, seed: int = 0, on_progress: OnProgress = silent, **options: Any
) -> Judge:
    """A judge of this art, examined; ``options`` are those of ``training.taught``."""
    lessons = lessons_of(art, seed=seed)
    network = taught(lessons, course, on_progress=on_progress, **options).cpu()
    rows = np.flatnonzero(lessons.learned)
    judge = Judge(
        network=network,
        styles=fitted(art.picture, rows.tolist(), art.styles, seed=seed),
        heads=lessons.answers,
        references_RD=np.zeros((0, 0), np.float32),
        things_R=(),
    )
    judge.references_RD = judge.reading(pixels_of(lessons.rgba_NHW4[rows])).unit_ND
    judge.things_R = tuple(art.concepts[row] for row in rows)
    judge.figures = {**examined(judge, art, lessons), "steps": course.step, "seed": seed}
    return judge


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
    weights = {
        name: value.half().contiguous() if value.is_floating_point() else value
        for name, value in judge.network.state_dict().items()
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
        network = Network(
            {name: len(own) for name, own in heads.items()}, widths=tuple(labels["widths"])
        )
        rule = {name: weights.pop(f"styles.{name}").numpy() for name in RULE}
        styles = StyleRule(names=tuple(labels["styles"]), **rule)
        references = weights.pop("references").float().numpy()
        network.load_state_dict({name: value.to(value.dtype) for name, value in weights.items()})
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(f"the judge in {folder} does not load; delete it to train anew") from error
    if not all(bool(torch.isfinite(value).all()) for value in network.state_dict().values()):
        raise ModelError(f"the judge in {folder} holds NaN or Inf; delete it to train anew")
    return Judge(
        network=network.to(memory_format=torch.channels_last).eval(),
        styles=styles,
        heads=heads,
        references_RD=references,
        things_R=tuple(labels["things"]),
        figures=labels["figures"],
    )
