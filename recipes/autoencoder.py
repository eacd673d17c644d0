"""The bundled autoencoder: a plain diffusers AutoencoderKL, 128 px RGB to 32 × 32 × 4 latents.

Four channels because the stock inpainting pipeline takes UNets of 4 or 9 input channels only.

Run: ``python -m recipes.autoencoder --data DIR --out DIR --minutes 24``. Loss: L1 + MSE + L1 of
image gradients (thin lines) + KL; a quarter of the steps decode the halved latent against the
halved picture, so that latents scale as pictures do (EQ-VAE, arXiv 2502.09509, eq. 5).
``--decoder FOLDER`` trains the decoder of an exported folder alone: latents stay as they are, and
with them every network that has learned on them. Half of them are then made noisy, as those of a
generator are, so that its faults come out as less grain (arXiv 2510.11690, noise-augmented
decoding).
Legend: B pictures, C channels, H × W pixels, h × w latent cells.
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

from recipes.corpus import Corpus, Pixels, drawn_art, on_ground, real_art
from recipes.export import folder_replaced, written_half
from recipes.training import Average, Run, curve, options, rate, set_rate

CONFIG: dict[str, Any] = {
    "in_channels": 3,
    "out_channels": 3,
    "latent_channels": 4,
    "block_out_channels": (24, 48, 96),
    "down_block_types": ("DownEncoderBlock2D",) * 3,
    "up_block_types": ("UpDecoderBlock2D",) * 3,
    "layers_per_block": 1,
    "norm_num_groups": 8,
    "mid_block_add_attention": False,
    "sample_size": 128,
    "force_upcast": False,
}
KL_WEIGHT = 1e-4  # on the mean per latent value: keeps latents near unit scale, blurs nothing
PEAK_RATE = 1.5e-3
BATCH = 24
NOISY = 0.5
"""Share of batches whose latents are noisy, where the decoder learns alone."""
NOISE = 0.15
"""The most noise, in standard deviations of the latents; each picture gets some share of it."""
WHOLE = 0.25  # share of steps on whole pictures; the others see crops of half the side


def build(config: dict[str, Any] | None = None) -> Any:
    """A fresh AutoencoderKL of our configuration."""
    from diffusers import AutoencoderKL

    return AutoencoderKL(**(config or CONFIG))


def cropped(picture_HWC: Pixels, size: int, random: np.random.Generator) -> Pixels:
    """A square of `size` pixels that holds something: white margins teach little."""
    height, width = picture_HWC.shape[:2]
    for _ in range(4):
        top, left = random.integers(0, height - size + 1), random.integers(0, width - size + 1)
        square = picture_HWC[top : top + size, left : left + size]
        if square[..., 3].mean() > 64:
            break
    return square


def augmented(rgba_BHWC: Pixels, random: np.random.Generator, *, size: int) -> Tensor:
    """Crop to `size` or shift, flip, rarely recolour or change the ground; B×3×size×size, −1…1."""
    out = np.empty((len(rgba_BHWC), size, size, 3), dtype=np.float32)
    for i, whole in enumerate(rgba_BHWC):
        picture = cropped(whole, size, random) if size < whole.shape[0] else whole
        ground = tuple(random.random(3)) if random.random() < 0.12 else (1.0, 1.0, 1.0)
        rgb = on_ground(picture[None], ground)[0]
        if random.random() < 0.12:
            rgb = rgb[..., random.permutation(3)]
        if random.random() < 0.5:
            rgb = rgb[:, ::-1]
        if size == whole.shape[0]:
            rgb = np.roll(rgb, tuple(random.integers(-6, 7, size=2)), axis=(0, 1))
        out[i] = rgb
    return torch.from_numpy(out.transpose(0, 3, 1, 2) * 2 - 1).contiguous(
        memory_format=torch.channels_last
    )


def edges_l1(a_BCHW: Tensor, b_BCHW: Tensor) -> Tensor:
    """Mean absolute difference of horizontal and vertical image gradients."""
    d = a_BCHW - b_BCHW
    return d.diff(dim=2).abs().mean() + d.diff(dim=3).abs().mean()


def loss_of(model: Any, image_BCHW: Tensor, *, halve: bool, noise: float = 0.0) -> Tensor:
    """Reconstruction and KL loss of one batch; where the encoder is fixed, KL is a constant.

    `noise`: the most of it on each picture's latents.
    """
    posterior = model.encode(image_BCHW).latent_dist
    latent_BChw, target = posterior.sample(), image_BCHW
    if noise:
        share = torch.rand(len(latent_BChw), 1, 1, 1, device=latent_BChw.device)
        latent_BChw = latent_BChw + noise * share * torch.randn_like(latent_BChw)
    if halve:
        latent_BChw = fn.avg_pool2d(latent_BChw, 2)
        target = fn.avg_pool2d(image_BCHW, 2)
    back = model.decode(latent_BChw).sample.float()
    kl = 0.5 * (posterior.mean**2 + posterior.var - 1 - posterior.logvar).float().mean()
    return (
        fn.l1_loss(back, target)
        + fn.mse_loss(back, target)
        + 0.5 * edges_l1(back, target)
        + KL_WEIGHT * kl
    )


def train(model: Any, art: Corpus, run: Run, *, resume: bool, device: str, batch: int) -> Average:
    """Train in place until the run ends; returns the averaged weights."""
    is_alone = not any(value.requires_grad for value in model.encoder.parameters())
    model.to(device=device, memory_format=torch.channels_last).train()
    learned = [value for value in model.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(learned, lr=PEAK_RATE, weight_decay=0.01)
    average = Average(model, 0.997)
    run.kept = {"model": model, "average": average, "optimizer": optimizer}
    if resume and run.resume():
        print(f"resumed at step {run.step}", flush=True)
    average.to(device)
    for step in run.loop():
        random = run.random()
        whole = random.random() < WHOLE  # whole pictures cost four crops and keep the norms honest
        rows = np.sort(random.integers(0, len(art), size=max(1, batch // 4) if whole else batch))
        full = art.rgba_NHWC.shape[1]
        size = full if whole else full // 2
        image_BCHW = augmented(art.rgba_NHWC[rows], random, size=size).to(device)
        set_rate(optimizer, rate(run.progress, step, PEAK_RATE))
        with torch.autocast(device, torch.bfloat16):
            halve, noisy = random.random() < 0.25, is_alone and random.random() < NOISY
            noise = NOISE / model.config.scaling_factor if noisy else 0.0
            loss = loss_of(model, image_BCHW, halve=halve, noise=noise)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        average.update(model)
        run.note(loss.item())
    return average


@torch.no_grad()
def latent_scale(model: Any, art: Corpus, *, count: int = 256) -> float:
    """One over the standard deviation of the latents of `count` pictures."""
    rows = np.linspace(0, len(art) - 1, min(count, len(art))).astype(np.int64)
    image = torch.from_numpy(on_ground(art.rgba_NHWC[rows]).transpose(0, 3, 1, 2) * 2 - 1)
    parts = [model.encode(part).latent_dist.mean for part in image.split(32)]
    return float(1.0 / torch.cat(parts).std())


@torch.no_grad()
def psnr_by_style(model: Any, art: Corpus) -> dict[str, float]:
    """Mean PSNR in dB of pictures on white after encoding and decoding, per style."""
    found: dict[str, list[float]] = {}
    for start in range(0, len(art), 32):
        rows = range(start, min(len(art), start + 32))
        image = torch.from_numpy(on_ground(art.rgba_NHWC[list(rows)]).transpose(0, 3, 1, 2))
        with torch.autocast("cpu", torch.bfloat16):
            back = model.decode(model.encode(image * 2 - 1).latent_dist.mean).sample.float()
        error = ((back.clamp(-1, 1) + 1) / 2 - image).pow(2).flatten(1).mean(1).clamp_min(1e-8)
        for row, mse in zip(rows, error, strict=True):
            found.setdefault(art.styles[row], []).append(float(-10 * torch.log10(mse)))
    return {style: round(float(np.mean(values)), 2) for style, values in sorted(found.items())}


def begun(folder: Path | None) -> Any:
    """A fresh model, or the one of a folder with all fixed that makes its latents."""
    from diffusers import AutoencoderKL

    if folder is None:
        return build()
    model = AutoencoderKL.from_pretrained(folder, torch_dtype=torch.float32)
    for part in (model.encoder, model.quant_conv):
        part.requires_grad_(False)
    return model


def export(
    weights: dict[str, Tensor],
    art: Corpus,
    out: Path,
    config: dict[str, Any],
    *,
    scale: float | None = None,
) -> Any:
    """Write the averaged model as a diffusers folder with its latent scale; returns it."""
    model = build(config).eval()
    model.load_state_dict(weights)
    model.register_to_config(scaling_factor=scale or latent_scale(model, art))
    with folder_replaced(out) as folder:
        written_half(model, folder)
    return model


def main(arguments: list[str] | None = None) -> None:
    """Train, export and measure."""
    from diffusers import AutoencoderKL

    parser = options(__doc__ or "")
    parser.add_argument("--decoder", type=Path, help="train this folder's decoder alone")
    given = parser.parse_args(arguments)
    cache = given.work / "corpus"
    art = real_art(given.data, cache=cache) if given.data else None
    train_art = art.where("train") if art else None
    if given.evaluate:
        assert art is not None, "--evaluate needs --data"
        model = AutoencoderKL.from_pretrained(given.out, torch_dtype=torch.float32).eval()
        print(json.dumps(psnr_by_style(model, art.where("concept_test"))))
        return
    if given.drawn:
        drawn = drawn_art(given.drawn, cache=cache)
        train_art = train_art.joined(drawn) if train_art else drawn
    assert train_art is not None, "give --data or --drawn"
    torch.manual_seed(given.seed)
    work = given.work / ("decoder" if given.decoder else "autoencoder")
    run = Run(out=work, seed=given.seed, minutes=given.minutes, steps=given.steps)
    model = begun(given.decoder)
    config = {name: model.config[name] for name in CONFIG}
    scale = model.config.scaling_factor if given.decoder else None
    average = train(model, train_art, run, resume=given.resume, device=given.device, batch=BATCH)
    model = export(average.cpu().weights(), train_art, given.out, config, scale=scale)
    print("curve", curve(run.losses))
    if art is not None:
        print(json.dumps(psnr_by_style(model, art.where("concept_test"))))


if __name__ == "__main__":
    main(sys.argv[1:])
