"""Masks: where a picture may be repainted, by rectangle, brush or upload. White: repaint."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import streamlit as st

from app.web import pictures
from studio import intake

if TYPE_CHECKING:
    from PIL.Image import Image

WAYS = ("Whole picture", "Rectangle", "Brush", "Upload")
SIDE = 352  # pixels on the page: a phone is 358 wide inside
TINT = (166, 58, 34, 130)


def ask(image: Image, *, key: str) -> Image | None:
    """The mask that the person makes, as large as ``image``, mode L; None: all of it."""
    way = st.segmented_control(
        "What may change?", WAYS, default=WAYS[1], required=True, key=f"{key}-way"
    )
    if way == "Rectangle":
        return _rectangle(image, key)
    if way == "Brush":
        return _brush(image, key)
    if way == "Upload":
        return _upload(image, key)
    st.image(pictures.small(image, SIDE), width=SIDE, alt="the picture that will be changed")
    return None


def _rectangle(image: Image, key: str) -> Image:
    """Two sliders: every step can be made with the arrow keys."""
    left, right = st.slider("From left to right, in %", 0, 100, (25, 75), key=f"{key}-across")
    top, bottom = st.slider("From top to bottom, in %", 0, 100, (25, 75), key=f"{key}-down")
    mask = rectangle(image.size, across=(left, right), down=(top, bottom))
    st.image(
        tinted(image, mask),
        width=SIDE,
        alt=f"the picture; {left} to {right} % across and {top} to {bottom} % down may change",
    )
    return mask


def rectangle(size: tuple[int, int], *, across: tuple[int, int], down: tuple[int, int]) -> Image:
    """White between the given percentages of width and height, at least a pixel; else black."""
    from PIL import Image, ImageDraw

    width, height = size
    mask = Image.new("L", size, 0)
    left, right = (round(width * part / 100) for part in across)
    top, bottom = (round(height * part / 100) for part in down)
    left, top = min(left, width - 1), min(top, height - 1)
    box = (left, top, max(left, right - 1), max(top, bottom - 1))
    ImageDraw.Draw(mask).rectangle(box, fill=255)
    return mask


def tinted(image: Image, mask: Image) -> bytes:
    """A small PNG of the picture with what may change in colour."""
    from PIL import Image

    shown = image.convert("RGBA")
    shown.thumbnail((SIDE, SIDE))
    colour = Image.new("RGBA", shown.size, TINT)
    clear = Image.new("RGBA", shown.size, (0, 0, 0, 0))
    veil = Image.composite(colour, clear, mask.resize(shown.size))
    buffer = io.BytesIO()
    Image.alpha_composite(shown, veil).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def _brush(image: Image, key: str) -> Image | None:
    """Painted by hand with the mouse or a finger; the rectangle does the same by keyboard."""
    from PIL import Image as Pictures
    from streamlit_drawable_canvas import st_canvas

    width = st.slider("Brush", 8, 80, 36, key=f"{key}-brush")
    scale = SIDE / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    ground = Pictures.new("RGBA", image.size, "white")
    ground.alpha_composite(image.convert("RGBA"))
    drawn: Any = st_canvas(
        fill_color="rgba(166, 58, 34, 0.5)",
        stroke_width=width,
        stroke_color="rgba(166, 58, 34, 0.5)",
        background_image=ground.convert("RGB").resize(size),
        height=size[1],
        width=size[0],
        drawing_mode="freedraw",
        return_image_data=True,
        key=f"{key}-canvas",
    )
    mask = painted(drawn, size)
    if mask is None:
        st.caption("Paint over what may change. Nothing painted: nothing is asked for.")
        return None
    return mask.resize(image.size)


def painted(drawn: Any, size: tuple[int, int]) -> Image | None:
    """The strokes of a canvas as a mask; None where there are none."""
    from PIL import Image, ImageDraw

    objects = (drawn.json_data or {}).get("objects", []) if drawn is not None else []
    if not objects:
        return None
    mask = Image.new("L", size, 0)
    draw = ImageDraw.Draw(mask)
    for stroke in objects:
        points = [(step[-2], step[-1]) for step in stroke.get("path", []) if len(step) >= 3]
        width = int(stroke.get("strokeWidth", 1))
        if not points:
            continue
        draw.line(points, fill=255, width=width, joint="curve")
        for x, y in points:
            draw.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=255)
    return mask


def _upload(image: Image, key: str) -> Image | None:
    upload = st.file_uploader(
        "A black and white picture: white may change",
        type=["png", "webp", "bmp"],
        key=f"{key}-upload",
        max_upload_size=16,
    )
    if upload is None:
        st.image(pictures.small(image, SIDE), width=SIDE, alt="the picture that will be changed")
        return None
    mask = intake.decode(upload.getvalue(), name="the mask").convert("L").resize(image.size)
    st.image(tinted(image, mask), width=SIDE, alt="the picture with what may change in colour")
    return mask
