"""Guidance for the first steps only: half the work after it, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from generators.backbone import Backbone, load_backbone
from generators.guidance_stop import can_stop
from generators.models import defaults_of
from generators.terms import ImagePrompts, Terms
from studio.errors import ConfigError
from tests.generators.test_source import write_source
from tests.generators.tiny import picture, vectors, write_pipeline

LED = Terms(prompt="a happy cat", negative="blur", steps=4, guidance_scale=3.0)
LOOK = ImagePrompts(embeddings_ND=vectors(2, 3), weights_N=(1.0, 0.5), scale=0.8)
SEEDS = [11, 12]


@pytest.fixture(scope="module")
def backbone(tmp_path_factory: pytest.TempPathFactory) -> Backbone:
    folder = write_pipeline(tmp_path_factory.mktemp("guided") / "model", adapter=True)
    return load_backbone(str(write_source(folder, {"block_out_channels": (16, 32)})), device="cpu")


@contextmanager
def counted(backbone: Backbone) -> Iterator[list[int]]:
    """How many pictures the network saw at each step."""
    seen: list[int] = []

    def note(layer: Any, given: Any, found: Any) -> None:
        seen.append(len(given[0]))

    hook = backbone.pipe.unet.register_forward_hook(note)
    try:
        yield seen
    finally:
        hook.remove()


VERBS: dict[str, Callable[[Backbone, Terms, list[int]], list[Any]]] = {
    "create": lambda one, terms, seeds: one.text_to_image(terms, seeds=seeds),
    "revise": lambda one, terms, seeds: one.revise(
        terms, images=[picture(seed) for seed in seeds], seeds=seeds
    ),
    "change": lambda one, terms, seeds: one.image_to_image(
        terms, images=[picture(seed) for seed in seeds], strength=1.0, seeds=seeds
    ),
}


@pytest.mark.parametrize("terms", [LED, replace(LED, image_prompts=LOOK)], ids=["words", "look"])
@pytest.mark.parametrize("verb", VERBS)
def test_later_steps_are_half_the_work(backbone: Backbone, verb: str, terms: Terms) -> None:
    to_the_end = VERBS[verb](backbone, terms, SEEDS)
    with counted(backbone) as seen:
        made = VERBS[verb](backbone, replace(terms, guidance_stop=0.5), SEEDS)
    assert seen == [4, 4, 2, 2]
    assert not np.array_equal(made[0], to_the_end[0])
    for seed, one in zip(SEEDS, made, strict=True):
        alone = VERBS[verb](backbone, replace(terms, guidance_stop=0.5), [seed])[0]
        assert np.abs(alone - one).max() < 1 / 255
    again = VERBS[verb](backbone, terms, SEEDS)
    assert np.array_equal(again[0], to_the_end[0])
    assert not backbone.pipe.unet._forward_pre_hooks


def test_one_step_is_guided_at_least(backbone: Backbone) -> None:
    with counted(backbone) as seen:
        backbone.text_to_image(replace(LED, guidance_stop=0.01), seeds=[1])
    assert seen == [2, 1, 1, 1]


@pytest.mark.parametrize(("steps", "strength"), [(1, 0.35), (2, 0.35), (49, 0.001)])
def test_a_weak_edit_is_one_step(backbone: Backbone, steps: int, strength: float) -> None:
    terms = replace(LED, steps=steps)
    with counted(backbone) as seen:
        backbone.image_to_image(terms, images=[picture(1)], strength=strength, seeds=[1])
    assert len(seen) == terms.steps_at(strength) == 1


def test_other_pipelines_are_guided_to_the_end(backbone: Backbone) -> None:
    class StableDiffusionPAGPipeline(type(backbone.pipe)):  # type: ignore[misc]
        pass

    own = backbone.pipe
    other = StableDiffusionPAGPipeline(**own.components)
    assert can_stop(own, replace(LED, guidance_stop=0.5))
    assert not can_stop(other, replace(LED, guidance_stop=0.5))


def test_without_guidance_there_is_nothing_to_stop(backbone: Backbone) -> None:
    free = replace(LED, guidance_scale=1.0)
    made = backbone.text_to_image(replace(free, guidance_stop=0.5), seeds=[1])
    assert np.array_equal(made[0], backbone.text_to_image(free, seeds=[1])[0])


def test_inpainting_is_guided_to_the_end(backbone: Backbone) -> None:
    def painted(terms: Terms) -> Any:
        return backbone.inpaint(
            terms, images=[picture(1)], masks=[picture(2, mode="L")], strength=1.0, seeds=[1]
        )[0]

    assert np.array_equal(painted(LED), painted(replace(LED, guidance_stop=0.5)))


@pytest.mark.parametrize("share", [0, 1.5, "half"])
def test_a_share_that_is_none_is_refused(tmp_path: Path, share: object) -> None:
    folder = write_pipeline(tmp_path / "model")
    (folder / "defaults.json").write_text(json.dumps({"guidance_stop": share}))
    with pytest.raises(ConfigError, match="guidance_stop"):
        defaults_of(folder)
