"""The bundled no-reference quality network: has a drawn picture come out? (`ranking.checks`).

Run: ``python -m recipes.wholeness --data DIR --models DIR --out ranking/bundled/wholeness
--minutes 6``, where ``--models`` is the generator's folder. Its lessons (`recipes.lessons`) are
pictures of that generator whose true form is known, and creations from noise. Whole is what lies
near its true form by its edges, broken what lies far from it or came from noise; what lies between
teaches nothing.

Legend: N pictures, B of a batch, C channels, H × W pixels.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn

from ranking.checks.wholeness import network
from recipes.cards import card, written
from recipes.corpus import real_art, related_art
from recipes.export import finite, folder_replaced
from recipes.lessons import Lesson, keep, kept, lessons
from recipes.training import Average, Run, curve, options, rate, set_rate

PEAK_RATE = 2e-3
BATCH = 48
HELD = 5
"""Every so many a lesson is kept for the examination."""


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
    file = given.work / "wholeness" / f"lessons-{given.lessons}-{given.seed}.pt"
    known = kept(file) if given.resume and file.exists() else []
    if not known:
        drawn = related_art(min(given.drawn, 3000), cache=cache, seed=given.seed + 10_000)
        backbone = load_backbone(str(given.models))
        for lesson in lessons(backbone, real, drawn, count=given.lessons, seed=given.seed):
            known.append(lesson)
            if len(known) % 100 == 0:
                print(f"lessons {len(known)}", flush=True)
        keep(known, file)
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


if __name__ == "__main__":
    main(sys.argv[1:])
