"""The network for few steps: used where it is asked for, and nowhere else."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig
from safetensors.torch import load_file, save_file

from generators.backbone import load_backbone
from generators.candidates import terms_of
from generators.models import describe
from generators.terms import ImagePrompts, Terms
from studio.errors import ModelError
from tests.generators.test_source import write_source
from tests.generators.tiny import DIM, guidance, personal, picture, vectors, write_pipeline

FAST = Terms(prompt="a happy cat", steps=2, guidance_scale=1.0)
WEIGHTS = Path("few_steps") / "unet" / "diffusion_pytorch_model.safetensors"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny model with a source adapter and another network for two steps."""
    made = write_source(write_pipeline(tmp_path / "model"), {"block_out_channels": (16, 32)})
    config = UNet2DConditionModel.load_config(made / "unet")
    torch.manual_seed(9)
    UNet2DConditionModel.from_config(config).save_pretrained(made / "few_steps" / "unet")
    defaults = json.loads((made / "defaults.json").read_text())
    (made / "defaults.json").write_text(json.dumps(defaults | {"few_steps": 2, "revise_steps": 2}))
    return made


def drawn(backbone: Any, terms: Terms) -> np.ndarray:
    found: np.ndarray = backbone.text_to_image(terms, seeds=[3])[0]
    return found


def shown(terms: Terms, *, weight: float) -> Terms:
    prompts = ImagePrompts(embeddings_ND=vectors(1, 3, DIM), weights_N=(weight,), scale=1.0)
    return replace(terms, image_prompts=prompts)


def test_plain_diffusers_draws_the_same(folder: Path) -> None:
    unet = UNet2DConditionModel.from_pretrained(folder / "few_steps" / "unet")
    stock = StableDiffusionPipeline.from_pretrained(folder, unet=unet)
    stock.set_progress_bar_config(disable=True)
    generator = torch.Generator().manual_seed(3)
    told = {"num_inference_steps": 2, "guidance_scale": 1.0, "output_type": "np"}
    theirs = stock(FAST.prompt, generator=generator, height=16, width=16, **told).images[0]
    ours = drawn(load_backbone(str(folder), device="cpu"), FAST)
    assert np.abs(ours - theirs).max() < 1 / 255


def test_more_steps_or_guidance_take_the_first_network(folder: Path, tmp_path: Path) -> None:
    with_few = load_backbone(str(folder), device="cpu")
    without = load_backbone(str(write_pipeline(tmp_path / "plain")), device="cpu")
    for terms in (replace(FAST, steps=3), replace(FAST, guidance_scale=2.0)):
        assert np.array_equal(drawn(with_few, terms), drawn(without, terms))
    assert not np.array_equal(drawn(with_few, FAST), drawn(without, FAST))


def test_image_prompts_of_no_weight_are_the_twin_exactly(folder: Path) -> None:
    backbone = load_backbone(str(folder), device="cpu")
    assert np.array_equal(drawn(backbone, shown(FAST, weight=0.0)), drawn(backbone, FAST))
    assert not np.array_equal(drawn(backbone, shown(FAST, weight=1.0)), drawn(backbone, FAST))


def test_pictures_are_remade_by_the_first_network(folder: Path, tmp_path: Path) -> None:
    plain = write_source(write_pipeline(tmp_path / "plain"), {"block_out_channels": (16, 32)})

    def remade(made: Path) -> np.ndarray:
        backbone = load_backbone(str(made), device="cpu")
        found: np.ndarray = backbone.revise(FAST, images=[picture(1)], seeds=[3])[0]
        return found

    assert np.array_equal(remade(folder), remade(plain))


def test_a_lora_of_the_first_network_fits(folder: Path) -> None:
    backbone = load_backbone(str(folder), device="cpu")
    plain = drawn(backbone, FAST)
    layers = LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False)
    torch.manual_seed(1)
    backbone.pipe.unet.add_adapter(layers)
    fitted = {
        name: value.clone()
        for name, value in backbone.pipe.unet.state_dict().items()
        if "lora_" in name
    }
    unet = backbone._few.unet
    unet.add_adapter(layers)
    left = unet.load_state_dict(fitted, strict=False)
    assert fitted
    assert not left.unexpected_keys
    assert not np.array_equal(drawn(backbone, FAST), plain)
    unet.delete_adapters("default")
    assert np.array_equal(drawn(backbone, FAST), plain)


def test_terms_ask_for_no_guidance_at_few_steps(folder: Path) -> None:
    backbone = load_backbone(str(folder), device="cpu")
    free: dict[str, Any] = {"steps": None, "guidance_scale": None, "ip_scale": None}
    usual, _ = terms_of(guidance(), backbone, **free)
    assert (usual.steps, usual.guidance_scale) == (4, 3.0)
    remade, noted = terms_of(personal(), backbone, task="revise", **free)
    assert (remade.steps, remade.guidance_scale) == (2, 3.0)  # the first network's
    assert (noted["steps"], noted["guidance_scale"]) == (2, 3.0)
    asked, _ = terms_of(guidance(), backbone, **(free | {"steps": 2, "guidance_scale": 5.0}))
    assert asked.guidance_scale == 5.0
    free["steps"] = 2
    created, _ = terms_of(guidance(), backbone, **free)
    changed, _ = terms_of(guidance(), backbone, task="change", **free)
    assert (created.guidance_scale, changed.guidance_scale) == (1.0, 3.0)


def test_it_is_described(folder: Path, tmp_path: Path) -> None:
    assert describe(str(folder)).few_steps == 2
    assert describe(str(write_pipeline(tmp_path / "plain"))).few_steps == 0


@pytest.mark.parametrize("change", ["shape", "nan", "gone"])
def test_a_broken_one_is_refused(folder: Path, change: str) -> None:
    weights = load_file(folder / WEIGHTS)
    if change == "shape":
        config = UNet2DConditionModel.load_config(folder / "unet")
        wide = UNet2DConditionModel.from_config({**config, "layers_per_block": 2})
        wide.save_pretrained(folder / "few_steps" / "unet")
    elif change == "nan":
        weights["conv_in.bias"][0] = float("nan")
        save_file(weights, folder / WEIGHTS)
    else:
        (folder / WEIGHTS).unlink()
    with pytest.raises(ModelError, match="few_steps"):
        load_backbone(str(folder), device="cpu")
