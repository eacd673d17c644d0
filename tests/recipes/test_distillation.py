"""The few-step recipe: what is frozen stays, what is resumed is the same, what is written loads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers.pipelines.stable_diffusion.pipeline_stable_diffusion import rescale_noise_cfg

from generators.backbone import load_backbone
from generators.terms import Terms
from recipes.autoencoder import build as build_autoencoder
from recipes.conversion import text_tower
from recipes.corpus import Corpus
from recipes.distillation import Batches, export, own, train
from recipes.encoder import build as build_encoder
from recipes.latents import computed
from recipes.painter import Painter, schedule
from recipes.painter import export as teacher_export
from recipes.student import GUIDANCE, STEPS, School, Told, lesson, practice, said
from recipes.training import Average, Run

from .conftest import SMALL_AUTOENCODER, SMALL_UNET, Interrupted


def school_of() -> School:
    torch.manual_seed(0)
    teacher, student = Painter(SMALL_UNET, embedding=16), Painter(SMALL_UNET, embedding=16)
    student.load_state_dict(teacher.state_dict())
    return School(teacher=teacher, student=student, alphas_T=schedule().alphas_cumprod)


def told_of(batch: int) -> Told:
    return Told(
        text_BLW=torch.randn(batch, 5, 32),
        nothing_1LW=torch.randn(1, 5, 32),
        prompt_BKD=torch.randn(batch, 4, 16),
        shown_B=torch.ones(batch),
    )


def test_the_guided_teacher_is_as_a_stock_pipeline_guides() -> None:
    school, told = school_of(), told_of(2)
    school.to("cpu")
    noisy, t_B = torch.randn(2, 4, 16, 16), torch.tensor([499, 499])
    found = school.guided(noisy, t_B, told)[1]
    nothing = Told(
        text_BLW=told.nothing_1LW,
        nothing_1LW=told.nothing_1LW,
        prompt_BKD=told.prompt_BKD[1:],
        shown_B=torch.zeros(1),
    )
    with torch.no_grad():
        plain = said(school.teacher, noisy[1:], t_B[1:], nothing)
        led = said(school.teacher, noisy[1:], t_B[1:], told.part(torch.tensor([1])))
    velocity = rescale_noise_cfg(plain + GUIDANCE * (led - plain), led, guidance_rescale=0.5)
    scheduler = schedule()
    scheduler.set_timesteps(4)
    assert scheduler.timesteps.tolist() == list(STEPS)
    expected = scheduler.step(velocity, 499, noisy[1:]).pred_original_sample
    assert torch.allclose(found, expected[0], atol=1e-4)


def test_practice_starts_from_pure_noise_or_from_its_own_answer_noised_again() -> None:
    school, told = school_of(), told_of(64)
    clean = torch.full((64, 4, 16, 16), 50.0)  # nothing the student says lies there
    start, turn_B = practice(school, clean, told)
    assert set(turn_B.tolist()) == {0, 1, 2, 3}
    assert start[turn_B == 0].abs().max() < 10
    later = start[turn_B == 3].mean((1, 2, 3))
    assert (later > 25).any()
    assert (later < 25).any()


def test_only_the_network_learns_and_only_that_is_shipped() -> None:
    school, told = school_of(), told_of(4)
    school.to("cpu")
    lesson(school, torch.randn(4, 4, 16, 16), told).backward()
    learned = {n for n, p in school.student.named_parameters() if p.grad is not None}
    assert "unet.conv_in.weight" in learned
    frozen = (".processor.", "time_embedding", "attn2.to_k", "projection", "source")
    assert not any(part in name for name in learned for part in frozen)
    assert all(p.grad is None for p in school.teacher.parameters())
    shipped = own(Average(school.student, 0.9))
    assert {f"unet.{name}" for name in shipped} == learned


def taught(given: tuple[Any, Any, Corpus, Any], run: Run, *, resume: bool = False) -> Average:
    (vae, encoder, text), tokenizer, art, words = given
    known = computed(art, vae, encoder)
    batches = Batches(art=art, known=known, text=text, tokenizer=tokenizer, words=words)
    return train(school_of(), batches, run, resume=resume, batch=3)


@pytest.fixture
def parts(tokenizer: Any, encoder_config: Any) -> tuple[Any, Any, Any]:
    torch.manual_seed(0)
    encoder = build_encoder(encoder_config).eval()
    text = text_tower(encoder, encoder_config, tokenizer).text_model
    return build_autoencoder(SMALL_AUTOENCODER).eval(), encoder, text


def test_resumed_is_uninterrupted(
    tmp_path: Path,
    parts: tuple[Any, Any, Any],
    tokenizer: Any,
    art: Corpus,
    words: dict[str, str],
) -> None:
    given = (parts, tokenizer, art, words)
    expected = taught(given, Run(out=tmp_path / "whole", steps=4))
    with pytest.raises(KeyboardInterrupt):
        taught(given, Interrupted(out=tmp_path / "cut", steps=4, every_s=0.0))
    found = taught(given, Run(out=tmp_path / "cut", steps=4), resume=True)
    for name, value in expected.weights().items():
        assert torch.equal(value, found.weights()[name]), name


def test_the_folder_holds_both_networks(
    tmp_path: Path, parts: tuple[Any, Any, Any], tokenizer: Any
) -> None:
    vae, _, text = parts
    school = school_of()
    folder = tmp_path / "sticker"
    teacher_export(school.teacher, vae, text, tokenizer, folder)
    with torch.no_grad():
        school.student.unet.conv_out.bias.add_(0.5)
    average = Average(school.student, 0.9)
    export(own(average), folder, folder)
    assert json.loads((folder / "defaults.json").read_text())["few_steps"] == 4
    assert (folder / "few_steps" / "README.md").is_file()
    backbone = load_backbone(str(folder), device="cpu")
    few = backbone.text_to_image(Terms(prompt="a cat", steps=4, guidance_scale=1.0), seeds=[1])[0]
    many = backbone.text_to_image(Terms(prompt="a cat", steps=5, guidance_scale=1.0), seeds=[1])[0]
    assert few.shape == many.shape
    bias = backbone._few.unet.conv_out.bias - backbone.pipe.unet.conv_out.bias
    assert torch.allclose(bias, torch.full_like(bias, 0.5), atol=1e-3)
