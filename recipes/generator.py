"""The bundled generator: a small latent-diffusion model in plain diffusers format.

Run: ``python -m recipes.generator --data DIR --out DIR --models DIR --minutes 80``, where
``--models`` holds ``vae`` (recipes.autoencoder) and ``encoder`` (recipes.encoder). The UNet and
its image-prompt layers (IP-Adapter, arXiv 2308.06721, eq. 5) are trained together. Velocity
prediction on a zero-terminal-SNR schedule (arXiv 2305.08891, section 3). Nine samples in ten are
pictures to be remade, which begin at their source (``velocity_loss``); the rest is creation.
Legend: B batch, C channels, h × w latent cells, L tokens, K image prompts, D embedding.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.attention import SDPBackend, sdpa_kernel

from recipes import workers
from recipes.alignment import Aligned, aligned
from recipes.appraisal import Judge, appraised, restyled, sheet
from recipes.autoencoder import psnr_by_style
from recipes.cards import card, written
from recipes.conditioning import Conditions, conditions, same_style
from recipes.conversion import text_tower
from recipes.corpus import STYLE_WORDS, Corpus, drawn_style_words, real_art, related_art
from recipes.encoder import loaded
from recipes.latents import Latents, computed, shifted
from recipes.painter import DEFAULTS, START, UNET, Painter, export, schedule
from recipes.pairs import Sources, chosen, possible
from recipes.recolouring import recoloured_art
from recipes.tokenizer import ids
from recipes.training import Average, Run, curve, options, pseudo_huber, rate, set_rate

PEAK_RATE = 7e-4
WIDTH = 0.05
"""Below it the distance to a clean latent that has a source is squared, above it it is not."""
TYPICAL, FLOOR = 0.15, 0.15
"""Pseudo-Huber distances of latents: of another look in the mean, and what is added to all."""
BATCH = 16  # a worker; steps count more than batch size this early in training


def velocity_loss(
    painter: Painter,
    clean_BChw: Tensor,
    told: Conditions,
    *,
    text_BLW: Tensor,
    alphas_T: Tensor,
    source_BChw: Tensor,
    scaling: float = 1.0,
) -> Tensor:
    """The loss on one batch; ``source_BChw`` unscaled, zeros for none.

    Without a source: velocity loss times sigma, between the loss on the clean latent (sigma²,
    which leaves grain, as low noise hardly counts) and the plain one (1, which low noise
    dominates), at timesteps in proportion to themselves, since shape is decided early.

    With one, the way begins at the source under the noise of timestep ``START``: the noise has
    the mean k · (source − clean), k = alpha / sigma at ``START``, so that there the noisy latent is
    alpha · source + sigma · noise, and the scheduler's own steps lead from it to the clean latent
    (the residual shifting of arXiv 2307.12348, on a variance-preserving schedule). The distance to
    the clean latent is pseudo-Huber, which commits itself where the mean would be a blur. The
    nearer a source is to what is wanted, the more its sample counts (``weights_by_distance``).
    """
    batch, device = clean_BChw.shape[0], clean_BChw.device
    has_B = source_BChw.abs().amax((1, 2, 3)) > 0
    last_B = torch.where(has_B.cpu(), START + 1, len(alphas_T))
    t_B = (torch.rand(batch).sqrt() * last_B).long().clamp(max=last_B - 1)
    alpha = alphas_T[t_B].sqrt()[:, None, None, None].to(device)
    sigma = (1 - alphas_T[t_B]).sqrt()[:, None, None, None].to(device)
    begun = float((alphas_T[START] / (1 - alphas_T[START])).sqrt())
    given = has_B[:, None, None, None]
    residual = torch.where(given, source_BChw * scaling - clean_BChw, 0)
    counts = weights_by_distance(residual)
    noise = torch.randn(clean_BChw.shape).to(device) + begun * residual
    noisy = alpha * clean_BChw + sigma * noise
    target = alpha * noise - sigma * clean_BChw
    said = painter(
        noisy,
        t_B.to(device),
        text_BLW,
        told.prompt_BKD.to(device),
        told.shown_B.to(device),
        source_BChw=source_BChw,
    )
    gap = said.float() - target
    from_source = counts * pseudo_huber(sigma * gap, WIDTH)
    return torch.where(given, from_source, sigma * gap.square()).mean()


def weights_by_distance(residual_BChw: Tensor) -> Tensor:
    """How much each sample counts, B×1×1×1: 1 where what is wanted is `TYPICAL` from its source, up
    to `1 + TYPICAL / FLOOR` where it is nearer. Another mood changes two cells in a hundred, and
    would else be hardly heard beside another look; within a sample all cells count alike."""
    far = pseudo_huber(residual_BChw, WIDTH).mean((1, 2, 3), keepdim=True)
    return (TYPICAL + FLOOR) / (far + FLOOR)


def weights_of_rows(art: Corpus) -> Any:
    """How often each picture is drawn: half of them real, half from the drawn world."""
    real = np.asarray([not style.startswith("drawn_") for style in art.styles])
    share = np.where(real, 0.5 / max(1, real.sum()), 0.5 / max(1, (~real).sum()))
    return share / share.sum()


def sourced(
    stock: Sources, rows: Any, sources: list[int], random: np.random.Generator, scaling: float
) -> tuple[Tensor, Tensor]:
    """Clean and source latents, B×C×h×w, moved alike; the source unscaled, zeros for -1."""
    from_N = np.maximum(sources, 0)
    there = torch.tensor([float(source >= 0) for source in sources])[:, None, None, None]
    both = torch.cat([stock.latent_PChw[rows], stock.latent_PChw[from_N]], 1).float()
    clean, source = shifted(both, random).chunk(2, 1)
    return clean, source * there / scaling


def train(
    painter: Painter,
    art: Corpus,
    known: Latents,
    run: Run,
    *,
    text: Any,
    tokenizer: Any,
    words: dict[str, str],
    resume: bool,
    device: str,
    batch: int,
    scaling: float = 1.0,
    pairs: Aligned | None = None,
    on_save: Any = None,
    peak: float = PEAK_RATE,
) -> Average:
    """Train in place until the run ends; returns the averaged weights.

    `text` is the frozen text tower, `scaling` the autoencoder's factor; `on_save(average)` is
    called after each checkpoint.
    """
    alphas_T = schedule().alphas_cumprod
    painter.to(device).train()
    painter.unet.to(memory_format=torch.channels_last)
    text = text.to(device).eval()
    optimizer = torch.optim.AdamW(
        painter.parameters(), lr=peak, betas=(0.9, 0.98), weight_decay=0.01
    )
    average = Average(painter, 0.998)
    run.kept = {"painter": painter, "average": average, "optimizer": optimizer}
    if resume and run.resume():
        print(f"resumed at step {run.step}", flush=True)
    average.to(device)
    share, peers = weights_of_rows(art), same_style(art)
    stock = possible(art, known.latent_NChw, pairs)
    saving = (lambda: on_save(average)) if on_save else None
    for step in run.loop(on_save=saving):
        random = run.random()
        rows = random.choice(len(art), size=batch, p=share)
        told = conditions(art, list(rows), known.image_2ND, words, random, peers=peers)
        sources = chosen(art, list(rows), told, random, stock=stock)
        clean, source = sourced(stock, rows, sources, random, scaling)
        clean, source = clean.to(device), source.to(device)
        set_rate(optimizer, rate(run.progress, step, peak))
        with torch.autocast(device, torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
            with torch.no_grad():
                text_BLW = text(ids(tokenizer, told.texts).to(device)).last_hidden_state
            loss = velocity_loss(
                painter,
                clean,
                told,
                text_BLW=text_BLW,
                alphas_T=alphas_T,
                source_BChw=source,
                scaling=scaling,
            )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        workers.gradients_averaged(painter)
        torch.nn.utils.clip_grad_norm_(painter.parameters(), 1.0)
        optimizer.step()
        average.update(painter)
        run.note(loss.item())
    return average


def settings(folder: Path) -> dict[str, Any]:
    """The recommended settings that stand beside an exported model."""
    found: dict[str, Any] = json.loads((folder / "defaults.json").read_text())
    return found


def practice(
    real: Corpus | None, recoloured: int, drawn: int, *, cache: Path
) -> tuple[Corpus | None, dict[str, str]]:
    """What is trained on: the train split, so many in other colours, so many drawings; and the
    words of each style. None where nothing is asked for."""
    art, words = real.where("train") if real else None, dict(STYLE_WORDS)
    if art and recoloured:
        with workers.first_ahead():
            art = art.joined(recoloured_art(art, recoloured, cache=cache))
    if drawn:
        with workers.first_ahead():
            drawings, words = related_art(drawn, cache=cache), words | drawn_style_words()
        art = art.joined(drawings) if art else drawings
    return art, words


def _card(figures: dict[str, Any]) -> str:
    return card(
        title="Bundled sticker generator",
        what="A small latent-diffusion model in plain diffusers format (StableDiffusionPipeline "
        "and its image-to-image and inpainting siblings; IP-Adapter layers in `ip_adapter/`): "
        "128 px RGB on white, latents 32 × 32 × 4. Image prompts (unit embeddings of the bundled "
        "encoder) carry the look, words the subject. `source_adapter/` holds input channels for a "
        "picture to be remade, as InstructPix2Pix has them. Remaking begins at that picture, under "
        f"a part of the noise: image to image at strength {DEFAULTS['revise_strength']} with the "
        "source beside it in both halves of guidance; it was never trained with a source at more "
        "noise.",
        command="python -m recipes.generator --data DIR --models DIR "
        "--out generators/bundled/sticker --minutes M",
        figures=figures,
        limits=[
            "Trained for about ten hours on two shared CPU cores: from words alone come colours, "
            "looks and silhouettes, rarely more.",
            "Remaking a source keeps its shape, also of things never seen, and its framing; small "
            "parts soften. Line art that is to be coloured gets washes of colour.",
            "English, 32 tokens. No text inside pictures.",
            "The figures are judged by the encoder the generator was trained with.",
        ],
    )


def _evaluate(out: Path, work: Path, art: Corpus, judge: Judge, vae: Any) -> None:
    """Measure the exported folder `out`, write its card, and a contact sheet to `work`."""
    chosen = settings(out)
    figures: dict[str, Any] = {"settings": chosen}
    known, images = appraised(out, judge, art.where("train"), chosen)
    figures["60 known subjects, five styles"] = known
    unseen = art.where("concept_test")
    figures["60 restyles of things never seen"] = restyled(out, judge, unseen, steps=(4, 20))
    figures["autoencoder, dB on held-out concepts"] = psnr_by_style(vae, unseen)
    print(json.dumps(figures))
    sheet(images).save(work / "generator.png")
    written(out, _card(figures))


def main(arguments: list[str] | None = None) -> None:
    """Train and export."""
    from diffusers import AutoencoderKL

    parser = options(__doc__ or "")
    parser.add_argument("--models", type=Path, required=True, help="holds vae/ and encoder/")
    parser.add_argument("--recoloured", type=int, default=3000, help="art in other colours")
    parser.add_argument("--start", type=Path, help="begin with the weights of this exported folder")
    parser.add_argument("--rate", type=float, default=PEAK_RATE, help="highest learning rate")
    given = parser.parse_args(arguments)
    workers.joined()
    vae = AutoencoderKL.from_pretrained(given.models / "vae", torch_dtype=torch.float32)
    encoder, tokenizer, config, _ = loaded(given.models / "encoder")
    text = text_tower(encoder, config, tokenizer).text_model
    cache = given.work / "corpus"
    every = real_art(given.data, cache=cache) if given.data else None
    if given.evaluate:
        assert every is not None, "--evaluate needs --data"
        _evaluate(given.out, given.work, every, Judge(encoder=encoder, tokenizer=tokenizer), vae)
        return
    art, words = practice(every, given.recoloured, given.drawn, cache=cache)
    assert art is not None, "give --data or --drawn"
    with workers.first_ahead():
        known = computed(art, vae, encoder, device=given.device, cache=cache)
        real = every.where("train") if every else None
        pairs = aligned(real, vae, device=given.device, cache=cache) if real else None
    torch.manual_seed(given.seed)
    painter = Painter(UNET, embedding=config["embed_dim"])
    if given.start:
        painter.start_from(given.start)
    run = Run(
        out=given.work / "generator", seed=given.seed, minutes=given.minutes, steps=given.steps
    )

    def finished(average: Average) -> None:
        weights = {name: value.cpu() for name, value in average.weights().items()}
        with torch.random.fork_rng(devices=[]):
            best = Painter(UNET, embedding=config["embed_dim"])
        best.load_state_dict(weights)
        export(best, vae, text, tokenizer, given.out)

    average = train(
        painter,
        art,
        known,
        run,
        text=text,
        tokenizer=tokenizer,
        words=words,
        resume=given.resume,
        device=given.device,
        batch=BATCH,
        scaling=vae.config.scaling_factor,
        pairs=pairs,
        on_save=finished,
        peak=given.rate,
    )
    if workers.rank() == 0:
        finished(average)
        print("curve", curve(run.losses))


if __name__ == "__main__":
    main(sys.argv[1:])
