"""A pipeline that knows its device computes what the plain one computes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from diffusers import StableDiffusionPipeline

from generators.settled import settled
from tests.generators.tiny import tiny_backbone


def drawn(pipe: StableDiffusionPipeline) -> np.ndarray:
    return pipe(
        prompt="a cat",
        num_inference_steps=2,
        generator=torch.Generator("cpu").manual_seed(3),
        output_type="np",
    ).images


def test_the_same_pictures_and_the_device_looked_up_once(tmp_path: Path) -> None:
    folder = tiny_backbone(tmp_path, adapter=False).folder
    plain = StableDiffusionPipeline.from_pretrained(folder)
    plain.set_progress_bar_config(disable=True)
    before = drawn(plain)
    device = plain._execution_device
    pipe = settled(plain)
    assert pipe.device == pipe._execution_device == device
    assert isinstance(pipe, StableDiffusionPipeline)
    assert type(pipe).__name__ == "StableDiffusionPipeline"
    assert np.array_equal(drawn(pipe), before)
    assert "device" in vars(type(pipe))
    assert "device" not in vars(StableDiffusionPipeline)
