"""Content: pictures, and the items of the catalogue or of a person's history."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

KINDS = ("sticker", "poster")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A decoded picture that came with a request (a reference or a mask)."""

    sha256: str
    """Digest of the encoded bytes as they came in; equality rests on it alone."""
    image: Image = field(compare=False, repr=False)
    """RGB or RGBA."""
    data: bytes = field(default=b"", compare=False, repr=False)
    """The encoded bytes; empty where they are stored already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A stored picture that can be retrieved, edited, liked or disliked."""

    item_id: str
    """``i`` and 16 hex digits, from owner and content: adding a file twice adds one item."""
    blob: str
    """sha256 of the stored bytes."""
    caption: str = ""
    tags: tuple[str, ...] = ()
    style: str = ""
    """Name of the look, free text (``noto``, ``fluent_line``, ``flat`` …); empty: unknown."""
    license: str = ""
    kind: str = "sticker"
    """One of ``KINDS``."""
    owner: str = ""
    """Empty: in the shared catalogue. Else the only user who may see it."""
    source: str = ""
    """Name of the file it came from, or ``slate:<candidate id>``."""
    width: int = 0
    """pixels"""
    height: int = 0
    """pixels"""

    @property
    def title(self) -> str:
        """What it is called, to people: its caption, else the file it came from."""
        if self.caption:
            return f"“{self.caption}”"
        return f"the picture {self.source}" if self.source else "a picture without a name"
