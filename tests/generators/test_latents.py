"""Latents of sources: the same bits alone, beside others, encoded or kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from generators.adapters.latents import SourceLatents
from generators.adapters.source import source_latents
from tests.generators.tiny import picture

if TYPE_CHECKING:
    from generators.backbone import Backbone


def test_alone_beside_others_and_kept_are_the_same_bits(backbone: Backbone) -> None:
    pictures = [picture(seed) for seed in (1, 2, 3)]
    latents = SourceLatents()
    together = latents(backbone.pipe, pictures)
    alone = torch.cat([SourceLatents()(backbone.pipe, [one]) for one in pictures])
    assert torch.equal(together, alone)
    assert torch.equal(latents(backbone.pipe, pictures[::-1]), together.flip(0))
    assert torch.allclose(together, source_latents(backbone.pipe, pictures), atol=1e-5)


def test_what_is_kept_is_not_encoded_again(backbone: Backbone) -> None:
    counted: list[int] = []
    hook = backbone.pipe.vae.encoder.register_forward_hook(lambda *_: counted.append(1))
    try:
        latents = SourceLatents(kept=2)
        first = latents(backbone.pipe, [picture(1), picture(2)])
        assert torch.equal(latents(backbone.pipe, [picture(1), picture(2)]), first)
        assert len(counted) == 2
        latents(backbone.pipe, [picture(3)])  # the oldest, picture 1, goes
        latents(backbone.pipe, [picture(2)])
        assert len(counted) == 3
        assert torch.equal(latents(backbone.pipe, [picture(1)]), first[:1])
        assert len(counted) == 4
    finally:
        hook.remove()
