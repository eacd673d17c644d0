"""The bundled backbone keeps the contract, stickers and all."""

from __future__ import annotations

import numpy as np
import pytest

from generators.backbone import Backbone, load_backbone
from generators.create import CreateOptions, Creator
from generators.edit import EditOptions, Editor
from generators.models import describe
from studio.candidate import Draft
from studio.testing import check_generator
from tests.generators.tiny import ShelfGallery, personal, vectors

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def bundled() -> Backbone:
    return load_backbone("bundled", device="cpu")


def test_it_supports_all_that_is_promised(bundled: Backbone) -> None:
    info = describe("bundled")
    assert info.supports == bundled.supports
    assert all(
        getattr(bundled.supports, name)
        for name in ("lora", "image_prompt", "inpainting", "image_to_image")
    )
    assert (info.size, info.latent_size) == (bundled.size, bundled.latent_size)
    assert bundled.image_prompt_gap(dim=256, encoder=bundled.defaults.encoder) == ""


@pytest.mark.parametrize("route", ["create", "edit"])
def test_stickers_keep_the_contract(bundled: Backbone, route: str) -> None:
    gallery = ShelfGallery()
    items = [gallery.put(f"item-{place}", vectors(1, place)[0]) for place in range(2)]
    drafts = [
        Draft(index=place, seed=place, source=item if route == "edit" else None)
        for place, item in enumerate(items)
    ]
    maker = (
        Creator(backbone=bundled, options=CreateOptions(steps=3))
        if route == "create"
        else Editor(backbone=bundled, options=EditOptions(steps=4))
    )
    told = personal(
        kind="sticker",
        image_prompts_ND=vectors(2, 7, dim=256),
        image_prompt_weights_N=np.array([1.0, 0.5], np.float32),
        encoder=bundled.defaults.encoder,
    )
    check_generator(maker, guidance=told, drafts=drafts, gallery=gallery)
