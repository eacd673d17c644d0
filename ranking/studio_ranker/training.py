"""Teaching the studio's network from a logbook: what was liked next, and what of a slate.

Everything random in step k is derived from (seed, k), so a run that was killed and goes on from its
checkpoint ends where an uninterrupted one does. Legend: S slates, B of a step, L events, K places,
T places that predict, C pictures of the catalogue, P people, D width.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ranking.baselines.teaching import Regime, practised
from ranking.defence.influence import Influence
from ranking.studio_ranker.contexts import LENGTH, Contexts, contexts
from ranking.studio_ranker.course import SHORT, weights_digest
from ranking.studio_ranker.logbook import LIKED, Floats, Logbook, Whole
from ranking.studio_ranker.losses import chosen_loss, exposure_weights, next_loss
from ranking.studio_ranker.network import Shape, StudioNetwork
from ranking.studio_ranker.shelf import Shelf
from studio.progress import OnProgress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons(Regime):
    """How the network is taught."""

    rate: float = 3e-3
    decay: float = 0.05
    batch: int = 96
    """Askings a step."""
    epochs: float = 3.0
    follow: float = 0.5
    """Weight of what is liked next, over the whole catalogue, beside what was liked of a slate."""
    digits: float = 0.3
    """Weight of the digits beside the items."""
    forget: float = 0.2
    """Chance that an event is left out of a history for one step."""
    nameless: float = 0.3
    """Chance that a picture of a history is read as if it were new."""
    targets: int = 256
    """Places of histories that are asked what came next, a step."""
    sampled: int = 4096
    """Pictures of the catalogue that a step's softmax runs over, where there are more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Askings:
    """Moments to learn from: the slates, and of people without any the end of their history."""

    person_A: Whole = field(compare=False, repr=False)
    end_A: Whole = field(compare=False, repr=False)
    slate_A: Whole = field(compare=False, repr=False)
    """Number of the slate, -1 where it is only a history."""
    weight_A: Floats = field(compare=False, repr=False)

    def __len__(self) -> int:
        return len(self.person_A)


def askings(log: Logbook, weight_P: Floats) -> Askings:
    """Every slate, and everybody's history as it is now, weighed by influence."""
    before_S = log.before_S
    people = np.flatnonzero(log.lengths_P > 1)
    ends = log.offsets_P1[people + 1]
    person_A = np.concatenate([log.person_S, people])
    return Askings(
        person_A=person_A,
        end_A=np.concatenate([before_S, ends]),
        slate_A=np.concatenate([np.arange(len(log.person_S)), np.full(len(people), -1)]),
        weight_A=weight_P[person_A],
    )


def contexts_of(log: Logbook, moments: Askings, rows: Whole) -> Contexts:
    """What is known at some of the moments."""
    slates = moments.slate_A[rows]
    words = np.zeros((len(rows), log.vectors_ND.shape[1]), np.float32)
    asked = slates >= 0
    words[asked] = log.words_SD[slates[asked]]
    return contexts(
        log,
        person_B=moments.person_A[rows],
        end_B=moments.end_A[rows],
        words_BD=words,
    )


def forgetful(asked: Contexts, share: float) -> Contexts:
    """The same with a share of the events left out, drawn anew each time."""
    gone_BL = torch.rand(asked.item_BL.shape) < share
    return replace(asked, item_BL=asked.item_BL.masked_fill(gone_BL, -1))


