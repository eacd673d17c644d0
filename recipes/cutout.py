"""The bundled cutout network: alpha from RGB on a plain ground (`generators.finish.cutout`).

Run: ``python -m recipes.cutout --data DIR --out DIR --models DIR --minutes 5``. Real art on plain
grounds, mostly white, half of it after the autoencoder, whose softness the network is to expect,
and some of it dimmed and grained as a generator paints.
Loss: L1 and cross-entropy of alpha, and L1 of the picture put back together.
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

from generators.finish.cutout import alpha_of, ground_of, network, seen, unmixed
from recipes.cards import card, written
from recipes.corpus import Corpus, Pixels, drawn_art, real_art
from recipes.export import finite, folder_replaced
from recipes.training import Average, Run, curve, options, rate, set_rate

PEAK_RATE = 2e-3
BATCH = 12
SOFTENED, PAINTED = 0.4, 0.4
"""Share of steps after the autoencoder, and of those the share that is dimmed and grained, too."""


def on_grounds(rgba_BHWC: Pixels, random: np.random.Generator) -> tuple[Tensor, Tensor]:
    """Pictures on plain grounds (three in four white), B×3×H×W in 0…1, and alpha B×1×H×W."""
    rgba = torch.from_numpy(np.ascontiguousarray(rgba_BHWC)).permute(0, 3, 1, 2).float() / 255
    batch = len(rgba)
    colours = np.where(random.random((batch, 1)) < 0.25, random.random((batch, 3)), 1.0)
    ground = torch.from_numpy(colours.astype(np.float32))[:, :, None, None]
    alpha = rgba[:, 3:]
    image = rgba[:, :3] * alpha + ground * (1 - alpha)
    if random.random() < 0.5:
        image, alpha = image.flip(3), alpha.flip(3)
    moved = (int(random.integers(-9, 10)), int(random.integers(-9, 10)))
    if random.random() < 0.5 and not _cut_by(alpha, moved):
        image, alpha = image.roll(moved, (2, 3)), alpha.roll(moved, (2, 3))
    return image, alpha


def _cut_by(alpha: Tensor, moved: tuple[int, int]) -> bool:
    """Whether moving by so many rows and columns would take a part of a thing over the rim."""
    rows, columns = (abs(way) for way in moved)
    rim = [alpha[:, :, :rows], alpha[:, :, -rows:] if rows else alpha[:, :, :0]]
    rim += [alpha[..., :columns], alpha[..., -columns:] if columns else alpha[..., :0]]
    return any(bool((part > 0).any()) for part in rim)


def painted(image_B3HW: Tensor, random: np.random.Generator) -> Tensor:
    """Dimmed by up to a tenth, each channel a little differently, with grain of a few pixels."""
    batch, _, height, width = image_B3HW.shape
    dim = 1 - torch.from_numpy(random.random((batch, 3, 1, 1)).astype(np.float32)) * 0.05
    dim = dim - torch.from_numpy(random.random((batch, 1, 1, 1)).astype(np.float32)) * 0.06
    coarse = random.normal(size=(batch, 3, height // 4, width // 4)).astype(np.float32)
    grain = fn.interpolate(torch.from_numpy(coarse), (height, width), mode="bilinear")
    depth = torch.from_numpy(random.random((batch, 1, 1, 1)).astype(np.float32)) * 0.03
    device = image_B3HW.device
    made: Tensor = (image_B3HW * dim.to(device) + (grain * depth).to(device)).clamp(0, 1)
    return made


@torch.no_grad()
def softened(image_B3HW: Tensor, vae: Any) -> Tensor:
    """The pictures after the autoencoder."""
    with torch.autocast(image_B3HW.device.type, torch.bfloat16):
        back = vae.decode(vae.encode(image_B3HW * 2 - 1).latent_dist.mean).sample
    return ((back.float() + 1) / 2).clamp(0, 1)


def loss_of(model: Any, image: Tensor, alpha: Tensor) -> Tensor:
    """Alpha error, and the error of the picture put together again from its parts."""
    logits = model(seen(image)).float()
    guess = logits.sigmoid()
    again = unmixed(image, guess) * guess + ground_of(image)[:, :, None, None] * (1 - guess)
    unsure = fn.binary_cross_entropy_with_logits(logits, alpha)
    return fn.l1_loss(guess, alpha) + 0.5 * unsure + 0.25 * fn.l1_loss(again, image)


def train(
    model: Any, vae: Any, art: Corpus, run: Run, *, resume: bool, device: str, batch: int
) -> Average:
    """Train in place until the run ends; returns the averaged weights. `vae` may be None."""
    model.to(device).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=PEAK_RATE, weight_decay=1e-3)
    average = Average(model, 0.99)
    run.kept = {"model": model, "average": average, "optimizer": optimizer}
    if resume and run.resume():
        print(f"resumed at step {run.step}", flush=True)
    average.to(device)
    for step in run.loop():
        random = run.random()
        rows = np.sort(random.integers(0, len(art), size=batch))
        image, alpha = (part.to(device) for part in on_grounds(art.rgba_NHWC[rows], random))
        if vae is not None and random.random() < SOFTENED:
            image = softened(image, vae)
            image = painted(image, random) if random.random() < PAINTED else image
        set_rate(optimizer, rate(run.progress, step, PEAK_RATE, warmup=30))
        with torch.autocast(device, torch.bfloat16):
            loss = loss_of(model, image, alpha)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.note(loss.item())
    return average


@torch.no_grad()
def errors(model: Any, vae: Any, art: Corpus) -> dict[str, float]:
    """Mean absolute error of alpha on white: of plain pictures, of softened ones, of softened,
    dimmed and grained ones, and by threshold."""
    found: dict[str, list[float]] = {
        "plain": [], "softened": [], "painted": [], "threshold": []
    }  # fmt: skip
    random = np.random.default_rng(0)
    for start in range(0, len(art), 16):
        rgba = torch.from_numpy(np.ascontiguousarray(art.rgba_NHWC[start : start + 16]))
        rgba = rgba.permute(0, 3, 1, 2).float() / 255
        alpha = rgba[:, 3:]
        image = rgba[:, :3] * alpha + 1 - alpha
        views = {"plain": image}
        if vae is not None:
            views["softened"] = softened(image, vae)
            views["painted"] = painted(views["softened"], random)
        for name, view in views.items():
            guess = alpha_of(view, model)
            found[name] += (guess - alpha).abs().mean((1, 2, 3)).tolist()
        simple = (seen(image)[:, 3:4] > 0.04).float()
        found["threshold"] += (simple - alpha).abs().mean((1, 2, 3)).tolist()
    return {name: round(float(np.mean(v)), 4) for name, v in found.items() if v}


def _card(figures: dict[str, Any]) -> str:
    return card(
        title="Bundled cutout",
        what="A tiny convolutional matting network for pictures on plain grounds "
        "(`generators.finish.cutout`). Mean absolute error of alpha (0…1) on white.",
        command="python -m recipes.cutout --data DIR --models DIR "
        "--out generators/bundled/cutout --minutes M",
        figures=figures,
        limits=[
            "The ground must be plain; it is read from the outermost pixels.",
            "White parts that touch a white ground without an outline may be cut away.",
        ],
    )


def main(arguments: list[str] | None = None) -> None:
    """Train, export and measure."""
    from diffusers import AutoencoderKL
    from safetensors.torch import load_file, save_file

    parser = options(__doc__ or "")
    parser.add_argument("--models", type=Path, help="holds vae/, whose softness is to be expected")
    given = parser.parse_args(arguments)
    cache = given.work / "corpus"
    art = real_art(given.data, cache=cache) if given.data else None
    vae = None
    if given.models:
        vae = AutoencoderKL.from_pretrained(given.models / "vae", torch_dtype=torch.float32)
        vae = vae.to(given.device).eval()
    model = network()
    if not given.evaluate:
        train_art = art.where("train") if art else drawn_art(given.drawn, cache=cache)
        torch.manual_seed(given.seed)
        run = Run(
            out=given.work / "cutout", seed=given.seed, minutes=given.minutes, steps=given.steps
        )
        average = train(
            network(),
            vae,
            train_art,
            run,
            resume=given.resume,
            device=given.device,
            batch=BATCH,
        )
        with folder_replaced(given.out) as folder:
            weights = finite(average.cpu().weights(), "cutout")
            save_file(weights, folder / "model.safetensors")
        print("curve", curve(run.losses))
    if art is not None:
        state = load_file(given.out / "model.safetensors")
        model.load_state_dict({name: value.float() for name, value in state.items()})
        figures = errors(model.eval(), vae, art.where("concept_test"))
        print(json.dumps(figures))
        written(given.out, _card(figures))


if __name__ == "__main__":
    main(sys.argv[1:])
