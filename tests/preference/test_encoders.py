from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from preference.encoders import EncoderOptions, build, load, on_white
from studio.config import StudioConfig
from studio.errors import ConfigError, ModelError
from studio.parts import Parts
from studio.testing import check_encoder
from tests.preference.world import drawing, tiny_clip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_clip(tmp_path_factory.mktemp("clip") / "tiny")


PICTURES = [drawing(s, c, "flat") for s in ("ball", "moon") for c in ("red", "blue", "pink")]


def test_holds_the_contract(folder: Path) -> None:
    check_encoder(load(str(folder)), pictures=PICTURES)


def test_an_embedding_does_not_depend_on_its_company(folder: Path) -> None:
    encoder = load(str(folder), options=EncoderOptions(batch=4))
    together = encoder.images(PICTURES)
    for row, picture in enumerate(PICTURES):
        np.testing.assert_array_equal(encoder.images([picture])[0], together[row])
    words = ["a cat", "a red ball", "", "x" * 500, "snow"]
    np.testing.assert_array_equal(encoder.texts(words[::-1])[::-1], encoder.texts(words))


def test_bfloat16_is_near_float32(folder: Path) -> None:
    exact = load(str(folder)).images(PICTURES)
    fast = load(str(folder), options=EncoderOptions(precision="bfloat16")).images(PICTURES)
    assert (exact * fast).sum(axis=1).min() > 0.999


def test_transparent_is_white_and_nothing_is_cut() -> None:
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert (on_white(clear, side=16) == 255).all()
    half = Image.new("RGBA", (40, 40), (0, 0, 0, 128))
    assert abs(int(on_white(half, side=16)[8, 8, 0]) - 127) <= 1
    wide = Image.new("RGB", (64, 16), (200, 0, 0))
    seen = on_white(wide, side=32)
    assert (seen[14:18] == (200, 0, 0)).all()
    assert (seen[:8] == 255).all()


def test_the_digest_tells_weights_apart(folder: Path, tmp_path: Path) -> None:
    other = tiny_clip(tmp_path / "other", seed=1)
    assert load(str(folder)).digest == load(str(folder)).digest
    assert load(str(folder)).digest != load(str(other)).digest


def test_weights_that_are_not_finite_are_refused(tmp_path: Path) -> None:
    folder = tiny_clip(tmp_path / "broken")
    weights = load_file(folder / "open_clip_model.safetensors")
    weights["logit_scale"] = weights["logit_scale"] * float("nan")
    save_file(weights, folder / "open_clip_model.safetensors")
    with pytest.raises(ModelError, match="logit_scale holds NaN"):
        load(str(folder))


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("ViT-B-99/nothing", "no encoder 'ViT-B-99/nothing'"),
        ("no-such-folder", "neither a folder nor"),
    ],
)
def test_a_missing_model_says_what_to_do(spec: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        load(spec)


def test_an_incomplete_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no open_clip_model\.safetensors"):
        load(str(tmp_path))
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"")
    with pytest.raises(ModelError, match="does not load"):
        load(str(tmp_path))


def test_built_from_configuration(folder: Path, tmp_path: Path) -> None:
    parts = Parts(StudioConfig(encoder=str(folder), device="cpu"), home=tmp_path)
    assert build(parts, {"batch": 2}).images(PICTURES).shape == (6, 16)
    with pytest.raises(ConfigError, match=r"encoders\.open_clip\.batsh"):
        build(parts, {"batsh": 2})
