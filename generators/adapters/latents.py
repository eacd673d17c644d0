"""Latents of source pictures, kept: the same item of a catalogue is edited again and again.

Legend: B pictures, C latent channels, h × w latent cells.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from generators.adapters.source import source_latents

if TYPE_CHECKING:
    from PIL.Image import Image
    from torch import Tensor


@dataclass(slots=True, eq=False)
class SourceLatents:
    """The latents of one pipeline's sources, the latest ``kept`` of them (16 KiB each at 128 px).

    Each picture is encoded by itself, so that the last bit of its latent does not depend on what
    else was asked for, nor on what is kept.
    """

    kept: int = 512
    _known: OrderedDict[str, Tensor] = field(init=False, default_factory=OrderedDict)

    def __call__(self, pipe: Any, images: Sequence[Image]) -> Tensor:
        """B×C×h×w of RGB pictures of one size, as ``source_latents``. One caller at a time."""
        import torch

        found = []
        for image in images:
            key = hashlib.sha256(image.tobytes()).hexdigest() + str(image.size)
            if key not in self._known:
                self._known[key] = source_latents(pipe, [image])
            self._known.move_to_end(key)
            found.append(self._known[key])
        while len(self._known) > self.kept:
            self._known.popitem(last=False)
        return torch.cat(found)
