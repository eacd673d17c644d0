"""Teaching the decoder: every place of a history says what comes next, by item and by digits.

Everything random in step k is derived from (seed, k), so a run that was killed and goes on from its
checkpoint ends where an uninterrupted one does. Legend: B people, L places, D width, N items,
T places that predict, G digits.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ranking.baselines.softmax import full_softmax_loss
from ranking.baselines.teaching import Regime, Teaching, batch_of, practised
from ranking.decoder.network import SEEN, SHOWN, Memory, Network, Shape
from ranking.semantic_ids.identifiers import SemanticIds
from ranking.semantic_ids.vectors import Vectors
from ranking.sequences.interactions import Histories, Numbers
from studio.errors import ConfigError
from studio.progress import OnProgress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons(Regime):
    """How the decoder is taught."""

    decay: float = 0.05
    batch: int = 256
    digits: float = 0.5
    """Weight of the digits' cross-entropy beside the items'."""
    spelled: float = 0.5
    """Share of the places whose digits are asked for, drawn at each step: half the work."""
    forget: float = 0.1
    """Chance that an event is left out of a history for one step: shorter subsequences."""
    nameless: float = 0.2
    """Chance that an item in a history is read without what is its own, as a new one would be."""
    shuffled: float = 0.0
    """Chance that a history is read in another order; for histories whose order says little."""
    slates: float = 0.3
    """Chance that the end of a history is read as a slate being decoded."""

    def __post_init__(self) -> None:
        shares = (self.spelled, self.forget, self.nameless, self.shuffled, self.slates)
        if min(shares) < 0 or max(shares) > 1 or self.forget == 1 or self.digits < 0:
            raise ConfigError("forget, nameless, shuffled and slates are shares; digits a weight")
        if self.batch < 1 or self.epochs < 0:
            raise ConfigError("batch counts from 1, epochs from 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Exercise:
    """One step's histories."""

    items_BL: Tensor
    """Item numbers set to the left, -1 behind."""
    wanted_BL: Tensor
    """The item after each place, -1 where there is none."""
    actions_BL: Tensor
    own_BL: Tensor
    """0 where an item is read without what is its own."""


def exercise(
    part: Histories, lessons: Lessons, length: int, random: np.random.Generator
) -> Exercise:
    """Histories as they are read in one step: some events left out, some orders changed."""
    kept_E = random.random(len(part.items_E)) >= lessons.forget
    # Two events are the least that teaches; a history that would be shorter is left whole.
    few_U = np.bincount(part.people_E[kept_E], minlength=len(part)) < 2
    part = part.keep(kept_E | few_U[part.people_E])
    longest = int(min(length + 1, part.lengths_U.max()))
    table_BL = part.padded(longest)
    if lessons.shuffled:
        turned_B = random.random(len(table_BL)) < lessons.shuffled
        keys_BL = np.where(table_BL < 0, 2.0, random.random(table_BL.shape))
        table_BL = np.where(
            turned_B[:, None],
            np.take_along_axis(table_BL, np.argsort(keys_BL, axis=1), axis=1),
            table_BL,
        )
    given_BL, wanted_BL = table_BL[:, :-1], table_BL[:, 1:]
    there_B = (wanted_BL >= 0).sum(axis=1)
    cut_B = np.where(
        random.random(len(there_B)) < lessons.slates,
        random.integers(0, np.maximum(there_B, 1)) + 1,
        longest,
    )
    shown_BL = np.arange(longest - 1)[None] >= cut_B[:, None]
    return Exercise(
        items_BL=torch.from_numpy(np.maximum(given_BL, 0)).long(),
        wanted_BL=torch.from_numpy(wanted_BL.astype(np.int64)),
        actions_BL=torch.from_numpy(np.where(shown_BL, SHOWN, SEEN)),
        own_BL=torch.from_numpy(
            (random.random(given_BL.shape) >= lessons.nameless).astype(np.float32)
        ),
    )


