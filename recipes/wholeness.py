"""The bundled no-reference quality network: has a drawn picture come out? (`ranking.checks`).

Run: ``python -m recipes.wholeness --data DIR --models DIR --out ranking/bundled/wholeness
--minutes 6``, where ``--models`` is the generator's folder. Its lessons are pictures of that
generator whose true form is known (drawings remade into another of their family, real art made
again from itself at several strengths, both after the autoencoder alone) and creations from noise.
Whole is what lies near its true form by its edges, broken what lies far from it or came from noise;
what lies between teaches nothing.

Legend: N pictures, B of a batch, C channels, H × W pixels.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as fn

from generators.terms import Terms
from ranking.checks.wholeness import network, view
from ranking.looks import gradient
from ranking.pixels import read
from recipes.cards import card, written
from recipes.corpus import STYLE_WORDS, Corpus, drawn_style_words, real_art, related_art
from recipes.export import finite, folder_replaced
from recipes.families import MEMBERS
from recipes.training import Average, Run, curve, options, rate, set_rate

if TYPE_CHECKING:
    from generators.backbone import Backbone

PEAK_RATE = 2e-3
BATCH = 48
WHOLE, BROKEN = 0.38, 0.62
"""Edge differences below which a picture counts as whole, and above which as broken."""
STRENGTHS = (0.4, 0.6, 0.8)
NOISY = 6
"""Steps of creations from noise: as many as a hurried person asks for."""
HELD = 5
"""Every so many a lesson is kept for the examination."""

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
        terms = Terms(
            prompt=drawn.captions[other],
            steps=int(random.choice((4, defaults.revise_steps))),
            guidance_scale=defaults.revise_guidance_scale,
        )
        pixels = backbone.revise(terms, images=[_on_white(drawn, one)], seeds=[one])[0]
        yield _lesson("remade", pixels, _picture(drawn, other))


def _again(
    backbone: Backbone, art: Corpus, random: np.random.Generator, *, number: int
) -> Iterator[Lesson]:
    defaults = backbone.defaults
    for strength in random.choice(STRENGTHS, size=number):
        row = int(random.integers(len(art)))
        terms = Terms(
            prompt=f"{art.captions[row]}, {STYLE_WORDS[art.styles[row]]}",
            steps=defaults.revise_steps,
            guidance_scale=defaults.guidance_scale,
        )
        pixels = backbone.image_to_image(
            terms, images=[_on_white(art, row)], strength=float(strength), seeds=[row]
        )[0]
        yield _lesson("again", pixels, _picture(art, row))


def _from_noise(
    backbone: Backbone,
    art: Corpus,
    words: dict[str, str],
    random: np.random.Generator,
    *,
    seed: int,
) -> Iterator[Lesson]:
    row, defaults = int(random.integers(len(art))), backbone.defaults
    terms = Terms(
        prompt=f"{art.captions[row]}, {words[art.styles[row]]}",
        steps=NOISY,
        guidance_scale=defaults.guidance_scale,
        guidance_rescale=defaults.guidance_rescale,
    )
    for pixels in backbone.text_to_image(terms, seeds=[seed * 10 + k for k in range(4)]):
        yield _lesson("noise", pixels, None)


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
        yield _lesson("decoded", pixels, _picture(art, int(row)), difference=0.0)


def _as_it_is(art: Corpus, random: np.random.Generator, *, number: int) -> Iterator[Lesson]:
    from generators.finish.sticker import stored

    for row in random.integers(len(art), size=number):
        seen = view(read(stored(_picture(art, int(row)), kind="sticker"), 128))
        yield Lesson(kind="as it is", view_4HW=seen, difference=0.0)


def _lesson(
    kind: str, pixels: Any, truth: Image.Image | None, *, difference: float | None = None
) -> Lesson:
    from generators.finish.sticker import drawn, stored

    made = drawn(pixels, kind="sticker")
    if difference is None:
        whole = stored(truth, kind="sticker") if truth else None
        difference = edge_difference(made, whole) if whole else 1.0
    return Lesson(kind=kind, view_4HW=view(read(made, 128)), difference=difference)


def _picture(art: Corpus, row: int) -> Image.Image:
    return Image.fromarray(np.ascontiguousarray(art.rgba_NHWC[row]), "RGBA")


def _on_white(art: Corpus, row: int) -> Image.Image:
    from generators.finish.sticker import on_white

    return on_white(_picture(art, row), 128)


def varied(views_B4HW: Tensor, random: np.random.Generator) -> Tensor:
    """Mirrored, colours exchanged, sometimes a little softer or grained: none of it breaks a
    picture, so none of it may tell."""
    seen = views_B4HW.flip(3) if random.random() < 0.5 else views_B4HW
    order = [*random.permutation(3).tolist(), 3]
    seen = seen[:, order]
    if random.random() < 0.3:
        seen = fn.avg_pool2d(fn.pad(seen, (1, 1, 1, 1), mode="replicate"), 3, stride=1)
    if random.random() < 0.5:
        drawn = seen[:, 3:] > 0
        grain = torch.randn(len(seen), 3, *seen.shape[2:]) * float(random.random() * 0.06)
        seen = torch.cat([seen[:, :3] + grain * drawn, seen[:, 3:]], 1)
    return seen


def train(known: list[Lesson], run: Run, *, resume: bool) -> Average:
    """A fresh network taught until the run ends; returns its averaged weights."""
    model = network().train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=0.02)
    average = Average(model, 0.995)
    run.kept = {"model": model, "average": average, "optimizer": optimizer}
    if resume and run.resume():
        print(f"resumed at step {run.step}", flush=True)
    views = torch.from_numpy(np.stack([one.view_4HW for one in known]))
    wanted = torch.tensor([one.broken for one in known])
    kinds = [np.flatnonzero(wanted.numpy() == broken) for broken in (0, 1)]
    for step in run.loop(report_every=200):
        random = run.random()
        half = [random.choice(places, size=BATCH // 2) for places in kinds]
        rows = torch.from_numpy(np.concatenate(half))
        set_rate(optimizer, rate(run.progress, step, PEAK_RATE, warmup=50))
        logits = model(varied(views[rows], random))
        loss = fn.binary_cross_entropy_with_logits(logits, wanted[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.note(loss.item())
    return average


@torch.no_grad()
def examined(model: Any, known: list[Lesson]) -> dict[str, Any]:
    """Mean answers by kind with what was wanted, and errors at one half."""
    views = torch.from_numpy(np.stack([one.view_4HW for one in known]))
    said = model(views).sigmoid().numpy()
    wanted = np.asarray([one.broken for one in known])
    kinds = np.asarray([one.kind for one in known])
    found: dict[str, Any] = {}
    for kind in sorted(set(kinds)):
        mean, due = (values[kinds == kind].mean() for values in (said, wanted))
        found[f"{kind}: said (wanted)"] = f"{mean:.2f} ({due:.2f})"
    found["whole ones called broken"] = round(float((said[wanted < 0.5] > 0.5).mean()), 3)
    found["broken ones called whole"] = round(float((said[wanted > 0.5] <= 0.5).mean()), 3)
    return found


def _card(figures: dict[str, Any]) -> str:
    return card(
        title="Bundled no-reference quality network",
        what="Says of a drawn sticker whether it came out (`ranking.checks.wholeness`): 64 px, "
        "colours on white and alpha; 0 whole, 1 a smear.",
        command="python -m recipes.wholeness --data DIR --models generators/bundled/sticker "
        "--out ranking/bundled/wholeness --minutes M",
        figures=figures,
        limits=[
            "It knows the failures of the bundled generator; those of others may look otherwise.",
            "It judges shapes, not what is shown: a clean picture of the wrong thing is whole.",
        ],
    )


def main(arguments: list[str] | None = None) -> None:
    """Make the lessons, train, export and measure."""
    from safetensors.torch import save_file

    from generators.backbone import load_backbone

    parser = options(__doc__ or "")
    parser.add_argument("--models", type=Path, required=True, help="the generator's folder")
    parser.add_argument("--lessons", type=int, default=400, help="pictures of each kind")
    given = parser.parse_args(arguments)
    cache = given.work / "corpus"
    real = real_art(given.data, cache=cache).where("train") if given.data else None
    kept = given.work / "wholeness" / f"lessons-{given.lessons}-{given.seed}.pt"
    known = _kept_lessons(kept) if given.resume and kept.exists() else []
    if not known:
        drawn = related_art(min(given.drawn, 3000), cache=cache, seed=given.seed + 10_000)
        backbone = load_backbone(str(given.models))
        for lesson in lessons(backbone, real, drawn, count=given.lessons, seed=given.seed):
            known.append(lesson)
            if len(known) % 100 == 0:
                print(f"lessons {len(known)}", flush=True)
        _keep_lessons(known, kept)
    known = [one for one in known if one.broken is not None]
    held, taught = known[::HELD], [one for place, one in enumerate(known) if place % HELD]
    torch.manual_seed(given.seed)
    run = Run(
        out=given.work / "wholeness", seed=given.seed, minutes=given.minutes, steps=given.steps
    )
    average = train(taught, run, resume=given.resume)
    print("curve", curve(run.losses))
    model = network().eval()
    model.load_state_dict(average.weights())
    figures = examined(model, held)
    print(json.dumps(figures))
    with folder_replaced(given.out) as folder:
        told = {n: value for n, value in average.weights().items() if "num_batches" not in n}
        save_file(finite(told, "wholeness"), folder / "model.safetensors")
    written(given.out, _card(figures))


def _keep_lessons(known: list[Lesson], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    views = torch.from_numpy(np.stack([one.view_4HW for one in known])).half()
    state = {"views": views, "kinds": [one.kind for one in known]}
    torch.save(state | {"differences": [one.difference for one in known]}, path)


def _kept_lessons(path: Path) -> list[Lesson]:
    state = torch.load(path, weights_only=True)
    return [
        Lesson(kind=kind, view_4HW=seen.float().numpy(), difference=difference)
        for kind, seen, difference in zip(
            state["kinds"], state["views"], state["differences"], strict=True
        )
    ]


if __name__ == "__main__":
    main(sys.argv[1:])
