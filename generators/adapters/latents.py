"""Latents of source pictures, kept: the same item of a catalogue is edited again and again.

Legend: B pictures, C latent channels, h × w latent cells.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generators.adapters.source import source_latents
from studio.recent import Recent

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor


KEPT = 512
"""Pictures."""


@dataclass(slots=True, eq=False)
class SourceLatents:
    """The latents of one pipeline's sources, the latest ``kept`` of them (16 KiB each at 128 px).

    Each picture is encoded by itself, so that the last bit of its latent does not depend on what
    else was asked for, nor on what is kept.
    """

    kept: int = KEPT
    _known: Recent[tuple[str, tuple[int, int]], Tensor] = field(init=False)

    def __post_init__(self) -> None:
        self._known = Recent(self.kept)

    def __call__(self, pipe: Any, images: Sequence[Image]) -> Tensor:
        """B×C×h×w of RGB pictures of one size, as ``source_latents``. One caller at a time."""
        import torch

        return torch.cat([self._of(pipe, image) for image in images])

    def _of(self, pipe: Any, image: Image) -> Tensor:
        key = (hashlib.sha256(image.tobytes()).hexdigest(), image.size)
        return self._known(key, lambda: source_latents(pipe, [image]))
