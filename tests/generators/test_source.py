"""The source adapter: exact when absent, the same as InstructPix2Pix's own network when present."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers import StableDiffusionInstructPix2PixPipeline, UNet2DConditionModel
from PIL import Image
from safetensors.torch import save_file

from generators.adapters.source import WEIGHT, load_source_adapter, source_latents, sourced
from generators.backbone import Backbone, load_backbone
from generators.terms import Terms
from studio.errors import ModelError
from tests.generators.tiny import SIDE, STEPS, write_pipeline

TERMS = Terms(prompt="a cat", steps=STEPS, guidance_scale=3.0)


def write_source(folder: Path, unet_config: dict[str, Any], **changes: Any) -> Path:
    torch.manual_seed(3)
    shape = changes.get("shape", (unet_config["block_out_channels"][0], 4, 3, 3))
    weight = torch.randn(shape) * 0.1 * changes.get("scale", 1.0)
    (folder / "source_adapter").mkdir(exist_ok=True)
    save_file(
        {changes.get("name", WEIGHT): weight}, folder / "source_adapter" / "source.safetensors"
    )
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = write_pipeline(tmp_path / "model")
    return write_source(made, {"block_out_channels": (16, 32)})


def picture(seed: int) -> Image.Image:
    random = np.random.default_rng(seed)
    return Image.fromarray(random.integers(0, 256, (SIDE, SIDE, 3), np.uint8))


def revised(backbone: Backbone, *seeds: int) -> list[Any]:
    return backbone.revise(TERMS, images=[picture(seed) for seed in seeds], seeds=seeds)


def test_a_backbone_with_a_source_adapter_revises(folder: Path) -> None:
    backbone = load_backbone(str(folder), device="cpu")
    assert backbone.supports.revision
    before = backbone.text_to_image(TERMS, seeds=[1])[0]
    made = revised(backbone, 1, 2)
    assert made[0].shape == (SIDE, SIDE, 3)
    assert not np.array_equal(made[0], before)
    assert not backbone.pipe.unet.conv_in._forward_hooks
    assert np.array_equal(backbone.text_to_image(TERMS, seeds=[1])[0], before)


def test_alone_or_in_a_batch(folder: Path) -> None:
    backbone = load_backbone(str(folder), device="cpu")
    together = revised(backbone, 1, 2, 3)
    alone = [revised(backbone, seed)[0] for seed in (1, 2, 3)]
    for one, other in zip(together, alone, strict=True):
        assert np.abs(one - other).max() < 1 / 255


def test_as_the_stock_network_of_eight_channels(folder: Path) -> None:
    backbone = load_backbone(str(folder), device="cpu")
    unet = backbone.pipe.unet
    wide = UNet2DConditionModel.from_config({**unet.config, "in_channels": 8})
    state = dict(unet.state_dict())
    layer = load_source_adapter(unet, next((folder / "source_adapter").iterdir()))
    state["conv_in.weight"] = torch.cat([state["conv_in.weight"], layer.weight], 1)
    wide.load_state_dict(state)
    latents = torch.randn(2, 4, 8, 8)
    source = source_latents(backbone.pipe, [picture(1), picture(2)])
    words = torch.randn(2, 5, 24)
    with torch.inference_mode():
        with sourced(unet, layer, source):
            ours = unet(latents, 7, words).sample
        stock = wide(torch.cat([latents, source], 1), 7, words).sample
    assert torch.allclose(ours, stock, atol=1e-5)


def test_stock_instruct_pix2pix_is_a_backbone(tmp_path: Path) -> None:
    made = write_pipeline(tmp_path / "plain", adapter=False)
    plain = load_backbone(str(made), device="cpu").pipe
    torch.manual_seed(0)
    parts = {**plain.components, "requires_safety_checker": False}
    parts["unet"] = UNet2DConditionModel.from_config({**plain.unet.config, "in_channels": 8})
    parts.pop("image_encoder", None)
    StableDiffusionInstructPix2PixPipeline(**parts).save_pretrained(tmp_path / "stock")
    backbone = load_backbone(str(tmp_path / "stock"), device="cpu")
    assert backbone.supports.revision
    assert not backbone.supports.image_prompt
    one, two = revised(backbone, 1, 2)
    assert one.shape == (SIDE, SIDE, 3)
    assert not np.array_equal(one, two)
    with pytest.raises(ModelError, match="words alone"):
        backbone.text_to_image(TERMS, seeds=[1])


def test_a_backbone_without_one_says_so(tmp_path: Path) -> None:
    backbone = load_backbone(str(write_pipeline(tmp_path / "model")), device="cpu")
    assert not backbone.supports.revision
    with pytest.raises(ModelError, match="image to image"):
        revised(backbone, 1)


@pytest.mark.parametrize(
    "wrong", [{"shape": (8, 4, 3, 3)}, {"name": "other"}, {"scale": float("nan")}]
)
def test_a_bad_adapter_is_refused(tmp_path: Path, wrong: dict[str, Any]) -> None:
    made = write_pipeline(tmp_path / "model")
    write_source(made, {"block_out_channels": (16, 32)}, **wrong)
    with pytest.raises(ModelError):
        load_backbone(str(made), device="cpu")
