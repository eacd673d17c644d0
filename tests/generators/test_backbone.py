"""The backbone's verbs on a tiny real Stable Diffusion."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from generators.backbone import Backbone, load_backbone
from generators.families import KNOWN, asked
from generators.finish.pixels import picture_of
from generators.models import describe, digest_of
from generators.terms import ImagePrompts, Terms, Watch
from studio.errors import Cancelled, ModelError
from studio.progress import Step
from tests.generators.tiny import SIDE, STEPS, picture, tiny_backbone, vectors, write_pipeline

TERMS = Terms(prompt="a happy cat", negative="blur", steps=STEPS, guidance_scale=3.0)
SEEDS = [11, 12, 13]


def prompted(*, scale: float = 0.8, weights: tuple[float, ...] = (1.0, 0.5)) -> Terms:
    prompts = ImagePrompts(embeddings_ND=vectors(len(weights), 3), weights_N=weights, scale=scale)
    return Terms(
        prompt="a happy cat",
        negative="blur",
        steps=STEPS,
        guidance_scale=3.0,
        image_prompts=prompts,
    )


def raw(images: list) -> list[bytes]:
    return [image.tobytes() for image in images]


def weights_of(backbone: Backbone) -> dict[str, bytes]:
    """Every tensor of the pipeline as bytes, its attention processors by class."""
    unet = backbone.pipe.unet
    state = {name: bytes(one.numpy().tobytes()) for name, one in unet.state_dict().items()}
    kinds = {name: type(one).__name__.encode() for name, one in unet.attn_processors.items()}
    return state | kinds | {"kind": str(unet.config.encoder_hid_dim_type).encode()}


VERBS: dict[str, Callable[[Backbone, Terms, list[int]], list[np.ndarray]]] = {
    "text_to_image": lambda one, terms, seeds: one.text_to_image(terms, seeds=seeds),
    "image_to_image": lambda one, terms, seeds: one.image_to_image(
        terms, images=[picture(seed) for seed in seeds], strength=0.5, seeds=seeds
    ),
    "inpaint": lambda one, terms, seeds: one.inpaint(
        terms,
        images=[picture(seed) for seed in seeds],
        strength=1.0,
        seeds=seeds,
        masks=[picture(seed + 1, mode="L") for seed in seeds],
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_same_seed_same_bytes(backbone: Backbone, verb: str) -> None:
    first = VERBS[verb](backbone, prompted(), SEEDS)
    assert raw(first) == raw(VERBS[verb](backbone, prompted(), SEEDS))
    assert len(set(raw(first))) == len(SEEDS)
    assert all(image.shape == (SIDE, SIDE, 3) for image in first)
    assert all(
        image.dtype == np.float32 and 0 <= image.min() <= image.max() <= 1 for image in first
    )


@pytest.mark.parametrize("terms", [TERMS, prompted()], ids=["plain", "prompted"])
@pytest.mark.parametrize("verb", VERBS)
def test_alone_or_in_a_batch_the_same(backbone: Backbone, verb: str, terms: Terms) -> None:
    together = VERBS[verb](backbone, terms, SEEDS)
    for place, seed in enumerate(SEEDS):
        alone = VERBS[verb](backbone, terms, [seed])[0]
        assert np.abs(alone - together[place]).max() < 1e-4


@pytest.mark.parametrize("verb", VERBS)
def test_without_image_prompts_it_is_the_base_to_the_byte(
    backbone: Backbone, plain_backbone: Backbone, verb: str
) -> None:
    base = raw(VERBS[verb](plain_backbone, TERMS, SEEDS))
    before = weights_of(backbone)
    assert raw(VERBS[verb](backbone, TERMS, SEEDS)) == base
    assert raw(VERBS[verb](backbone, prompted(), SEEDS)) != base
    assert weights_of(backbone) == before
    assert raw(VERBS[verb](backbone, TERMS, SEEDS)) == base
    assert raw(VERBS[verb](backbone, prompted(scale=0.0), SEEDS)) == base


def test_equals_a_plain_diffusers_loop(backbone: Backbone) -> None:
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(backbone.folder, low_cpu_mem_usage=False)
    pipe.set_progress_bar_config(disable=True)
    images = pipe(
        [TERMS.prompt] * 3,
        negative_prompt=[TERMS.negative] * 3,
        num_inference_steps=STEPS,
        guidance_scale=3.0,
        generator=[torch.Generator().manual_seed(seed) for seed in SEEDS],
    ).images
    ours = backbone.text_to_image(TERMS, seeds=SEEDS)
    assert raw(images) == [picture_of(image).tobytes() for image in ours]


def test_image_prompts_equal_the_stock_adapter(backbone: Backbone) -> None:
    from diffusers import StableDiffusionPipeline

    pipe = StableDiffusionPipeline.from_pretrained(backbone.folder, low_cpu_mem_usage=False)
    pipe.set_progress_bar_config(disable=True)
    pipe.load_ip_adapter(
        str(backbone.folder),
        subfolder="ip_adapter",
        weight_name="ip_adapter.safetensors",
        image_encoder_folder=None,
        low_cpu_mem_usage=False,
    )
    pipe.set_ip_adapter_scale(0.6)
    embeds = torch.from_numpy(vectors(2, 3))[None]
    images = pipe(
        TERMS.prompt,
        negative_prompt=TERMS.negative,
        num_inference_steps=STEPS,
        guidance_scale=3.0,
        generator=torch.Generator().manual_seed(11),
        ip_adapter_image_embeds=[torch.cat([torch.zeros_like(embeds), embeds])],
    ).images
    ours = backbone.text_to_image(prompted(scale=0.6, weights=(1.0, 1.0)), seeds=[11])
    assert raw(images) == [picture_of(image).tobytes() for image in ours]


def test_weights_of_image_prompts_act(backbone: Backbone) -> None:
    made = {
        weights: raw(backbone.text_to_image(prompted(weights=weights), seeds=[1]))[0]
        for weights in [(1.0, 1.0), (1.0, 0.5), (1.0, 0.0), (0.5, 0.5)]
    }
    assert len(set(made.values())) == 4
    alone = ImagePrompts(embeddings_ND=vectors(2, 3)[:1], weights_N=(1.0,), scale=0.8)
    terms = Terms(
        prompt=TERMS.prompt,
        negative=TERMS.negative,
        steps=STEPS,
        guidance_scale=3.0,
        image_prompts=alone,
    )
    assert raw(backbone.text_to_image(terms, seeds=[1]))[0] == made[1.0, 0.0]


def test_cancel_stops_and_leaves_the_base_as_it_was(backbone: Backbone) -> None:
    before, told = weights_of(backbone), []
    base = raw(backbone.text_to_image(TERMS, seeds=SEEDS))
    watch = Watch(on_progress=told.append, is_cancelled=lambda: len(told) >= 2)
    with pytest.raises(Cancelled):
        backbone.text_to_image(prompted(), seeds=SEEDS, watch=watch)
    assert len(told) == 3
    assert weights_of(backbone) == before
    assert raw(backbone.text_to_image(TERMS, seeds=SEEDS)) == base


def test_base_is_restored_after_an_exception(backbone: Backbone) -> None:
    def fail(step: Step) -> None:
        raise KeyError(step.stage)

    before = weights_of(backbone)
    with pytest.raises(KeyError):
        backbone.text_to_image(prompted(), seeds=[1], watch=Watch(on_progress=fail))
    assert weights_of(backbone) == before


def test_progress_counts_every_step(backbone: Backbone) -> None:
    told: list[Step] = []
    backbone.text_to_image(TERMS, seeds=[1], watch=Watch(stage="create", on_progress=told.append))
    assert [(step.done, step.total) for step in told] == [(n + 1, STEPS) for n in range(STEPS)]


def test_wide_latents_inpaint_by_blending(tmp_path: Path) -> None:
    wide = tiny_backbone(tmp_path, channels=8, adapter=False)
    nothing = Image.new("L", (SIDE, SIDE), 0)
    source = picture(4)
    made = wide.inpaint(TERMS, images=[source], masks=[nothing], strength=1.0, seeds=[1])
    again = wide.inpaint(TERMS, images=[source], masks=[nothing], strength=1.0, seeds=[2])
    assert raw(made) == raw(again), "with nothing to repaint the seed cannot matter"
    everything = Image.new("L", (SIDE, SIDE), 255)
    free = wide.inpaint(TERMS, images=[source], masks=[everything], strength=1.0, seeds=[1])
    assert raw(free) != raw(made)


def test_values_that_are_not_finite_come_back_black(tmp_path: Path) -> None:
    backbone = tiny_backbone(tmp_path, adapter=False)
    with torch.no_grad():
        backbone.pipe.vae.decoder.conv_out.bias.fill_(float("nan"))
    image = backbone.text_to_image(TERMS, seeds=[1])[0]
    assert not image.any()


def test_a_missing_model_says_what_to_do(tmp_path: Path) -> None:
    for spec in ("nobody/nothing", str(tmp_path), str(tmp_path / "none"), "./none", "openai:URL"):
        with pytest.raises(ModelError) as caught:
            load_backbone(spec)
        assert "\n" not in str(caught.value)
    with pytest.raises(ModelError, match="bespoke models add nobody/nothing"):
        load_backbone("nobody/nothing")


def test_nan_weights_are_refused(tmp_path: Path) -> None:
    folder = write_pipeline(tmp_path / "model")
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    weights["conv_in.bias"][0] = float("nan")
    save_file(weights, path)
    with pytest.raises(ModelError, match="NaN"):
        load_backbone(str(folder))


def test_nan_adapter_is_refused(tmp_path: Path) -> None:
    folder = write_pipeline(tmp_path / "model")
    path = folder / "ip_adapter" / "ip_adapter.safetensors"
    weights = load_file(path)
    weights["image_proj.norm.bias"][0] = float("inf")
    save_file(weights, path)
    with pytest.raises(ModelError, match="NaN"):
        load_backbone(str(folder))


def test_truncated_and_pickled_weights_are_refused(tmp_path: Path) -> None:
    folder = write_pipeline(tmp_path / "model", adapter=False)
    path = folder / "unet" / "diffusion_pytorch_model.safetensors"
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(ModelError):
        load_backbone(str(folder))
    for file in folder.rglob("*.safetensors"):
        torch.save({}, file.with_suffix(".bin"))
        file.unlink()
    with pytest.raises(ModelError, match="safetensors"):
        load_backbone(str(folder))


def test_supports_are_declared(backbone: Backbone, plain_backbone: Backbone) -> None:
    assert backbone.supports.image_prompt
    assert not plain_backbone.supports.image_prompt
    for one in (backbone, plain_backbone):
        assert one.supports.lora
        assert one.supports.inpainting
        assert one.supports.image_to_image
    assert backbone.image_prompt_gap(dim=12, encoder="") == ""
    assert "12" in backbone.image_prompt_gap(dim=13, encoder="")
    assert plain_backbone.image_prompt_gap(dim=12, encoder="").startswith("unsupported")


def test_describe_agrees_with_the_loaded_model(backbone: Backbone) -> None:
    info = describe(str(backbone.folder))
    assert info.supports == backbone.supports
    assert (info.size, info.latent_size) == (backbone.size, backbone.latent_size) == (16, 8)
    assert info.revision == backbone.revision
    assert info.family == "StableDiffusionPipeline"


def test_revision_follows_the_weights_and_not_the_place(tmp_path: Path) -> None:
    folder = write_pipeline(tmp_path / "model", adapter=False)
    shutil.copytree(folder, tmp_path / "copy")
    assert digest_of(folder) == digest_of(tmp_path / "copy")
    path = tmp_path / "copy" / "unet" / "diffusion_pytorch_model.safetensors"
    weights = load_file(path)
    weights["conv_in.bias"][0] += 1
    save_file(weights, path)
    assert digest_of(folder) != digest_of(tmp_path / "copy")


def test_known_families_are_as_diffusers_has_them() -> None:
    for name, family in KNOWN.items():
        assert asked(name) == family


def test_a_family_diffusers_does_not_have(tmp_path: Path) -> None:
    folder = write_pipeline(tmp_path / "model", adapter=False)
    index = folder / "model_index.json"
    index.write_text(index.read_text().replace("StableDiffusionPipeline", "NobodysPipeline"))
    for call in (describe, load_backbone):
        with pytest.raises(ModelError, match="NobodysPipeline"):
            call(str(folder))
