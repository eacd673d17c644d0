"""The source adapter: exact when absent, the same as InstructPix2Pix's own network when present."""

from __future__ import annotations

import json
from dataclasses import replace
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
from generators.create import Creator
from generators.create import build as build_creator
from generators.edit import Editor
from generators.edit import build as build_editor
from generators.terms import Terms, Watch
from studio.candidate import Draft
from studio.config import StudioConfig
from studio.errors import ModelError
from studio.parts import Parts
from studio.progress import never
from studio.testing import check_generator
from tests.generators.tiny import SIDE, STEPS, ShelfGallery, personal, vectors, write_pipeline

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


@pytest.mark.parametrize("steps", [1, 3, 4, 7])
def test_remaking_may_begin_at_the_source(folder: Path, steps: int) -> None:
    defaults = json.loads((folder / "defaults.json").read_text())
    (folder / "defaults.json").write_text(json.dumps(defaults | {"revise_strength": 0.25}))
    backbone = load_backbone(str(folder), device="cpu")
    terms = replace(TERMS, steps=steps, guidance_scale=1.0)
    given: list[torch.Tensor] = []
    told: list[Any] = []

    def made(*seeds: int) -> list[Any]:
        images = [picture(seed) for seed in seeds]
        return backbone.revise(
            terms, images=images, seeds=seeds, watch=Watch(on_progress=told.append)
        )

    hook = backbone.pipe.unet.register_forward_pre_hook(
        lambda unet, args: given.append(args[0].clone())
    )
    one = made(1)[0]
    hook.remove()
    assert len(given) == steps
    assert [(step.done, step.total) for step in told] == [(n + 1, steps) for n in range(steps)]
    pipe = backbone.pipe
    clean = source_latents(pipe, [picture(1)]) * pipe.vae.config.scaling_factor
    noise = torch.randn(clean.shape, generator=torch.Generator().manual_seed(1))
    kept = float(torch.nn.functional.cosine_similarity(given[0].flatten(), noise.flatten(), dim=0))
    without = given[0] - kept * given[0].norm() / noise.norm() * noise
    assert torch.corrcoef(torch.stack([without.flatten(), clean.flatten()]))[0, 1] > 0.9
    for alone, other in zip((one, made(2)[0]), made(1, 2), strict=True):
        assert np.abs(alone - other).max() < 1 / 255
    assert not backbone.pipe.unet.conv_in._forward_hooks


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


@pytest.mark.parametrize("throughout", [False, True])
def test_what_the_unguided_half_is_given(folder: Path, throughout: bool) -> None:
    backbone = load_backbone(str(folder), device="cpu")
    unet, words = backbone.pipe.unet, torch.randn(1, 5, 24)
    layer = load_source_adapter(unet, next((folder / "source_adapter").iterdir()))
    source, latents = source_latents(backbone.pipe, [picture(1)]), torch.randn(1, 4, 8, 8)
    with torch.inference_mode():
        alone = unet(latents, 7, words).sample
        with sourced(unet, layer, source, throughout=throughout):
            beside = unet(latents, 7, words).sample
            halves = unet(torch.cat([latents] * 2), 7, torch.cat([words] * 2)).sample
    assert torch.allclose(halves[1:], beside, atol=1e-5)
    assert torch.allclose(halves[:1], beside if throughout else alone, atol=1e-5)


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


def told_of(route: str, folder: Path, *, detail: bool = False) -> list[Any]:
    """Candidates of two drafts, the first with a source, the second (create) from noise."""
    defaults = json.loads((folder / "defaults.json").read_text())
    changed = defaults | {"revise_steps": 3, "revise_guidance_scale": 1.5, "revise_detail": detail}
    (folder / "defaults.json").write_text(json.dumps(changed))
    backbone = load_backbone(str(folder), device="cpu")
    gallery, steps = ShelfGallery(), []
    source = gallery.put("item-0", vectors(1, 0)[0], style="ink")
    drafts = [Draft(index=0, seed=1, source=source), Draft(index=1, seed=2, source=source)]
    if route == "create":
        drafts[1] = replace(drafts[1], source=None)
    maker = Creator(backbone=backbone) if route == "create" else Editor(backbone=backbone)
    made = maker(
        personal(),
        drafts=drafts,
        gallery=gallery,
        on_progress=steps.append,
        is_cancelled=never,
    )
    assert [step.done for step in steps] == list(range(1, steps[-1].total + 1))
    return made


def test_an_edit_revises_its_source(folder: Path) -> None:
    one, two = told_of("edit", folder)
    assert one.provenance.settings["edit"] == "revise"
    assert (one.provenance.settings["steps"], one.provenance.settings["guidance_scale"]) == (3, 1.5)
    assert one.image.tobytes() != two.image.tobytes()


def test_a_creation_may_start_from_a_catalogue_picture(folder: Path) -> None:
    grounded, free = told_of("create", folder)
    assert (grounded.source_item, free.source_item) == ("item-0", "")
    assert grounded.provenance.settings["grounded"] == 1
    assert grounded.provenance.settings["steps"] == 3
    assert (free.provenance.settings["grounded"], free.provenance.settings["steps"]) == (0, STEPS)


@pytest.mark.parametrize("route", ["edit", "create"])
def test_what_is_remade_may_be_finished_in_detail(folder: Path, route: str) -> None:
    (soft, *_), (sharp, other) = (told_of(route, folder, detail=own) for own in (False, True))
    assert soft.provenance.settings["detailed"] == 0
    assert sharp.provenance.settings["detailed"] == 1
    assert other.provenance.settings["detailed"] == (route == "edit")
    assert sharp.image.size == soft.image.size
    assert sharp.image.tobytes() != soft.image.tobytes()
    assert told_of(route, folder, detail=True)[0].image.tobytes() == sharp.image.tobytes()


def test_a_backbone_that_cannot_revise_creates_from_noise(tmp_path: Path) -> None:
    grounded, free = told_of("create", write_pipeline(tmp_path / "model"))
    assert (grounded.source_item, free.source_item) == ("", "")
    assert grounded.provenance.settings["grounded"] == 0


def test_contract_of_a_revising_editor(folder: Path) -> None:
    gallery = ShelfGallery()
    items = [gallery.put(f"item-{n}", vectors(1, n)[0]) for n in range(3)]
    check_generator(
        Editor(backbone=load_backbone(str(folder), device="cpu")),
        guidance=personal(),
        drafts=[Draft(index=n, seed=n, source=item) for n, item in enumerate(items)],
        gallery=gallery,
    )


def test_the_editor_may_be_another_model(tmp_path: Path, folder: Path) -> None:
    plain = write_pipeline(tmp_path / "other")
    parts = Parts(StudioConfig(backbone=str(plain), editor=str(folder)), home=tmp_path)
    assert build_editor(parts, {}).backbone.spec == str(folder)
    assert build_creator(parts, {}).backbone.spec == str(plain)
