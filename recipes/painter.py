"""The generator as a module to train and as the diffusers folder it is shipped in.

A stock UNet2DConditionModel with IP-Adapter layers (arXiv 2308.06721, eq. 5), the projection that
feeds them, and a source adapter, the input channels that InstructPix2Pix adds for the picture to
be edited (arXiv 2211.09800, section 3.2), trained as one. Legend: B batch, C channels, h × w
latent cells, L words, W text width, K image prompts, D embedding.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from recipes.export import finite, folder_replaced, written_half

UNET: dict[str, Any] = {
    "sample_size": 32,
    "in_channels": 4,
    "out_channels": 4,
    "block_out_channels": (48, 96, 128),
    "down_block_types": ("DownBlock2D", "DownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "UpBlock2D", "UpBlock2D"),
    "layers_per_block": 1,
    "cross_attention_dim": 160,
    "attention_head_dim": (2, 3, 4),  # diffusers reads it as the number of heads
    "norm_num_groups": 16,
    "addition_embed_type": "text",  # pooled words join the timestep and so reach every block
    "addition_embed_type_num_heads": 4,
}
SCHEDULE: dict[str, Any] = {
    "num_train_timesteps": 1000,
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "prediction_type": "v_prediction",
    "rescale_betas_zero_snr": True,
    "timestep_spacing": "trailing",
    "clip_sample": False,
    "set_alpha_to_one": True,
    "steps_offset": 1,
}
START = 99
"""Timestep whose noise a source is put under when it is remade; see ``recipes.generator``."""
DEFAULTS: dict[str, Any] = {
    "steps": 16,
    "guidance_scale": 3.0,
    "guidance_rescale": 0.5,
    "guidance_stop": 0.5,
    "ip_scale": 1.0,
    "edit_strength": 0.35,
    "restyle_strength": 0.45,
    "inpaint_strength": 0.9,
    "revise_steps": 4,
    "revise_guidance_scale": 1.4,
    "revise_strength": (START + 1) / SCHEDULE["num_train_timesteps"],
    "revise_detail": True,
    "size": 128,
}
TOKENS = 4  # a picture's image-prompt tokens, as IP-Adapter has


def plain_unet(config: dict[str, Any]) -> Any:
    """A fresh UNet2DConditionModel of `config`."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(**config)


