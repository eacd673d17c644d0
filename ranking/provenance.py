"""Provenance in the file: how a saved picture was made, as JSON in a PNG text chunk.

``studio.folder`` writes it. It says so to whoever reads it, and proves nothing: anyone can strip or
change it.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from studio import intake
from studio.errors import BadImage

LONGEST = 256 * 1024
"""Characters of JSON that are read."""


def read(data: bytes, *, name: str) -> dict[str, Any] | None:
    """What was written into these bytes; None where there is nothing of ours.

    BadImage where there is something under our name that is not ours.
    """
    from PIL import Image

    with Image.open(io.BytesIO(data)) as image:
        if image.format != "PNG":
            return None
        image.load()
        text = getattr(image, "text", {}).get(intake.PNG_KEY)
    if text is None:
        return None
    if len(text) > LONGEST:
        raise BadImage(f"{name}: its provenance is too long to trust; ask for the original")
    try:
        found = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise BadImage(f"{name}: its provenance is damaged; ask for the original") from error
    if not isinstance(found, dict):
        raise BadImage(f"{name}: its provenance is not a record; ask for the original")
    return found


def _refused(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


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
        intake.PNG_KEY: read(data, name=path.name),
    }
