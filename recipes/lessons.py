"""Lessons of the quality network: pictures of a generator, and how far each is from its true form.

Drawings remade into another of their family, real art made again from itself at several strengths,
both after the autoencoder alone, and creations from noise.

Legend: N pictures, B of a batch, C channels, H × W pixels.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from generators.create import finished
from generators.finish.sticker import drawn as sticker
from generators.terms import recommended
from ranking.checks.wholeness import view
from ranking.looks import gradient
from ranking.pixels import read
from recipes.corpus import STYLE_WORDS, Corpus, drawn_style_words
from recipes.families import MEMBERS

if TYPE_CHECKING:
    from generators.backbone import Backbone

WHOLE, BROKEN = 0.38, 0.62
"""Edge differences below which a picture counts as whole, and above which as broken."""
STRENGTHS = (0.4, 0.6, 0.8)
NOISY = 6
"""Steps of creations from noise: as many as a hurried person asks for."""

Views = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lesson:
    """A picture as the network sees it, and the answer."""

    kind: str
    view_4HW: Views
    difference: float
    """Of its edges from the true ones, in [0, 1]."""

    @property
    def broken(self) -> float | None:
        """What is to be said of it: 1, 0, or nothing."""
        return answer(self.difference)


def edge_difference(made: Image.Image, truth: Image.Image) -> float:
    """In [0, 1]: how far the edges of two stickers lie apart at 64 px, 0 for the same."""
    one, other = (gradient(read(image, 64).rgb_HW3) for image in (made, truth))
    return float(np.abs(one - other).sum() / max(1e-6, float((one + other).sum())))


def answer(difference: float) -> float | None:
    """What the network is to say of an edge difference; None where nobody can tell."""
    if WHOLE < difference < BROKEN:
        return None
    return float(difference >= BROKEN)


def lessons(
    backbone: Backbone, real: Corpus | None, drawn: Corpus, *, count: int, seed: int
) -> Iterator[Lesson]:
    """About ``count`` of each kind."""
    random = np.random.default_rng(seed)
    for start in range(0, count, 8):
        yield from _remade(backbone, drawn, random, number=min(8, count - start))
        yield from _from_noise(backbone, drawn, drawn_style_words(), random, seed=seed + start)
        yield from _decoded(backbone, drawn, random, number=4)
        yield from _as_it_is(drawn, random, number=20)
        if real is not None:
            yield from _again(backbone, real, random, number=8)
            yield from _from_noise(backbone, real, STYLE_WORDS, random, seed=seed + start)
            yield from _decoded(backbone, real, random, number=12)
            yield from _as_it_is(real, random, number=30)


def _remade(
    backbone: Backbone, drawn: Corpus, random: np.random.Generator, *, number: int
) -> Iterator[Lesson]:
    defaults = backbone.defaults
    for _ in range(number):
        family = int(random.integers(len(drawn) // MEMBERS)) * MEMBERS
        one, other = (int(row) + family for row in random.choice(MEMBERS, 2, replace=False))
        steps = int(random.choice((2, defaults.revise_steps)))
        terms = recommended(defaults, drawn.captions[other], task="revise", steps=steps)
        pixels = backbone.revise(terms, images=[_on_white(drawn, one)], seeds=[one])
        source = _picture(drawn, one)
        made = finished(pixels, backbone, sources=[source], kind="sticker")[0]
        yield _lesson("remade", made, _picture(drawn, other))


def _again(
    backbone: Backbone, art: Corpus, random: np.random.Generator, *, number: int
) -> Iterator[Lesson]:
    defaults = backbone.defaults
    for strength in random.choice(STRENGTHS, size=number):
        row = int(random.integers(len(art)))
        prompt = f"{art.captions[row]}, {STYLE_WORDS[art.styles[row]]}"
        terms = recommended(defaults, prompt, task="change", steps=defaults.revise_steps)
        pixels = backbone.image_to_image(
            terms, images=[_on_white(art, row)], strength=float(strength), seeds=[row]
        )[0]
        yield _lesson("again", sticker(pixels, kind="sticker"), _picture(art, row))


def _from_noise(
    backbone: Backbone,
    art: Corpus,
    words: dict[str, str],
    random: np.random.Generator,
    *,
    seed: int,
) -> Iterator[Lesson]:
    row = int(random.integers(len(art)))
    prompt = f"{art.captions[row]}, {words[art.styles[row]]}"
    terms = recommended(backbone.defaults, prompt, steps=NOISY)
    for pixels in backbone.text_to_image(terms, seeds=[seed * 10 + k for k in range(4)]):
        yield _lesson("noise", sticker(pixels, kind="sticker"), None)


@torch.no_grad()
def _decoded(
    backbone: Backbone, art: Corpus, random: np.random.Generator, *, number: int
) -> Iterator[Lesson]:
    vae = backbone.pipelines[0].vae
    for row in random.integers(len(art), size=number):
        values = np.asarray(_on_white(art, int(row)), np.float32) / 127.5 - 1
        image = torch.from_numpy(values).permute(2, 0, 1)[None]
        back = vae.decode(vae.encode(image).latent_dist.mean).sample[0]
        pixels = ((back + 1) / 2).clamp(0, 1).permute(1, 2, 0).contiguous().numpy()
        made = sticker(pixels, kind="sticker")
        yield _lesson("decoded", made, _picture(art, int(row)), difference=0.0)


def _as_it_is(art: Corpus, random: np.random.Generator, *, number: int) -> Iterator[Lesson]:
    from generators.finish.sticker import stored

    for row in random.integers(len(art), size=number):
        seen = view(read(stored(_picture(art, int(row)), kind="sticker"), 128))
        yield Lesson(kind="as it is", view_4HW=seen, difference=0.0)


def _lesson(
    kind: str, made: Image.Image, truth: Image.Image | None, *, difference: float | None = None
) -> Lesson:
    from generators.finish.sticker import stored

    if difference is None:
        whole = stored(truth, kind="sticker") if truth else None
        difference = edge_difference(made, whole) if whole else 1.0
    return Lesson(kind=kind, view_4HW=view(read(made, 128)), difference=difference)


def _picture(art: Corpus, row: int) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(art.rgba_NHWC[row]), "RGBA")


def _on_white(art: Corpus, row: int) -> Image.Image:
    from generators.finish.sticker import on_white

    return on_white(_picture(art, row), 128)


def keep(known: list[Lesson], path: Path) -> None:
    """Write lessons to a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    views = torch.from_numpy(np.stack([one.view_4HW for one in known])).half()
    state = {"views": views, "kinds": [one.kind for one in known]}
    torch.save(state | {"differences": [one.difference for one in known]}, path)


def kept(path: Path) -> list[Lesson]:
    """The lessons of such a file."""
    state = torch.load(path, weights_only=True)
    return [
        Lesson(kind=kind, view_4HW=seen.float().numpy(), difference=difference)
        for kind, seen, difference in zip(
            state["kinds"], state["views"], state["differences"], strict=True
        )
    ]
