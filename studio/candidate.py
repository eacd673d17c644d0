"""Candidate: one proposed item, with all that is needed to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from studio.content import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a generator is to make: decided before anything is drawn."""

    index: int
    """Position among the drafts of its route, from 0."""
    seed: int
    """``derive_seed(request.seed, route, index)``."""
    source: Item | None = None
    """The item to show (retrieve) or to repurpose (edit); None: from noise, or a reference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a candidate was made. ``studio.loop.remake`` turns it back into the same bytes."""

    route: str
    seed: int
    index: int
    """Position in ``batch``."""
    batch: tuple[tuple[int, str], ...]
    """(seed, source item id or empty) of each draft made in the same call: on one machine the last
    bit of a float depends on what it was computed beside."""
    backbone: str
    revision: str
    """Digest of the weights."""
    guidance: str
    """``sha256:…`` of the packed guidance, which is stored as a blob."""
    adapters: tuple[str, ...] = ()
    """Digests, outermost last."""
    source_item: str = ""
    settings: Mapping[str, float | int | str] = field(default_factory=lambda: MappingProxyType({}))
    """steps, guidance_scale, strength, ip_scale …"""
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Library to version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One proposed item."""

    candidate_id: str
    """``c`` and 16 hex digits: from request, guidance, route, index and seed."""
    route: str
    seed: int
    image: Image = field(compare=False, repr=False)
    """RGBA for a sticker, RGB for a poster."""
    provenance: Provenance
    source_item: str = ""
    embedding_D: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    """Unit vector of the encoder; filled in by the loop, once."""
