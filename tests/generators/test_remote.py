"""A server with OpenAI's endpoints as the backbone: ours, with a tiny real model behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from generators import models
from generators.remote import RemoteBackbone, address_of, cleared, remote_backbone, squared
from generators.terms import Terms, Watch
from studio.errors import Cancelled, ModelError
from studio.progress import Step
from tests.app.api.conftest import server_on
from tests.app.drawings import furnish

TERMS = Terms(prompt="a happy cat", steps=1, guidance_scale=1.0)


def test_specs() -> None:
    assert address_of("openai:http://h:1/v1/#m") == ("http://h:1/v1", "m")
    assert address_of("openai:https://h/v1") == ("https://h/v1", "")
    for wrong in ("openai:", "openai:h/v1", "openai:file:///etc", "openai:http://u:p@h/v1"):
        with pytest.raises(ModelError, match="OPENAI_API_KEY"):
            remote_backbone(wrong)
    assert models.describe("openai:https://h/v1").supports.inpainting


def test_a_mask_is_clear_where_it_was_white() -> None:
    mask = Image.new("L", (4, 4), 0)
    mask.putpixel((1, 2), 255)
    alpha = cleared(Image.new("RGB", (4, 4), "red"), mask).getchannel("A")
    assert (alpha.getpixel((1, 2)), alpha.getpixel((0, 0))) == (0, 255)


def test_what_comes_is_squared_on_white() -> None:
    made = squared(Image.new("RGBA", (20, 10), (255, 0, 0, 0)), 8)
    assert made.shape == (8, 8, 3)
    assert float(made.min()) == 1.0


def test_a_server_that_is_not_there_is_one_line() -> None:
    with pytest.raises(ModelError, match="cannot be reached"):
        RemoteBackbone(spec="openai:http://127.0.0.1:9/v1").text_to_image(TERMS, seeds=[1])


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteBackbone]:
    home = furnish(tmp_path_factory.mktemp("remote"))
    with server_on(Path(home), "--api-only") as running:
        yield remote_backbone(f"openai:{running.url}/v1#bespoke")


@pytest.mark.slow
def test_words_become_pictures(backbone: RemoteBackbone) -> None:
    steps: list[Step] = []
    made = backbone.text_to_image(TERMS, seeds=[1, 2], watch=Watch(on_progress=steps.append))
    assert [one.shape for one in made] == [(512, 512, 3)] * 2
    assert all(one.dtype == np.float32 and 0 <= one.min() <= one.max() <= 1 for one in made)
    assert len(steps) == 2


@pytest.mark.slow
def test_pictures_are_edited_within_a_mask(backbone: RemoteBackbone) -> None:
    image, mask = Image.new("RGB", (64, 64), "red"), Image.new("L", (64, 64), 0)
    mask.paste(255, (0, 0, 32, 64))
    (made,) = backbone.inpaint(TERMS, images=[image], masks=[mask], strength=1.0, seeds=[1])
    assert made.shape == (512, 512, 3)
    (edited,) = backbone.image_to_image(TERMS, images=[image], strength=0.5, seeds=[1])
    assert edited.shape == (512, 512, 3)


@pytest.mark.slow
def test_it_stops_and_it_says_what_was_refused(backbone: RemoteBackbone) -> None:
    with pytest.raises(Cancelled):
        backbone.text_to_image(TERMS, seeds=[1], watch=Watch(is_cancelled=lambda: True))
    wrong = RemoteBackbone(spec=backbone.spec.replace("#bespoke", "#other"))
    with pytest.raises(ModelError, match="no model 'other'"):
        wrong.text_to_image(TERMS, seeds=[1])
