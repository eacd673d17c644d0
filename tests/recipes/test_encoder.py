"""The encoder recipe: the loss by hand, loading through open_clip, exact conversion."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import open_clip
import pytest
import torch

from recipes.conversion import text_tower, vision_tower
from recipes.corpus import Corpus
from recipes.encoder import build, contrast, export, fits, loaded, measures, train
from recipes.tokenizer import END, START, ids
from recipes.training import Run
from recipes.wording import Wording

from .conftest import Interrupted


@pytest.fixture
def folder(tmp_path: Path, encoder_config: Any, tokenizer: Any, words: dict[str, str]) -> Path:
    torch.manual_seed(0)
    weights = build(encoder_config).state_dict()
    export(weights, encoder_config, tokenizer, words, tmp_path / "encoder")
    return tmp_path / "encoder"


def test_the_end_is_the_highest_id_and_pads(tokenizer: Any) -> None:
    assert tokenizer.eos_token_id == tokenizer.pad_token_id == len(tokenizer) - 1
    row = ids(tokenizer, ["A Cat"])[0].tolist()
    assert tokenizer.convert_ids_to_tokens(row)[0] == START
    assert row[-1] == tokenizer.convert_tokens_to_ids(END)
    assert row == ids(tokenizer, ["a  cat"])[0].tolist()


def test_every_character_has_an_id(tokenizer: Any) -> None:
    text = "日本 é 😀 \x07 9"
    tokens = tokenizer.convert_ids_to_tokens(tokenizer(text).input_ids)
    assert END not in tokens[:-1]


def test_which_texts_fit() -> None:
    said = [
        Wording(text="cat", name="cat", style=""),
        Wording(text="cat, flat", name="cat", style="flat"),
        Wording(text="flat", name="", style="flat"),
    ]
    called = [frozenset({"cat", "pet"}), frozenset({"dog", "pet"}), frozenset({"cat"})]
    table = fits(said, called, ["flat", "flat", "line"]).tolist()
    assert table == [[1, 1, 1], [0, 0, 1], [1, 0, 0]]


def test_contrast_by_hand() -> None:
    image = torch.eye(2)
    loss = contrast(image, image, torch.eye(2), torch.tensor(1.0))
    assert float(loss) == pytest.approx(math.log(1 + math.exp(-1)), abs=1e-6)


def test_open_clip_loads_the_folder(folder: Path) -> None:
    model, _, preprocess = open_clip.create_model_and_transforms(f"local-dir:{folder}")
    tokenize = open_clip.get_tokenizer(f"local-dir:{folder}")
    ours, tokenizer, _, _ = loaded(folder)
    texts = ["a happy cat", "Red  apple, flat style"]
    assert torch.equal(tokenize(texts), ids(tokenizer, texts))
    with torch.inference_mode():
        model.eval()
        same = model.encode_text(tokenize(texts))
        assert torch.equal(same, ours.encode_text(tokenize(texts)))
    assert preprocess is not None


def test_towers_convert_exactly(folder: Path) -> None:
    model, tokenizer, config, _ = loaded(folder)
    tokens = ids(tokenizer, ["a happy cat", "", "a very long text " * 20])
    image = torch.randn(2, 3, 64, 64)
    text, vision = text_tower(model, config, tokenizer), vision_tower(model, config)
    with torch.inference_mode():
        gap = text(input_ids=tokens).text_embeds - model.encode_text(tokens)
        assert gap.abs().max() < 1e-4
        gap = vision(pixel_values=image).image_embeds - model.encode_image(image)
        assert gap.abs().max() < 1e-4


def test_resumed_equals_uninterrupted(
    tmp_path: Path, art: Corpus, words: dict[str, str], tokenizer: Any, encoder_config: Any
) -> None:
    def trained(run: Run, *, resume: bool = False) -> dict[str, torch.Tensor]:
        torch.manual_seed(0)
        return train(
            build(encoder_config),
            tokenizer,
            art,
            run,
            words=words,
            resume=resume,
            device="cpu",
            batch=4,
        ).weights()

    whole = trained(Run(out=tmp_path / "whole", steps=4))
    with pytest.raises(KeyboardInterrupt):
        trained(Interrupted(out=tmp_path / "parts", steps=4, every_s=0.0))
    parts = trained(Run(out=tmp_path / "parts", steps=4), resume=True)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_measures_are_shares(folder: Path, art: Corpus, words: dict[str, str]) -> None:
    model, tokenizer, _, _ = loaded(folder)
    found = measures(model, tokenizer, art, words)["mean"]
    assert all(0 <= value <= 1 for value in found.values())
