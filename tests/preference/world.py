"""A small world for the tests of preference: coloured shapes in two looks, and a gallery of them.

``ShapeEncoder`` is a real encoder with nothing learned: pictures by their measured colours and
their silhouette, words by the colour words in them. ``tiny_clip`` writes a real open_clip model.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from preference.palette import WORDS, measure_colours
from studio import testing
from studio.content import Item
from studio.history import History, Interaction
from studio.request import Request

Vectors = NDArray[np.float32]
LOOKS = {"line": "black line art", "flat": "flat colour"}
COLOURS = {
    "red": (225, 30, 45),
    "green": (30, 160, 70),
    "blue": (40, 80, 220),
    "yellow": (245, 205, 50),
    "pink": (250, 160, 200),
    "purple": (130, 40, 170),
}
SUBJECTS = {
    "ball": "toy",
    "box": "toy",
    "kite": "toy",
    "moon": "sky",
    "star": "sky",
    "cloud": "sky",
    "leaf": "plant",
    "tree": "plant",
}


def drawing(subject: str, colour: str, look: str, side: int = 32) -> Image.Image:
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    place = list(SUBJECTS).index(subject)
    corners = 3 + place % 6
    radius = side * (0.28 + 0.05 * (place % 4))
    shape = (side / 2, side / 2, radius)
    if look == "flat":
        pen.regular_polygon(shape, corners, rotation=15 * place, fill=(*COLOURS[colour], 255))
    else:
        pen.regular_polygon(shape, corners, rotation=15 * place, outline=(10, 10, 10, 255), width=3)
    return image


class ShapeEncoder:
    dim = len(WORDS) + 64
    digest = "sha256:shapes"

    def images(self, images: Sequence[Image.Image]) -> Vectors:
        found = np.zeros((len(images), self.dim), np.float32)
        for row, image in enumerate(images):
            alpha = image.convert("RGBA").getchannel("A").resize((8, 8))
            found[row, : len(WORDS)] = 2 * measure_colours(image)
            found[row, len(WORDS) :] = np.asarray(alpha, np.float32).ravel() / 255 * 0.3
        return _unit(found + 1e-4)

    def texts(self, texts: Sequence[str]) -> Vectors:
        found = np.full((len(texts), self.dim), 1e-3, np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().replace(",", " ").split():
                if word in WORDS:
                    found[row, WORDS.index(word)] += 1
                elif word in SUBJECTS:
                    shown = self.images([drawing(word, "red", "flat")])[0]
                    found[row, len(WORDS) :] += shown[len(WORDS) :]
                else:
                    slot = int(hashlib.sha256(word.encode()).hexdigest(), 16) % 64
                    found[row, len(WORDS) + slot] += 0.3
        return _unit(found)


def _unit(vectors_ND: Vectors) -> Vectors:
    return vectors_ND / np.linalg.norm(vectors_ND, axis=1, keepdims=True)


class MemoryGallery(testing.MemoryGallery):
    """A gallery that an encoder reads."""

    def __init__(self, encoder: ShapeEncoder) -> None:
        super().__init__(dim=encoder.dim, encode=encoder.images)
        self.encoder = encoder

    def add(self, image: Image.Image, **fields: object) -> Item:
        blob = hashlib.sha256(image.tobytes() + repr(sorted(fields.items())).encode()).hexdigest()
        item = Item(item_id="i" + blob[:16], blob=blob, **fields)  # type: ignore[arg-type]
        return self.hold(item, image)


def filled() -> MemoryGallery:
    """96 items: 8 subjects × 6 colours × 2 looks."""
    gallery = MemoryGallery(ShapeEncoder())
    for look in LOOKS:
        for subject, group in SUBJECTS.items():
            for colour in COLOURS:
                said = f"a {colour} {subject}" if look == "flat" else f"a {subject}"
                gallery.add(
                    drawing(subject, colour, look),
                    caption=said,
                    tags=(subject, group),
                    style=look,
                    source=f"{look}-{subject}-{colour}",
                )
    return gallery


def pick(gallery: MemoryGallery, **wanted: str) -> list[Item]:
    """Items by ``look``, ``subject`` or ``colour``."""
    found = []
    for item in gallery.held.values():
        look, subject, colour = item.source.split("-")
        have = {"look": look, "subject": subject, "colour": colour, "group": SUBJECTS[subject]}
        if all(have[key] == value for key, value in wanted.items()):
            found.append(item)
    return sorted(found, key=lambda item: item.item_id)


def history(likes: Sequence[Item], dislikes: Sequence[Item] = (), *, user: str = "ana") -> History:
    events = [("dislike", item) for item in dislikes] + [("like", item) for item in likes]
    return History(
        user=user,
        interactions=tuple(
            Interaction(item=item, event=event, timestamp=float(at))
            for at, (event, item) in enumerate(events)
        ),
    )


def request(instruction: str = "a star", **fields: object) -> Request:
    return Request(user="ana", instruction=instruction, **fields)  # type: ignore[arg-type]


def tiny_clip(folder: Path, *, seed: int = 0) -> Path:
    """A random open_clip model of 32 px in ``folder``, in open_clip's local-dir format."""
    import open_clip
    import torch
    from safetensors.torch import save_file

    config = {
        "embed_dim": 16,
        "vision_cfg": {
            "image_size": 32,
            "patch_size": 8,
            "width": 32,
            "layers": 2,
            "head_width": 16,
        },
        "text_cfg": {
            "context_length": 16,
            "vocab_size": 49408,
            "width": 16,
            "heads": 2,
            "layers": 1,
        },
    }
    torch.manual_seed(seed)
    model = open_clip.CLIP(**config)
    folder.mkdir(parents=True)
    preprocess = {"size": [32, 32], "mean": [0.5] * 3, "std": [0.5] * 3}
    (folder / "open_clip_config.json").write_text(
        json.dumps({"model_cfg": config, "preprocess_cfg": preprocess})
    )
    save_file(model.state_dict(), folder / "open_clip_model.safetensors")
    return folder
