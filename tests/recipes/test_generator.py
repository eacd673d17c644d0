"""The generator recipe: plain diffusers loads what it writes; image prompts off ≡ absent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import (
    StableDiffusionImg2ImgPipeline,
    StableDiffusionInpaintPipeline,
    StableDiffusionPipeline,
)
from PIL import Image

from recipes.autoencoder import build as build_autoencoder
from recipes.conditioning import PROMPTS, bare, conditions, same_style, styled
from recipes.conversion import text_tower
from recipes.corpus import Corpus
from recipes.encoder import build as build_encoder
from recipes.generator import train, weights_by_distance
from recipes.latents import computed, shifted
from recipes.painter import Painter, export
from recipes.training import Run

from .conftest import SMALL_AUTOENCODER, SMALL_UNET, Interrupted

PROMPT = {"prompt": "a happy cat", "num_inference_steps": 2, "output_type": "np"}


def test_nearer_sources_count_more() -> None:
    residual_BChw = torch.zeros(3, 4, 8, 8)
    residual_BChw[1, :, :2, :2] = 1.0  # a mood
    residual_BChw[2] = 0.4  # another look
    counts = weights_by_distance(residual_BChw).flatten().tolist()
    assert counts == pytest.approx([2.0, 1.43, 0.6], abs=0.01)


@pytest.fixture
def parts(tokenizer: Any, encoder_config: Any) -> tuple[Any, Any, Any]:
    """Autoencoder, encoder and text tower with fresh weights."""
    torch.manual_seed(0)
    encoder = build_encoder(encoder_config).eval()
    text = text_tower(encoder, encoder_config, tokenizer).text_model
    return build_autoencoder(SMALL_AUTOENCODER).eval(), encoder, text


def test_plain_diffusers_runs_the_folder(
    tmp_path: Path, parts: tuple[Any, Any, Any], tokenizer: Any
) -> None:
    vae, _, text = parts
    folder = tmp_path / "sticker"
    export(Painter(SMALL_UNET, embedding=16), vae, text, tokenizer, folder)
    pipe = StableDiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)

    def picture(**more: Any) -> Any:
        return pipe(**PROMPT, generator=torch.Generator().manual_seed(0), **more).images[0]

    plain = picture()
    pipe.load_ip_adapter(
        str(folder),
        subfolder="ip_adapter",
        weight_name="ip_adapter.safetensors",
        image_encoder_folder=None,
    )
    liked = torch.nn.functional.normalize(torch.randn(1, 2, 16), dim=-1)
    shown = {"ip_adapter_image_embeds": [torch.cat([torch.zeros_like(liked), liked])]}
    pipe.set_ip_adapter_scale(0.0)
    assert np.array_equal(picture(**shown), plain)
    pipe.set_ip_adapter_scale(1.0)
    assert not np.array_equal(picture(**shown), plain)

    source = Image.new("RGB", (64, 64), "white")
    mask = Image.new("L", (64, 64), 255)
    edit = StableDiffusionImg2ImgPipeline(**pipe.components, requires_safety_checker=False)
    repaint = StableDiffusionInpaintPipeline(**pipe.components, requires_safety_checker=False)
    for other, more in ((edit, {}), (repaint, {"mask_image": mask, "height": 64, "width": 64})):
        other.set_progress_bar_config(disable=True)
        found = other(**PROMPT, image=source, strength=0.9, **shown, **more).images[0]
        assert found.shape == (64, 64, 3)
        assert np.isfinite(found).all()


def test_hidden_prompts_add_exactly_nothing() -> None:
    torch.manual_seed(0)
    painter = Painter(SMALL_UNET, embedding=16).eval()
    noisy, t, text = torch.randn(2, 4, 16, 16), torch.tensor([5, 900]), torch.randn(2, 3, 32)
    with torch.inference_mode():
        one = painter(noisy, t, text, torch.randn(2, PROMPTS, 16), torch.zeros(2))
        two = painter(noisy, t, text, torch.randn(2, PROMPTS, 16), torch.zeros(2))
        shown = painter(noisy, t, text, torch.randn(2, PROMPTS, 16), torch.ones(2))
    assert torch.equal(one, two)
    assert not torch.equal(one, shown)


def test_resumed_equals_uninterrupted(
    tmp_path: Path,
    art: Corpus,
    words: dict[str, str],
    tokenizer: Any,
    parts: tuple[Any, Any, Any],
) -> None:
    vae, encoder, text = parts
    known = computed(art, vae, encoder, cache=tmp_path)
    again = computed(art, vae, encoder, cache=tmp_path)  # read back
    assert torch.equal(known.latent_NChw, again.latent_NChw)

    def trained(run: Run, *, resume: bool = False) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        return train(
            Painter(SMALL_UNET, embedding=16),
            art,
            known,
            run,
            text=text,
            tokenizer=tokenizer,
            words=words,
            resume=resume,
            device="cpu",
            batch=4,
        ).weights()

    whole = trained(Run(out=tmp_path / "whole", steps=4))
    with pytest.raises(KeyboardInterrupt):
        trained(Interrupted(out=tmp_path / "parts", steps=4, every_s=0.0))
    split = trained(Run(out=tmp_path / "parts", steps=4), resume=True)
    assert all(torch.equal(whole[name], split[name]) for name in whole)


def test_subject_words_name_no_look(art: Corpus, words: dict[str, str]) -> None:
    random = np.random.default_rng(0)
    for row in range(len(art)):
        look = words[art.styles[row]]
        for _ in range(5):
            assert look not in bare(art, row, words, random)
            assert look in styled(art, row, words, random)


def test_what_is_told_is_well_formed(art: Corpus, words: dict[str, str]) -> None:
    random = np.random.default_rng(0)
    image = torch.nn.functional.normalize(torch.randn(2, len(art), 16), dim=-1)
    rows = list(range(len(art))) * 10
    told = conditions(art, rows, image, words, random, peers=same_style(art))
    assert told.prompt_BKD.shape == (len(rows), PROMPTS, 16)
    lengths = told.prompt_BKD.norm(dim=-1)
    assert ((lengths - 1).abs().lt(1e-5) | lengths.eq(0)).all()
    assert {0.0, 1.0} == set(told.shown_B.tolist())
    assert "" in told.texts


def test_a_shift_keeps_every_cell() -> None:
    latent = torch.arange(16.0).reshape(1, 1, 4, 4)
    moved = shifted(latent, np.random.default_rng(0))
    assert sorted(moved.flatten().tolist()) == sorted(latent.flatten().tolist())
