"""What the generator has learned so far: figures and a contact sheet from fixed seeds.

The judge is our own encoder, so the figures compare one training with the next; they are no
measure against other systems. Legend: N prompts, D embedding.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from recipes.corpus import STYLE_WORDS, Corpus, on_ground
from recipes.tokenizer import ids


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judge:
    """The encoder and its tokenizer."""

    encoder: Any
    tokenizer: Any

    @torch.inference_mode()
    def pictures(self, images: list[Image.Image]) -> Tensor:
        """Unit embeddings of RGB pictures, N×D."""
        values = np.stack([np.asarray(i.convert("RGB"), dtype=np.float32) for i in images])
        pixels = torch.from_numpy(values.transpose(0, 3, 1, 2) / 127.5 - 1)
        found: Tensor = self.encoder.encode_image(pixels, normalize=True)
        return found

    @torch.inference_mode()
    def texts(self, texts: list[str]) -> Tensor:
        """Unit embeddings of texts, N×D."""
        found: Tensor = self.encoder.encode_text(ids(self.tokenizer, texts), normalize=True)
        return found


def opened(folder: Path, *, image_prompts: bool) -> Any:
    """The exported folder as a silent StableDiffusionPipeline."""
    from diffusers import StableDiffusionPipeline

    pipe: Any = StableDiffusionPipeline.from_pretrained(folder, torch_dtype=torch.float32)
    pipe.set_progress_bar_config(disable=True)
    if image_prompts:
        pipe.load_ip_adapter(
            str(folder),
            subfolder="ip_adapter",
            weight_name="ip_adapter.safetensors",
            image_encoder_folder=None,
        )
    return pipe


def painted(
    pipe: Any, prompts: list[str], settings: dict[str, Any], *, look_KD: Tensor | None = None
) -> list[Image.Image]:
    """One picture a prompt at seeds 0, 1, 2 …; `look_KD` are image prompts that all share.

    A stock pipeline repeats one set of image prompts over its batch; sets of several people
    handed to it together would be mixed without a word.
    """
    more: dict[str, Any] = {}
    if look_KD is not None:
        shown = look_KD[None]
        more["ip_adapter_image_embeds"] = [torch.cat([torch.zeros_like(shown), shown])]
    found: list[Image.Image] = []
    for start in range(0, len(prompts), 8):
        part = prompts[start : start + 8]
        with torch.autocast("cpu", torch.bfloat16):
            found += pipe(
                part,
                num_inference_steps=settings["steps"],
                guidance_scale=settings["guidance_scale"],
                guidance_rescale=settings["guidance_rescale"],
                generator=[torch.Generator().manual_seed(start + i) for i in range(len(part))],
                **more,
            ).images
    return found


def appraised(
    folder: Path, judge: Judge, art: Corpus, settings: dict[str, Any], *, count: int = 60
) -> tuple[dict[str, float], list[Image.Image]]:
    """Figures over `count` known subjects, and their pictures (words first, then image prompts).

    `subject_top5`: the subject's caption is among the five nearest of all captions. `style`: the
    nearest of the five styles' mean pictures is the style asked for.
    """
    random = np.random.default_rng(0)
    styles = sorted(STYLE_WORDS)
    rows_of = {s: np.flatnonzero(np.asarray(art.styles) == s) for s in styles}
    centre_SD = torch.stack([_centre(judge, art, rows_of[s][:200]) for s in styles])
    names = sorted({art.captions[i] for s in styles for i in rows_of[s]})
    name_MD = judge.texts(names)
    asked = [str(n) for n in random.choice(names, size=count)]
    wanted = torch.arange(count) * len(styles) // count  # a stretch of prompts a style
    worded = [f"{a}, {STYLE_WORDS[styles[w]]}" for a, w in zip(asked, wanted, strict=True)]
    by_words = painted(opened(folder, image_prompts=False), worded, settings)
    shown = opened(folder, image_prompts=True)
    by_pictures: list[Image.Image] = []
    for w, style in enumerate(styles):
        liked_KD = judge.pictures(_whites(art, random.choice(rows_of[style], size=3)))
        subjects = [a for a, chosen in zip(asked, wanted, strict=True) if chosen == w]
        by_pictures += painted(shown, subjects, settings, look_KD=liked_KD)
    figures: dict[str, float] = {}
    for kind, images in (("words", by_words), ("pictures", by_pictures)):
        embedded = judge.pictures(images)
        near = (embedded @ name_MD.T).topk(5, dim=1).indices
        hits = [asked[i] in {names[j] for j in near[i]} for i in range(count)]
        looks = (embedded @ centre_SD.T).argmax(1) == wanted
        figures[f"subject_top5_by_{kind}"] = round(float(np.mean(hits)), 3)
        figures[f"style_by_{kind}"] = round(float(looks.float().mean()), 3)
    return figures, by_words + by_pictures


def restyled(
    folder: Path, judge: Judge, art: Corpus, *, steps: tuple[int, ...], count: int = 60
) -> dict[str, float]:
    """Figures over `count` pictures remade in another style, by words, at these numbers of steps.

    `style`: the nearest of the styles' mean pictures is the one asked for. `nearer`: the picture
    lies nearer to the true one of that thing in that style than its source does.
    """
    from generators.backbone import load_backbone
    from generators.finish.pixels import picture_of
    from generators.terms import recommended

    backbone = load_backbone(str(folder), device="cpu")
    random = np.random.default_rng(0)
    styles = sorted(STYLE_WORDS)
    place = {pair: row for row, pair in enumerate(zip(art.concepts, art.styles, strict=True))}
    ways = [
        (place[thing, other], row, styles.index(style))
        for (thing, style), row in place.items()
        for other in styles
        if other != style and (thing, other) in place
    ]
    chosen = [
        ways[at] for at in random.choice(len(ways), size=min(count, len(ways)), replace=False)
    ]
    rows_of = {s: np.flatnonzero(np.asarray(art.styles) == s) for s in styles}
    centre_SD = torch.stack([_centre(judge, art, rows_of[s]) for s in styles])
    sources = [_whites(art, [source])[0] for source, _, _ in chosen]
    true_ND = judge.pictures([_whites(art, [truth])[0] for _, truth, _ in chosen])
    before_N = (judge.pictures(sources) * true_ND).sum(1)
    wanted = torch.tensor([style for _, _, style in chosen])
    figures: dict[str, float] = {}
    for number in steps:
        made = []
        for seed, ((_, truth, style), source) in enumerate(zip(chosen, sources, strict=True)):
            prompt = f"{art.captions[truth]}, {STYLE_WORDS[styles[style]]}"
            terms = recommended(backbone.defaults, prompt, task="revise", steps=number)
            made += backbone.revise(terms, images=[source], seeds=[seed])
        found_ND = judge.pictures([picture_of(pixels) for pixels in made])
        looks = (found_ND @ centre_SD.T).argmax(1) == wanted
        closer = (found_ND * true_ND).sum(1) > before_N
        figures[f"style_at_{number}"] = round(float(looks.float().mean()), 3)
        figures[f"nearer_at_{number}"] = round(float(closer.float().mean()), 3)
    return figures


def sheet(images: list[Image.Image], *, columns: int = 10) -> Image.Image:
    """The pictures side by side on grey."""
    side = images[0].width + 4
    rows = -(-len(images) // columns)
    page = Image.new("RGB", (columns * side, rows * side), "gray")
    for i, image in enumerate(images):
        page.paste(image, (i % columns * side + 2, i // columns * side + 2))
    return page


def _whites(art: Corpus, rows: Any) -> list[Image.Image]:
    rgb = on_ground(np.ascontiguousarray(art.rgba_NHWC[np.sort(rows)]))
    return [Image.fromarray((picture * 255).astype(np.uint8)) for picture in rgb]


def _centre(judge: Judge, art: Corpus, rows: Any) -> Tensor:
    return torch.nn.functional.normalize(judge.pictures(_whites(art, rows)).mean(0), dim=0)
