"""What the generator is told of each training picture: words, image prompts, or neither.

The mix teaches the split of work the studio relies on: image prompts carry the *look* (they are
other pictures of the same style), words carry the subject, and with the image prompts switched
off (tokens exactly zero) the words stand alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from recipes.corpus import Corpus

PROMPTS = 4  # image prompts a sample; fewer pictures are repeated, which attention cannot tell

Mix = tuple[tuple[str, float], ...]
MIX: Mix = (
    ("look by pictures", 0.25),
    ("look by words", 0.23),
    ("look by both", 0.25),
    ("subject only", 0.09),
    ("own picture", 0.07),
    ("nothing", 0.04),
    ("nothing, empty prompts", 0.03),
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Conditions:
    """Words and image prompts of a batch of B.

    `texts`: B strings. `prompt_BKD`: K unit embeddings a sample (zero vectors for "empty").
    `shown_B`: 1 where the image prompts count, 0 where their tokens are to be exactly zero.
    `kinds`: B names of `MIX`.
    """

    kinds: list[str]
    texts: list[str]
    prompt_BKD: Tensor
    shown_B: Tensor


def bare(corpus: Corpus, row: int, words: dict[str, str], random: np.random.Generator) -> str:
    """The subject in words, no look named."""
    style = corpus.styles[row]
    if style.startswith("drawn_"):
        if random.random() < 0.3:
            return corpus.tags[row][0]
        return corpus.captions[row].replace(f", {words[style]}", "")
    name = corpus.captions[row]
    tags = corpus.tags[row]
    if tags and random.random() < 0.2:
        name = f"{name}, {tags[random.integers(len(tags))]}"
    return f"a {name}" if random.random() < 0.25 else name


def styled(corpus: Corpus, row: int, words: dict[str, str], random: np.random.Generator) -> str:
    """Subject and look in words."""
    style = corpus.styles[row]
    if style.startswith("drawn_") and random.random() < 0.6:
        return corpus.captions[row]
    subject = bare(corpus, row, words, random)
    if random.random() < 0.7:
        return f"{subject}, {words[style]}"
    return f"{words[style]} of {subject}"


def drawn_mix(random: np.random.Generator, mix: Mix = MIX) -> str:
    """One kind of condition, drawn from `mix`."""
    kinds, shares = zip(*mix, strict=True)
    return str(random.choice(np.asarray(kinds), p=np.asarray(shares) / sum(shares)))


def same_style(corpus: Corpus) -> dict[str, npt.NDArray[np.int64]]:
    """Rows of every style."""
    styles = np.asarray(corpus.styles)
    return {style: np.flatnonzero(styles == style) for style in set(corpus.styles)}


def conditions(
    corpus: Corpus,
    rows: Sequence[int],
    image_2ND: Tensor,
    words: dict[str, str],
    random: np.random.Generator,
    *,
    peers: dict[str, npt.NDArray[np.int64]],
    mix: Mix = MIX,
) -> Conditions:
    """Draw what is said and shown of the pictures at `rows`; `peers` is `same_style(corpus)`."""
    kinds: list[str] = []
    texts: list[str] = []
    prompts: list[Tensor] = []
    shown: list[float] = []
    for row in rows:
        kind = drawn_mix(random, mix)
        kinds.append(kind)
        others = peers[corpus.styles[row]]
        pictures = image_2ND[0, random.choice(others, size=random.integers(1, PROMPTS + 1))]
        if kind == "own picture":
            pictures = image_2ND[random.integers(2), row : row + 1]
        if kind in ("look by words", "look by both"):
            texts.append(styled(corpus, row, words, random))
        elif kind in ("look by pictures", "subject only"):
            texts.append(bare(corpus, row, words, random))
        else:
            texts.append("")
        repeats = -(-PROMPTS // len(pictures))
        prompt = pictures.repeat(repeats, 1)[:PROMPTS].float()
        prompts.append(torch.zeros_like(prompt) if kind == "nothing, empty prompts" else prompt)
        hidden = kind in ("look by words", "subject only", "nothing")
        shown.append(0.0 if hidden else 1.0)
    return Conditions(
        kinds=kinds,
        texts=texts,
        prompt_BKD=torch.stack(prompts),
        shown_B=torch.tensor(shown),
    )
