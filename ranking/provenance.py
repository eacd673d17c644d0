"""Provenance in the file: how a saved picture was made, as JSON in a PNG text chunk.

It says so to whoever reads it, and proves nothing: anyone can strip or change it.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio import intake
from studio.errors import BadImage

if TYPE_CHECKING:
    from PIL.PngImagePlugin import PngInfo

KEY = "bespoke"
LONGEST = 256 * 1024
"""Characters of JSON that are written or read."""


def embed(info: Mapping[str, Any]) -> PngInfo:
    """The text chunk (iTXt ``bespoke``, UTF-8 JSON) for ``image.save(path, pnginfo=…)``.

    BadImage where it is longer than ``LONGEST``; TypeError where a value is not JSON.
    """
    from PIL.PngImagePlugin import PngInfo

    text = json.dumps(dict(info), ensure_ascii=False, sort_keys=True)
    if len(text) > LONGEST:
        raise BadImage(f"provenance of {len(text)} characters; keep it under {LONGEST}")
    chunks = PngInfo()
    chunks.add_itxt(KEY, text)
    return chunks


def read(data: bytes, *, name: str) -> dict[str, Any] | None:
    """What ``embed`` wrote into these bytes; None where there is nothing of ours.

    BadImage where there is something under our name that is not ours.
    """
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        if image.format != "PNG":
            return None
        image.load()
        text = getattr(image, "text", {}).get(KEY)
    if text is None:
        return None
    if len(text) > LONGEST:
        raise BadImage(f"{name}: its provenance is too long to trust; ask for the original")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadImage(f"{name}: its provenance is damaged; ask for the original") from error
    if not isinstance(found, dict):
        raise BadImage(f"{name}: its provenance is not a record; ask for the original")
    return found


def inspect(path: str | Path) -> dict[str, Any]:
    """File, format, size and what is known of how it was made (``bespoke``: None where nothing).

    BadImage where it is no picture that can be read safely.
    """
    from PIL import Image

    path = Path(path)
    data = intake.read_file(path)
    intake.decode(data, name=path.name)
    with Image.open(io.BytesIO(data)) as image:
        form, mode, (width, height) = image.format, image.mode, image.size
    return {
        "file": path.name,
        "format": form,
        "width": width,
        "height": height,
        "mode": mode,
        KEY: read(data, name=path.name),
    }
