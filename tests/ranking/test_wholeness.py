"""Has a drawn picture come out? The learned judge, and what it sees."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generators.drawn import render, sample
from ranking.checks.wholeness import SIDE, brokenness, loaded, view
from ranking.pixels import read
from studio.errors import ModelError


@pytest.mark.parametrize("size", [(128, 128), (64, 64), (128, 96), (50, 70), (1, 1)])
def test_any_picture_is_seen_at_one_size(size: tuple[int, int]) -> None:
    seen = view(read(Image.new("RGBA", size, (255, 0, 0, 255)), 128))
    assert seen.shape == (4, SIDE, SIDE)
    middle = seen[:, SIDE // 2, SIDE // 2]
    assert middle.tolist() == pytest.approx([1, -1, -1, 1])


def test_no_pictures_no_answers_and_weights_that_are_missing(tmp_path: Path) -> None:
    assert brokenness([]) == []
    with pytest.raises(ModelError, match="install Bespoke again"):
        loaded(tmp_path / "model.safetensors")


@pytest.mark.slow
def test_drawings_are_whole_and_their_shreds_are_not() -> None:
    random = np.random.default_rng(0)
    drawings = [replace(sample(seed), background="none") for seed in range(24)]
    whole = [render(drawing, 128).convert("RGBA") for drawing in drawings]
    said = np.array(brokenness([view(read(image, 128)) for image in whole]))
    torn = [_shredded(image, random) for image in whole]
    said_of_torn = np.array(brokenness([view(read(image, 128)) for image in torn]))
    assert (said < 0.5).mean() > 0.9
    assert (said_of_torn > said).mean() > 0.9


def _shredded(image: Image.Image, random: np.random.Generator) -> Image.Image:
    """The same colours in patches of 8 × 8 pixels, shuffled and soft."""
    rgba = np.asarray(image).reshape(16, 8, 16, 8, 4).transpose(0, 2, 1, 3, 4).reshape(256, 8, 8, 4)
    mixed = rgba[random.permutation(256)].reshape(16, 16, 8, 8, 4).transpose(0, 2, 1, 3, 4)
    small = Image.fromarray(np.ascontiguousarray(mixed.reshape(128, 128, 4)), "RGBA")
    return small.resize((40, 40), Image.Resampling.BILINEAR).resize((128, 128))
