"""The bundled generator: a small latent-diffusion model in plain diffusers format.

Run: ``python -m recipes.generator --data DIR --out DIR --models DIR --minutes 80``, where
``--models`` holds ``vae`` (recipes.autoencoder) and ``encoder`` (recipes.encoder). The UNet and
its image-prompt layers (IP-Adapter, arXiv 2308.06721, eq. 5) are trained together. Velocity
prediction on a zero-terminal-SNR schedule (arXiv 2305.08891, section 3), weighted as a loss on
the clean latent, so that high noise, where the shape is decided, counts most.
Legend: B batch, C channels, h × w latent cells, L tokens, K image prompts, D embedding.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel

from recipes.conditioning import Conditions, conditions, same_style
from recipes.conversion import text_tower
from recipes.corpus import STYLE_WORDS, Corpus, drawn_art, drawn_style_words, real_art
from recipes.encoder import loaded
from recipes.export import finite, folder_replaced, written_half
from recipes.latents import Latents, computed, shifted
from recipes.tokenizer import ids
from recipes.training import Average, Run, curve, options, rate, set_rate

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
DEFAULTS: dict[str, Any] = {
    "steps": 12,
    "guidance_scale": 3.0,
    "guidance_rescale": 0.5,
    "ip_scale": 1.0,
    "edit_strength": 0.6,
    "size": 128,
}
TOKENS = 4  # a picture's image-prompt tokens, as IP-Adapter has
PEAK_RATE = 7e-4
BATCH = 32


def plain_unet(config: dict[str, Any]) -> Any:
    """A fresh UNet2DConditionModel of `config`."""
    from diffusers import UNet2DConditionModel

    return UNet2DConditionModel(**config)


def schedule() -> Any:
    """The noise schedule, as the scheduler the bundled pipeline samples with."""
    from diffusers import DDIMScheduler

    return DDIMScheduler(**SCHEDULE)


class Painter(nn.Module):
    """A UNet with image-prompt layers and the projection that feeds them, trained as one."""

    def __init__(self, unet: dict[str, Any], *, embedding: int) -> None:
        super().__init__()
        self.unet: Any = plain_unet(unet)
        self.unet._load_ip_adapter_weights([self._fresh(embedding)], low_cpu_mem_usage=False)
        self.projection: Any = self.unet.encoder_hid_proj.image_projection_layers[0]
        self.unet.encoder_hid_proj = None  # its tokens are made here, so that a mask can hide them

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
        self, noisy_BChw: Tensor, t_B: Tensor, text_BLW: Tensor, prompt_BKD: Tensor, shown_B: Tensor
    ) -> Tensor:
        """Predicted velocity, B×C×h×w. Hidden prompts are zero tokens: they add exactly nothing."""
        batch, prompts, _ = prompt_BKD.shape
        tokens = self.projection(prompt_BKD.flatten(0, 1)).unflatten(0, (batch, prompts))
        tokens = tokens * shown_B[:, None, None, None].to(tokens.dtype)
        answer: Tensor = self.unet(noisy_BChw, t_B, (text_BLW, [tokens])).sample
        return answer


def image_layers(unet: Any) -> list[tuple[int, str]]:
    """IP-Adapter's numbers (1, 3, 5 …) and module names of the cross-attention layers."""
    names = [n for n in unet.attn_processors if n.endswith("attn2.processor")]
    return [(2 * i + 1, name.removesuffix(".processor")) for i, name in enumerate(names)]


def clean_loss(
    painter: Painter, clean_BChw: Tensor, told: Conditions, text_BLW: Tensor, alphas_T: Tensor
) -> Tensor:
    """Velocity loss times sigma², which is the squared error of the clean latent."""
    batch = clean_BChw.shape[0]
    t_B = torch.randint(0, len(alphas_T), (batch,))
    alpha = alphas_T[t_B].sqrt()[:, None, None, None].to(clean_BChw.device)
    sigma = (1 - alphas_T[t_B]).sqrt()[:, None, None, None].to(clean_BChw.device)
    noise = torch.randn(clean_BChw.shape).to(clean_BChw.device)
    noisy = alpha * clean_BChw + sigma * noise
    target = alpha * noise - sigma * clean_BChw
    said = painter(
        noisy,
        t_B.to(clean_BChw.device),
        text_BLW,
        told.prompt_BKD.to(clean_BChw.device),
        told.shown_B.to(clean_BChw.device),
    )
    return (sigma**2 * (said.float() - target) ** 2).mean()


