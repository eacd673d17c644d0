"""Pictures for a page: small ones are made once and kept by what they show."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from typing import TYPE_CHECKING

from studio import intake
from studio.errors import BlobLost
from studio.recent import Recent

if TYPE_CHECKING:
    from PIL.Image import Image

    from studio import Studio
    from studio.content import Item
    from studio.piece import Piece

KEPT = 1_000
SIDE = 320  # pixels
OPAQUE, QUALITY = 255, 90
_small: Recent[tuple[str, int], bytes] = Recent(KEPT)


def of_item(studio: Studio, item: Item, *, side: int = SIDE) -> bytes:
    """A small picture of an item that the person may see."""
    return _made(item.blob, side, lambda: studio.blobs.get(item.blob))


def of_piece(studio: Studio, piece: Piece, *, side: int = SIDE) -> bytes:
    """A small picture of a piece of the person's collection."""
    return _made(piece.blob, side, lambda: studio.blobs.get(piece.blob))


def of_upload(data: bytes, *, side: int = SIDE) -> bytes:
    """A small picture of encoded bytes that were checked before."""
    name = hashlib.sha256(data).hexdigest()
    return _small((name, side), lambda: small(intake.decode(data), side))


def forget() -> None:
    """Let go of all small pictures; for a person who is deleted."""
    _small.clear()


def alt(piece: Piece) -> str:
    """What a piece shows, in words, for who cannot see it."""
    return f"{piece.instruction}: {piece.kind}, {WAYS[piece.route]}, place {piece.rank}"


def alt_of_item(item: Item) -> str:
    """What an item shows, in words."""
    if item.caption:
        return item.caption
    return "a picture of your own" if item.owner else "a picture of the catalogue"


WAYS = {"retrieve": "found", "edit": "edited", "create": "created"}
"""Route to what was done, in a word."""


def _made(blob: str, side: int, load: Callable[[], bytes]) -> bytes:
    try:
        return _small((blob, side), lambda: small(intake.decode(load()), side))
    except BlobLost:
        return _small(("lost", side), lambda: small(_lost(), side))


def _lost() -> Image:
    """What stands where a stored picture is missing or damaged."""
    from PIL import Image, ImageDraw

    card = Image.new("RGB", (SIDE, SIDE), "#e6e6e6")
    words = "This picture is lost.\nbespoke doctor says more."
    place = (SIDE / 2, SIDE / 2)
    ImageDraw.Draw(card).text(place, words, "#333333", anchor="mm", align="center", font_size=22)
    return card


def whole(image: Image, side: int) -> bytes:
    """PNG bytes, at most ``side`` pixels wide and high: what is handed on to a model."""
    copy = image.copy()
    copy.thumbnail((side, side))
    buffer = io.BytesIO()
    copy.save(buffer, "PNG")
    return buffer.getvalue()


def small(image: Image, side: int) -> bytes:
    """PNG or, where nothing shows through, JPEG bytes, at most ``side`` pixels wide and high.

    These two Streamlit hands on as they are; any other it makes anew at every run of a page.
    """
    copy = image.copy()
    copy.thumbnail((side, side))
    buffer = io.BytesIO()
    if (
        copy.has_transparency_data
        and copy.convert("RGBA").getchannel("A").getextrema()[0] != OPAQUE
    ):
        copy.save(buffer, "PNG")
    else:
        profile = copy.info.get("icc_profile")
        copy.convert("RGB").save(
            buffer, "JPEG", quality=QUALITY, subsampling=0, icc_profile=profile
        )
    return buffer.getvalue()
