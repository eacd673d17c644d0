"""How far a generator has come: pictures from fixed seeds, the sheet, the card."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from recipes.appraisal import opened, painted, sheet
from recipes.autoencoder import build as build_autoencoder
from recipes.cards import card, written
from recipes.conversion import text_tower
from recipes.encoder import build as build_encoder
from recipes.painter import Painter, export

from .conftest import SMALL_AUTOENCODER, SMALL_UNET

SETTINGS = {"steps": 2, "guidance_scale": 2.0, "guidance_rescale": 0.5}


def test_image_prompts_are_shared_by_the_batch(
    tmp_path: Path, tokenizer: Any, encoder_config: Any
) -> None:
    torch.manual_seed(0)
    text = text_tower(build_encoder(encoder_config), encoder_config, tokenizer).text_model
    painter, folder = Painter(SMALL_UNET, embedding=16), tmp_path / "sticker"
    export(painter, build_autoencoder(SMALL_AUTOENCODER), text, tokenizer, folder)
    pipe = opened(folder, image_prompts=True)
    one, other = torch.nn.functional.normalize(torch.randn(2, 3, 16), dim=-1)

    def seen(look: torch.Tensor) -> list[Any]:
        images = painted(pipe, ["a cat", "a dog"], SETTINGS, look_KD=look)
        return [np.asarray(image) for image in images]

    first, again, different = seen(one), seen(one), seen(other)
    assert [a.shape for a in first] == [(64, 64, 3)] * 2
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(first, different, strict=True))


def test_the_sheet_holds_every_picture() -> None:
    page = sheet([Image.new("RGB", (8, 8), "red")] * 5, columns=3)
    assert page.size == (36, 24)
    assert page.getpixel((3, 15)) == (255, 0, 0)
    assert page.getpixel((27, 15)) != (255, 0, 0)


def test_a_card_names_both_licences(tmp_path: Path) -> None:
    text = card(title="T", what="W", command="C", figures={"f": 1}, limits=["L"])
    written(tmp_path, text)
    found = (tmp_path / "README.md").read_text()
    assert all(part in found for part in ("# T", "MIT", "Apache-2.0", '"f": 1', "- L", "C"))