def lesson_of(
    network: StudioNetwork,
    shelf: Shelf,
    log: Logbook,
    *,
    moments: Askings,
    rows: Whole,
    lessons: Lessons,
    heard: Influence,
    examined_K: Tensor,
) -> Tensor:
    """The loss of one step."""
    asked = contexts_of(log, moments, rows)
    weight_B = torch.from_numpy(moments.weight_A[rows]).float()
    asked = forgetful(asked, lessons.forget)
    nameless_BL = torch.rand(asked.item_BL.shape) < lessons.nameless
    read = network.read(shelf, asked, nameless_BL=nameless_BL)
    after_BL = asked.item_BL[:, 1:]
    taught_BL = (after_BL >= 0) & (asked.action_BL[:, 1:] == LIKED) & (asked.item_BL[:, :-1] >= 0)
    place_T = taught_BL.flatten().nonzero()[:, 0]
    place_T = place_T[torch.randperm(len(place_T))[: lessons.targets]]
    states_TD = read.state_BLD[:, :-1].flatten(0, 1)[place_T]
    targets_T = after_BL.flatten()[place_T]
    # What stands at place l + 1 of a context is this event of the log; -1: nothing, not taught.
    event_BL = (
        torch.from_numpy(moments.end_A[rows])[:, None] - LENGTH + 1 + torch.arange(LENGTH - 1)
    )
    heard_T = torch.from_numpy(heard.heard_E[event_BL.flatten()[place_T].numpy()]).float()
    weights_T = weight_B[place_T // (LENGTH - 1)] * heard_T
    slates = torch.from_numpy(moments.slate_A[rows])
    told_B = slates >= 0
    # A row that is no slate reads the empty one behind the last.
    shown_BK = torch.from_numpy(np.pad(log.shown_SK, ((0, 1), (0, 0)), constant_values=-1))[slates]
    said_BK = torch.from_numpy(np.pad(log.said_SK, ((0, 1), (0, 0))))[slates]
    heard_BK = torch.from_numpy(np.pad(heard.heard_SK, ((0, 1), (0, 0))))[slates].float()
    liked_BK = (said_BK > 0) & told_B[:, None]
    who_T, rank_T = liked_BK.nonzero(as_tuple=True)
    loss = torch.zeros(())
    if len(place_T) or len(who_T):
        loss = lessons.follow * next_loss(
            network,
            shelf,
            state_TD=torch.cat([states_TD, read.state_BD[who_T]]),
            target_T=torch.cat([targets_T, shown_BK[who_T, rank_T]]),
            weight_T=torch.cat([weights_T, weight_B[who_T] * heard_BK[who_T, rank_T]]),
            digits=lessons.digits,
            sampled=lessons.sampled,
            catalogue=log.catalogue,
        )
    some_B = liked_BK.any(1).nonzero()[:, 0]
    if len(some_B):
        weights = weight_B[some_B] * exposure_weights(said_BK[some_B], examined_K)
        some = asked.take(some_B)
        loss = loss + chosen_loss(
            network,
            network.opened(shelf, some, shown_BK[some_B], read.take(some_B)),
            shown_BK=shown_BK[some_B],
            said_BK=said_BK[some_B],
            weight_BK=weights[:, None] * heard_BK[some_B],
        )
    return loss


def shuffled(count: int, batch: int, *, seed: int) -> Callable[[int], Whole]:
    """Rows of each step: everything once an epoch, in an order of the epoch's own."""
    each = max(1, -(-count // batch))

    def rows(step: int) -> Whole:
        epoch, within = divmod(step, each)
        order = np.random.default_rng((seed, epoch)).permutation(count)
        return np.sort(np.array_split(order, each)[within]).astype(np.int64)

    return rows


def taught(
    log: Logbook,
    shelf: Shelf,
    shape: Shape,
    lessons: Lessons,
    *,
    heard: Influence,
    examined_K: Floats,
    start: StudioNetwork | None = None,
    seed: int = 0,
    kept: Path | None = None,
    on_progress: OnProgress = silent,
    stage: str = "ranker",
) -> StudioNetwork:
    """A network that has learned the log, in evaluation mode.

    ``heard``: what everybody weighs. ``examined_K``: chance that each place was looked at, from
    the reward model (ones: not corrected). ``start``: a network to go on from; it stays as it is.
    ``kept``: the checkpoint.
    """
    torch.manual_seed(seed)
    network = StudioNetwork(shape)
    if start is not None:
        network.load_state_dict(start.state_dict())
    moments = askings(log, heard.weight_P)
    if not len(moments) or not lessons.epochs:
        return network.eval()
    network.train()
    rows = shuffled(len(moments), lessons.batch, seed=seed)
    looked_K = torch.from_numpy(examined_K).float()

    def lesson(step: int) -> tuple[Tensor, Tensor]:
        torch.manual_seed((seed * 1_000_003 + step) % 2**31)
        loss = lesson_of(
            network,
            shelf,
            log,
            moments=moments,
            rows=rows(step),
            lessons=lessons,
            heard=heard,
            examined_K=looked_K,
        )
        return loss, loss

    practised(
        network,
        lessons,
        lesson,
        people=len(moments),
        told=(
            *(asdict(shape), asdict(lessons), seed, log.digest, stage),
            *(heard.digest, examined_K.tobytes()),
            weights_digest(start),
        ),
        seed=seed,
        kept=kept,
        on_progress=on_progress,
        stage=stage,
        pace=SHORT,
    )
    return network.eval()
