"""Direct preference optimization of whole slates.

Slates are drawn from the policy itself; the reward model says which are better. The worse one is a
hard negative: of the slates that the policy finds likely, one that the reward model finds poor
(iterative DPO with self-hard negatives, OneRec, arXiv 2502.18965, section 3.4; DPO: arXiv
2305.18290, eq. 7). Legend: B askings, M slates drawn of each, S places, W pool.
"""

from __future__ import annotations

import copy
import hashlib
from dataclasses import asdict, dataclass, field
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as fn

from ranking.baselines.teaching import Regime, practised
from ranking.rewards.model import RewardModel, slate_reward
from ranking.studio_ranker.contexts import Contexts
from ranking.studio_ranker.course import SHORT, weights_digest
from ranking.studio_ranker.network import StudioNetwork
from ranking.studio_ranker.places import drawn_of, told_of
from ranking.studio_ranker.shelf import Shelf
from ranking.studio_ranker.training import shuffled
from studio.progress import OnProgress, silent


@dataclass(frozen=True, slots=True, kw_only=True)
class Alignment(Regime):
    """One round."""

    rate: float = 1e-3
    decay: float = 0.0
    batch: int = 64
    epochs: float = 1.0
    beta: float = 0.2
    """How far the policy may go from the reference; higher keeps it nearer."""
    stay: float = 0.05
    """Weight of the likelihood of the better slate, so that both do not fall."""
    draws: int = 12
    """Slates drawn of each asking."""
    temperature: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Better and worse slates, as rows of the pools."""

    asked: Contexts = field(repr=False)
    pool_BW: Tensor = field(compare=False, repr=False)
    better_BS: Tensor = field(compare=False, repr=False)
    worse_BS: Tensor = field(compare=False, repr=False)
    gap_B: Tensor = field(compare=False, repr=False)
    """Reward of the better less that of the worse, at least 0."""

    def __len__(self) -> int:
        return len(self.gap_B)

    @property
    def digest(self) -> str:
        """sha256 of pools and slates."""
        total = hashlib.sha256()
        for value in (self.pool_BW, self.better_BS, self.worse_BS, self.asked.item_BL):
            total.update(value.numpy().tobytes())
        return total.hexdigest()


@torch.no_grad()
def paired(
    network: StudioNetwork,
    rewards: RewardModel,
    shelf: Shelf,
    asked: Contexts,
    pool_BW: Tensor,
    *,
    size: int,
    course: Alignment,
    seed: int,
    chunk: int = 256,
) -> Pairs:
    """Draw slates and pick of each asking the best and, of the rest, the likeliest poor one."""
    better, worse, gaps = [], [], []
    examined_S = rewards.examined()[:size]
    if size > len(examined_S):
        examined_S = fn.pad(examined_S, (0, size - len(examined_S)), value=float(examined_S[-1]))
    generator = torch.Generator().manual_seed(seed % 2**62)
    for rows in torch.split(torch.arange(len(asked)), chunk):
        part, pool = asked.take(rows), pool_BW[rows]
        liking = rewards.liking(shelf, part, pool)
        slates, told, earned = [], [], []
        reading = network.opened(shelf, part, pool, network.read(shelf, part))
        for number in range(course.draws):
            one = drawn_of(
                network,
                reading,
                pool,
                size=size,
                temperature=0.0 if number == 0 else course.temperature,
                generator=generator,
            )
            slates.append(one.slate_BS)
            earned.append(slate_reward(liking, one.slate_BS, examined_S[: one.slate_BS.shape[1]]))
            told.append(told_of(network, reading, pool, one.slate_BS))
        slate_BMS, told_BM = torch.stack(slates, 1), torch.stack(told, 1)
        earned_BM = torch.stack(earned, 1)
        best_B = earned_BM.argmax(1)
        poor_BM = earned_BM <= earned_BM.median(1, keepdim=True).values
        worst_B = told_BM.masked_fill(~poor_BM, -torch.inf).argmax(1)
        everybody = torch.arange(len(rows))
        better.append(slate_BMS[everybody, best_B])
        worse.append(slate_BMS[everybody, worst_B])
        gaps.append(earned_BM[everybody, best_B] - earned_BM[everybody, worst_B])
    return Pairs(
        asked=asked,
        pool_BW=pool_BW,
        better_BS=torch.cat(better),
        worse_BS=torch.cat(worse),
        gap_B=torch.cat(gaps),
    )


def preference_loss(
    better_B: Tensor, worse_B: Tensor, better_ref_B: Tensor, worse_ref_B: Tensor, *, beta: float
) -> Tensor:
    """(B,) -log sigmoid(beta · (policy's log-ratio less the reference's)); eq. 7 of DPO."""
    margin_B = (better_B - better_ref_B) - (worse_B - worse_ref_B)
    return -fn.logsigmoid(beta * margin_B)


def aligned(
    network: StudioNetwork,
    pairs: Pairs,
    shelf: Shelf,
    course: Alignment,
    *,
    weight_B: Tensor | None = None,
    seed: int = 0,
    kept: Path | None = None,
    on_progress: OnProgress = silent,
    stage: str = "align",
) -> StudioNetwork:
    """The network after one round; what was given stays as it is and is the reference."""

    def both(one: StudioNetwork, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Log-probabilities of the better and of the worse slates."""
        asked, pool = pairs.asked.take(rows), pairs.pool_BW[rows]
        reading = one.opened(shelf, asked, pool, one.read(shelf, asked))
        slates = (pairs.better_BS[rows], pairs.worse_BS[rows])
        better, worse = (told_of(one, reading, pool, slate) for slate in slates)
        return better, worse

    with torch.no_grad():
        parts = [both(network, rows) for rows in torch.split(torch.arange(len(pairs)), 256)]
    reference = [torch.cat([part[side] for part in parts]) for side in (0, 1)]
    policy = copy.deepcopy(network)
    # A wide gap teaches most; pairs that the reward model cannot tell apart teach nothing.
    gap_B = pairs.gap_B / pairs.gap_B.mean().clamp(min=1e-6)
    gap_B = gap_B.clamp(max=3.0) * (1.0 if weight_B is None else weight_B)
    rows_of = shuffled(len(pairs), course.batch, seed=seed)

    def lesson(step: int) -> tuple[Tensor, Tensor]:
        rows = torch.from_numpy(rows_of(step))
        better_B, worse_B = both(policy, rows)
        each_B = preference_loss(
            better_B, worse_B, reference[0][rows], reference[1][rows], beta=course.beta
        )
        each_B = each_B - course.stay * better_B
        loss = (gap_B[rows] * each_B).mean()
        return loss, loss

    # Dropout off: the reference's likelihoods are without it.
    policy.eval()
    practised(
        policy,
        course,
        lesson,
        people=len(pairs),
        told=(asdict(course), seed, weights_digest(network), pairs.digest),
        seed=seed,
        kept=kept,
        on_progress=on_progress,
        stage=stage,
        pace=SHORT,
    )
    return policy.eval()
