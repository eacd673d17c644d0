"""Request: what is asked now."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from studio.content import Picture

ROUTES = ("retrieve", "edit", "create")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One instruction of one person; validated by ``studio.intake``."""

    user: str
    instruction: str
    kind: str = "sticker"
    size: int = 4
    """Slate length, 1 to 16."""
    seed: int = 0
    """In [0, 2**63)."""
    references: tuple[Picture, ...] = ()
    mask: Picture | None = None
    """White where the first reference may be repainted, black where it stays."""
    routes: tuple[str, ...] = ROUTES
    personalization: float = 1.0
    """In [0, 2]; 0 is the twin."""

    @property
    def digest(self) -> str:
        """sha256 over every field, references by their bytes."""
        fields = {
            "user": self.user,
            "instruction": self.instruction,
            "kind": self.kind,
            "size": self.size,
            "seed": self.seed,
            "references": [picture.sha256 for picture in self.references],
            "mask": self.mask.sha256 if self.mask else None,
            "routes": list(self.routes),
            "personalization": float(self.personalization),
        }
        return hashlib.sha256(json.dumps(fields, sort_keys=True).encode()).hexdigest()


def derive_seed(*parts: int | str) -> int:
    """A seed in [0, 2**63) from a request's seed, its route and its index.

    Independent of arrival order and batch size: sha256 over the parts, first eight bytes.
    """
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1
