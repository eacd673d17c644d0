"""Pairs that lie over each other: framed, measured, and offered as sources."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image, ImageDraw

from recipes.alignment import AGREEING, Aligned, agreement, aligned, frame, framed
from recipes.autoencoder import build as build_autoencoder
from recipes.corpus import Corpus, Pixels
from recipes.pairs import possible

from .conftest import SMALL_AUTOENCODER

SIDE = 64


def drawn(box: tuple[int, int, int, int], *, shape: str = "ellipse", colour: str = "red") -> Pixels:
    picture = Image.new("RGBA", (SIDE, SIDE))
    getattr(ImageDraw.Draw(picture), shape)(box, fill=colour, outline="black", width=3)
    return np.asarray(picture)


def corpus(*parts: tuple[Pixels, str, str]) -> Corpus:
    pictures, styles, concepts = zip(*parts, strict=True)
    return Corpus(
        rgba_NHWC=np.stack(pictures),
        captions=concepts,
        tags=((),) * len(parts),
        styles=styles,
        concepts=concepts,
        splits=("train",) * len(parts),
    )


ART = (
    (drawn((4, 4, 60, 60)), "flat", "ball"),
    (drawn((20, 20, 44, 44), colour="blue"), "line", "ball"),
    (drawn((4, 4, 14, 14)) | drawn((50, 50, 60, 60)), "cartoon", "ball"),
    (drawn((4, 4, 60, 60), colour="green"), "flat", "pea"),
)


def test_a_picture_is_brought_into_a_frame() -> None:
    large, small = ART[0][0], ART[1][0]
    assert frame(small) == (20, 20, 45, 45)
    assert frame(framed(small, frame(large))) == frame(large)
    assert agreement(small, large) < agreement(framed(small, frame(large)), large)
    assert agreement(large, large) == pytest.approx(1.0, abs=1e-3)
    nothing = np.zeros((SIDE, SIDE, 4), np.uint8)
    assert frame(nothing) == (0, 0, SIDE, SIDE)
    assert agreement(nothing, large) < AGREEING


def test_pairs_that_agree_are_encoded_and_kept(tmp_path: Path) -> None:
    torch.manual_seed(0)
    vae = build_autoencoder(SMALL_AUTOENCODER).eval()
    art = corpus(*ART)
    found = aligned(art, vae, cache=tmp_path)
    pairs = set(zip(found.wanted_M.tolist(), found.shown_M.tolist(), strict=True))
    assert pairs == {(0, 1), (1, 0)}
    assert len(found.latent_MChw) == 2
    again = aligned(art, vae, cache=tmp_path)
    assert torch.equal(found.latent_MChw, again.latent_MChw)
    assert again.wanted_M.tolist() == found.wanted_M.tolist()
    with torch.no_grad():  # another decoder has the same latents
        vae.decoder.conv_out.weight.zero_()
    aligned(art, vae, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 1


def test_sources_of_art_its_recoloured_self_and_drawings() -> None:
    art = corpus(
        *ART,
        (drawn((4, 4, 60, 60), colour="blue"), "flat", "ball"),  # the first in another colour
        (drawn((4, 4, 60, 60)), "drawn_flat", "drawn_1"),
        (drawn((4, 4, 60, 60)), "drawn_line", "drawn_1"),
    )
    art = replace(art, captions=(*art.captions[:4], "blue ball", *art.captions[5:]))
    latent_NChw = torch.arange(len(art)).float()[:, None, None, None].expand(-1, 4, 2, 2)
    pairs = Aligned(
        wanted_M=np.array([0]), shown_M=np.array([1]), latent_MChw=torch.full((1, 4, 2, 2), 9.0)
    )
    stock = possible(art, latent_NChw, pairs)
    own: list[Any] = [rows.tolist() for rows in stock.others]
    assert own == [[7], [1], [2], [3], [7, 0], [6], [5, 5]]
    assert stock.shows_P.tolist() == [*range(len(art)), 1]
    assert float(stock.latent_PChw[7].mean()) == 9.0
    alone = possible(art, latent_NChw)
    assert [rows.tolist() for rows in alone.others] == [[0], [1], [2], [3], [0], [6], [5, 5]]
