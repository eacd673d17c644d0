"""Guidance: all that a generator may know of a person.

Shapes: N image prompts, K interests, D embedding width. Every embedding is a float32 unit vector of
the encoder named by ``encoder``.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from studio.content import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """How many candidates one route makes, and why."""

    route: str
    count: int
    """Candidates to make, 1 or more."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """The instructor's word to the generators. Made again from ``pack`` byte for byte."""

    prompt: str
    """The instruction fused with what is known of the taste."""
    negative: str = ""
    instruction: str = ""
    """As asked, without the taste."""
    kind: str = "sticker"
    concepts: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """Concept name to weight in [-1, 1]."""
    routes: tuple[RoutePlan, ...] = ()
    route_reason: str = ""
    styles: tuple[tuple[str, float], ...] = ()
    """Item styles the person likes, with share in [0, 1], strongest first."""
    own_items: tuple[str, ...] = ()
    """Ids of the person's own liked items that may be repurposed, best first."""
    colours: tuple[tuple[str, float], ...] = ()
    """Colours that liked pictures share, "#rrggbb" with share in [0, 1], most first; empty where
    none are known or what is asked names its own."""
    personalization: float = 1.0
    """In [0, 2]; 0: no image prompts, no interests, no concepts."""
    encoder: str = ""
    """Digest of the encoder that made the embeddings."""
    target_D: Vectors = field(compare=False, repr=False)
    """What is asked: instruction and references."""
    interests_KD: Vectors = field(compare=False, repr=False)
    """Several interests of the person, not one mean."""
    interest_weights_K: Vectors = field(compare=False, repr=False)
    """In [0, 1], sum 1."""
    image_prompts_ND: Vectors = field(compare=False, repr=False)
    """Pictures that carry the look; zero rows where there are none."""
    image_prompt_weights_N: Vectors = field(compare=False, repr=False)
    """In [0, 1]."""
    avoid_D: Vectors = field(compare=False, repr=False)
    """Direction of what is disliked, unit length, or zero where nothing is known."""
    references: tuple[Picture, ...] = ()
    mask: Picture | None = None

    @property
    def digest(self) -> str:
        """``sha256:`` and the digest of ``pack``."""
        return "sha256:" + hashlib.sha256(self.pack()).hexdigest()

    def pack(self) -> bytes:
        """Every field as bytes; the pictures by digest, since they are stored as blobs."""
        head: dict[str, Any] = {
            "prompt": self.prompt,
            "negative": self.negative,
            "instruction": self.instruction,
            "kind": self.kind,
            "concepts": dict(self.concepts),
            "routes": [asdict(plan) for plan in self.routes],
            "route_reason": self.route_reason,
            "styles": [list(style) for style in self.styles],
            "own_items": list(self.own_items),
            "personalization": self.personalization,
            "encoder": self.encoder,
            "references": [picture.sha256 for picture in self.references],
            "mask": self.mask.sha256 if self.mask else None,
            "shapes": {name: list(getattr(self, name).shape) for name in ARRAYS},
        }
        if self.colours:  # left out where there are none: guidance written before had no such field
            head["colours"] = [list(colour) for colour in self.colours]
        body = b"".join(getattr(self, name).astype("<f4").tobytes() for name in ARRAYS)
        return json.dumps(head, sort_keys=True).encode() + b"\n" + body


ARRAYS = (
    "target_D",
    "interests_KD",
    "interest_weights_K",
    "image_prompts_ND",
    "image_prompt_weights_N",
    "avoid_D",
)


def unpack(data: bytes, *, picture: Callable[[str], Picture]) -> Guidance:
    """The guidance that ``pack`` wrote; ``picture`` fetches a reference by its sha256."""
    import numpy as np

    line, _, body = data.partition(b"\n")
    head: dict[str, Any] = json.loads(line)
    arrays: dict[str, Any] = {}
    offset = 0
    for name in ARRAYS:
        shape = tuple(head["shapes"][name])
        count = math.prod(shape)
        arrays[name] = np.frombuffer(body, "<f4", count, offset).reshape(shape).astype(np.float32)
        offset += 4 * count
    del head["shapes"]
    head["concepts"] = MappingProxyType(head["concepts"])
    head["routes"] = tuple(RoutePlan(**plan) for plan in head["routes"])
    head["styles"] = tuple((name, share) for name, share in head["styles"])
    head["colours"] = tuple((colour, share) for colour, share in head.get("colours", ()))
    head["own_items"] = tuple(head["own_items"])
    head["references"] = tuple(picture(sha256) for sha256 in head["references"])
    head["mask"] = picture(head["mask"]) if head["mask"] else None
    return Guidance(**head, **arrays)
