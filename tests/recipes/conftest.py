"""A handful of drawn pictures and the smallest models of our kind."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from recipes.autoencoder import CONFIG as AUTOENCODER
from recipes.corpus import Corpus, drawn_art, drawn_style_words
from recipes.encoder import CONFIG as ENCODER
from recipes.encoder import vocabulary
from recipes.painter import UNET
from recipes.training import Run

SMALL_AUTOENCODER: dict[str, Any] = {
    **AUTOENCODER,
    "block_out_channels": (8, 8, 16),
    "norm_num_groups": 4,
    "sample_size": 64,
}
SMALL_UNET: dict[str, Any] = {
    **UNET,
    "sample_size": 16,
    "block_out_channels": (8, 16, 16),
    "attention_head_dim": 2,
    "cross_attention_dim": 32,
    "norm_num_groups": 4,
}


class Interrupted(Run):
    """A run that is stopped right after its second step was kept."""

    def save(self) -> None:
        super().save()
        if self.step == 2:
            raise KeyboardInterrupt


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def art() -> Corpus:
    return drawn_art(12, size=64)


@pytest.fixture(scope="session")
def words() -> dict[str, str]:
    return drawn_style_words()


@pytest.fixture(scope="session")
def tokenizer(art: Corpus, words: dict[str, str]) -> Any:
    return vocabulary(art, words, size=700)


@pytest.fixture(scope="session")
def encoder_config(tokenizer: Any) -> dict[str, Any]:
    text = {"width": 32, "heads": 2, "layers": 2, "vocab_size": len(tokenizer)}
    vision = {"image_size": 64, "width": 32, "layers": 2, "head_width": 16}
    return {
        "embed_dim": 16,
        "vision_cfg": {**ENCODER["vision_cfg"], **vision},
        "text_cfg": {**ENCODER["text_cfg"], **text},
    }
