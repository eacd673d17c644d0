"""A small world for the ranking tests: drawn pictures, an encoder that reads colours, a gallery."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from ranking.looks import colour_shares, foreground
from ranking.pixels import read
from studio import testing
from studio.candidate import Candidate, Provenance
from studio.content import Item
from studio.guidance import Guidance
from studio.history import History, Interaction

Vectors = NDArray[np.float32]

COLOURS = {
    "red": (220, 30, 40),
    "green": (30, 160, 70),
    "blue": (40, 70, 210),
    "yellow": (240, 210, 40),
    "black": (10, 10, 10),
    "pink": (250, 150, 190),
}


def unit(vectors_ND: NDArray[np.floating]) -> Vectors:
    lengths_N1 = np.linalg.norm(vectors_ND, axis=1, keepdims=True)
    return (vectors_ND / np.maximum(lengths_N1, 1e-9)).astype(np.float32)


class ColourEncoder:
    """Pictures by the colours of the thing drawn and where it lies; words by colour names in them.

    A real encoder with nothing learned: "a red cat" lies near red pictures.
    """

    dim = 125 + 64
    digest = "colours-1"

    def images(self, images: Sequence[Image.Image]) -> Vectors:
        rows = [np.zeros(self.dim)]
        for image in images:
            pixels = read(image, 64)
            mask_HW = foreground(pixels)
            place = Image.fromarray(mask_HW.astype(np.uint8) * 255).resize((8, 8))
            places = np.asarray(place, np.float64).ravel() / 255
            rows.append(np.concatenate([colour_shares(pixels.rgb_HW3[mask_HW]), 0.1 * places]))
        return unit(np.stack(rows))[1:]

    def texts(self, texts: Sequence[str]) -> Vectors:
        rows = [np.zeros(self.dim)]
        for text in texts:
            seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")
            row = np.concatenate([np.random.default_rng(seed).random(125) * 0.05, np.zeros(64)])
            for word, rgb in COLOURS.items():
                if word in text.split():
                    row[:125] += colour_shares(np.array([rgb], np.float32) / 255)
            rows.append(row)
        return unit(np.stack(rows))[1:]


ENCODER = ColourEncoder()


def sticker(colour: str = "red", shape: str = "disc", side: int = 512) -> Image.Image:
    """A sticker with a darker rim and an eye: nothing any quality test may object to."""
    big = Image.new("RGBA", (512, 512))
    draw = ImageDraw.Draw(big)
    rgb = COLOURS[colour]
    dark = tuple(part // 3 for part in rgb)
    if shape == "disc":
        draw.ellipse((90, 90, 420, 420), fill=rgb, outline=dark, width=14)
    elif shape == "bar":
        draw.rounded_rectangle((60, 190, 450, 320), 30, fill=rgb, outline=dark, width=14)
    elif shape == "tower":
        draw.rounded_rectangle((180, 50, 330, 460), 30, fill=rgb, outline=dark, width=14)
        draw.ellipse((210, 90, 300, 180), fill=(255, 255, 255))
    elif shape == "fork":
        draw.polygon([(256, 60), (440, 440), (256, 330), (70, 440)], fill=rgb, outline=dark)
    draw.ellipse((280, 220, 310, 250), fill=(255, 255, 255))
    return big if side == 512 else big.resize((side, side), Image.Resampling.LANCZOS)


def item(name: str, image: Image.Image, owner: str = "", style: str = "") -> Item:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return Item(item_id="i" + digest[:16], blob=digest, caption=name, owner=owner, style=style)


class Shelf(testing.MemoryGallery):
    """A gallery that reads colours."""

    def __init__(self) -> None:
        super().__init__(dim=ENCODER.dim, encode=ENCODER.images)

    def put(self, name: str, image: Image.Image, owner: str = "", style: str = "") -> Item:
        return self.hold(item(name, image, owner, style), image)


def candidate(
    image: Image.Image, *, route: str = "create", name: str = "c1", source: str = ""
) -> Candidate:
    return Candidate(
        candidate_id="c" + hashlib.sha256(name.encode()).hexdigest()[:16],
        route=route,
        seed=1,
        image=image,
        source_item=source,
        embedding_D=ENCODER.images([image])[0],
        provenance=Provenance(
            route=route,
            seed=1,
            index=0,
            batch=((1, source),),
            backbone="none",
            revision="0",
            guidance="sha256:0",
            source_item=source,
        ),
    )


def guidance(instruction: str = "a red cat", **changes: object) -> Guidance:
    fields: dict[str, object] = {
        "prompt": instruction,
        "instruction": instruction,
        "target_D": ENCODER.texts([instruction])[0],
        "interests_KD": np.zeros((0, ENCODER.dim), np.float32),
        "interest_weights_K": np.zeros(0, np.float32),
        "image_prompts_ND": np.zeros((0, ENCODER.dim), np.float32),
        "image_prompt_weights_N": np.zeros(0, np.float32),
        "avoid_D": np.zeros(ENCODER.dim, np.float32),
        **changes,
    }
    return Guidance(**fields)  # type: ignore[arg-type]


def history(*events: tuple[Item, str]) -> History:
    return History(
        user="ana",
        interactions=tuple(
            Interaction(item=one, event=event, timestamp=float(at))
            for at, (one, event) in enumerate(events)
        ),
    )
