"""The cutout recipe and its inference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

from generators.finish.cutout import cutout, filled, ground_of, network, reach, seen, unmixed
from recipes.corpus import Corpus
from recipes.cutout import errors, on_grounds, painted, train
from recipes.export import finite
from recipes.training import Run

from .conftest import Interrupted


def trained(run: Run, art: Corpus, *, resume: bool = False) -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return train(network(), None, art, run, resume=resume, device="cpu", batch=4).weights()


def test_resumed_equals_uninterrupted(tmp_path: Path, art: Corpus) -> None:
    whole = trained(Run(out=tmp_path / "whole", steps=4), art)
    with pytest.raises(KeyboardInterrupt):
        trained(Interrupted(out=tmp_path / "parts", steps=4, every_s=0.0), art)
    parts = trained(Run(out=tmp_path / "parts", steps=4), art, resume=True)
    assert all(torch.equal(whole[name], parts[name]) for name in whole)


def test_what_is_written_cuts(tmp_path: Path, art: Corpus) -> None:
    weights = finite(trained(Run(out=tmp_path / "run", steps=25), art), "cutout")
    save_file(weights, tmp_path / "model.safetensors")
    picture = Image.new("RGB", (33, 40), "white")
    cut = cutout(
        [picture, Image.new("RGB", (64, 64), "navy")], weights=tmp_path / "model.safetensors"
    )
    assert [c.size for c in cut] == [(33, 40), (64, 64)]
    assert {c.mode for c in cut} == {"RGBA"}
    model = network()
    model.load_state_dict(load_file(tmp_path / "model.safetensors"))
    fresh = errors(network().eval(), None, art)["plain"]
    assert errors(model.eval(), None, art)["plain"] < fresh


def test_colours_come_out_of_the_ground() -> None:
    ground, red = torch.ones(3), torch.tensor([1.0, 0.0, 0.0])
    image = torch.ones(1, 3, 4, 4)
    alpha = torch.zeros(1, 1, 4, 4)
    alpha[..., 1:3, 1:3] = 0.5
    image[..., 1:3, 1:3] = (0.5 * red + 0.5 * ground)[None, :, None, None]
    found = unmixed(image, alpha)[0, :, 1, 1]
    assert torch.allclose(found, red, atol=1e-6)
    assert torch.equal(ground_of(image)[0], ground)
    assert seen(image).shape == (1, 6, 4, 4)


def test_the_ground_reaches_from_the_rim_and_not_through_a_ring() -> None:
    open_HW = torch.ones(9, 9, dtype=torch.bool)
    open_HW[2, 2:7] = open_HW[6, 2:7] = False
    open_HW[2:7, 2] = open_HW[2:7, 6] = False
    closed = reach(open_HW[None])[0]
    assert closed.sum() == 81 - 25
    assert not closed[4, 4]
    open_HW[2, 4] = True  # a gap in the ring
    assert torch.equal(reach(open_HW[None])[0], open_HW)
    assert not reach(torch.zeros(1, 4, 4, dtype=torch.bool)).any()


def test_a_doubted_patch_within_is_filled_and_a_hole_is_not() -> None:
    alpha = torch.zeros(2, 1, 20, 20)
    alpha[:, :, 4:16, 4:16] = 1
    alpha[0, :, 8:12, 8:12] = 0.6  # a white belly
    alpha[1, :, 8:12, 8:12] = 0.1  # a hole
    alpha[:, :, 0:3, 0:3] = 0.6  # at the rim nothing is closed in
    found = filled(alpha)
    assert (found[0, 0, 8:12, 8:12] == 1).all()
    assert torch.equal(found[1], alpha[1])
    assert torch.equal(found[:, :, :3], alpha[:, :, :3])


def test_painted_stays_nearly_white() -> None:
    image = painted(torch.ones(3, 3, 32, 32), np.random.default_rng(0))
    assert image.mean() > 0.9
    assert 0 < image.std() < 0.1


def test_grounds_hold_the_art(art: Corpus) -> None:
    image, alpha = on_grounds(art.rgba_NHWC[:4], np.random.default_rng(0))
    assert image.shape == (4, 3, 64, 64)
    assert alpha.shape == (4, 1, 64, 64)
    assert image.min() >= 0
    assert image.max() <= 1


def test_nothing_is_moved_over_the_rim() -> None:
    rgba_NHWC = np.zeros((1, 64, 64, 4), np.uint8)
    rgba_NHWC[:, 4:60, 4:60] = 255
    for seed in range(30):
        _, alpha = on_grounds(rgba_NHWC, np.random.default_rng(seed))
        rows, columns = (alpha[0, 0].any(axis).nonzero()[:, 0] for axis in (1, 0))
        assert rows[-1] - rows[0] == columns[-1] - columns[0] == 55