def losses(network: Network, task: Exercise, *, spelled: float = 1.0) -> tuple[Tensor, Tensor]:
    """Mean cross-entropy of the next item, and of its digits (summed over an ID).

    The digits are asked for at a share ``spelled`` of the places; 0: nowhere, and their loss is 0.
    """
    with torch.autocast("cpu", torch.bfloat16):
        items_ND = network.items()
        tokens_BLD = network.some(task.items_BL, task.own_BL[:, :, None])
        state_BLD, _ = network.read(tokens_BLD, task.actions_BL)
        asked_BL = task.wanted_BL >= 0
        state_TD, wanted_T = state_BLD[asked_BL], task.wanted_BL[asked_BL]
        hidden_TD = network.item_head(state_TD)
        by_digits = torch.zeros(())
        drawn_T = torch.arange(len(wanted_T))
        if spelled < 1:
            drawn_T = torch.randperm(len(wanted_T))[: round(spelled * len(wanted_T))]
        if len(drawn_T):
            named_MG = network.digits_NG[wanted_T[drawn_T]].long()
            told_MGK = network.digit_scores(state_TD[drawn_T], named_MG)
            by_digits = -told_MGK.gather(2, named_MG[:, :, None]).sum() / len(drawn_T)
    by_item = full_softmax_loss(hidden_TD.float(), items_ND.float(), wanted_T)
    return by_item, by_digits


def taught(
    histories: Histories,
    shape: Shape,
    lessons: Lessons,
    *,
    ids: SemanticIds,
    vectors_NF: Vectors | None = None,
    start: Network | None = None,
    seed: int = 0,
    kept: Path | None = None,
    on_progress: OnProgress = silent,
    stage: str = "decoder",
) -> Network:
    """A network that has learned the histories, in evaluation mode.

    ``start``: a network to go on from; it stays as it is. ``kept``: file of the checkpoint.
    ModelError where the loss is not finite.
    """
    histories = histories.take(np.flatnonzero(histories.lengths_U >= 2))
    torch.manual_seed(seed)
    network = Network(shape)
    network.know(
        torch.from_numpy(ids.digits_NG[:, : shape.digits]),
        None if vectors_NF is None else torch.from_numpy(vectors_NF),
    )
    if start is not None:
        network.load_state_dict(start.state_dict())
    if not len(histories) or (lessons.minutes is None and not lessons.epochs):
        return network.eval()
    network.train()
    grouping = Teaching(batch=lessons.batch, length=shape.length)

    def lesson(step: int) -> tuple[Tensor, Tensor]:
        torch.manual_seed((seed * 1_000_003 + step) % 2**31)
        people = batch_of(histories, grouping, step, seed=seed)
        task = exercise(
            histories.take(people), lessons, shape.length, np.random.default_rng((seed, step, 1))
        )
        by_item, by_digits = losses(
            network, task, spelled=lessons.spelled if lessons.digits else 0.0
        )
        return by_item + lessons.digits * by_digits, by_item

    practised(
        network,
        lessons,
        lesson,
        people=len(histories),
        told=(asdict(shape), asdict(lessons), seed, histories.digest, ids.digest),
        seed=seed,
        kept=kept,
        on_progress=on_progress,
        stage=stage,
    )
    return network.eval()


@torch.no_grad()
def states(
    network: Network, histories: Histories, *, actions_E: npt.NDArray[np.int64] | None = None
) -> tuple[Tensor, Memory]:
    """(B, D) the state after each history, and what was read, set to the right to be gone on with.

    An empty history is read as one place with nothing in it.
    """
    length = int(max(1, min(network.shape.length, histories.lengths_U.max(initial=1))))
    items_BL = _right(histories, histories.items_E, length, -1)
    there_BL = torch.from_numpy(items_BL >= 0)
    tokens_BLD = network.some(torch.from_numpy(np.maximum(items_BL, 0)).long())
    tokens_BLD = tokens_BLD * there_BL[:, :, None]
    done_BL = torch.full(items_BL.shape, SEEN)
    if actions_E is not None:
        done_BL = torch.from_numpy(_right(histories, actions_E.astype(np.int32), length, SEEN))
    state_BLD, memory = network.read(tokens_BLD, done_BL.long(), there_BL=there_BL)
    return state_BLD[:, -1], memory


def _right(histories: Histories, values_E: Numbers, length: int, fill: int) -> Numbers:
    """(B, length) the newest events of each person, set to the right."""
    table_BL = np.full((len(histories), length), fill, np.int32)
    back_E = histories.back_E
    near_E = back_E < length
    table_BL[histories.people_E[near_E], length - 1 - back_E[near_E]] = values_E[near_E]
    return table_BL