def weights_of_rows(art: Corpus) -> Any:
    """How often each picture is drawn: seven in ten real, three in ten from the drawn world."""
    real = np.asarray([not style.startswith("drawn_") for style in art.styles])
    share = np.where(real, 0.7 / max(1, real.sum()), 0.3 / max(1, (~real).sum()))
    return share / share.sum()


def train(
    painter: Painter,
    art: Corpus,
    known: Latents,
    run: Run,
    *,
    text: Any,
    tokenizer: Any,
    words: dict[str, str],
    resume: bool,
    device: str,
    batch: int,
    on_save: Any = None,
) -> Average:
    """Train in place until the run ends; returns the averaged weights.

    `text` is the frozen text tower; `on_save(average)` is called after each checkpoint.
    """
    alphas_T = schedule().alphas_cumprod
    painter.to(device).train()
    painter.unet.to(memory_format=torch.channels_last)
    text = text.to(device).eval()
    optimizer = torch.optim.AdamW(
        painter.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01
    )
    average = Average(painter, 0.998)
    run.kept = {"painter": painter, "average": average, "optimizer": optimizer}
    if resume and run.resume():
        print(f"resumed at step {run.step}", flush=True)
    average.to(device)
    share, peers = weights_of_rows(art), same_style(art)
    saving = (lambda: on_save(average)) if on_save else None
    for step in run.loop(on_save=saving):
        random = run.random()
        rows = random.choice(len(art), size=batch, p=share)
        clean = shifted(known.latent_NChw[rows].float(), random).to(device)
        told = conditions(art, list(rows), known.image_2ND, words, random, peers=peers)
        set_rate(optimizer, rate(run.progress, step, PEAK_RATE))
        with torch.autocast(device, torch.bfloat16), sdpa_kernel(SDPBackend.MATH):
            with torch.no_grad():
                text_BLW = text(ids(tokenizer, told.texts).to(device)).last_hidden_state
            loss = clean_loss(painter, clean, told, text_BLW, alphas_T)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(painter.parameters(), 1.0)
        optimizer.step()
        average.update(painter)
        run.note(loss.item())
    return average


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
        (folder / "defaults.json").write_text(json.dumps(DEFAULTS, indent=2) + "\n")


def main(arguments: list[str] | None = None) -> None:
    """Train and export."""
    from diffusers import AutoencoderKL

    parser = options(__doc__ or "")
    parser.add_argument("--models", type=Path, required=True, help="holds vae/ and encoder/")
    given = parser.parse_args(arguments)
    vae = AutoencoderKL.from_pretrained(given.models / "vae", torch_dtype=torch.float32)
    encoder, tokenizer, config, _ = loaded(given.models / "encoder")
    text = text_tower(encoder, config, tokenizer).text_model
    cache = given.work / "corpus"
    art = real_art(given.data, cache=cache).where("train") if given.data else None
    words = dict(STYLE_WORDS)
    if given.drawn:
        drawn, words = drawn_art(given.drawn, cache=cache), words | drawn_style_words()
        art = art.joined(drawn) if art else drawn
    assert art is not None, "give --data or --drawn"
    known = computed(art, vae, encoder, device=given.device, cache=cache)
    torch.manual_seed(given.seed)
    painter = Painter(UNET, embedding=config["embed_dim"])
    run = Run(
        out=given.work / "generator", seed=given.seed, minutes=given.minutes, steps=given.steps
    )

    def finished(average: Average) -> None:
        weights = {name: value.cpu() for name, value in average.weights().items()}
        with torch.random.fork_rng(devices=[]):
            best = Painter(UNET, embedding=config["embed_dim"])
        best.load_state_dict(weights)
        export(best, vae, text, tokenizer, given.out)

    finished(
        train(
            painter,
            art,
            known,
            run,
            text=text,
            tokenizer=tokenizer,
            words=words,
            resume=given.resume,
            device=given.device,
            batch=BATCH,
            on_save=finished,
        )
    )
    print("curve", curve(run.losses))


if __name__ == "__main__":
    main(sys.argv[1:])
