"""The bundled tokenizer: a small CLIP byte-pair vocabulary learned from our own captions.

Ids: 256 bytes, 256 bytes that end a word, the learned merges, ``<|startoftext|>`` and, highest of
all, ``<|endoftext|>``, which also pads, so that CLIP's "pool at the highest id" holds
(arXiv 2103.00020, section 2.4). open_clip's HFTokenizer and diffusers read the same folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

CONTEXT = 32
START, END = "<|startoftext|>", "<|endoftext|>"


def learned(texts: Iterable[str], *, vocabulary: int = 2560, context: int = CONTEXT) -> Any:
    """Learn merges from `texts`; returns a transformers CLIPTokenizer of at most `vocabulary` ids.

    Deterministic: the same texts give the same ids.
    """
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    from transformers import CLIPTokenizer

    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    pattern = CLIPTokenizer().backend_tokenizer
    learner = Tokenizer(models.BPE(end_of_word_suffix="</w>"))
    learner.normalizer = pattern.normalizer
    learner.pre_tokenizer = pattern.pre_tokenizer
    trainer = trainers.BpeTrainer(
        vocab_size=max(0, vocabulary - 2 - 256),  # the trainer counts the 256 bytes once
        min_frequency=2,
        initial_alphabet=alphabet,
        end_of_word_suffix="</w>",
        show_progress=False,
    )
    learner.train_from_iterator(sorted(texts), trainer)
    merges = _merges(learner)
    words = alphabet + [c + "</w>" for c in alphabet]
    words += [a + b for a, b in merges if a + b not in set(words)]
    words = [*dict.fromkeys(words), START, END]
    made: Any = CLIPTokenizer  # its annotations know merges as text only
    return made(
        vocab={word: i for i, word in enumerate(words)},
        merges=merges,
        unk_token=END,
        bos_token=START,
        eos_token=END,
        pad_token=END,
        model_max_length=context,
    )


def ids(tokenizer: Any, texts: list[str]) -> Any:
    """Token ids as an int64 tensor N×context, cut and padded as open_clip and diffusers do."""
    return tokenizer(
        texts,
        padding="max_length",
        truncation=True,
        max_length=tokenizer.model_max_length,
        return_tensors="pt",
    ).input_ids


def saved(tokenizer: Any, folder: Path) -> None:
    """Write the tokenizer's files to `folder`."""
    tokenizer.save_pretrained(folder)


def _merges(learner: Any) -> list[tuple[str, str]]:
    import json

    pairs = json.loads(learner.to_str())["model"]["merges"]
    split = [p.split(" ") if isinstance(p, str) else p for p in pairs]
    return [(left, right) for left, right in split]
