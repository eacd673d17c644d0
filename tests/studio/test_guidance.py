"""Guidance comes back from its bytes, and its digest tells every change."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PIL import Image

from studio.content import Picture
from studio.guidance import ARRAYS, Guidance, RoutePlan, unpack

REFERENCE = Picture(sha256="1" * 64, image=Image.new("RGB", (4, 4)))


def guidance() -> Guidance:
    unit = np.eye(4, dtype=np.float32)
    return Guidance(
        prompt="a cat",
        negative="blurry",
        instruction="a cat",
        concepts={"pastel": 0.5},
        routes=(RoutePlan(route="create", count=3, reason="nothing near"),),
        styles=(("noto", 0.75),),
        own_items=("i1",),
        encoder="sha256:x",
        target_D=unit[0],
        interests_KD=unit[:2],
        interest_weights_K=np.array([0.5, 0.5], np.float32),
        image_prompts_ND=unit[:0],
        image_prompt_weights_N=np.zeros(0, np.float32),
        avoid_D=np.zeros(4, np.float32),
        references=(REFERENCE,),
    )


def test_unpack_gives_back_what_was_packed() -> None:
    one = guidance()
    two = unpack(one.pack(), picture=lambda sha256: replace(REFERENCE, sha256=sha256))
    assert one == two
    assert one.digest == two.digest
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(one, name), getattr(two, name))


def test_colours_come_back_and_older_guidance_has_none() -> None:
    one = replace(guidance(), colours=(("#1b84ad", 0.75), ("#ffffff", 0.25)))
    assert unpack(one.pack(), picture=lambda _: REFERENCE).colours == one.colours
    assert b"colours" not in guidance().pack()


def test_every_change_shows_in_the_digest() -> None:
    one = guidance()
    changes = [
        {"prompt": "a dog"},
        {"concepts": {"pastel": 0.6}},
        {"personalization": 0.5},
        {"target_D": one.target_D * 2},
        {"references": ()},
        {"routes": ()},
        {"colours": (("#1b84ad", 1.0),)},
    ]
    digests = {replace(one, **change).digest for change in changes}  # type: ignore[arg-type]
    assert len(digests | {one.digest}) == len(changes) + 1
