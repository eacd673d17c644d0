"""What the few-step student practises, and what it is to answer.

At four noises it says the clean latent at once: from pure noise, then, half of the time, from its
own answer noised again, as it will be used (backward simulation, DMD2, arXiv 2405.14867, section
4.5). What it is to answer is what the guided teacher says of the same noise (guidance distillation,
arXiv 2210.03142, section 3.1), which commits itself where the mean of all true pictures would be a
blur. Creation alone: a picture to be remade leads the network well enough in four steps unguided.
Legend: B batch, C channels, h × w cells, L words, W text width, K image prompts, D embedding,
T timesteps.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from recipes.painter import Painter
from recipes.training import pseudo_huber

STEPS = (999, 749, 499, 249)
"""The noises of four steps with trailing spacing."""
SHARES = (0.34, 0.22, 0.22, 0.22)
"""How often each is practised."""
GUIDANCE = 3.0
"""The teacher's scale."""
RESCALE = 0.5
"""Share of the guided prediction brought back to the spread of the unguided one
(arXiv 2305.08891, eq. 16)."""
SIMULATED = 0.5
"""Share of later steps that start from the student's own answer."""
SHARED = (".processor.", "time_embedding.", "add_embedding.", "attn2.to_k.")
"""Parts that stay the teacher's and are not shipped twice."""
WIDTH = 0.03
"""Below it the distance is squared, above it it is not."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Told:
    """What teacher and student are told of a batch."""

    text_BLW: Tensor
    nothing_1LW: Tensor
    """No words at all."""
    prompt_BKD: Tensor
    shown_B: Tensor
    """1 where image prompts count."""

    def part(self, rows_B: Tensor) -> Told:
        """Some rows of the batch."""
        return Told(
            text_BLW=self.text_BLW[rows_B],
            nothing_1LW=self.nothing_1LW,
            prompt_BKD=self.prompt_BKD[rows_B],
            shown_B=self.shown_B[rows_B],
        )

    def doubled(self) -> Told:
        """Each row told nothing, then each row as it is: both halves of guidance."""
        return Told(
            text_BLW=torch.cat([self.nothing_1LW.expand_as(self.text_BLW), self.text_BLW]),
            nothing_1LW=self.nothing_1LW,
            prompt_BKD=torch.cat([self.prompt_BKD, self.prompt_BKD]),
            shown_B=torch.cat([torch.zeros_like(self.shown_B), self.shown_B]),
        )


@dataclass(slots=True, kw_only=True, eq=False)
class School:
    """Teacher (frozen) and student."""

    teacher: Painter
    student: Painter
    alphas_T: Tensor

    def to(self, device: str) -> None:
        """Move it all there; from now on only the student's UNet learns."""
        for painter in (self.teacher, self.student):
            painter.to(device)
            painter.unet.to(memory_format=torch.channels_last)
        self.alphas_T = self.alphas_T.to(device)
        self.teacher.requires_grad_(False).eval()
        self.student.requires_grad_(False)
        for name, weight in self.student.unet.named_parameters():
            weight.requires_grad_(not any(part in name for part in SHARED))

    def clean(self, noisy_BChw: Tensor, t_B: Tensor, told: Told) -> Tensor:
        """The student's answer at these noises, as a clean latent."""
        return self._clean(noisy_BChw, t_B, said(self.student, noisy_BChw, t_B, told))

    @torch.no_grad()
    def guided(self, noisy_BChw: Tensor, t_B: Tensor, told: Told) -> Tensor:
        """The guided teacher's answer at these noises, as a clean latent."""
        twice = torch.cat([noisy_BChw, noisy_BChw]), torch.cat([t_B, t_B])
        plain, led = said(self.teacher, *twice, told.doubled()).chunk(2)
        found = plain + GUIDANCE * (led - plain)
        spread = led.std((1, 2, 3), keepdim=True) / found.std((1, 2, 3), keepdim=True)
        found = RESCALE * found * spread + (1 - RESCALE) * found
        return self._clean(noisy_BChw, t_B, found)

    def _clean(self, noisy_BChw: Tensor, t_B: Tensor, velocity_BChw: Tensor) -> Tensor:
        alpha, sigma = self.noise(t_B)
        return alpha * noisy_BChw - sigma * velocity_BChw

    def noise(self, t_B: Tensor) -> tuple[Tensor, Tensor]:
        """Alpha and sigma, B×1×1×1."""
        kept = self.alphas_T[t_B][:, None, None, None]
        return kept.sqrt(), (1 - kept).sqrt()


def said(painter: Painter, noisy_BChw: Tensor, t_B: Tensor, told: Told) -> Tensor:
    """The velocity that a network says, B×C×h×w in single precision."""
    answer: Tensor = painter(noisy_BChw, t_B, told.text_BLW, told.prompt_BKD, told.shown_B)
    return answer.float()


def practice(school: School, clean_BChw: Tensor, told: Told) -> tuple[Tensor, Tensor]:
    """What the student starts from, B×C×h×w, and which of the steps that is, B.

    The first is pure noise; later ones are the student's own first answer as often as the clean
    latent, noised again with the same noise, as DDIM does.
    """
    batch, device = len(clean_BChw), clean_BChw.device
    turn_B = torch.multinomial(torch.tensor(SHARES), batch, replacement=True).to(device)
    noise = torch.randn(clean_BChw.shape).to(device)
    own = (turn_B > 0) & (torch.rand(batch).to(device) < SIMULATED)
    begun, rows = clean_BChw.clone(), own.nonzero()[:, 0]
    if len(rows):
        with torch.no_grad():
            first = torch.full((len(rows),), STEPS[0], device=device)
            begun[rows] = school.clean(noise[rows], first, told.part(rows))
    alpha, sigma = school.noise(torch.tensor(STEPS, device=device)[turn_B])
    return alpha * begun + sigma * noise, turn_B


def lesson(school: School, clean_BChw: Tensor, told: Told) -> Tensor:
    """The student's loss on one batch."""
    start, turn_B = practice(school, clean_BChw, told)
    t_B = torch.tensor(STEPS, device=turn_B.device)[turn_B]
    gap = school.clean(start, t_B, told) - school.guided(start, t_B, told)
    return pseudo_huber(gap, WIDTH).mean()
