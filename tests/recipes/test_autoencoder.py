"""The autoencoder recipe: loads through diffusers; resumed ≡ uninterrupted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoencoderKL

from recipes.autoencoder import begun, build, cropped, edges_l1, export, psnr_by_style, train
from recipes.corpus import Corpus
from recipes.training import Run

from .conftest import SMALL_AUTOENCODER, Interrupted


def trained(run: Run, art: Corpus, *, resume: bool = False) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    model = build(SMALL_AUTOENCODER)
    return train(model, art, run, resume=resume, device="cpu", batch=4).weights()


def test_resumed_equals_uninterrupted(tmp_path: Path, art: Corpus) -> None:
    whole = trained(Run(out=tmp_path / "whole", steps=4), art)
    with pytest.raises(KeyboardInterrupt):
        trained(Interrupted(out=tmp_path / "parts", steps=4, every_s=0.0), art)
    parts = trained(Run(out=tmp_path / "parts", steps=4), art, resume=True)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_the_export_loads_through_diffusers(tmp_path: Path, art: Corpus) -> None:
    weights = trained(Run(out=tmp_path / "run", steps=2), art)
    export(weights, art, tmp_path / "vae", SMALL_AUTOENCODER)
    model = AutoencoderKL.from_pretrained(tmp_path / "vae").eval()
    image = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        latent = model.encode(image).latent_dist.mean
        assert latent.shape == (1, 4, 16, 16)
        assert model.decode(latent).sample.shape == image.shape
    assert 0 < model.config.scaling_factor < 100
    assert all(np.isfinite(v) for v in psnr_by_style(model, art).values())


def test_a_decoder_alone_leaves_latents_as_they_are(tmp_path: Path, art: Corpus) -> None:
    weights = trained(Run(out=tmp_path / "run", steps=2), art)
    before = export(weights, art, tmp_path / "vae", SMALL_AUTOENCODER)
    run = Run(out=tmp_path / "more", steps=2)
    model = begun(tmp_path / "vae")
    learned = train(model, art, run, resume=False, device="cpu", batch=4).weights()
    scale = model.config.scaling_factor
    after = export(learned, art, tmp_path / "vae", SMALL_AUTOENCODER, scale=scale)
    image = torch.rand(1, 3, 64, 64)
    with torch.inference_mode():
        latent = before.encode(image).latent_dist.mean
        assert torch.allclose(latent, after.encode(image).latent_dist.mean, atol=1e-3)
        assert not torch.allclose(before.decode(latent).sample, after.decode(latent).sample)
    assert after.config.scaling_factor == pytest.approx(before.config.scaling_factor)


def test_edges_are_counted_by_hand() -> None:
    image = torch.zeros(1, 1, 2, 2)
    image[..., 1, 1] = 1.0  # of two vertical and two horizontal steps, one each is 1
    assert float(edges_l1(image, torch.zeros_like(image))) == pytest.approx(0.5 + 0.5)


def test_crops_hold_something() -> None:
    picture = np.zeros((64, 64, 4), dtype=np.uint8)
    picture[:32] = 255  # half of all places are worth a crop
    random = np.random.default_rng(0)
    crops = [cropped(picture, 32, random) for _ in range(40)]
    assert {c.shape for c in crops} == {(32, 32, 4)}
    assert sum(c[..., 3].mean() > 64 for c in crops) >= 38
