"""The bundled encoder: a small open_clip model, one space for pictures and words.

Run: ``python -m recipes.encoder --data DIR --out DIR --minutes 20``. Loss: InfoNCE with several
positives (arXiv 2004.11362, eq. 2, both directions): text j fits picture i when it names one of
the picture's names and either no style or the picture's own.
Legend: B batch, L tokens, D embedding, C × H × W picture.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as fn
from torch.nn.attention import SDPBackend, sdpa_kernel  # the fused backward is slow on CPUs

from recipes.cards import card, written
from recipes.corpus import (
    STYLE_WORDS,
    Corpus,
    Pixels,
    drawn_art,
    drawn_style_words,
    on_ground,
    real_art,
)
from recipes.export import finite, folder_replaced
from recipes.tokenizer import CONTEXT, ids, learned, saved
from recipes.training import Average, Run, curve, options, rate, set_rate
from recipes.wording import Wording, names, worded

CONFIG: dict[str, Any] = {
    "embed_dim": 256,
    "vision_cfg": {
        "image_size": 128,
        "patch_size": 16,
        "width": 192,
        "layers": 5,
        "head_width": 32,
    },
    "text_cfg": {
        "context_length": CONTEXT,
        "vocab_size": 2560,
        "hf_tokenizer_name": "bundled",
        "width": 160,
        "heads": 5,
        "layers": 3,
    },
}
PREPROCESS: dict[str, Any] = {
    "size": [128, 128],
    "mode": "RGB",
    "mean": [0.5, 0.5, 0.5],
    "std": [0.5, 0.5, 0.5],
    "interpolation": "bicubic",
    "resize_mode": "squash",
}
PEAK_RATE = 1e-3
BATCH = 128
REQUEST_WORDS = (
    "happy sad angry sleepy surprised in love cool plain smiling wearing holding with without",
    "top hat party hat bow scarf glasses crown flower headphones umbrella ribbon cap",
    "pastel vivid dark earth mono ocean sunset forest candy neon retro ice colours colors",
    "flat outline line soft pixel paper sketch bold cartoon art style look render gradient",
    "background stars starry hearts confetti rays clouds circle birthday poster sticker cute",
    "red orange yellow green blue purple pink brown black white grey gray gold silver",
)
"""Words people ask with, so that the vocabulary holds them whole."""


def build(config: dict[str, Any]) -> Any:
    """A fresh open_clip CLIP of this `model_cfg`."""
    from open_clip.model import CLIP

    return CLIP(**config)


def vocabulary(art: Corpus, words: dict[str, str], *, size: int) -> Any:
    """The tokenizer learned from every caption, tag and style word of `art`."""
    texts = [text for row in range(len(art)) for text in (art.captions[row], *art.tags[row])]
    texts += [f"a sticker of a thing, {style} of things" for style in words.values()] * 20
    return learned(texts + list(REQUEST_WORDS) * 20, vocabulary=size)


def augmented(rgba_BHWC: Pixels, random: np.random.Generator) -> Tensor:
    """Flip, scale, shift, turn, sometimes another ground; float32 B×3×H×W in −1…1."""
    rgba = torch.from_numpy(np.ascontiguousarray(rgba_BHWC)).permute(0, 3, 1, 2).float() / 255
    batch = rgba.shape[0]
    alpha = rgba[:, 3:]
    cut = torch.cat([rgba[:, :3] * alpha, alpha], 1)
    angle = random.uniform(-0.2, 0.2, batch)
    scale = np.exp(random.uniform(-0.2, 0.25, (2, batch))) if batch else np.ones((2, 0))
    scale[1] = scale[0] * np.exp(random.uniform(-0.08, 0.08, batch))
    flip = np.where(random.random(batch) < 0.5, -1.0, 1.0)
    turn = np.stack(
        [
            np.stack([np.cos(angle) * scale[0] * flip, -np.sin(angle) * scale[0]], 1),
            np.stack([np.sin(angle) * scale[1] * flip, np.cos(angle) * scale[1]], 1),
        ],
        1,
    )
    shift = random.uniform(-0.12, 0.12, (batch, 2, 1))
    theta = torch.from_numpy(np.concatenate([turn, shift], 2).astype(np.float32))
    grid = fn.affine_grid(theta, list(cut.shape), align_corners=False)
    cut = fn.grid_sample(cut, grid, mode="bilinear", align_corners=False)
    ground = np.where(random.random((batch, 1)) < 0.2, random.random((batch, 3)), 1.0)
    white = torch.from_numpy(ground.astype(np.float32))[:, :, None, None]
    return (cut[:, :3] + white * (1 - cut[:, 3:])) * 2 - 1


def fits(said: list[Wording], called: list[frozenset[str]], styles: list[str]) -> Tensor:
    """Which texts fit which pictures: float B×B of 0 and 1, rows pictures, columns texts."""
    table = np.zeros((len(called), len(said)), dtype=np.float32)
    for j, wording in enumerate(said):
        for i, own in enumerate(called):
            if wording.style in ("", styles[i]) and (not wording.name or wording.name in own):
                table[i, j] = 1.0
    return torch.from_numpy(table)


def contrast(image_BD: Tensor, text_BD: Tensor, fit_BB: Tensor, scale: Tensor) -> Tensor:
    """Multi-positive InfoNCE, both directions; embeddings are unit vectors."""
    logits = scale * image_BD @ text_BD.T
    by_image = -(logits.log_softmax(1) * fit_BB).sum(1) / fit_BB.sum(1)
    by_text = -(logits.log_softmax(0) * fit_BB).sum(0) / fit_BB.sum(0)
    return (by_image.mean() + by_text.mean()) / 2


def train(
    model: Any,
    tokenizer: Any,
    art: Corpus,
    run: Run,
    *,
    words: dict[str, str],
    resume: bool,
    device: str,
    batch: int,
) -> Average:
    """Train in place until the run ends; returns the averaged weights."""
    model.to(device).train()
    decay = [p for p in model.parameters() if p.ndim > 1]
    plain = [p for p in model.parameters() if p.ndim <= 1]
    optimizer = torch.optim.AdamW(
        [{"params": decay, "weight_decay": 0.2}, {"params": plain, "weight_decay": 0.0}],
        lr=PEAK_RATE,
        betas=(0.9, 0.98),
    )
    average = Average(model, 0.995)
    run.kept = {"model": model, "average": average, "optimizer": optimizer}
    if resume and run.resume():
        print(f"resumed at step {run.step}", flush=True)
    average.to(device)
    called = [names(art, row) for row in range(len(art))]
    real = np.asarray([not s.startswith("drawn_") for s in art.styles])
    weight = np.where(real, 1.0, 0.35 * max(1, real.sum()) / max(1, (~real).sum()))
    weight = weight / weight.sum()  # a quarter of a batch is drawn, whatever their number
    for step in run.loop(report_every=25):
        random = run.random()
        rows = np.sort(random.choice(len(art), size=min(batch, len(art)), replace=False, p=weight))
        said = [worded(art, row, words, random) for row in rows]
        fit = fits(said, [called[r] for r in rows], [art.styles[r] for r in rows]).to(device)
        image = augmented(art.rgba_NHWC[rows], random).to(device)
        text = ids(tokenizer, [w.text for w in said]).to(device)
        set_rate(optimizer, rate(run.progress, step, PEAK_RATE))
        with torch.autocast(device, torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
            image_BD = model.encode_image(image, normalize=True)
            text_BD = model.encode_text(text, normalize=True)
        loss = contrast(image_BD.float(), text_BD.float(), fit, model.logit_scale.exp())
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        with torch.no_grad():
            model.logit_scale.clamp_(0, math.log(100))
        average.update(model)
        run.note(loss.item())
    return average


@torch.no_grad()
def measures(model: Any, tokenizer: Any, art: Corpus, words: dict[str, str]) -> dict[str, Any]:
    """Held-out figures: caption → picture recall within a style, and style by words (accuracy)."""
    model.eval()
    pixels = torch.from_numpy(on_ground(art.rgba_NHWC).transpose(0, 3, 1, 2) * 2 - 1)
    with torch.autocast("cpu", torch.bfloat16):
        image_ND = torch.cat([model.encode_image(p, normalize=True) for p in pixels.split(128)])
        text_ND = model.encode_text(ids(tokenizer, list(art.captions)), normalize=True)
        looks = sorted(set(art.styles))
        look_KD = model.encode_text(ids(tokenizer, [words[s] for s in looks]), normalize=True)
    styles = np.asarray(art.styles)
    found: dict[str, Any] = {}
    firsts, fives = [], []
    for style in looks:
        rows = np.flatnonzero(styles == style)
        near = (text_ND[rows].float() @ image_ND[rows].float().T).argsort(1, descending=True)
        hits = near == torch.arange(len(rows))[:, None]
        firsts.append(hits[:, :1].any(1).float().mean().item())
        fives.append(hits[:, :5].any(1).float().mean().item())
        found[style] = {
            "pictures": len(rows),
            "recall@1": round(firsts[-1], 3),
            "recall@5": round(fives[-1], 3),
        }
    guess = (image_ND.float() @ look_KD.float().T).argmax(1).numpy()
    right = np.asarray([looks[g] for g in guess]) == styles
    found["mean"] = {
        "recall@1": round(float(np.mean(firsts)), 3),
        "recall@5": round(float(np.mean(fives)), 3),
        "style_accuracy": round(float(right.mean()), 3),
    }
    return found


def export(
    weights: dict[str, Tensor],
    config: dict[str, Any],
    tokenizer: Any,
    words: dict[str, str],
    out: Path,
) -> None:
    """Write config, weights, tokenizer and style words as an open_clip ``local-dir:`` folder."""
    from safetensors.torch import save_file

    with folder_replaced(out) as folder:
        saved(tokenizer, folder)
        save_file(finite(weights, "encoder"), folder / "open_clip_model.safetensors")
        both = {"model_cfg": config, "preprocess_cfg": PREPROCESS}
        (folder / "open_clip_config.json").write_text(json.dumps(both, indent=2) + "\n")
        (folder / "styles.json").write_text(json.dumps(words, indent=2, sort_keys=True) + "\n")


def loaded(folder: Path) -> tuple[Any, Any, dict[str, Any], dict[str, str]]:
    """Model, CLIP tokenizer, `model_cfg` and style words of an exported folder."""
    from safetensors.torch import load_file
    from transformers import CLIPTokenizer

    config = json.loads((folder / "open_clip_config.json").read_text())["model_cfg"]
    model = build(config)
    model.load_state_dict(load_file(folder / "open_clip_model.safetensors"))
    words = json.loads((folder / "styles.json").read_text())
    return model.eval(), CLIPTokenizer.from_pretrained(folder), config, words


def _card(figures: dict[str, Any]) -> str:
    return card(
        title="Bundled encoder",
        what="A small open_clip model (`local-dir:`): one space of 256 dimensions for pictures "
        "(128 px, on white) and words (32 tokens). Its text tower is also the generator's, and "
        "its picture embeddings are the generator's image prompts.",
        command="python -m recipes.encoder --data DIR --out preference/bundled/encoder --minutes M",
        figures=figures,
        limits=[
            "Knows stickers and emoji only; photographs are far from anything it has seen.",
            "English captions of one to a dozen words.",
            "Held-out concepts are found far better than chance, not reliably.",
        ],
    )


def main(arguments: list[str] | None = None) -> None:
    """Train, export and measure."""
    given = options(__doc__ or "").parse_args(arguments)
    cache = given.work / "corpus"
    art = real_art(given.data, cache=cache) if given.data else None
    if given.evaluate:
        assert art is not None, "--evaluate needs --data"
        model, tokenizer, _, words = loaded(given.out)
        for split in ("concept_test", "pair_test"):
            print(split, json.dumps(measures(model, tokenizer, art.where(split), words)))
        return
    train_art, words = (art.where("train") if art else None), dict(STYLE_WORDS)
    if given.drawn:
        drawn, words = drawn_art(given.drawn, cache=cache), words | drawn_style_words()
        train_art = train_art.joined(drawn) if train_art else drawn
    assert train_art is not None, "give --data or --drawn"
    if given.resume and (given.out / "tokenizer.json").exists():
        tokenizer = loaded(given.out)[1]  # a resumed model keeps the words it learned with
    else:
        tokenizer = vocabulary(train_art, words, size=CONFIG["text_cfg"]["vocab_size"])
    config = {**CONFIG, "text_cfg": {**CONFIG["text_cfg"], "vocab_size": len(tokenizer)}}
    torch.manual_seed(given.seed)
    run = Run(out=given.work / "encoder", seed=given.seed, minutes=given.minutes, steps=given.steps)
    average = train(
        build(config),
        tokenizer,
        train_art,
        run,
        words=words,
        resume=given.resume,
        device=given.device,
        batch=BATCH,
    )
    export(average.cpu().weights(), config, tokenizer, words, given.out)
    print("curve", curve(run.losses))
    if art is not None:
        model, tokenizer, _, words = loaded(given.out)
        figures = {
            split: measures(model, tokenizer, art.where(split), words)
            for split in ("concept_test", "pair_test")
        }
        print(json.dumps(figures))
        written(given.out, _card({**figures, "steps": run.step, "seed": given.seed}))


if __name__ == "__main__":
    main(sys.argv[1:])
