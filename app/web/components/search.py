"""Search: what is looked for, in words or by a picture, as a query of the studio's encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from app.web import desk
from studio import intake

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Query = NDArray[np.float32]

TYPES = ["png", "jpg", "jpeg", "webp", "gif", "bmp"]
MAX_MIB = 16


def upload(name: str) -> bytes | None:
    """A picture like what is looked for; None where there is none. ``name``: of the shelf."""
    with st.popover("Search by picture", icon=":material/image_search:"):
        given = st.file_uploader(
            "A picture like what you look for",
            type=TYPES,
            max_upload_size=MAX_MIB,
            key=f"search-picture-{name}",
        )
    return None if given is None else given.getvalue()


def by_picture(data: bytes) -> Query:
    """(D,); BadImage where it is no picture."""
    image = intake.decode(data, name="the upload")
    query_D: Query = desk.studio().parts.encoder.images([image])[0]
    return query_D


def by_words(words: str) -> Query:
    """(D,) of words that were checked."""
    query_D: Query = desk.studio().parts.encoder.texts([words])[0]
    return query_D
