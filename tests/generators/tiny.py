"""Tiny real models for the tests of generators: a Stable Diffusion of 16 px, with an IP-Adapter."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from generators.backbone import Backbone, load_backbone
from studio import testing
from studio.content import Item, Picture
from studio.guidance import Guidance, RoutePlan

DIM = 12
KIND = "poster"
SIDE = 16
STEPS = 4


def write_tokenizer(folder: Path) -> None:
    folder.mkdir(parents=True)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [*letters, *(letter + "</w>" for letter in letters), "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")


def write_pipeline(folder: Path, *, seed: int = 0, channels: int = 4, adapter: bool = True) -> Path:
    """A random StableDiffusionPipeline of 16 px in ``folder``, as diffusers writes it."""
    import torch
    from diffusers import (
        AutoencoderKL,
        DDIMScheduler,
        StableDiffusionPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

    torch.manual_seed(seed)
    write_tokenizer(folder.parent / f"{folder.name}-words")
    tokenizer = CLIPTokenizer.from_pretrained(
        folder.parent / f"{folder.name}-words", model_max_length=16
    )
    unet = UNet2DConditionModel(
        sample_size=8,
        in_channels=channels,
        out_channels=channels,
        block_out_channels=(16, 32),
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
        layers_per_block=1,
        cross_attention_dim=24,
        attention_head_dim=8,
        norm_num_groups=8,
    )
    pipe = StableDiffusionPipeline(
        vae=AutoencoderKL(
            block_out_channels=(8, 16),
            latent_channels=channels,
            norm_num_groups=4,
            sample_size=16,
            down_block_types=("DownEncoderBlock2D",) * 2,
            up_block_types=("UpDecoderBlock2D",) * 2,
        ),
        text_encoder=CLIPTextModel(
            CLIPTextConfig(
                vocab_size=54,
                hidden_size=24,
                intermediate_size=48,
                num_hidden_layers=1,
                num_attention_heads=2,
                max_position_embeddings=16,
                bos_token_id=52,
                eos_token_id=53,
            )
        ),
        tokenizer=tokenizer,
        unet=unet,
        scheduler=DDIMScheduler(
            beta_schedule="scaled_linear",
            clip_sample=False,
            set_alpha_to_one=False,
            timestep_spacing="trailing",
            steps_offset=1,
        ),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.save_pretrained(folder)
    (folder / "defaults.json").write_text(
        json.dumps({"steps": STEPS, "guidance_scale": 3.0, "ip_scale": 0.8, "edit_strength": 0.5})
    )
    if adapter:
        write_adapter(folder, pipe.unet)
    return folder


def write_adapter(folder: Path, unet: Any) -> None:
    """A random IP-Adapter in its published format: keys by the place of each attention layer."""
    import torch
    from safetensors.torch import save_file

    generator = torch.Generator().manual_seed(5)

    def random(*shape: int) -> torch.Tensor:
        return torch.randn(shape, generator=generator) * 0.3

    width = 24
    weights = {
        "image_proj.proj.weight": random(4 * width, DIM),
        "image_proj.proj.bias": random(4 * width),
        "image_proj.norm.weight": torch.ones(width),
        "image_proj.norm.bias": torch.zeros(width),
    }
    key = 1
    for name in unet.attn_processors:
        if name.endswith("attn1.processor"):
            continue
        block = unet.get_submodule(name.removesuffix(".processor"))
        for side in ("k", "v"):
            weights[f"ip_adapter.{key}.to_{side}_ip.weight"] = random(
                block.to_q.out_features, width
            )
        key += 2
    (folder / "ip_adapter").mkdir()
    save_file(weights, folder / "ip_adapter" / "ip_adapter.safetensors")


def tiny_backbone(folder: Path, **options: Any) -> Backbone:
    """A freshly written tiny pipeline, loaded as any other."""
    return load_backbone(str(write_pipeline(folder / "model", **options)), device="cpu")


def vectors(count: int, seed: int, dim: int = DIM) -> np.ndarray:
    """(count, dim) random unit vectors, float32."""
    raw = np.random.default_rng(seed).normal(size=(count, dim)).astype(np.float32)
    return raw / np.linalg.norm(raw, axis=1, keepdims=True)


def guidance(**changes: Any) -> Guidance:
    """Guidance of the request alone, with changes."""
    empty = np.zeros((0, DIM), np.float32)
    fields: dict[str, Any] = {
        "prompt": "a happy cat",
        "negative": "blur",
        "kind": KIND,
        "encoder": "e",
        "target_D": vectors(1, 99)[0],
        "interests_KD": empty,
        "image_prompts_ND": empty,
        "interest_weights_K": np.zeros(0, np.float32),
        "image_prompt_weights_N": np.zeros(0, np.float32),
        "avoid_D": np.zeros(DIM, np.float32),
    }
    return Guidance(**(fields | changes))


def personal(**changes: Any) -> Guidance:
    """Guidance with two image prompts."""
    prompts = {
        "image_prompts_ND": vectors(2, 7),
        "image_prompt_weights_N": np.float32([0.9, 0.5]),
    }
    return guidance(**(prompts | changes))


def picture(seed: int, size: tuple[int, int] = (SIDE, SIDE), mode: str = "RGB") -> Image.Image:
    """Random pixels."""
    depth = {"L": (), "RGB": (3,), "RGBA": (4,)}[mode]
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], *depth))
    return Image.fromarray(pixels.astype(np.uint8), mode)


def given(image: Image.Image) -> Picture:
    """The picture as it comes with a request."""
    return Picture(sha256=hashlib.sha256(image.tobytes()).hexdigest(), image=image)


def plan(route: str, count: int) -> RoutePlan:
    """A plan for one route."""
    return RoutePlan(route=route, count=count, reason="test")


class ShelfGallery(testing.MemoryGallery):
    """A gallery of random pictures, each with a vector of its own."""

    def __init__(self) -> None:
        super().__init__(dim=DIM)

    def put(
        self, name: str, vector: np.ndarray, *, style: str = "", owner: str = "", caption: str = ""
    ) -> Item:
        unit = (vector / np.linalg.norm(vector)).astype(np.float32)
        image = picture(len(self.held) + 1, mode="RGBA")
        blob = hashlib.sha256(image.tobytes()).hexdigest()
        said = {"style": style, "owner": owner, "caption": caption, "kind": KIND}
        item = Item(item_id=name, blob=blob, **said)
        return self.hold(item, image, unit)
