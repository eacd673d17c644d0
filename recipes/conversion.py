"""open_clip towers as transformers models, exactly: the same numbers under other names."""

from __future__ import annotations

from typing import Any

from torch import Tensor


def _blocks(state: dict[str, Tensor], ours: str, theirs: str) -> dict[str, Tensor]:
    """Residual blocks of one open_clip transformer as a transformers CLIPEncoder's."""
    found: dict[str, Tensor] = {}
    plain = {
        "ln_1": "layer_norm1",
        "ln_2": "layer_norm2",
        "mlp.c_fc": "mlp.fc1",
        "mlp.c_proj": "mlp.fc2",
        "attn.out_proj": "self_attn.out_proj",
    }
    for key, value in state.items():
        if not key.startswith(ours + "."):
            continue
        index, rest = key[len(ours) + 1 :].split(".", 1)
        block = f"{theirs}.{index}"
        if rest.startswith("attn.in_proj_"):
            kind = rest.removeprefix("attn.in_proj_")
            for name, part in zip("qkv", value.chunk(3), strict=True):
                found[f"{block}.self_attn.{name}_proj.{kind}"] = part.clone()
        else:
            name, kind = rest.rsplit(".", 1)
            found[f"{block}.{plain[name]}.{kind}"] = value
    return found


def text_tower(model: Any, config: dict[str, Any], tokenizer: Any) -> Any:
    """The text tower as CLIPTextModelWithProjection.

    `model` is an open_clip CLIP built of `config` (its `model_cfg`). Same hidden states and
    embeddings within 1e-4 (tested).
    """
    from transformers import CLIPTextConfig, CLIPTextModelWithProjection

    text = config["text_cfg"]
    state = model.state_dict()
    tower = CLIPTextModelWithProjection(
        CLIPTextConfig(
            vocab_size=text["vocab_size"],
            hidden_size=text["width"],
            intermediate_size=text["width"] * 4,
            num_hidden_layers=text["layers"],
            num_attention_heads=text["heads"],
            max_position_embeddings=text["context_length"],
            projection_dim=config["embed_dim"],
            hidden_act="quick_gelu" if config.get("quick_gelu") else "gelu",
            bos_token_id=tokenizer.bos_token_id,
            eos_token_id=tokenizer.eos_token_id,
            pad_token_id=tokenizer.pad_token_id,
        )
    )
    named = {
        "text_model.embeddings.token_embedding.weight": state["token_embedding.weight"],
        "text_model.embeddings.position_embedding.weight": state["positional_embedding"],
        "text_model.final_layer_norm.weight": state["ln_final.weight"],
        "text_model.final_layer_norm.bias": state["ln_final.bias"],
        "text_projection.weight": state["text_projection"].T.contiguous(),
        **_blocks(state, "transformer.resblocks", "text_model.encoder.layers"),
    }
    tower.load_state_dict(named)
    return tower.eval()


def vision_tower(model: Any, config: dict[str, Any]) -> Any:
    """The picture tower as CLIPVisionModelWithProjection (same embeddings within 1e-4, tested)."""
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    vision = config["vision_cfg"]
    state = model.state_dict()
    tower = CLIPVisionModelWithProjection(
        CLIPVisionConfig(
            hidden_size=vision["width"],
            intermediate_size=vision["width"] * 4,
            num_hidden_layers=vision["layers"],
            num_attention_heads=vision["width"] // vision["head_width"],
            image_size=vision["image_size"],
            patch_size=vision["patch_size"],
            projection_dim=config["embed_dim"],
            hidden_act="quick_gelu" if config.get("quick_gelu") else "gelu",
        )
    )
    named = {
        "vision_model.embeddings.class_embedding": state["visual.class_embedding"],
        "vision_model.embeddings.position_embedding.weight": state["visual.positional_embedding"],
        "vision_model.embeddings.patch_embedding.weight": state["visual.conv1.weight"],
        "vision_model.pre_layrnorm.weight": state["visual.ln_pre.weight"],
        "vision_model.pre_layrnorm.bias": state["visual.ln_pre.bias"],
        "vision_model.post_layernorm.weight": state["visual.ln_post.weight"],
        "vision_model.post_layernorm.bias": state["visual.ln_post.bias"],
        "visual_projection.weight": state["visual.proj"].T.contiguous(),
        **_blocks(state, "visual.transformer.resblocks", "vision_model.encoder.layers"),
    }
    tower.load_state_dict(named)
    return tower.eval()