def schedule() -> Any:
    """The noise schedule, as the scheduler the bundled pipeline samples with."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(**SCHEDULE)


class Painter(nn.Module):
    """A UNet with image-prompt layers, their projection, and a source adapter, trained as one."""

    def __init__(self, unet: dict[str, Any], *, embedding: int) -> None:
        super().__init__()
        self.unet: Any = plain_unet(unet)
        self.unet._load_ip_adapter_weights([self._fresh(embedding)], low_cpu_mem_usage=False)
        self.projection: Any = self.unet.encoder_hid_proj.image_projection_layers[0]
        self.unet.encoder_hid_proj = None  # its tokens are made here, so that a mask can hide them
        pooled = self.unet.add_embedding
        if pooled is not None:  # silent at first: weights from before there was any start unharmed
            nn.init.zeros_(pooled.norm2.weight)
            pooled.register_forward_pre_hook(_words_alone)
        first = self.unet.conv_in
        self.source = nn.Conv2d(
            first.in_channels, first.out_channels, 3, padding=1, bias=False
        ).requires_grad_()
        nn.init.zeros_(self.source.weight)
        self._source_BChw: Tensor | None = None
        first.register_forward_hook(self._with_source)

    def _with_source(self, layer: Any, given: Any, found: Tensor) -> Tensor:
        if self._source_BChw is None:
            return found
        added: Tensor = self.source(self._source_BChw)
        return found + added

    def _fresh(self, embedding: int) -> dict[str, dict[str, Tensor]]:
        width = self.unet.config.cross_attention_dim
        projection = nn.Linear(embedding, TOKENS * width)
        state = {
            "proj.weight": projection.weight.detach(),
            "proj.bias": projection.bias.detach(),
            "norm.weight": torch.ones(width),
            "norm.bias": torch.zeros(width),
        }
        layers = {}
        for key, name in image_layers(self.unet):
            out = self.unet.get_submodule(name).to_k.weight.shape[0]
            for kind in ("to_k_ip", "to_v_ip"):
                layers[f"{key}.{kind}.weight"] = nn.Linear(width, out, bias=False).weight.detach()
        return {"image_proj": state, "ip_adapter": layers}

    def forward(
        self,
        noisy_BChw: Tensor,
        t_B: Tensor,
        text_BLW: Tensor,
        prompt_BKD: Tensor,
        shown_B: Tensor,
        *,
        source_BChw: Tensor | None = None,
    ) -> Tensor:
        """Predicted velocity, B×C×h×w. Hidden prompts are zero tokens: they add exactly nothing.

        `source_BChw` are unscaled latents of the pictures to edit, zeros for none, which add
        exactly nothing too.
        """
        batch, prompts, _ = prompt_BKD.shape
        tokens = self.projection(prompt_BKD.flatten(0, 1)).unflatten(0, (batch, prompts))
        tokens = tokens * shown_B[:, None, None, None].to(tokens.dtype)
        with self.beside(source_BChw):
            answer: Tensor = self.unet(noisy_BChw, t_B, (text_BLW, [tokens])).sample
        return answer

    @contextmanager
    def beside(self, source_BChw: Tensor | None) -> Iterator[None]:
        """Within it the first convolution has the sources beside whatever it is given."""
        self._source_BChw = source_BChw
        try:
            yield
        finally:
            self._source_BChw = None

    def start_from(self, folder: Path) -> None:
        """Take the weights of an exported folder; what it lacks (a source adapter) stays fresh."""
        from safetensors.torch import load_file

        state = load_file(folder / "unet" / "diffusion_pytorch_model.safetensors")
        found = {f"unet.{name}": value for name, value in state.items()}
        shown = load_file(folder / "ip_adapter" / "ip_adapter.safetensors")
        mine = image_prompt_file(self)
        if set(mine) != set(shown):
            raise ValueError(f"{folder} has other image-prompt layers than this model")
        with torch.no_grad():
            for name, weight in mine.items():
                weight.copy_(shown[name])
        source = folder / "source_adapter" / "source_adapter.safetensors"
        if source.exists():
            found["source.weight"] = load_file(source)["conv_in.weight"]
        wrong = self.load_state_dict(found, strict=False).unexpected_keys
        if wrong:
            raise ValueError(f"{folder} holds weights that this model lacks: {wrong[:3]}")


def _words_alone(layer: Any, given: tuple[Any, ...]) -> tuple[Tensor]:
    """Of words with image prompts beside them, the words."""
    return (given[0][0] if isinstance(given[0], tuple) else given[0],)


def image_layers(unet: Any) -> list[tuple[int, str]]:
    """IP-Adapter's numbers (1, 3, 5 …) and module names of the cross-attention layers."""
    names = [n for n in unet.attn_processors if n.endswith("attn2.processor")]
    return [(2 * i + 1, name.removesuffix(".processor")) for i, name in enumerate(names)]


def image_prompt_file(painter: Painter) -> dict[str, Tensor]:
    """The image-prompt layers in IP-Adapter's own file format."""
    state = {
        "image_proj.proj.weight": painter.projection.image_embeds.weight,
        "image_proj.proj.bias": painter.projection.image_embeds.bias,
        "image_proj.norm.weight": painter.projection.norm.weight,
        "image_proj.norm.bias": painter.projection.norm.bias,
    }
    for key, name in image_layers(painter.unet):
        processor = painter.unet.get_submodule(name).processor
        state[f"ip_adapter.{key}.to_k_ip.weight"] = processor.to_k_ip[0].weight
        state[f"ip_adapter.{key}.to_v_ip.weight"] = processor.to_v_ip[0].weight
    return state


def export(painter: Painter, vae: Any, text: Any, tokenizer: Any, out: Path) -> None:
    """Write a StableDiffusionPipeline folder with ``ip_adapter/`` and ``defaults.json``."""
    from diffusers import StableDiffusionPipeline
    from safetensors.torch import save_file

    plain = type(painter.unet).from_config(painter.unet.config, encoder_hid_dim_type=None)
    state = {k: v for k, v in painter.unet.state_dict().items() if ".processor." not in k}
    plain.load_state_dict(state)
    with folder_replaced(out) as folder:
        for name, model in (("vae", vae), ("unet", plain), ("text_encoder", text)):
            written_half(model, folder / name)
        pipe: Any = StableDiffusionPipeline(
            vae=vae,
            text_encoder=text,
            tokenizer=tokenizer,
            unet=plain,
            scheduler=schedule(),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
        pipe.save_config(folder)
        tokenizer.save_pretrained(folder / "tokenizer")
        schedule().save_pretrained(folder / "scheduler")
        (folder / "ip_adapter").mkdir()
        save_file(
            finite(image_prompt_file(painter), "image prompt"),
            folder / "ip_adapter" / "ip_adapter.safetensors",
        )
        (folder / "source_adapter").mkdir()
        save_file(
            finite({"conv_in.weight": painter.source.weight}, "source adapter"),
            folder / "source_adapter" / "source_adapter.safetensors",
        )
        (folder / "defaults.json").write_text(json.dumps(DEFAULTS, indent=2) + "\n")
